"""What members talk about, and what happened to it."""

from uuid import UUID

import strawberry
from strawberry import relay

from domain.pages import Slice
from domain.thread import Thread
from models.conversion import Conversion
from models.expense import Expense, Settlement
from schema.comment import CommentConnection
from schema.context import Info
from schema.event import ActivityConnection
from schema.pages import After, First


@strawberry.interface(
    description="An expense, a settlement or a conversion: it has a thread of its own."
)
class Topic(relay.Node):
    id: relay.NodeID[UUID]
    row: strawberry.Private[Expense | Settlement | Conversion]

    @property
    def ledger_id(self) -> UUID:
        return self.row.ledger_id

    @strawberry.field(
        description="Whether you may change it, take it back or bring it back now, as the group's policy is."
    )
    async def viewer_can_edit(self, info: Info) -> bool:
        return await info.context.loaders.editable.load(self.row.editable)

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
