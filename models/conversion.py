from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, text
from sqlmodel import Field

from domain.edit_policy import Editable
from domain.rate import RateSource
from models.base import Asked, text_enum


class Rate(Asked, table=True):
    """What one unit of `base` is worth in `quote` on a day, as a ledger's members know it.

    Never changed: a better rate for the same day is a newer row, and the newest counts.
    """

    __tablename__: ClassVar[str] = "rates"
    __table_args__ = (
        CheckConstraint("rate > 0", name="rate_is_positive"),
        CheckConstraint("base <> quote", name="two_currencies"),
        Index("rates_newest_idx", "ledger_id", text("day DESC"), text("id DESC")),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "rate": ("day", "base", "quote", "source", "rate"),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    day: date
    base: str = Field(max_length=3)
    quote: str = Field(max_length=3)
    source: RateSource = Field(default=RateSource.MANUAL, sa_type=text_enum(RateSource))
    rate: Decimal = Field(sa_type=Numeric(36, 18))
    created_by: UUID


class Conversion(Asked, table=True):
    """What one member owes another moves from one currency into another, at a rate frozen here.

    `rate_day` is the day that the rate is of, `day` or one before it.
    """

    __tablename__: ClassVar[str] = "conversions"
    __table_args__ = (
        CheckConstraint("debtor_id <> creditor_id", name="two_people"),
        CheckConstraint("from_currency <> to_currency", name="two_currencies"),
        CheckConstraint("from_minor > 0 AND to_minor > 0", name="amounts_are_positive"),
        Index("conversions_newest_idx", "ledger_id", text("day DESC"), text("id DESC")),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "money": (
            "debtor_id",
            "creditor_id",
            "from_minor",
            "from_currency",
            "to_minor",
            "to_currency",
            "rate",
            "rate_day",
        ),
        "day": ("day",),
        "deleted": ("deleted_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    debtor_id: UUID = Field(foreign_key="members.id")
    creditor_id: UUID = Field(foreign_key="members.id")
    from_minor: int = Field(sa_type=BigInteger)
    from_currency: str = Field(max_length=3)
    to_minor: int = Field(sa_type=BigInteger)
    to_currency: str = Field(max_length=3)
    rate: Decimal = Field(sa_type=Numeric(36, 18))
    rate_day: date
    day: date
    created_by: UUID
    deleted_at: datetime | None = None

    @property
    def editable(self) -> Editable:
        members = frozenset({self.debtor_id, self.creditor_id})
        return Editable(self.ledger_id, self.day, self.created_by, members)
