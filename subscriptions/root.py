"""What one can follow. Every stream resumes where it was left: see `subscriptions.stream`."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry import relay

from domain.log import EventKind
from models.claim import ClaimingStatus
from models.event import Event
from schema.budget import BudgetAlert
from schema.event import LedgerEvent
from schema.ids import row_id
from schema.live import (
    BalanceChange,
    BalanceMessage,
    BalanceSnapshot,
    BudgetAlertMessage,
    BudgetAlertSnapshot,
    ClaimingChange,
    ClaimingMessage,
    ClaimingSnapshot,
    LedgerMessage,
    LedgerSnapshot,
    NotificationAdded,
    NotificationMessage,
    NotificationSnapshot,
    ReceiptMessage,
    ReceiptProgress,
    ends_claiming,
)
from schema.permissions import SignedIn, WithAccount, actor
from schema.scalars import BigInt
from services import access, notifications, snapshots
from subscriptions.context import LiveInfo
from subscriptions.stream import Stream

LedgerId = Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")]
After = Annotated[
    BigInt | None,
    strawberry.argument(
        description="The newest `seq` that you have: what came after it is replayed. Without it a snapshot "
        "comes first."
    ),
]


@strawberry.type
class Subscription:
    @strawberry.subscription(
        permission_classes=[SignedIn], description="Everything that happens in a ledger."
    )
    async def ledger_events(
        self, info: LiveInfo, ledger_id: LedgerId, after: After = None
    ) -> AsyncGenerator[LedgerMessage]:
        viewer, id = actor(info).user_id, row_id(ledger_id, "Ledger")
        ledger = await access.ledger_to_show(info.context.db, viewer, id)

        async def snapshot(session: AsyncSession) -> LedgerSnapshot:
            return LedgerSnapshot.of(await access.ledger_to_show(session, viewer, id))

        return Stream(info, ledger, snapshot, LedgerEvent.of).messages(after)

    @strawberry.subscription(
        permission_classes=[SignedIn], description="A ledger's balances whenever they change."
    )
    async def balance_changed(
        self, info: LiveInfo, ledger_id: LedgerId, after: After = None
    ) -> AsyncGenerator[BalanceMessage]:
        viewer, id = actor(info).user_id, row_id(ledger_id, "Ledger")
        ledger = await access.ledger_to_show(info.context.db, viewer, id)

        async def snapshot(session: AsyncSession) -> BalanceSnapshot:
            return BalanceSnapshot.of(*await snapshots.balances(session, viewer, id))

        return Stream(info, ledger, snapshot, BalanceChange.of).messages(after)

    @strawberry.subscription(
        permission_classes=[SignedIn, WithAccount],
        description="Your budgets' thresholds, as spending reaches them.",
    )
    async def budget_alert(
        self, info: LiveInfo, after: After = None
    ) -> AsyncGenerator[BudgetAlertMessage]:
        viewer = actor(info).user_id
        async with info.context.db.reading() as session:
            ledger = await access.personal_ledger_of(session, viewer)

        async def snapshot(session: AsyncSession) -> BudgetAlertSnapshot:
            return BudgetAlertSnapshot.of(await access.personal_ledger_of(session, viewer))

        return Stream(info, ledger, snapshot, _alert).messages(after)

    @strawberry.subscription(
        permission_classes=[SignedIn, WithAccount],
        description="What you should know, as it happens.",
    )
    async def notification_added(
        self, info: LiveInfo, after: After = None
    ) -> AsyncGenerator[NotificationMessage]:
        viewer = actor(info).user_id
        async with info.context.db.reading() as session:
            ledger = await access.personal_ledger_of(session, viewer)

        async def snapshot(session: AsyncSession) -> NotificationSnapshot:
            seq, unread = await snapshots.unread_notifications(session, viewer)
            return NotificationSnapshot(seq=BigInt(seq), unread_count=unread)

        return Stream(info, ledger, snapshot, _added).messages(after)

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description="How far the reading of a receipt has come, until it has come to an end.",
    )
    async def receipt_progress(
        self,
        info: LiveInfo,
        receipt_id: Annotated[relay.GlobalID, strawberry.argument(description="Which receipt.")],
    ) -> AsyncGenerator[ReceiptMessage]:
        viewer, id = actor(info).user_id, row_id(receipt_id, "Receipt")
        async with info.context.db.reading() as session:
            ledger, _ = await snapshots.receipt(session, viewer, id)

        async def snapshot(session: AsyncSession) -> ReceiptProgress:
            return ReceiptProgress.of(*await snapshots.receipt(session, viewer, id))

        def progress(event: Event) -> ReceiptProgress | None:
            return ReceiptProgress.told(event) if event.entity_id == id else None

        stream = Stream(info, ledger, snapshot, progress, is_last=ReceiptProgress.is_final)
        return stream.messages(after=None)

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description="Who claims what of a receipt, until the claiming is over. Of one that is over there is "
        "a snapshot and no more.",
    )
    async def claiming_changed(
        self,
        info: LiveInfo,
        claiming_id: Annotated[relay.GlobalID, strawberry.argument(description="Which claiming.")],
        after: After = None,
    ) -> AsyncGenerator[ClaimingMessage]:
        viewer, id = actor(info).user_id, row_id(claiming_id, "Claiming")
        async with info.context.db.reading() as session:
            ledger, row = await snapshots.claiming(session, viewer, id)

        async def snapshot(session: AsyncSession) -> ClaimingSnapshot:
            return ClaimingSnapshot.of(*await snapshots.claiming(session, viewer, id))

        def change(event: Event) -> ClaimingChange | None:
            return ClaimingChange.of(event) if event.entity_id == id else None

        stream = Stream(info, ledger, snapshot, change, is_last=ends_claiming)
        return stream.messages(after if row.status is ClaimingStatus.OPEN else None)


def _alert(event: Event) -> BudgetAlert | None:
    return BudgetAlert.of(event) if event.kind is EventKind.BUDGET_ALERTED else None


def _added(event: Event) -> NotificationAdded | None:
    told = notifications.announced(event)
    return NotificationAdded.of(told) if told else None
