from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from domain.group import MemberChanges, NewFriend
from domain.role import Role
from models.ledger import Member as MemberRow
from schema.columns import column
from schema.context import Info
from schema.edges import edge
from schema.ids import row_id
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt

strawberry.enum(
    Role,
    description="What a member may do. VIEWER: look on, and have a say in what they are part of. "
    "MEMBER: write. ADMIN: set roles up to their own, remove members, choose who may edit what. OWNER: all.",
)


@strawberry.type(description="A seat in a ledger: a person, or a placeholder for one.")
class Member(relay.Node):
    id: relay.NodeID[UUID]
    row: strawberry.Private[MemberRow]

    name: str = column("name", description="What the others call them here.")
    role: Role = column("role", description="What they may do.")
    joined_at: datetime = column("created_at", description="When the seat was made.")
    weight: int = column("weight", description="What WEIGHTED splits count them for; 100 at first.")
    is_guest: bool = column("is_guest", description="Whether they take part without an account.")
    left_at: datetime | None = column("left_at", description="When they left, if they did.")
    deactivated_at: datetime | None = column(
        "deactivated_at",
        description="Since when no new cost may name them, if so: they were to go with a balance open. They "
        "look on and settle.",
    )
    version: BigInt = column("version", description="Grows with every change.")

    @strawberry.field(description="Whether nobody has claimed the seat yet.")
    def is_placeholder(self) -> bool:
        return self.row.user_id is None

    @strawberry.field(description="Whether this is your own seat.")
    def is_me(self, info: Info) -> bool:
        return info.context.actor is not None and info.context.actor.user_id == self.row.user_id

    @staticmethod
    def of(row: MemberRow) -> "Member":
        return Member(id=row.id, row=row)


@strawberry.input(description="A seat for a friend.")
class AddFriendInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    person_id: UUID = strawberry.field(description="Their `personId` among your friends.")

    def to_domain(self) -> NewFriend:
        ledger_id = row_id(self.ledger_id, "Ledger")
        return NewFriend(id=self.id, ledger_id=ledger_id, user_id=self.person_id)


@strawberry.input(description="Changes to a seat. What is left out stays.")
class UpdateMemberInput:
    member_id: relay.GlobalID = strawberry.field(description="Which member.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    name: str | None = strawberry.field(
        default=None, description="At most 100 characters; of your own seat or a placeholder."
    )
    weight: int | None = strawberry.field(
        default=None, description="From 1, for WEIGHTED splits that are written from now on."
    )

    def to_domain(self) -> MemberChanges:
        return MemberChanges(name=self.name, weight=self.weight)


@strawberry.input(description="What a member may do from now on.")
class SetMemberRoleInput:
    member_id: relay.GlobalID = strawberry.field(description="Which member.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    role: Role = strawberry.field(description="No higher than your own.")


@strawberry.input(description="A member who is to go.")
class RemoveMemberInput:
    member_id: relay.GlobalID = strawberry.field(description="Which member.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")


@strawberry.input(description="A deactivated member who is to take part again.")
class ReactivateMemberInput:
    member_id: relay.GlobalID = strawberry.field(description="Which member.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")


MemberResult = Annotated[
    Member | Invalid | NotFound | Forbidden | Conflict, strawberry.union("MemberResult")
]


async def member(info: Info, member_id: UUID) -> Member:
    """The member that a row of a ledger refers to."""
    return _referred_to(await info.context.loaders.members.load(member_id))


def member_edge(*, by: str, description: str, brought: str | None = None) -> Any:
    """To the member whose id the attribute `by` is; see `edge`."""
    return edge(
        "members", _referred_to, by=by, brought=brought, is_id=True, description=description
    )


def _referred_to(row: MemberRow | None) -> Member:
    assert row is not None, "a reference within a ledger leads to its member"
    return Member.of(row)
