"""Who settles as one, and what becomes of it when a seat is given up."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain import subgroup
from domain.log import EventKind
from domain.party import Parties
from models.subgroup import Subgroup
from services import events
from services.access import Seat


async def of_ledgers(session: AsyncSession, ledger_ids: Collection[UUID]) -> Mapping[UUID, Parties]:
    """The parties of each ledger. The caller has checked access."""
    payers: dict[UUID, dict[UUID, UUID]] = {ledger_id: {} for ledger_id in ledger_ids}
    for ledger_id, rows in (await subgroups_of(session, ledger_ids)).items():
        for row in rows:
            payers[ledger_id] |= dict.fromkeys(row.member_ids, row.payer_id)
    return {ledger_id: Parties(payer_of) for ledger_id, payer_of in payers.items()}


async def subgroups_of(
    session: AsyncSession, ledger_ids: Collection[UUID]
) -> Mapping[UUID, list[Subgroup]]:
    """Those that stand, by name. The caller has checked access."""
    query = (
        select(Subgroup)
        .where(col(Subgroup.ledger_id).in_(ledger_ids), col(Subgroup.dissolved_at).is_(None))
        .order_by(col(Subgroup.name), col(Subgroup.id))
    )
    found: defaultdict[UUID, list[Subgroup]] = defaultdict(list)
    for row in (await session.exec(query)).all():
        found[row.ledger_id].append(row)
    return found


async def take_out(tx: Tx, seat: Seat, member_id: UUID) -> None:
    """Part a member from those with whom they settle as one; if only one other is left, that ends too."""
    for row in (await subgroups_of(tx, [seat.ledger.id]))[seat.ledger.id]:
        if member_id not in row.member_ids:
            continue
        if not (staying := subgroup.without(row.member_ids, member_id)):
            dissolve(tx, seat, row)
            continue
        before = row.facts()
        row.member_ids, row.payer_id = staying, subgroup.heir(staying, row.payer_id)
        row.written_by(seat.author.device_id, "members")
        events.record_row(tx, seat, EventKind.SUBGROUP_UPDATED, row, before)


def dissolve(tx: Tx, seat: Seat, row: Subgroup) -> None:
    """From now on each of them settles alone."""
    before = row.facts()
    row.dissolved_at = now()
    row.written_by(seat.author.device_id, "dissolved")
    events.record_row(tx, seat, EventKind.SUBGROUP_DISSOLVED, row, before)
