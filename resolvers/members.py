from typing import Annotated

import strawberry
from strawberry import relay

from schema.context import Info
from schema.ids import row_id
from schema.ledger import Ledger, LedgerResult
from schema.member import (
    AddFriendInput,
    Member,
    MemberResult,
    ReactivateMemberInput,
    RemoveMemberInput,
    SetMemberRoleInput,
    UpdateMemberInput,
)
from schema.permissions import SignedIn, actor
from schema.scalars import BigInt
from services import members


@strawberry.type
class MemberMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Seat a friend of yours, who is told of it. Who has left comes back by an invite only.",
    )
    async def add_friend(self, info: Info, input: AddFriendInput) -> MemberResult:
        async with info.context.db.transaction() as tx:
            row = await members.add_friend(tx, actor(info), input.to_domain())
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Rename your own seat or a placeholder, or weigh any member anew.",
    )
    async def update_member(self, info: Info, input: UpdateMemberInput) -> MemberResult:
        member_id = row_id(input.member_id, "Member")
        async with info.context.db.transaction() as tx:
            row = await members.update(
                tx, actor(info), member_id, input.if_version, input.to_domain()
            )
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Change what a member may do, as an owner or, up to ADMIN, as an admin. There is "
        "always an owner.",
    )
    async def set_member_role(self, info: Info, input: SetMemberRoleInput) -> MemberResult:
        member_id = row_id(input.member_id, "Member")
        async with info.context.db.transaction() as tx:
            row = await members.set_role(tx, actor(info), member_id, input.if_version, input.role)
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take a member's seat away, as an admin or owner. With a balance open in any currency "
        "they are deactivated instead.",
    )
    async def remove_member(self, info: Info, input: RemoveMemberInput) -> MemberResult:
        member_id = row_id(input.member_id, "Member")
        async with info.context.db.transaction() as tx:
            row = await members.remove(tx, actor(info), member_id, input.if_version)
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Let a deactivated member take part again, as an admin or owner.",
    )
    async def reactivate_member(self, info: Info, input: ReactivateMemberInput) -> MemberResult:
        member_id = row_id(input.member_id, "Member")
        async with info.context.db.transaction() as tx:
            row = await members.reactivate(tx, actor(info), member_id, input.if_version)
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Leave a group. With a balance open in any currency you are deactivated instead, as "
        "`me { deactivatedAt }` tells: settle it and leave again.",
    )
    async def leave_group(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which group.")],
        if_version: Annotated[
            BigInt | None,
            strawberry.argument(
                description="The version of your seat, `me { version }`, that you have seen. With it a "
                "repetition that comes late, when you have come back since, is refused as STALE."
            ),
        ] = None,
    ) -> LedgerResult:
        async with info.context.db.transaction() as tx:
            row = await members.leave(tx, actor(info), row_id(id, "Ledger"), if_version)
        return Ledger.of(row)
