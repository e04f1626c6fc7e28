import strawberry

from resolvers import sign_in
from schema.account import Credentials, User
from schema.context import Info
from schema.guest import (
    DeletedGuest,
    DeleteGuestResult,
    JoinAsGuestInput,
    JoinAsGuestResult,
    RegisterGuestInput,
    RegisterGuestResult,
)
from schema.permissions import SignedIn, actor
from services import erasure


@strawberry.type
class GuestMutations:
    @strawberry.mutation(
        description="Take part in one group without an account. Keep the refresh token: nothing else lets "
        "you in again, neither the link nor whoever made it."
    )
    async def join_as_guest(self, info: Info, input: JoinAsGuestInput) -> JoinAsGuestResult:
        signed_in = await sign_in.join_as_guest(info.context, input.to_domain(), input.client)
        return Credentials.of(info.context.gate.tokens.issue(signed_in.actor), *signed_in)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make an account of the guest that you are. Seat, history and tokens stay yours.",
    )
    async def register_guest(self, info: Info, input: RegisterGuestInput) -> RegisterGuestResult:
        caller = actor(info)
        row = await sign_in.register_guest(
            info.context, caller, input.to_domain(caller), input.password
        )
        return User.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Forget the guest that you are. Your seat stays as a placeholder of the same name.",
    )
    async def delete_guest(self, info: Info) -> DeleteGuestResult:
        caller = actor(info)
        async with info.context.db.transaction() as tx:
            await erasure.delete_guest(tx, caller)
        return DeletedGuest(id=strawberry.ID(str(caller.user_id)))
