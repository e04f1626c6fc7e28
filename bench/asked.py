"""What is asked of Outgo and of the limit alike, besides a list of expenses and a new one."""

BALANCES = """\
query Balances($ledgerId: ID!) {
  ledger(id: $ledgerId) {
    id
    seq
    balances { net { minor currency decimal } member { id name } }
  }
}"""

BUDGET_STATUS = """\
query Status($budgetId: ID!) {
  budgetStatus(budgetId: $budgetId) {
    periodStart
    periodEnd
    amount { minor }
    spent { minor }
    remaining { minor }
    percent
    projected { minor }
    uncounted { minor currency }
  }
}"""

DASHBOARD = """\
query Dashboard($ledgerId: ID!, $filter: ExpenseFilterInput!, $budgetId: ID!) {
  me { name timeZone }
  ledgers(first: 20) { edges { node { id name currency } } }
  ledger(id: $ledgerId) { id seq balances { net { minor currency } member { name } } }
  expenses(filter: $filter, first: 5) {
    edges { node { id day merchant amount { minor currency } category { name } } }
  }
  settlements(ledgerId: $ledgerId, first: 5) { edges { node { id day amount { minor } } } }
  activity(ledgerId: $ledgerId, first: 5) { edges { node { seq kind actorName at } } }
  budgets(first: 5) { edges { node { id name amount { minor } } } }
  budgetStatus(budgetId: $budgetId) { spent { minor } remaining { minor } percent }
  categories { id key name }
  unreadNotificationCount
}"""
