from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Integer, UniqueConstraint
from sqlalchemy import Uuid as UuidColumn
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from domain.period import PeriodKind
from models.base import Asked, Row, text_enum


class Budget(Asked, table=True):
    """How much its owner means to spend per period. It lives in the owner's personal ledger.

    No categories means all spending. `thresholds` are percent of the amount, ascending.
    """

    __tablename__: ClassVar[str] = "budgets"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_is_positive"),)
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "money": ("amount_minor", "currency"),
        "period": ("period",),
        "categories": ("category_ids",),
        "thresholds": ("thresholds",),
        "deleted": ("deleted_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    name: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    period: PeriodKind = Field(sa_type=text_enum(PeriodKind))
    category_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(UuidColumn))
    thresholds: list[int] = Field(sa_type=ARRAY(Integer))
    deleted_at: datetime | None = None


class BudgetAlert(Row, table=True):
    """A threshold that a period's spending has reached: at most one row, hence at most one alert.

    `alerted` is false where spending stood there when the budget was made or changed.
    """

    __tablename__: ClassVar[str] = "budget_alerts"
    __table_args__ = (UniqueConstraint("budget_id", "period", "period_start", "threshold"),)
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    budget_id: UUID = Field(foreign_key="budgets.id", ondelete="CASCADE")
    period: PeriodKind = Field(sa_type=text_enum(PeriodKind))
    period_start: date
    threshold: int
    spent_minor: int = Field(sa_type=BigInteger)
    alerted: bool
