"""Importing files in tests, by the real services."""

import hashlib
from uuid import UUID

from sqlmodel import col, select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.imports.file import read
from domain.imports.plan import Mapped, NewImport, Plan
from models.file_import import Import
from models.ledger import Member
from services import imports
from tests.groups import Group

SPLITWISE = """Date,Description,Category,Cost,Currency,Ann,Bob,Zoë
2026-05-04,Dinner,Dining out,30.00,EUR,20.00,-10.00,-10.00
2026-05-05,Ryokan,Hotel,30000,JPY,-15000,15000,0
2026-05-06,Payment,Payment,5.00,EUR,-5.00,5.00,0.00
2026-05-07,Broken,,x,EUR,0.00,0.00,0.00

2026-05-08,Total balance, , ,EUR,15.00,-5.00,-10.00
""".encode()


async def preview(db: Database, who: Actor, group: Group, data: bytes, mapping: Mapped) -> Plan:
    async with db.reading() as session:
        return await imports.preview(session, who.user_id, group.id, read(data, None), mapping)


async def bring_in(
    db: Database,
    who: Actor,
    group: Group,
    data: bytes = SPLITWISE,
    *,
    mapping: Mapped | None = None,
    id: UUID | None = None,
) -> Import:
    digest = hashlib.sha256(data).hexdigest()
    wanted = NewImport(id or new_id(), group.id, digest, None, mapping or {})
    async with db.transaction() as tx:
        return await imports.commit(tx, who, wanted, read(data, None))


async def take_out(db: Database, who: Actor, file: Import) -> Import:
    async with db.transaction() as tx:
        return await imports.undo(tx, who, file.id)


async def names(db: Database, group: Group) -> dict[str, UUID]:
    """The ids of a group's members by name."""
    query = select(Member).where(Member.ledger_id == group.id).order_by(col(Member.id))
    async with db.reading() as session:
        return {row.name: row.id for row in (await session.exec(query)).all()}
