from collections.abc import Mapping
from uuid import UUID

import strawberry

from schema.member import Member, member_edge


@strawberry.type(description="What a member says is wrong with an expense.")
class Dispute:
    reason: str = strawberry.field(description="In their words.")
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Who says so.")

    @staticmethod
    def all_of(reasons: Mapping[UUID, str]) -> "list[Dispute]":
        return [Dispute(reason=reason, member_id=who) for who, reason in sorted(reasons.items())]
