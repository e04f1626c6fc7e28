"""Balances as they were: after an event, by replaying the log; or by what is dated up to a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String, Uuid, column
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.moment import Moment, SeqNotReached
from models.event import Event
from models.expense import Entry
from models.ledger import Balance
from services import events

Balances = Mapping[Moment, Sequence[Balance] | SeqNotReached]


async def at(session: AsyncSession, moments: Sequence[Moment]) -> Balances:
    """Open balances at each moment, or why there are none. The caller has checked access.

    Each distinct `seq` or `day` takes a statement, however many ledgers are asked for it.
    """
    ledgers_at: defaultdict[tuple[int | None, date | None], list[UUID]] = defaultdict(list)
    for moment in moments:
        ledgers_at[moment.seq, moment.day].append(moment.ledger_id)
    found: dict[Moment, Sequence[Balance] | SeqNotReached] = {}
    for (seq, day), ledger_ids in ledgers_at.items():
        open_then = (
            await _until(session, ledger_ids, day)
            if day is not None
            else await _after(session, ledger_ids, seq or 0)
        )
        found |= {Moment(id, seq, day): _in_order(open_then[id]) for id in ledger_ids}
    return found | await _out_of_reach(session, moments)


async def _out_of_reach(
    session: AsyncSession, moments: Sequence[Moment]
) -> dict[Moment, SeqNotReached]:
    by_seq = [moment for moment in moments if moment.seq is not None]
    heads = await events.heads(session, [moment.ledger_id for moment in by_seq])
    return {
        moment: SeqNotReached(f"The log goes up to {heads[moment.ledger_id]}.", path=("seq",))
        for moment in by_seq
        if moment.seq is not None and not 0 <= moment.seq <= heads[moment.ledger_id]
    }


_ByLedger = defaultdict[UUID, list[Balance]]


async def _after(session: AsyncSession, ledger_ids: Sequence[UUID], seq: int) -> _ByLedger:
    """Each balance as the last event up to `seq` that changed it left it."""
    change = (
        func.jsonb_to_recordset(col(Event.balances))
        .table_valued(
            column("member_id", Uuid()),
            column("currency", String()),
            column("net_minor", BigInteger()),
            joins_implicitly=True,
        )
        .render_derived(with_types=True)
    )
    of_balance = (col(Event.ledger_id), change.c.member_id, change.c.currency)
    query = (
        select(*of_balance, change.c.net_minor)
        .select_from(Event)
        .ext(distinct_on(*of_balance))
        .where(col(Event.ledger_id).in_(ledger_ids), Event.seq <= seq)
        .order_by(*of_balance, col(Event.seq).desc())
    )
    return _by_ledger((await session.exec(query)).all())


async def _until(session: AsyncSession, ledger_ids: Sequence[UUID], day: date) -> _ByLedger:
    of_balance = (col(Entry.ledger_id), col(Entry.member_id), col(Entry.currency))
    query = (
        select(*of_balance, func.sum(col(Entry.paid_minor) - col(Entry.owed_minor)))
        .where(col(Entry.ledger_id).in_(ledger_ids), Entry.day <= day)
        .group_by(*of_balance)
    )
    return _by_ledger((await session.exec(query)).all())


def _by_ledger(found: Sequence[tuple[Any, ...]]) -> _ByLedger:
    """Without those that are settled."""
    balances: _ByLedger = defaultdict(list)
    for ledger_id, who, currency, net in found:
        if net:
            balances[ledger_id].append(
                Balance(ledger_id=ledger_id, member_id=who, currency=currency, net_minor=int(net))
            )
    return balances


def _in_order(balances: Sequence[Balance]) -> Sequence[Balance]:
    """As a ledger lists them."""
    return sorted(balances, key=lambda row: (row.currency, -row.net_minor, row.member_id))
