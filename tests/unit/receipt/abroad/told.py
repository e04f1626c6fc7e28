"""What a receipt says, by its text."""

from datetime import date
from typing import NamedTuple


class Told(NamedTuple):
    """Amounts in minor units; what is None is not there, but for the merchant, who may be anybody."""

    text: str
    day: date
    currency: str
    total: int
    tax: int | None = None
    tip: int | None = None
    discount: int | None = None
    merchant: str | None = None
