"""Claimings as tests need them: plain functions, keyword overrides, through the real services."""

from typing import Any
from uuid import UUID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.claiming import Claims, Closing, NewClaiming, Offer
from domain.receipt import Field, Item, Reading
from models.claim import Claiming
from models.receipt import Receipt
from services import claims
from tests.groups import DAY
from tests.receipts import PROPOSAL, begin, finish, upload


def _field(value: Any, text: str = "") -> Field[Any]:
    return Field(value, 0.9, text, ())


def _item(title: str, minor: int) -> Field[Item]:
    return _field(Item(title, None, None, minor), title)


DINNER = Reading(
    merchant=_field("Café Rio"),
    total=_field(5263),
    tax=_field(363),
    tip=_field(700),
    currency=_field("EUR"),
    items=(
        _item("Steak", 1250),
        _item("Soup", 900),
        _item("Wine", 1800),
        _item("Cake", 450),
        _item("Voucher", -200),
    ),
)
"""Ann had the steak, Bob the soup, Cat the cake and all three the wine: 22.13, 17.94 and 12.56."""


async def dinner(db: Database, actor: Actor, ledger_id: UUID) -> Receipt:
    """A receipt that was read as `DINNER`."""
    receipt = await upload(db, actor, ledger_id)
    await begin(db, receipt.id)
    await finish(db, receipt.id, PROPOSAL._replace(reading=DINNER))
    return receipt


async def open_receipt(
    db: Database,
    actor: Actor,
    receipt_id: UUID,
    *,
    offer: Offer | None = None,
    id: UUID | None = None,
) -> Claiming:
    async with db.transaction() as tx:
        wanted = NewClaiming(id or new_id(), receipt_id, offer)
        return await claims.open_receipt(tx, actor, wanted)


async def open_dinner(db: Database, actor: Actor, ledger_id: UUID) -> Claiming:
    return await open_receipt(db, actor, (await dinner(db, actor, ledger_id)).id)


async def claim(
    db: Database,
    actor: Actor,
    claiming_id: UUID,
    parts: dict[int, int],
    *,
    member_id: UUID | None = None,
    if_version: int | None = None,
) -> Claiming:
    async with db.transaction() as tx:
        return await claims.claim(tx, actor, claiming_id, member_id, parts, if_version)


async def close(
    db: Database,
    actor: Actor,
    claiming_id: UUID,
    *,
    if_version: int | None = None,
    **choices: Any,
) -> Claiming:
    """Close it as it is now unless said otherwise, into an expense on `DAY`."""
    version = (await stored(db, claiming_id)).version if if_version is None else if_version
    closing = Closing(choices.pop("expense_id", None) or new_id(), DAY, **choices)
    async with db.transaction() as tx:
        return await claims.close(tx, actor, claiming_id, version, closing)


async def cancel(db: Database, actor: Actor, claiming_id: UUID) -> Claiming:
    async with db.transaction() as tx:
        return await claims.cancel(tx, actor, claiming_id)


async def stored(db: Database, claiming_id: UUID) -> Claiming:
    async with db.reading() as session:
        return await session.get_one(Claiming, claiming_id)


async def claimed(db: Database, claiming_id: UUID) -> Claims:
    async with db.reading() as session:
        return await claims.claims_of(session, claiming_id)
