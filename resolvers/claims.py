from typing import Annotated

import strawberry
from strawberry import relay

from schema.claim import (
    Claiming,
    ClaimingResult,
    ClaimLinesInput,
    CloseClaimingInput,
    OpenClaimingInput,
)
from schema.context import Info
from schema.ids import row_id
from schema.permissions import SignedIn, actor
from services import claims


@strawberry.type
class ClaimMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Let the members of a group claim what they had of a receipt. Until it is closed or "
        "cancelled, the receipt cannot be confirmed or deleted.",
    )
    async def open_claiming(self, info: Info, input: OpenClaimingInput) -> ClaimingResult:
        async with info.context.db.transaction() as tx:
            row = await claims.open_receipt(tx, actor(info), input.to_domain())
        return Claiming.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say how much you had of some lines. Beyond what others have left it is a Conflict.",
    )
    async def claim_lines(self, info: Info, input: ClaimLinesInput) -> ClaimingResult:
        claiming_id = row_id(input.claiming_id, "Claiming")
        member_id = row_id(input.member_id, "Member") if input.member_id else None
        async with info.context.db.transaction() as tx:
            row = await claims.claim(
                tx, actor(info), claiming_id, member_id, input.parts(), input.if_version
            )
        return Claiming.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make an expense of the receipt, split as it is claimed. For who opened it, and admins.",
    )
    async def close_claiming(self, info: Info, input: CloseClaimingInput) -> ClaimingResult:
        claiming_id = row_id(input.claiming_id, "Claiming")
        async with info.context.db.transaction() as tx:
            row = await claims.close(
                tx, actor(info), claiming_id, input.if_version, input.to_domain()
            )
        return Claiming.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="End it without an expense. For who opened it, and admins.",
    )
    async def cancel_claiming(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which claiming.")],
    ) -> ClaimingResult:
        async with info.context.db.transaction() as tx:
            row = await claims.cancel(tx, actor(info), row_id(id, "Claiming"))
        return Claiming.of(row)
