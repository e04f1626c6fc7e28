"""What confirmed receipts teach of shops: at once to who confirmed them, to everybody when several agree.

A shop's name is all that is ever shared, and only when `FEWEST_WHO_AGREE` users gave it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, cast
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain.receipt import Line
from domain.receipt.correction import Correction
from domain.receipt.shop import Recognised, Shop, ShopKey, keys_of, recognised
from models.shop import ShopMemory

FEWEST_WHO_AGREE = 3


class _Named(NamedTuple):
    """How many users last confirmed a key as this name."""

    key: str
    merchant: str
    users: int


async def remember(tx: Tx, user_id: UUID, lines: Sequence[Line], truth: Correction) -> None:
    """Learn what this shop is called and filed under. Nothing is learnt of a receipt without a merchant."""
    keys = sorted(map(str, keys_of(lines)))  # all in one order, so that nobody waits in a ring
    if not keys or truth.merchant is None:
        return
    rows = [
        ShopMemory(
            key=key,
            user_id=user_id,
            merchant=truth.merchant,
            category_id=truth.category_id,
            currency=truth.currency,
        ).model_dump()
        for key in keys
    ]
    new = insert(ShopMemory).values(rows)
    changed = func.lower(col(ShopMemory.merchant)) != func.lower(new.excluded.merchant)
    known_already = new.on_conflict_do_update(
        index_elements=["key", "user_id"],
        set_={
            "merchant": new.excluded.merchant,
            "category_id": new.excluded.category_id,
            "currency": new.excluded.currency,
            "used_at": new.excluded.used_at,
            "confirmations": ShopMemory.confirmations + 1,
            "changes": ShopMemory.changes + cast(changed, Integer),
        },
    )
    await tx.exec(known_already)


async def recall(session: AsyncSession, user_id: UUID, lines: Sequence[Line]) -> Recognised | None:
    """The shop that printed these lines, if the user or several others know it."""
    keys = keys_of(lines)
    own = recognised(keys, await _own(session, user_id, keys))
    return own or recognised(keys, await _shared(session, keys))


async def _own(session: AsyncSession, user_id: UUID, keys: Sequence[ShopKey]) -> Mapping[str, Shop]:
    query = select(ShopMemory).where(
        ShopMemory.user_id == user_id, col(ShopMemory.key).in_(map(str, keys))
    )
    return {row.key: _shop(row) for row in (await session.exec(query)).all()}


def _shop(row: ShopMemory) -> Shop:
    trust = 1 - row.changes / row.confirmations
    return Shop(row.merchant, trust, row.category_id, row.currency)


async def _shared(session: AsyncSession, keys: Sequence[ShopKey]) -> Mapping[str, Shop]:
    """The name that most users gave each key, trusted as far as they agree."""
    query = (
        select(
            ShopMemory.key,
            func.mode().within_group(col(ShopMemory.merchant)),
            func.count(),
        )
        .where(
            col(ShopMemory.key).in_(map(str, keys)),
            ShopMemory.changes * 2 <= ShopMemory.confirmations,
        )
        .group_by(col(ShopMemory.key), func.lower(col(ShopMemory.merchant)))
    )
    named = [_Named(*row) for row in (await session.exec(query)).all()]
    users = {key: sum(one.users for one in named if one.key == key) for key, _, _ in named}
    return {
        one.key: Shop(one.merchant, one.users / users[one.key])
        for one in sorted(named, key=lambda one: one.users)
        if one.users >= FEWEST_WHO_AGREE
    }
