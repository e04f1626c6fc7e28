"""What a balance or a debt is made of, line by line. Pure."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from domain.money import Money


class BalanceKey(NamedTuple):
    """A member's balance in one currency."""

    ledger_id: UUID
    member_id: UUID
    currency: str


class PairKey(NamedTuple):
    """What `debtor_id` owes `creditor_id` in one currency, less what it is the other way round."""

    ledger_id: UUID
    debtor_id: UUID
    creditor_id: UUID
    currency: str


class FactKey(NamedTuple):
    """An expense, a settlement or a conversion, by the name of its type."""

    type_name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """What one fact does to a balance; `running` is the balance with it and everything before it.

    `odd_units` is how much more than their exact part the member owes, in minor units, because money
    does not come in fractions of one: between −1 and 1.
    """

    fact: FactKey
    day: date
    paid: Money
    owed: Money
    running: Money
    odd_units: Fraction


@dataclass(frozen=True, slots=True)
class DebtLine:
    """What one fact adds to a debt; negative for what goes the other way."""

    fact: FactKey
    day: date
    contribution: Money
    running: Money
