from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

ALL_CATEGORIES = UUID(int=0)
"""Stands for whatever was bought, with a category or without one."""


class SpentOnDay(SQLModel, table=True):
    """Σ of what a person owes by the expenses of one ledger, on one day, in one currency and category.

    Every such entry counts under its category, if it has one, and under `ALL_CATEGORIES`. Kept by triggers
    on entries, whoever writes these; what is not there is nothing. Rows of a ledger change under its lock.
    """

    __tablename__: ClassVar[str] = "spent_on_days"
    __table_args__ = (Index("spent_on_days_ledger_idx", "ledger_id"),)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    category_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    currency: str = Field(max_length=3, primary_key=True)
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", primary_key=True)
    minor: int = Field(sa_type=BigInteger)
