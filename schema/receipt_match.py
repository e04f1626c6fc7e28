import strawberry

from domain import money
from domain.receipt.matching import Match
from models.expense import Expense as ExpenseRow
from schema.expense import Expense
from schema.money import Money


@strawberry.type(description="What an expense and a receipt have in common.")
class ReceiptMatchWhy:
    more: Money = strawberry.field(
        description="How much more was spent than the receipt says: nothing, or a tip of up to 30 %."
    )
    days_later: int = strawberry.field(
        description="How many days after the receipt's the expense has its own; below 0: before. At most 7."
    )
    same_merchant: float | None = strawberry.field(
        description="How alike the merchants are, from 0 to 1, if both have one."
    )


@strawberry.type(description="An expense that a receipt may be of.")
class ReceiptMatch:
    expense: Expense = strawberry.field(description="Which, without a receipt yet.")
    score: float = strawberry.field(description="How well it fits, from 0 to 1. No probability.")
    why: ReceiptMatchWhy = strawberry.field(description="What speaks for it.")

    @staticmethod
    def of(row: ExpenseRow, match: Match) -> "ReceiptMatch":
        return ReceiptMatch(
            expense=Expense.of(row),
            score=match.score,
            why=ReceiptMatchWhy(
                more=Money.of(money.Money(match.more_minor, row.currency)),
                days_later=match.days_later,
                same_merchant=match.same_merchant,
            ),
        )
