from collections.abc import Mapping
from uuid import UUID

import strawberry

from schema.context import Info
from schema.member import Member, member


@strawberry.type(description="What a member says is wrong with an expense.")
class Dispute:
    reason: str = strawberry.field(description="In their words.")
    member_id: strawberry.Private[UUID]

    @strawberry.field(description="Who says so.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)

    @staticmethod
    def all_of(reasons: Mapping[UUID, str]) -> "list[Dispute]":
        return [Dispute(reason=reason, member_id=who) for who, reason in sorted(reasons.items())]
