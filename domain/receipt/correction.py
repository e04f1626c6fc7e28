"""What a user made of a reading: the truth, as far as they told it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.split import AdjustmentKind, Itemised, Split


@dataclass(frozen=True, slots=True)
class Correction:
    """What was confirmed, in the terms of a reading. `discount_minor` is None where the bill names none."""

    merchant: str | None
    day: date
    total_minor: int
    currency: str
    category_id: UUID | None
    discount_minor: int | None = None


def discount_in(how: Split) -> int | None:
    """What a bill told line by line takes off the whole; None where it does not say."""
    adjustments = how.adjustments if isinstance(how, Itemised) else ()
    named = [one.amount_minor for one in adjustments if one.kind is AdjustmentKind.DISCOUNT]
    return -sum(named) if named else None
