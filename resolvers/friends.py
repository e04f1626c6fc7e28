import strawberry

from domain.pages import Slice
from schema.context import Info
from schema.friend import FriendConnection
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from services import friends


@strawberry.type
class FriendQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="Everyone who shares a ledger with you, by name, with what stands between you.",
    )
    async def friends(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
    ) -> FriendConnection:
        async with info.context.db.reading() as session:
            page = await friends.page(session, actor(info).user_id, Slice.of(first, after))
        return FriendConnection.over(page)
