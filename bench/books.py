"""Whether a group's books are right: what is stored more than once agrees, and its log is whole."""

from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
from sqlmodel import select
from strawberry.relay import GlobalID

from bench.crowd import Nets
from core.clock import now
from core.db import Database
from domain.log_export import Tampered, verify
from models.ledger import Balance
from services import reconciliation


async def faults(
    db: Database, url: str, token: str, ledger_id: str, shown: Nets
) -> AsyncGenerator[str]:
    """Every difference in what is stored, what of it was shown otherwise, and what is wrong with the log."""
    id = UUID(GlobalID.from_id(ledger_id).node_id)
    async for difference in differences(db, id):
        yield difference
    stored = await _stored(db, id)
    if stored != shown:
        yield f"Stored {stored}, shown {shown}."
    async with httpx.AsyncClient(base_url=url) as http:
        bearer = {"Authorization": f"Bearer {token}"}
        log = await http.get(f"/ledgers/{ledger_id}/log", headers=bearer)
    try:
        verify(log.content.splitlines(keepends=True))
    except Tampered as fault:
        yield str(fault)


async def differences(db: Database, ledger_id: UUID) -> AsyncGenerator[str]:
    """What reconciliation finds in one ledger."""
    async with db.snapshot() as session:
        async for difference in reconciliation.of_ledger(session, ledger_id, now().date()):
            yield str(difference)


async def _stored(db: Database, ledger_id: UUID) -> Nets:
    query = select(Balance).where(Balance.ledger_id == ledger_id, Balance.net_minor != 0)
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return {
        (str(GlobalID("Member", str(row.member_id))), row.currency): row.net_minor for row in rows
    }
