from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy import Uuid as UuidColumn
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from models.base import Asked


class Subgroup(Asked, table=True):
    """Members who settle as one: `payer_id` pays and is paid for all of them.

    A member is in one that stands at most, which the ledger's lock guards. Dissolved, it keeps its members
    for the record.
    """

    __tablename__: ClassVar[str] = "subgroups"
    __table_args__ = (
        CheckConstraint("payer_id = ANY (member_ids)", name="payer_is_among_them"),
        CheckConstraint("cardinality(member_ids) > 1", name="takes_two"),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "members": ("member_ids", "payer_id"),
        "dissolved": ("dissolved_at",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", index=True)
    name: str
    member_ids: list[UUID] = Field(sa_type=ARRAY(UuidColumn))
    payer_id: UUID = Field(foreign_key="members.id")
    dissolved_at: datetime | None = None
