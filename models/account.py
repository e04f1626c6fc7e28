from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity
from sqlmodel import Field, SQLModel

from core.clock import now
from models.base import Row, text_enum


class User(Row, table=True):
    """A person. `email` is normalised and lower case; `time_zone` an IANA name.

    A guest is one without an account: no email, no password, no personal ledger, a seat in one group.
    `shares_receipts_for_training` is their leave to train reading models with the receipts that they upload.
    """

    __tablename__: ClassVar[str] = "users"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(email, password_hash) IN (0, 2)", name="guest_or_with_account"
        ),
    )
    email: str | None = Field(default=None, unique=True)
    name: str
    password_hash: str | None = None
    time_zone: str = "UTC"
    shares_receipts_for_training: bool = False

    @property
    def is_guest(self) -> bool:
        return self.email is None


class UsedId(SQLModel, table=True):
    """The SHA-256 hash of the id of somebody who was deleted: nobody comes by it again."""

    __tablename__: ClassVar[str] = "used_ids"
    hash: bytes = Field(primary_key=True)


class Device(SQLModel, table=True):
    """A client that writes. Its short id is the replica id in clocks, so vectors stay small."""

    __tablename__: ClassVar[str] = "devices"
    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    name: str
    created_at: datetime = Field(default_factory=now)


class SessionEnd(StrEnum):
    LOGGED_OUT = "LOGGED_OUT"
    REVOKED = "REVOKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a reason, not a password
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - a reason, not a token
    REPLACED = "REPLACED"


class Session(Row, table=True):
    """One log-in of one device: the family of all refresh tokens that descend from it.

    A guest's is confined to the ledger `guest_of`, and lives no longer than their seat there.
    """

    __tablename__: ClassVar[str] = "sessions"
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    device_id: int = Field(
        foreign_key="devices.id", ondelete="CASCADE", sa_type=BigInteger, index=True
    )
    guest_of: UUID | None = Field(default=None, foreign_key="ledgers.id", ondelete="CASCADE")
    last_used_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    ended_because: SessionEnd | None = Field(default=None, sa_type=text_enum(SessionEnd))


class RefreshToken(Row, table=True):
    """Stored as a SHA-256 hash; `used_at` tells a rotation from a reuse.

    `successor_salt`, set by its use, makes the next token out of this one's text, which we do not keep.
    """

    __tablename__: ClassVar[str] = "refresh_tokens"
    session_id: UUID = Field(foreign_key="sessions.id", ondelete="CASCADE", index=True)
    token_hash: bytes = Field(unique=True)
    expires_at: datetime
    used_at: datetime | None = None
    successor_salt: bytes | None = None
