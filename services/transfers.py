"""What members owe each other, pair by pair."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import debts
from models.expense import Debt


async def pairwise(
    session: AsyncSession, ledger_ids: Collection[UUID]
) -> dict[tuple[UUID, str], list[debts.Debt]]:
    """What each member owes each other one, by ledger and currency; no pair in both directions."""
    query = (
        select(Debt.ledger_id, Debt.currency, Debt.debtor_id, Debt.creditor_id)
        .add_columns(func.sum(Debt.minor))
        .where(col(Debt.ledger_id).in_(ledger_ids))
        .group_by(
            col(Debt.ledger_id), col(Debt.currency), col(Debt.debtor_id), col(Debt.creditor_id)
        )
    )
    owed: defaultdict[tuple[UUID, str], list[debts.Debt]] = defaultdict(list)
    found = cast("Any", await session.exec(cast("Any", query))).all()
    for ledger_id, currency, debtor, creditor, minor in found:
        owed[ledger_id, currency].append(debts.Debt(debtor, creditor, int(minor)))
    return {key: debts.netted(directed) for key, directed in owed.items()}
