"""The GraphQL documents that the demo sends, as a client of Outgo would write them."""

REGISTER = """\
mutation Register($input: RegisterInput!) {
  register(input: $input) {
    ... on Credentials { accessToken user { name personalLedger { id } } }
    ... on Refusal { code message }
  }
}"""

CREATE_GROUP = """\
mutation CreateGroup($input: CreateGroupInput!) {
  createGroup(input: $input) {
    ... on Ledger { id name }
    ... on Refusal { code message }
  }
}"""

CREATE_INVITE = """\
mutation Invite($input: CreateInviteInput!) {
  createInvite(input: $input) {
    ... on IssuedInvite { token }
    ... on Refusal { code message }
  }
}"""

ACCEPT_INVITE = """\
mutation Join($input: AcceptInviteInput!) {
  acceptInvite(input: $input) {
    ... on Ledger { id name me { id name } members { id name } }
    ... on Refusal { code message }
  }
}"""

FOLLOW_BALANCES = """\
subscription Balances($ledgerId: ID!) {
  balanceChanged(ledgerId: $ledgerId) {
    __typename
    ... on BalanceSnapshot { seq }
    ... on BalanceChange { seq balances { member { name isMe } net { decimal currency } } }
  }
}"""

FOLLOW_ALERTS = """\
subscription Alerts {
  budgetAlert {
    __typename
    ... on BudgetAlertSnapshot { seq }
    ... on BudgetAlert { seq name threshold spent { decimal currency } amount { decimal } }
  }
}"""

UPLOAD_RECEIPT = """\
mutation Upload($input: UploadReceiptInput!) {
  uploadReceipt(input: $input) {
    ... on Receipt { id status }
    ... on Refusal { code message }
  }
}"""

FOLLOW_RECEIPT = """\
subscription Progress($receiptId: ID!) {
  receiptProgress(receiptId: $receiptId) {
    __typename
    ... on ReceiptProgress { status failure }
  }
}"""

READ_RECEIPT = """\
query Reading($id: ID!) {
  receipt(id: $id) {
    reading {
      merchant { value confidence }
      day { value confidence }
      total { value { minor decimal currency } confidence }
      items { description amount { decimal } confidence }
    }
  }
}"""

CREATE_BUDGET = """\
mutation Budget($input: CreateBudgetInput!) {
  createBudget(input: $input) {
    ... on Budget { id name amount { decimal currency } thresholds }
    ... on Refusal { code message }
  }
}"""

CONFIRM_RECEIPT = """\
mutation Confirm($input: ConfirmReceiptInput!) {
  confirmReceipt(input: $input) {
    ... on Receipt {
      status
      expense { merchant amount { decimal currency } shares { member { name } owed { decimal } } }
    }
    ... on Refusal { code message }
  }
}"""
