"""What a user made of a reading: the truth, as far as they told it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Correction:
    """What was confirmed, in the terms of a reading."""

    merchant: str | None
    day: date
    total_minor: int
    currency: str
    category_id: UUID | None
