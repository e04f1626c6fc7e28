"""Balances of several currencies shown in one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.presentation import PresentationKey, Presented, presented
from domain.rate import RateMissing
from models.ledger import Balance
from services import rates


async def of(
    session: AsyncSession, keys: Sequence[PresentationKey]
) -> Mapping[PresentationKey, Presented | RateMissing]:
    """Each view, or why there is none. The caller has checked access to the ledgers.

    One query for balances, and one for each currency and day that are asked for.
    """
    nets = await _nets(session, [key.ledger_id for key in keys])
    wanted: defaultdict[tuple[str, date], list[UUID]] = defaultdict(list)
    for key in keys:
        wanted[key.currency, key.on].append(key.ledger_id)
    shown: dict[PresentationKey, Presented | RateMissing] = {}
    for (currency, on), ledger_ids in wanted.items():
        known = await rates.known(session, ledger_ids, currency, on)
        for id in ledger_ids:
            key = PresentationKey(id, currency, on)
            try:
                shown[key] = presented(nets[id], known.get(id, []), currency, on)
            except RateMissing as missing:
                shown[key] = missing
    return shown


_Nets = dict[str, dict[UUID, int]]


async def _nets(session: AsyncSession, ledger_ids: Sequence[UUID]) -> defaultdict[UUID, _Nets]:
    query = select(Balance).where(
        col(Balance.ledger_id).in_(ledger_ids), col(Balance.net_minor) != 0
    )
    nets: defaultdict[UUID, _Nets] = defaultdict(dict)
    for row in (await session.exec(query)).all():
        nets[row.ledger_id].setdefault(row.currency, {})[row.member_id] = row.net_minor
    return nets
