from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from models.ledger import Member as MemberRow
from models.ledger import Role
from schema.context import Info
from schema.scalars import BigInt

strawberry.enum(Role, description="What a member may do, from looking on to owning.")


@strawberry.type(description="A seat in a ledger: a person, or a placeholder for one.")
class Member(relay.Node):
    id: relay.NodeID[UUID]
    name: str = strawberry.field(description="What the others call them here.")
    role: Role = strawberry.field(description="What they may do.")
    joined_at: datetime = strawberry.field(description="When the seat was made.")
    left_at: datetime | None = strawberry.field(description="When they left, if they did.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    user_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether nobody has claimed the seat yet.")
    def is_placeholder(self) -> bool:
        return self.user_id is None

    @strawberry.field(description="Whether this is your own seat.")
    def is_me(self, info: Info) -> bool:
        return info.context.actor is not None and info.context.actor.user_id == self.user_id

    @staticmethod
    def of(row: MemberRow) -> "Member":
        return Member(
            id=row.id,
            name=row.name,
            role=row.role,
            joined_at=row.created_at,
            left_at=row.left_at,
            version=BigInt(row.version),
            user_id=row.user_id,
        )


async def member(info: Info, member_id: UUID) -> Member:
    """The member that a row of a ledger refers to."""
    row = await info.context.loaders.members.load(member_id)
    assert row is not None, "a reference within a ledger leads to its member"
    return Member.of(row)
