from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.edit_policy import EditPolicy, WhoMayEdit
from domain.log import GENESIS
from domain.role import Role
from domain.split import RemainderPolicy
from models.base import Asked, Row, text_enum


class LedgerKind(StrEnum):
    PERSONAL = "PERSONAL"
    GROUP = "GROUP"


class Ledger(Asked, table=True):
    """Where money facts live. Its row is the lock of all writes; `seq` and `head_hash` end its log.

    `owner_id` is set for a personal ledger, which is one person's alone. `presentation_currency` is what
    its balances are shown in besides their own; nothing is ever posted in it for that.
    """

    __tablename__: ClassVar[str] = "ledgers"
    __table_args__ = (
        CheckConstraint("kind = 'PERSONAL' OR owner_id IS NULL", name="only_personal_is_owned"),
        CheckConstraint("lock_after_days >= 0", name="lock_is_not_negative"),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "currency": ("currency",),
        "presentation": ("presentation_currency",),
        "remainder": ("remainder",),
        "editing": ("who_may_edit", "lock_after_days"),
        "archived": ("archived_at",),
    }
    kind: LedgerKind = Field(sa_type=text_enum(LedgerKind))
    owner_id: UUID | None = Field(
        default=None, foreign_key="users.id", ondelete="SET NULL", unique=True
    )
    name: str
    currency: str = Field(max_length=3)
    presentation_currency: str | None = Field(default=None, max_length=3)
    remainder: RemainderPolicy = Field(
        default=RemainderPolicy.ROTATE, sa_type=text_enum(RemainderPolicy)
    )
    who_may_edit: WhoMayEdit = Field(default=WhoMayEdit.ANY_MEMBER, sa_type=text_enum(WhoMayEdit))
    lock_after_days: int | None = None
    archived_at: datetime | None = None
    seq: int = Field(default=0, sa_type=BigInteger)
    head_hash: bytes = GENESIS

    @property
    def edit_policy(self) -> EditPolicy:
        return EditPolicy(self.who_may_edit, self.lock_after_days)


class Member(Asked, table=True):
    """A seat in a ledger. Without `user_id` it is a placeholder that a joining person may claim.

    Whoever is deactivated was to go with a balance still open: they look on and settle, and no new cost
    names them.
    """

    __tablename__: ClassVar[str] = "members"
    __table_args__ = (
        UniqueConstraint("ledger_id", "user_id"),
        CheckConstraint("weight > 0", name="weight_is_positive"),
        CheckConstraint(
            "NOT is_guest OR role IN ('MEMBER', 'VIEWER')", name="guests_hold_no_office"
        ),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "user": ("user_id", "is_guest"),
        "name": ("name",),
        "role": ("role",),
        "weight": ("weight",),
        "left": ("left_at",),
        "deactivated": ("deactivated_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    user_id: UUID | None = Field(
        default=None, foreign_key="users.id", ondelete="SET NULL", index=True
    )
    is_guest: bool = False
    name: str
    role: Role = Field(default=Role.MEMBER, sa_type=text_enum(Role))
    weight: int = 100
    left_at: datetime | None = None
    deactivated_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether new costs may name them."""
        return self.left_at is None and self.deactivated_at is None

    @property
    def rights(self) -> Role:
        """What they may do now."""
        return self.role if self.deactivated_at is None else Role.VIEWER


class Invite(Row, table=True):
    """A link into a group. Only the SHA-256 hash of its token is kept."""

    __tablename__: ClassVar[str] = "invites"
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    token_hash: bytes = Field(unique=True)
    role: Role = Field(default=Role.MEMBER, sa_type=text_enum(Role))
    expires_at: datetime
    max_uses: int
    uses: int = 0
    allows_guests: bool = True
    revoked_at: datetime | None = None
    created_by: UUID


class Balance(SQLModel, table=True):
    """Σ(paid − owed) of a member in one currency, written by whatever posts entries.

    `spare_minor` is Σ of the entries' likewise: who has had how many odd cents so far.
    """

    __tablename__: ClassVar[str] = "balances"
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", primary_key=True)
    member_id: UUID = Field(foreign_key="members.id", ondelete="CASCADE", primary_key=True)
    currency: str = Field(max_length=3, primary_key=True)
    net_minor: int = Field(sa_type=BigInteger)
    spare_minor: int = Field(default=0, sa_type=BigInteger)
