from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from domain import split
from domain.edit_policy import Editable
from domain.expense import Source
from domain.settlement import SettlementMethod, SettlementState
from models.base import Asked, Row, text_enum


class Expense(Asked, table=True):
    """The facts and the specs; what each member paid and owes is derived into entries.

    `payers` maps member id to minor units, `split` is a stored `domain.split` spec. The money register
    changes as one, so that a merge can never tear an amount from its split. `precedence` ranks members, by
    id, in the order in which odd cents are served: the shares follow from it, and stay as they are whatever
    the ledger's policy becomes and whoever gets the odd cents of other expenses. `disputes` has the reason
    of each member, by id, who says that the cost is wrong.
    """

    __tablename__: ClassVar[str] = "expenses"
    __table_args__ = (
        Index("expenses_newest_idx", "ledger_id", text("day DESC"), text("id DESC")),
        Index("expenses_amount_idx", "ledger_id", "amount_minor", "id"),
        Index("expenses_created_idx", "ledger_id", "created_at", "id"),
        Index(
            "expenses_text_idx",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "money": ("amount_minor", "currency", "payers", "split", "precedence"),
        "category": ("category_id",),
        "merchant": ("merchant",),
        "note": ("note",),
        "day": ("day",),
        "tags": ("tags",),
        "source": ("source",),
        "receipt": ("receipt_id",),
        "disputes": ("disputes",),
        "deleted": ("deleted_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    payers: dict[str, int] = Field(sa_type=JSONB)
    split: dict[str, Any] = Field(sa_type=JSONB)
    precedence: dict[str, int] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    category_id: UUID | None = Field(default=None, foreign_key="categories.id", index=True)
    merchant: str | None = None
    note: str | None = None
    search_text: str | None = Field(
        default=None,
        sa_column_args=(
            Computed("lower(coalesce(merchant, '') || ' ' || coalesce(note, ''))", persisted=True),
        ),
    )
    day: date
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    source: Source = Field(default=Source.MANUAL, sa_type=text_enum(Source))
    receipt_id: UUID | None = Field(
        default=None, foreign_key="receipts.id", ondelete="SET NULL", unique=True
    )
    disputes: dict[str, str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_by: UUID
    deleted_at: datetime | None = None

    @property
    def members(self) -> frozenset[UUID]:
        """Everyone who paid or takes part, by member id."""
        return frozenset({*map(UUID, self.payers), *split.participants(split.restored(self.split))})

    @property
    def editable(self) -> Editable:
        return Editable(self.ledger_id, self.day, self.created_by, self.members)


class Settlement(Asked, table=True):
    """A payment from one member to another that lowers what is owed. Never an expense.

    The amount counts; `paid_as` is what really changed hands, if in another currency, and `rate` what one
    of it was worth in the amount's when it was recorded. `overpaid_minor` is what lay beyond all debt then,
    or when the settlement was restored.
    """

    __tablename__: ClassVar[str] = "settlements"
    __table_args__ = (
        CheckConstraint("payer_id <> payee_id", name="two_people"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "num_nonnulls(paid_as_minor, paid_as_currency, rate) IN (0, 3)", name="rate_is_frozen"
        ),
        CheckConstraint(
            "(state = 'DISPUTED') = (dispute_reason IS NOT NULL)", name="dispute_has_a_reason"
        ),
        Index("settlements_newest_idx", "ledger_id", text("day DESC"), text("id DESC")),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "money": (
            "payer_id",
            "payee_id",
            "amount_minor",
            "currency",
            "paid_as_minor",
            "paid_as_currency",
            "rate",
            "overpaid_minor",
        ),
        "state": ("state", "dispute_reason"),
        "method": ("method",),
        "note": ("note",),
        "external_ref": ("external_ref",),
        "day": ("day",),
        "deleted": ("deleted_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    payer_id: UUID = Field(foreign_key="members.id")
    payee_id: UUID = Field(foreign_key="members.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    paid_as_minor: int | None = Field(default=None, sa_type=BigInteger)
    paid_as_currency: str | None = Field(default=None, max_length=3)
    rate: Decimal | None = Field(default=None, sa_type=Numeric(36, 18))
    overpaid_minor: int = Field(default=0, sa_type=BigInteger)
    state: SettlementState = Field(
        default=SettlementState.RECORDED, sa_type=text_enum(SettlementState)
    )
    dispute_reason: str | None = None
    method: SettlementMethod = Field(
        default=SettlementMethod.OTHER, sa_type=text_enum(SettlementMethod)
    )
    note: str | None = None
    external_ref: str | None = None
    day: date
    created_by: UUID
    deleted_at: datetime | None = None

    @property
    def members(self) -> frozenset[UUID]:
        return frozenset({self.payer_id, self.payee_id})

    @property
    def editable(self) -> Editable:
        return Editable(self.ledger_id, self.day, self.created_by, self.members, settles=True)


_ONE_FACT = "num_nonnulls(expense_id, settlement_id, conversion_id) = 1"


class Entry(Row, table=True):
    """What one member paid and owes by one fact, in minor units. Derived, double entry.

    The database refuses a fact whose entries do not sum to its amounts on both sides, per currency.
    `user_id`, `day` and `category_id` repeat the fact's; by them `SpentOnDay` is kept.
    `spare_minor` is the odd cent within `owed_minor`, if the member got one: 1 or 0.
    """

    __tablename__: ClassVar[str] = "entries"
    __table_args__ = (
        CheckConstraint(_ONE_FACT, name="of_one_fact"),
        Index("entries_spending_idx", "user_id", "day", "currency", "category_id"),
        Index("entries_member_idx", "ledger_id", "member_id"),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    expense_id: UUID | None = Field(
        default=None, foreign_key="expenses.id", ondelete="CASCADE", index=True
    )
    settlement_id: UUID | None = Field(
        default=None, foreign_key="settlements.id", ondelete="CASCADE", index=True
    )
    conversion_id: UUID | None = Field(
        default=None, foreign_key="conversions.id", ondelete="CASCADE", index=True
    )
    member_id: UUID = Field(foreign_key="members.id")
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    currency: str = Field(max_length=3)
    paid_minor: int = Field(sa_type=BigInteger)
    owed_minor: int = Field(sa_type=BigInteger)
    spare_minor: int = Field(default=0, sa_type=BigInteger)
    day: date
    category_id: UUID | None = Field(default=None, foreign_key="categories.id")


class Debt(Row, table=True):
    """A directed debt that one fact creates. Derived, so that "why do I owe them?" is a plain read."""

    __tablename__: ClassVar[str] = "debts"
    __table_args__ = (
        CheckConstraint(_ONE_FACT, name="of_one_fact"),
        CheckConstraint("minor > 0", name="minor_is_positive"),
        Index("debts_pair_idx", "ledger_id", "debtor_id", "creditor_id"),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    expense_id: UUID | None = Field(
        default=None, foreign_key="expenses.id", ondelete="CASCADE", index=True
    )
    settlement_id: UUID | None = Field(
        default=None, foreign_key="settlements.id", ondelete="CASCADE", index=True
    )
    conversion_id: UUID | None = Field(
        default=None, foreign_key="conversions.id", ondelete="CASCADE", index=True
    )
    debtor_id: UUID = Field(foreign_key="members.id")
    creditor_id: UUID = Field(foreign_key="members.id")
    currency: str = Field(max_length=3)
    minor: int = Field(sa_type=BigInteger)
