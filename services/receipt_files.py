"""Which stored files belong to a receipt."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.receipt import Receipt


async def orphans(session: AsyncSession, keys: Iterable[str]) -> Collection[str]:
    """Those of the keys that no receipt has. A key begins with the id of its ledger."""
    of_ledgers: defaultdict[UUID, set[str]] = defaultdict(set)
    for key in keys:
        of_ledgers[UUID(key.partition("/")[0])].add(key)
    unclaimed = {key for of_one in of_ledgers.values() for key in of_one}
    query = select(Receipt.object_key, Receipt.image_key).where(
        col(Receipt.ledger_id).in_(of_ledgers),
        or_(col(Receipt.object_key).in_(unclaimed), col(Receipt.image_key).in_(unclaimed)),
    )
    for of_receipt in (await session.exec(query)).all():
        unclaimed.difference_update(of_receipt)
    return unclaimed
