"""Whether a group's books are right: what is stored more than once agrees, and its log is whole."""

from collections.abc import AsyncGenerator, Iterable
from uuid import UUID

import httpx
from sqlmodel import col, func, select
from strawberry.relay import GlobalID

from bench.crowd import Nets
from core.db import Database
from domain.log_export import Tampered, verify
from models.expense import Debt, Entry


async def faults(
    db: Database, url: str, token: str, ledger_id: str, shown: Nets
) -> AsyncGenerator[str]:
    """What contradicts the balances that were shown, and what is wrong with the log."""
    id = UUID(GlobalID.from_id(ledger_id).node_id)
    for source, nets in (
        ("entries", await _by_entries(db, id)),
        ("debts", await _by_debts(db, id)),
    ):
        if nets != shown:
            yield f"By {source} {nets}, shown {shown}."
    async with httpx.AsyncClient(base_url=url) as http:
        bearer = {"Authorization": f"Bearer {token}"}
        log = await http.get(f"/ledgers/{ledger_id}/log", headers=bearer)
    try:
        verify(log.content.splitlines(keepends=True))
    except Tampered as fault:
        yield str(fault)


async def _by_entries(db: Database, ledger_id: UUID) -> Nets:
    net = func.sum(Entry.paid_minor - Entry.owed_minor)
    query = (
        select(Entry.member_id, Entry.currency, net)
        .where(Entry.ledger_id == ledger_id)
        .group_by(col(Entry.member_id), col(Entry.currency))
    )
    async with db.reading() as session:
        return _open((await session.exec(query)).all())


async def _by_debts(db: Database, ledger_id: UUID) -> Nets:
    query = select(Debt).where(Debt.ledger_id == ledger_id)
    async with db.reading() as session:
        debts = (await session.exec(query)).all()
    return _open(
        (who, debt.currency, minor)
        for debt in debts
        for who, minor in ((debt.creditor_id, debt.minor), (debt.debtor_id, -debt.minor))
    )


def _open(rows: Iterable[tuple[UUID, str, int]]) -> Nets:
    nets: Nets = {}
    for who, currency, minor in rows:
        key = str(GlobalID("Member", str(who))), currency
        nets[key] = nets.get(key, 0) + int(minor)
    return {key: net for key, net in nets.items() if net}
