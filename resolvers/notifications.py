from typing import Annotated

import strawberry

from domain.pages import Slice
from schema.context import Info
from schema.notification import (
    MarkNotificationsReadInput,
    MarkNotificationsReadResult,
    NotificationConnection,
    NotificationsRead,
)
from schema.pages import After, First
from schema.permissions import SignedIn, WithAccount, actor
from services import notifications


@strawberry.type
class NotificationQueries:
    @strawberry.field(
        permission_classes=[SignedIn, WithAccount], description="Your notifications, newest first."
    )
    async def notifications(
        self,
        info: Info,
        *,
        unread_only: Annotated[
            bool, strawberry.argument(description="Only those that you have not read.")
        ] = False,
        first: First = 50,
        after: After = None,
    ) -> NotificationConnection:
        async with info.context.db.reading() as session:
            page = await notifications.page(
                session, actor(info).user_id, Slice.of(first, after), unread_only=unread_only
            )
        return NotificationConnection.over(page)

    @strawberry.field(
        permission_classes=[SignedIn, WithAccount],
        description="How many notifications you have not read.",
    )
    async def unread_notification_count(self, info: Info) -> int:
        return await notifications.unread_count(info.context.db, actor(info).user_id)


@strawberry.type
class NotificationMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Say which notifications you have read.",
    )
    async def mark_notifications_read(
        self, info: Info, input: MarkNotificationsReadInput
    ) -> MarkNotificationsReadResult:
        async with info.context.db.transaction() as tx:
            marked = await notifications.mark_read(tx, actor(info), input.to_domain())
        return NotificationsRead(marked=marked)
