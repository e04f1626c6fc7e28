from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain import claiming
from domain.claiming import Offer
from domain.money import Money
from models.base import Asked, text_enum


class ClaimingStatus(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class Claiming(Asked, table=True):
    """A receipt whose lines the members of a group claim; closing it makes the expense.

    `lines` and `adjustments` are a stored `domain.claiming.Offer`. A write to any claim counts as one of this
    row, whose register `claims` has no column of its own. `closing_fingerprint` tells a closing that is
    repeated from another one.
    """

    __tablename__: ClassVar[str] = "claimings"
    __table_args__ = (
        CheckConstraint(
            "(expense_id IS NOT NULL) = (status = 'CLOSED')", name="closed_into_an_expense"
        ),
        Index("claimings_of_receipt_idx", "receipt_id", text("created_at DESC")),
        Index(
            "claimings_open_once_idx",
            "receipt_id",
            unique=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "receipt": ("receipt_id",),
        "offer": ("merchant", "amount_minor", "currency", "lines", "adjustments"),
        "claims": (),
        "status": ("status", "expense_id"),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    receipt_id: UUID = Field(foreign_key="receipts.id", ondelete="CASCADE")
    merchant: str | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    lines: list[dict[str, Any]] = Field(sa_type=JSONB)
    adjustments: list[dict[str, Any]] = Field(sa_type=JSONB)
    status: ClaimingStatus = Field(default=ClaimingStatus.OPEN, sa_type=text_enum(ClaimingStatus))
    expense_id: UUID | None = Field(default=None, foreign_key="expenses.id", ondelete="CASCADE")
    opened_by: UUID
    closing_fingerprint: bytes | None = None

    @property
    def offer(self) -> Offer:
        total = Money(self.amount_minor, self.currency)
        return claiming.restored(total, self.lines, self.adjustments)


class Claim(SQLModel, table=True):
    """How many parts of a line a member has. `line` is its place from the top, from 0."""

    __tablename__: ClassVar[str] = "claims"
    __table_args__ = (CheckConstraint("parts > 0", name="parts_are_positive"),)
    claiming_id: UUID = Field(foreign_key="claimings.id", ondelete="CASCADE", primary_key=True)
    line: int = Field(primary_key=True)
    member_id: UUID = Field(foreign_key="members.id", ondelete="CASCADE", primary_key=True)
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    parts: int
