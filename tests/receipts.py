"""Receipts as tests need them: plain functions, keyword overrides, through the real services."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.expense import Bill
from domain.money import Money
from domain.receipt import Field, Item, Line, Point, Reading
from domain.receipt.confirmation import Confirmation
from domain.receipt.failure import Failure
from domain.receipt.upload import NewReceipt, ReceiptPriority
from models.receipt import Receipt
from services import receipt_attachments, receipt_reading, receipts
from services.receipt_reading import Proposal, Seen
from services.receipts import KeptFile
from tests.groups import DAY

_BOX = (Point(1, 2), Point(30.5, 2), Point(30.5, 12), Point(1, 12))
LINES = [Line("TOTAL 12.50", 0.97, _BOX)]
READING = Reading(
    total=Field(1250, 0.9, "TOTAL 12.50", _BOX),
    currency=Field("EUR", 0.3, "", ()),
    items=(Field(Item("Rye bread", Decimal(2), 625, 1250), 0.8, "2 Rye bread 12.50", _BOX),),
)


SEEN = Seen("seen.jpg", width=300, height=400, looks=None)
PROPOSAL = Proposal(LINES, READING)


def bill(
    minor: int = 1250,
    *,
    currency: str = "EUR",
    day: date = DAY,
    merchant: str | None = "Harbour Lane Bakery",
) -> Proposal:
    """What is read from a bill: by default 12.50 EUR at a bakery on `DAY`."""
    reading = Reading(
        merchant=Field(merchant, 0.9, merchant, _BOX) if merchant else None,
        total=Field(minor, 0.9, "TOTAL", _BOX),
        currency=Field(currency, 0.9, "", ()),
        day=Field(day, 0.9, day.isoformat(), _BOX),
    )
    return Proposal(LINES, reading)


def kept_file() -> KeptFile:
    """A file like no other."""
    name = new_id()
    return KeptFile(
        object_key=f"{name}.jpg",
        content_type="image/jpeg",
        size_bytes=1000,
        sha256=name.bytes * 2,
    )


async def upload(
    db: Database,
    actor: Actor,
    ledger_id: UUID,
    file: KeptFile | None = None,
    *,
    id: UUID | None = None,
    priority: ReceiptPriority = ReceiptPriority.INTERACTIVE,
) -> Receipt:
    """Register a receipt, of another file each time unless said otherwise."""
    wanted = NewReceipt(id or new_id(), ledger_id, priority)
    async with db.transaction() as tx:
        return await receipts.register(tx, actor, wanted, file or kept_file())


async def begin(db: Database, receipt_id: UUID) -> receipt_reading.ToRead | Failure | None:
    async with db.transaction() as tx:
        return await receipt_reading.begin(tx, receipt_id)


async def finish(
    db: Database, receipt_id: UUID, *proposals: Proposal, looks: int | None = None
) -> bool:
    """As one receipt, `READING`, unless said otherwise."""
    seen = SEEN._replace(looks=looks)
    async with db.transaction() as tx:
        return await receipt_reading.finish(
            tx, receipt_id, seen, proposals or [PROPOSAL], took_millis=1500
        )


async def fail(
    db: Database, receipt_id: UUID, failure: Failure = Failure.NO_TEXT, seen: Seen | None = None
) -> bool:
    async with db.transaction() as tx:
        return await receipt_reading.fail(tx, receipt_id, failure, seen)


async def read(db: Database, receipt_id: UUID) -> None:
    """Have it read as `READING`."""
    await begin(db, receipt_id)
    await finish(db, receipt_id)


async def uploaded_and_read(
    db: Database, actor: Actor, ledger_id: UUID, *proposals: Proposal, looks: int | None = None
) -> Receipt:
    """A receipt that says what `bill` does unless said otherwise."""
    row = await upload(db, actor, ledger_id)
    await begin(db, row.id)
    await finish(db, row.id, *(proposals or [bill()]), looks=looks)
    return row


async def attach(
    db: Database, actor: Actor, receipt_id: UUID, expense_id: UUID, if_version: int = 1
) -> Receipt:
    async with db.transaction() as tx:
        return await receipt_attachments.attach(tx, actor, receipt_id, expense_id, if_version)


async def detach(db: Database, actor: Actor, receipt_id: UUID, if_version: int = 2) -> Receipt:
    async with db.transaction() as tx:
        return await receipt_attachments.detach(tx, actor, receipt_id, if_version)


def as_read(minor: int = 1250, **overrides: Any) -> Confirmation:
    """What the user confirms: by default an expense of 12.50 EUR on `DAY`, under a new id."""
    return Confirmation(
        expense_id=overrides.pop("expense_id", None) or new_id(),
        bill=overrides.pop("bill", None) or Bill(Money(minor, "EUR")),
        day=overrides.pop("day", DAY),
        **overrides,
    )


async def confirm(db: Database, actor: Actor, receipt_id: UUID, made: Confirmation) -> Receipt:
    async with db.transaction() as tx:
        return await receipts.confirm(tx, actor, receipt_id, made)


async def stored(db: Database, receipt_id: UUID) -> Receipt | None:
    async with db.reading() as session:
        return await session.get(Receipt, receipt_id)


async def all_of(db: Database, ledger_id: UUID) -> list[Receipt]:
    query = select(Receipt).where(Receipt.ledger_id == ledger_id)
    async with db.reading() as session:
        return list((await session.exec(query)).all())
