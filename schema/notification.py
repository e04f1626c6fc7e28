from datetime import datetime
from typing import Annotated, Union
from uuid import UUID

import strawberry
from strawberry import relay

from domain import budget
from domain.notification import Reading, These, UpTo
from domain.pages import Page
from models.notification import Notification as NotificationRow
from schema.budget import BudgetAlert
from schema.ids import row_id
from schema.pages import page_info
from schema.refusals import Invalid, NotFound

NotificationSubject = Annotated[
    Union[BudgetAlert],  # noqa: UP007 - the kinds of notifications to come stand here too
    strawberry.union("NotificationSubject", description="What a notification is about."),
]


@strawberry.type(description="Something that you should know.")
class Notification(relay.Node):
    id: relay.NodeID[UUID]
    about: NotificationSubject = strawberry.field(description="What it is about.")
    created_at: datetime = strawberry.field(description="Since when it is here.")
    read_at: datetime | None = strawberry.field(description="When you read it, if you did.")

    @staticmethod
    def of(row: NotificationRow) -> "Notification":
        alert = budget.restored(row.data)
        return Notification(
            id=row.id,
            about=BudgetAlert.told(alert, seq=row.seq, at=row.created_at),
            created_at=row.created_at,
            read_at=row.read_at,
        )


@strawberry.type(description="Your notifications, newest first.")
class NotificationConnection(relay.Connection[Notification]):
    @staticmethod
    def over(page: Page[NotificationRow]) -> "NotificationConnection":
        edges = [relay.Edge(cursor=cursor, node=Notification.of(row)) for cursor, row in page.rows]
        return NotificationConnection(edges=edges, page_info=page_info(page))


@strawberry.input(one_of=True, description="Which notifications you have read.")
class MarkNotificationsReadInput:
    up_to: strawberry.Maybe[relay.GlobalID] = strawberry.field(
        description="This one and all older ones."
    )
    ids: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(
        description="These, at most 100."
    )

    def to_domain(self) -> Reading:
        if self.up_to:
            return UpTo(row_id(self.up_to.value, "Notification"))
        assert self.ids, "GraphQL refuses an input without either"
        return These({row_id(one, "Notification") for one in self.ids.value})


@strawberry.type(description="Notifications that you have read now.")
class NotificationsRead:
    marked: int = strawberry.field(description="How many of them you had not read before.")


MarkNotificationsReadResult = Annotated[
    NotificationsRead | Invalid | NotFound, strawberry.union("MarkNotificationsReadResult")
]
