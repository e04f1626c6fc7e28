from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy import Uuid as UuidColumn
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import Asked


class Comment(Asked, table=True):
    """What a member wrote about one fact. Once deleted it is a tombstone without words.

    `author_id` is the member's seat, which somebody else may claim later; `created_by` is the user, who alone
    may edit it; `author_name` stays as it was.
    """

    __tablename__: ClassVar[str] = "comments"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(expense_id, settlement_id, conversion_id) = 1", name="on_one_fact"
        ),
        CheckConstraint("(text IS NULL) = (deleted_at IS NOT NULL)", name="wordless_once_deleted"),
        Index("comments_of_expense_idx", "expense_id", text("created_at DESC"), text("id DESC")),
        Index(
            "comments_of_settlement_idx", "settlement_id", text("created_at DESC"), text("id DESC")
        ),
        Index(
            "comments_of_conversion_idx", "conversion_id", text("created_at DESC"), text("id DESC")
        ),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "topic": ("expense_id", "settlement_id", "conversion_id"),
        "words": ("text", "mention_ids", "edited_at"),
        "deleted": ("deleted_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    expense_id: UUID | None = Field(default=None, foreign_key="expenses.id", ondelete="CASCADE")
    settlement_id: UUID | None = Field(
        default=None, foreign_key="settlements.id", ondelete="CASCADE"
    )
    conversion_id: UUID | None = Field(
        default=None, foreign_key="conversions.id", ondelete="CASCADE"
    )
    author_id: UUID = Field(foreign_key="members.id")
    author_name: str
    text: str | None
    mention_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(UuidColumn))
    edited_at: datetime | None = None
    created_by: UUID
    deleted_at: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """Without the text: the log never forgets, and what is deleted must be gone."""
        facts = super().facts()
        del facts["text"]
        return facts
