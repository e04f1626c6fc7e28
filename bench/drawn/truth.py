"""What stands on a drawn receipt, so what a reader must find."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """A line of goods as printed. What is taken off one is an item of its own, below zero."""

    description: str
    quantity: Decimal | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Amounts in minor units; None where the paper says nothing of it.

    `total_minor` is what was paid, with tip. `company` may be told for the merchant: the paper names both.
    """

    merchant: str
    company: str | None
    day: date
    currency: str
    total_minor: int
    tax_minor: int | None
    tip_minor: int | None
    discount_minor: int | None
    items: tuple[Item, ...]
