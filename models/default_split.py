from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import Edited
from models.ledger import Member


class DefaultSplit(Edited, table=True):
    """How a new expense is split when nobody says so: in a group, in one of its categories, or between two.

    `split` is a stored `domain.split.Standing`, NULL once it is taken back. The two are in the order of their
    ids. `seats` is who of those concerned sat there when it was agreed, and whether as a person: what it is
    stale by, once that has changed.
    """

    __tablename__: ClassVar[str] = "default_splits"
    __table_args__ = (
        UniqueConstraint(
            "ledger_id",
            "category_id",
            "first_member_id",
            "second_member_id",
            name="default_splits_scope_key",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "num_nonnulls(first_member_id, second_member_id) = 0"
            " OR (first_member_id < second_member_id AND category_id IS NULL)",
            name="of_one_scope",
        ),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "scope": ("category_id", "first_member_id", "second_member_id"),
        "split": ("split", "seats"),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    category_id: UUID | None = Field(default=None, foreign_key="categories.id")
    first_member_id: UUID | None = Field(default=None, foreign_key="members.id")
    second_member_id: UUID | None = Field(default=None, foreign_key="members.id")
    split: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    seats: dict[str, bool] = Field(default_factory=dict, sa_type=JSONB)

    @property
    def pair(self) -> AbstractSet[UUID] | None:
        """The two it is between, if it is."""
        if self.first_member_id is None or self.second_member_id is None:
            return None
        return {self.first_member_id, self.second_member_id}

    def is_stale(self, members: Iterable[Member]) -> bool:
        """Whether somebody concerned has come, gone or been claimed. `members` are all of the ledger's."""
        return self.seats != seats(members, self.pair)


def seats(members: Iterable[Member], pair: AbstractSet[UUID] | None) -> dict[str, bool]:
    """Who is seated now, of the pair or of everyone, and whether it is a person or a placeholder."""
    return {
        str(member.id): member.user_id is not None
        for member in members
        if member.is_active and (pair is None or member.id in pair)
    }
