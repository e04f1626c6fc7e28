"""What members talk about, and what happened to it."""

from uuid import UUID

import strawberry
from strawberry import relay

from domain.pages import Slice
from domain.thread import Thread
from schema.comment import CommentConnection
from schema.context import Info
from schema.event import ActivityConnection
from schema.pages import After, First


@strawberry.interface(
    description="An expense, a settlement or a conversion: it has a thread of its own."
)
class Topic(relay.Node):
    id: relay.NodeID[UUID]
    ledger_id: strawberry.Private[UUID]

    @strawberry.field(description="What was said about it, newest first.")
    async def comments(
        self, info: Info, first: First = 50, after: After = None
    ) -> CommentConnection:
        thread = Thread(self.ledger_id, self.id, Slice.of(first, after))
        return CommentConnection.over(await info.context.loaders.comments.load(thread))

    @strawberry.field(
        description="All that happened to it, its comments included, newest first: one thread to show."
    )
    async def history(
        self, info: Info, first: First = 50, after: After = None
    ) -> ActivityConnection:
        thread = Thread(self.ledger_id, self.id, Slice.of(first, after))
        return ActivityConnection.of(await info.context.loaders.history.load(thread))
