"""People over all the ledgers that they share with somebody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import col, func
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.friend import Between, Friend, Part, netted
from domain.money import Money
from domain.pages import Page, Slice, words
from models.expense import Debt
from models.ledger import Member
from services import access, paging
from services.paging import Key


async def page(session: AsyncSession, viewer: UUID, slice: Slice) -> Page[Friend]:
    """Everyone who has joined a ledger of the viewer's, guests too, by name. Refuses: `CursorUnreadable`."""
    people = (
        columns_of(col(Member.user_id), func.min(Member.name).label("name"))
        .where(
            col(Member.ledger_id).in_(access.ledger_ids_of(viewer)),
            col(Member.user_id).is_not(None),
            col(Member.user_id) != viewer,
        )
        .group_by(col(Member.user_id))
        .subquery()
    )
    name, user_id = Key(people.c.name, words), Key(people.c.user_id, UUID)
    query = columns_of(people.c.user_id, people.c.name)
    return await paging.page(session, query, slice, name, user_id, descending=False)


async def between(
    session: AsyncSession, viewer: UUID, user_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Between]]:
    """What stands between the viewer and each of them, pair by pair in each ledger, where anything does."""
    mine, theirs = aliased(Member), aliased(Member)
    signed = case((col(Debt.creditor_id) == mine.id, col(Debt.minor)), else_=-col(Debt.minor))
    net = func.sum(signed)
    of_pair = (
        col(theirs.user_id),
        col(Debt.ledger_id),
        col(mine.id),
        col(theirs.id),
        col(Debt.currency),
    )
    query = (
        columns_of(*of_pair, net)
        .join(mine, (col(mine.ledger_id) == Debt.ledger_id) & (col(mine.user_id) == viewer))
        .join(
            theirs,
            (col(theirs.ledger_id) == Debt.ledger_id) & col(theirs.user_id).in_(user_ids),
        )
        .where(
            col(mine.left_at).is_(None),
            ((col(Debt.debtor_id) == mine.id) & (col(Debt.creditor_id) == theirs.id))
            | ((col(Debt.debtor_id) == theirs.id) & (col(Debt.creditor_id) == mine.id)),
        )
        .group_by(*of_pair)
        .having(net != 0)
        .order_by(col(Debt.ledger_id))
    )
    parts: defaultdict[UUID, list[Part]] = defaultdict(list)
    rows: Sequence[Any] = (await (await session.connection()).execute(query)).all()
    for user_id, ledger_id, me, them, currency, minor in rows:
        parts[user_id].append(Part(ledger_id, me, them, Money(int(minor), currency)))
    return {user_id: netted(those) for user_id, those in parts.items()}
