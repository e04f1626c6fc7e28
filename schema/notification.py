from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import budget, news
from domain.news import News
from domain.notification import NotificationKind, Reading, These, UpTo
from domain.pages import Page
from models.notification import Notification as NotificationRow
from schema.budget import BudgetAlert
from schema.context import Info
from schema.ids import row_id
from schema.ledger import Ledger
from schema.money import Money
from schema.pages import page_info
from schema.refusals import Invalid, NotFound
from schema.scalars import BigInt

strawberry.enum(
    NotificationKind,
    description="What a notification tells. MENTIONED stands for a comment that names you; COMMENT_ADDED for "
    "any other on what you are part of.",
)


@strawberry.type(description="What somebody did in a ledger, as it was then.")
class LedgerNews:
    ledger_name: str = strawberry.field(description="The ledger's name.")
    seq: BigInt = strawberry.field(description="The number of the event in the ledger's log.")
    actor_name: str = strawberry.field(description="Who did it.")
    entity_id: relay.GlobalID = strawberry.field(description="What it happened to.")
    title: str | None = strawberry.field(description="What people call that.")
    amount: Money | None = strawberry.field(description="How much it is about.")
    changed: list[str] = strawberry.field(description="Which of its columns an edit changed.")
    count: int | None = strawberry.field(description="How many things it is about, if several.")
    ledger_id: strawberry.Private[UUID]

    @strawberry.field(description="The ledger as it is now; null once you have left it.")
    async def ledger(self, info: Info) -> Ledger | None:
        row = await info.context.loaders.ledgers.load(self.ledger_id)
        return Ledger.of(row) if row else None

    @staticmethod
    def told(news: News, *, seq: int) -> "LedgerNews":
        return LedgerNews(
            ledger_name=news.ledger_name,
            seq=BigInt(seq),
            actor_name=news.actor_name,
            entity_id=relay.GlobalID(news.entity, str(news.entity_id)),
            title=news.title,
            amount=Money.of(news.amount) if news.amount else None,
            changed=list(news.changed),
            count=news.count,
            ledger_id=news.ledger_id,
        )


NotificationSubject = Annotated[
    BudgetAlert | LedgerNews,
    strawberry.union("NotificationSubject", description="What a notification is about."),
]


def _subject(row: NotificationRow) -> BudgetAlert | LedgerNews:
    if row.kind is NotificationKind.BUDGET_ALERT:
        alert = budget.restored(row.data)
        return BudgetAlert.told(alert, seq=row.source_seq, at=row.created_at)
    return LedgerNews.told(news.restored(row.data), seq=row.source_seq)


@strawberry.type(description="Something that you should know.")
class Notification(relay.Node):
    id: relay.NodeID[UUID]
    kind: NotificationKind = strawberry.field(description="What it tells.")
    text: str = strawberry.field(description="The same in one line of English.")
    about: NotificationSubject = strawberry.field(description="What it is about.")
    created_at: datetime = strawberry.field(description="Since when it is here.")
    read_at: datetime | None = strawberry.field(description="When you read it, if you did.")

    @staticmethod
    def of(row: NotificationRow) -> "Notification":
        return Notification(
            id=row.id,
            kind=row.kind,
            text=news.sentence(row.kind, row.data),
            about=_subject(row),
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
