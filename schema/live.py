"""What streams say. Every message has a `seq`: whoever resumes with the newest one misses nothing."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.errors import NotFound
from domain.log import EventKind
from domain.receipt.failure import Failure
from models.claim import Claiming as ClaimingRow
from models.claim import ClaimingStatus
from models.event import Event
from models.ledger import Balance as BalanceRow
from models.ledger import Ledger as LedgerRow
from models.notification import Notification as NotificationRow
from models.receipt import Receipt as ReceiptRow
from models.receipt import ReceiptStatus
from schema.balance import Balance
from schema.budget import BudgetAlert
from schema.claim import Claiming
from schema.context import Info
from schema.event import LedgerEvent
from schema.ledger import Ledger
from schema.notification import Notification
from schema.receipt import Receipt
from schema.scalars import BigInt

_SEQ = "Its place in the ledger's log: resume with the newest one as `after`."

_FINAL = (ReceiptStatus.READ, ReceiptStatus.FAILED, ReceiptStatus.CONFIRMED)


_ENDS_CLAIMING = (EventKind.CLAIMING_CLOSED, EventKind.CLAIMING_CANCELLED)


class ResyncReason(StrEnum):
    TOO_OLD = "TOO_OLD"
    TOO_NEW = "TOO_NEW"
    TOO_SLOW = "TOO_SLOW"


strawberry.enum(
    ResyncReason,
    description="TOO_OLD: more was missed than is replayed. TOO_NEW: `after` is a number that the log has "
    "not reached. TOO_SLOW: you read more slowly than things happen.",
)


@strawberry.type(description="Nothing has happened for a while, up to and with this `seq`.")
class Heartbeat:
    seq: BigInt = strawberry.field(description=_SEQ)


@strawberry.type(description="Events are left out here: forget what you hold. A snapshot follows.")
class Resync:
    seq: BigInt = strawberry.field(description="Where the log is now.")
    reason: ResyncReason = strawberry.field(description="Why.")


@strawberry.type(description="Where the stream begins: the ledger, with everything up to `seq`.")
class LedgerSnapshot:
    seq: BigInt = strawberry.field(description=_SEQ)
    ledger: Ledger = strawberry.field(
        description="The ledger. What it leads to may already show a little more than `seq`."
    )

    @staticmethod
    def of(row: LedgerRow) -> "LedgerSnapshot":
        return LedgerSnapshot(seq=BigInt(row.seq), ledger=Ledger.of(row))


@strawberry.type(description="Where the stream begins: every open balance exactly as of `seq`.")
class BalanceSnapshot:
    seq: BigInt = strawberry.field(description=_SEQ)
    balances: list[Balance] = strawberry.field(description="Whoever is missing is settled.")

    @staticmethod
    def of(seq: int, rows: Sequence[BalanceRow]) -> "BalanceSnapshot":
        return BalanceSnapshot(seq=BigInt(seq), balances=[Balance.of(row) for row in rows])


@strawberry.type(description="What one event did to balances.")
class BalanceChange:
    seq: BigInt = strawberry.field(description=_SEQ)
    event: LedgerEvent = strawberry.field(description="What happened.")
    balances: list[Balance] = strawberry.field(
        description="The changed balances at their new value; zero is settled."
    )

    @staticmethod
    def of(row: Event) -> "BalanceChange | None":
        """None for an event that changed no balance."""
        if not row.balances:
            return None
        return BalanceChange(
            seq=BigInt(row.seq),
            event=LedgerEvent.of(row),
            balances=[_changed(row.ledger_id, change) for change in row.balances],
        )


def _changed(ledger_id: UUID, change: dict[str, Any]) -> Balance:
    return Balance.of(
        BalanceRow(
            ledger_id=ledger_id,
            member_id=UUID(change["member_id"]),
            currency=change["currency"],
            net_minor=change["net_minor"],
        )
    )


@strawberry.type(
    description="Where the stream begins. Earlier alerts are among your notifications."
)
class BudgetAlertSnapshot:
    seq: BigInt = strawberry.field(description=_SEQ)

    @staticmethod
    def of(row: LedgerRow) -> "BudgetAlertSnapshot":
        return BudgetAlertSnapshot(seq=BigInt(row.seq))


@strawberry.type(description="Where the stream begins.")
class NotificationSnapshot:
    seq: BigInt = strawberry.field(description=_SEQ)
    unread_count: int = strawberry.field(description="How many notifications you have not read.")


@strawberry.type(description="You are told of something new.")
class NotificationAdded:
    seq: BigInt = strawberry.field(description=_SEQ)
    notification: Notification = strawberry.field(description="What.")

    @staticmethod
    def of(row: NotificationRow) -> "NotificationAdded":
        return NotificationAdded(seq=BigInt(row.seq), notification=Notification.of(row))


@strawberry.type(description="How far the reading of a receipt has come.")
class ReceiptProgress:
    seq: BigInt = strawberry.field(description=_SEQ)
    status: ReceiptStatus = strawberry.field(description="How far. READ and FAILED end the stream.")
    failure: str | None = strawberry.field(description="Why it failed, in English, for people.")
    failure_code: Failure | None = strawberry.field(description="The same, for programs.")
    receipt_id: strawberry.Private[UUID]

    @strawberry.field(
        description="The receipt as it is now; what was read from it comes with READ."
    )
    async def receipt(self, info: Info) -> Receipt | None:
        node = await info.context.loaders.node.load(("Receipt", self.receipt_id))
        return node if isinstance(node, Receipt) else None

    @staticmethod
    def of(ledger: LedgerRow, row: ReceiptRow) -> "ReceiptProgress":
        return ReceiptProgress._at(ledger.seq, row.id, row.status, row.failure)

    @staticmethod
    def told(row: Event) -> "ReceiptProgress":
        """Refuses: `NotFound` for the event of its deletion."""
        if row.kind is EventKind.RECEIPT_DELETED:
            raise NotFound("No such receipt.")
        assert row.after is not None, "any other event of a receipt says where it stands"
        status, failure = row.after["status"], row.after["failure"]
        return ReceiptProgress._at(
            row.seq, row.entity_id, ReceiptStatus(status), Failure(failure) if failure else None
        )

    @staticmethod
    def _at(
        seq: int, receipt_id: UUID, status: ReceiptStatus, failure: Failure | None
    ) -> "ReceiptProgress":
        return ReceiptProgress(
            seq=BigInt(seq),
            status=status,
            failure=failure and failure.words,
            failure_code=failure,
            receipt_id=receipt_id,
        )

    @staticmethod
    def is_final(message: object) -> bool:
        """Whether nothing more will come of the receipt's reading."""
        return isinstance(message, ReceiptProgress) and message.status in _FINAL


@strawberry.type(description="Where the stream begins: who had what by now.")
class ClaimingSnapshot:
    seq: BigInt = strawberry.field(description=_SEQ)
    claiming: Claiming = strawberry.field(
        description="The claiming. It may already show a little more than `seq`."
    )

    @staticmethod
    def of(ledger: LedgerRow, row: ClaimingRow) -> "ClaimingSnapshot":
        return ClaimingSnapshot(seq=BigInt(ledger.seq), claiming=Claiming.of(row))


@strawberry.type(description="Somebody has claimed, or the claiming is over.")
class ClaimingChange:
    seq: BigInt = strawberry.field(description=_SEQ)
    event: LedgerEvent = strawberry.field(
        description="What happened. `claiming.closed` and `claiming.cancelled` end the stream."
    )
    claiming_id: strawberry.Private[UUID]

    @strawberry.field(description="The claiming as it is now.")
    async def claiming(self, info: Info) -> Claiming:
        """Refuses: `NotFound` once it has gone with its receipt."""
        node = await info.context.loaders.node.load(("Claiming", self.claiming_id))
        if not isinstance(node, Claiming):
            raise NotFound("No such claiming.")
        return node

    @staticmethod
    def of(row: Event) -> "ClaimingChange":
        return ClaimingChange(
            seq=BigInt(row.seq), event=LedgerEvent.of(row), claiming_id=row.entity_id
        )


def ends_claiming(message: object) -> bool:
    """Whether nothing more will come of the claiming."""
    match message:
        case ClaimingSnapshot():
            return message.claiming.status is not ClaimingStatus.OPEN
        case ClaimingChange():
            return message.event.row.kind in _ENDS_CLAIMING
        case _:
            return False


LedgerMessage = Annotated[
    LedgerSnapshot | LedgerEvent | Heartbeat | Resync,
    strawberry.union("LedgerMessage", description="What `ledgerEvents` says."),
]
BalanceMessage = Annotated[
    BalanceSnapshot | BalanceChange | Heartbeat | Resync,
    strawberry.union("BalanceMessage", description="What `balanceChanged` says."),
]
BudgetAlertMessage = Annotated[
    BudgetAlertSnapshot | BudgetAlert | Heartbeat | Resync,
    strawberry.union("BudgetAlertMessage", description="What `budgetAlert` says."),
]
NotificationMessage = Annotated[
    NotificationSnapshot | NotificationAdded | Heartbeat | Resync,
    strawberry.union("NotificationMessage", description="What `notificationAdded` says."),
]
ReceiptMessage = Annotated[
    ReceiptProgress | Heartbeat | Resync,
    strawberry.union("ReceiptMessage", description="What `receiptProgress` says."),
]
ClaimingMessage = Annotated[
    ClaimingSnapshot | ClaimingChange | Heartbeat | Resync,
    strawberry.union("ClaimingMessage", description="What `claimingChanged` says."),
]
