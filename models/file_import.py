from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from domain.imports.contents import ImportSource
from models.base import Asked, text_enum


class Import(Asked, table=True):
    """A file that a member brought in, as one: it is undone as one too. The file itself is not kept.

    The counts are of what it added. `name` is what the file calls the group.
    """

    __tablename__: ClassVar[str] = "imports"
    __table_args__ = (Index("imports_newest_idx", "ledger_id", text("id DESC")),)
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "file": ("source", "name", "expense_count", "settlement_count", "conversion_count"),
        "undone": ("undone_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    source: ImportSource = Field(sa_type=text_enum(ImportSource))
    name: str | None = None
    expense_count: int
    settlement_count: int
    conversion_count: int
    created_by: UUID
    undone_at: datetime | None = None


class ImportedFact(SQLModel, table=True):
    """The record of a file that a fact came from: `key` knows it again, `content` whether it is the same."""

    __tablename__: ClassVar[str] = "imported_facts"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(expense_id, settlement_id, conversion_id) = 1", name="of_one_fact"
        ),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", primary_key=True)
    key: bytes = Field(primary_key=True)
    content: bytes
    import_id: UUID = Field(foreign_key="imports.id", ondelete="CASCADE", index=True)
    expense_id: UUID | None = Field(default=None, foreign_key="expenses.id", ondelete="CASCADE")
    settlement_id: UUID | None = Field(
        default=None, foreign_key="settlements.id", ondelete="CASCADE"
    )
    conversion_id: UUID | None = Field(
        default=None, foreign_key="conversions.id", ondelete="CASCADE"
    )
