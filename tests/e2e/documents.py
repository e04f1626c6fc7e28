"""What clients subscribe with."""

from uuid import UUID

from strawberry.relay import GlobalID

EVENTS = """
subscription Events($ledgerId: ID!, $after: BigInt) {
  ledgerEvents(ledgerId: $ledgerId, after: $after) {
    __typename
    ... on LedgerSnapshot { seq ledger { name seq } }
    ... on LedgerEvent { seq kind actorName }
    ... on Heartbeat { seq }
    ... on Resync { seq reason }
  }
}
"""

BALANCES = """
subscription Balances($ledgerId: ID!, $after: BigInt) {
  balanceChanged(ledgerId: $ledgerId, after: $after) {
    __typename
    ... on BalanceSnapshot { seq balances { net { minor currency } member { name } } }
    ... on BalanceChange { seq event { kind } balances { net { minor currency } member { name } } }
    ... on Heartbeat { seq }
    ... on Resync { seq reason }
  }
}
"""

ALERTS = """
subscription Alerts($after: BigInt) {
  budgetAlert(after: $after) {
    __typename
    ... on BudgetAlertSnapshot { seq }
    ... on BudgetAlert { seq name threshold spent { minor } }
    ... on Heartbeat { seq }
    ... on Resync { seq reason }
  }
}
"""

PROGRESS = """
subscription Progress($receiptId: ID!) {
  receiptProgress(receiptId: $receiptId) {
    __typename
    ... on ReceiptProgress { seq status failure receipt { id status } }
    ... on Heartbeat { seq }
    ... on Resync { seq reason }
  }
}
"""

RENAME = """mutation Rename($input: RenameLedgerInput!) {
  renameLedger(input: $input) { __typename ... on Ledger { name } }
}"""


def global_id(type_name: str, id: UUID) -> str:
    return str(GlobalID(type_name, str(id)))
