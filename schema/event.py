from datetime import datetime

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from domain import changes
from domain.pages import Page
from models.event import Event as EventRow
from schema.change import FieldChange
from schema.columns import column
from schema.comment import Comment
from schema.context import Info
from schema.ids import node_key
from schema.pages import page_info
from schema.scalars import BigInt


@strawberry.type(description="One line of a ledger's log: what happened to what, by whom.")
class LedgerEvent:
    row: strawberry.Private[EventRow]

    seq: BigInt = column("seq", description="Its number; there are no gaps.")
    kind: str = column("kind", description="What happened, such as expense.created.")

    @strawberry.field(description="What it happened to.")
    def entity_id(self) -> relay.GlobalID:
        entity, _, _ = self.row.kind.partition(".")
        return relay.GlobalID(entity.title().replace("_", ""), str(self.row.entity_id))

    actor_name: str = column("actor_name", description="Who did it, as they were called then.")
    at: datetime = column("at", description="When it was recorded.")
    before: JSON | None = column("before", description="The entity's registers before it.")
    after: JSON | None = column("after", description="The entity's registers after it.")

    @strawberry.field(
        description="SHA-256 over the previous event's hash and this event, in hexadecimal."
    )
    def hash(self) -> str:
        return self.row.hash.hex()

    @strawberry.field(
        description="What `before` and `after` differ in, by field in alphabetical order. Of something new: "
        "all that it has; of something gone for good: all that it had."
    )
    def changes(self) -> list[FieldChange]:
        return [
            FieldChange.of(change) for change in changes.between(self.row.before, self.row.after)
        ]

    @strawberry.field(description="The comment that it is about, as it is now.")
    async def comment(self, info: Info) -> Comment | None:
        entity = self.entity_id()
        if entity.type_name != Comment.__name__:
            return None
        node = await info.context.loaders.node.load(node_key(entity))
        return node if isinstance(node, Comment) else None

    @strawberry.field(description="Whether you did it.")
    def by_me(self, info: Info) -> bool:
        return info.context.actor is not None and info.context.actor.user_id == self.row.actor_id

    @staticmethod
    def of(row: EventRow) -> "LedgerEvent":
        return LedgerEvent(row=row)


@strawberry.type(description="An event and its place in the log.")
class ActivityEdge:
    cursor: str = strawberry.field(description="What `after` takes to go on from here.")
    node: LedgerEvent = strawberry.field(description="The event.")


@strawberry.type(description="A ledger's log, newest first.")
class ActivityConnection:
    edges: list[ActivityEdge] = strawberry.field(description="The events of this page.")
    page_info: relay.PageInfo = strawberry.field(description="Whether there are more.")

    @staticmethod
    def of(page: Page[EventRow]) -> "ActivityConnection":
        edges = [ActivityEdge(cursor=cursor, node=LedgerEvent.of(row)) for cursor, row in page.rows]
        return ActivityConnection(edges=edges, page_info=page_info(page))
