"""Receipts of the same bill: photographed twice, perhaps by two members, perhaps for two ledgers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, cast, func, intersect
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.receipt.looks import MOST_APART
from domain.receipt.matching import Facts, Likeness, Sighting, facts_of, likeness
from domain.receipt.numbers import FEWEST
from domain.receipt.stored import restored, restored_correction
from models.receipt import Receipt
from services import access

Duplicate = tuple[Receipt, Sequence[Likeness]]

_LOOKS_BITS = 64
_MOST = 10
"""Of one receipt: whoever has more does not look at them one by one."""


async def of(
    session: AsyncSession, viewer: UUID, receipt_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Duplicate]]:
    """Each receipt's newest likely duplicates, newest first, in all ledgers that the viewer is a member of.

    What lies on one photograph is not the same. The caller has checked access to the receipts themselves.
    """
    one, other = aliased(Receipt), aliased(Receipt)
    looks_apart = func.bit_count(cast(col(one.looks).op("#")(other.looks), BIT(_LOOKS_BITS)))
    query = (
        select(one, other)
        .join(
            other,
            or_(
                one.bill_key == other.bill_key,
                looks_apart <= MOST_APART,
                and_(col(one.numbers).op("&&")(other.numbers), _shared(one, other) >= FEWEST),
            ),
        )
        .where(
            col(one.id).in_(receipt_ids),
            col(other.ledger_id).in_(access.ledger_ids_of(viewer)),
            one.object_key != other.object_key,
        )
        .order_by(col(other.created_at).desc(), col(other.id).desc())
    )
    found = defaultdict[UUID, list[Duplicate]](list)
    for receipt, like in (await session.exec(query)).all():
        if len(found[receipt.id]) == _MOST:
            continue
        if reasons := likeness(_sighting(receipt), _sighting(like)):
            found[receipt.id].append((like, reasons))
    return found


def _shared(one: type[Receipt], other: type[Receipt]) -> ColumnElement[int]:
    """How many numbers the two have in common."""
    each = (select(func.unnest(row.numbers)).correlate(one, other) for row in (one, other))
    return func.cardinality(func.array(intersect(*each).scalar_subquery()))


def _sighting(receipt: Receipt) -> Sighting:
    return Sighting(_facts(receipt), receipt.looks, frozenset(receipt.numbers or ()))


def _facts(receipt: Receipt) -> Facts:
    """What was confirmed, or else what was read; a merchant whom nobody named is the one that was read."""
    read = facts_of(restored(receipt.reading or {}))
    if receipt.correction is None:
        return read
    said = restored_correction(receipt.correction)
    return Facts(said.total_minor, said.currency, said.day, said.merchant or read.merchant)
