"""One query per batch for every edge. A batch opens its own session; nothing is remembered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry import relay

from adapters.planning import Planner
from core.db import Database
from core.loader import Loader
from domain.budget import Standing
from domain.debts import Debt, TransferView
from domain.edit_policy import Editable
from domain.friend import Between
from domain.listing import ExpenseFilter
from domain.money import Money
from domain.plan import PlanMode, Wishes
from domain.route import Question, Route, Suggested
from domain.settlement import Transfer
from models.budget import Budget
from models.ledger import Ledger
from resolvers import edge_rows
from resolvers.nodes import nodes_of
from schema.context import Loaders
from schema.plan import transfers_of
from services import (
    access,
    because,
    budget_standings,
    claims,
    editing,
    expense_list,
    friends,
    parties,
    past_balances,
    plans,
    presentations,
    receipt_duplicates,
    receipt_list,
    receipt_matches,
    threads,
    transfers,
)
from services.receipt_duplicates import Duplicate

Key = TypeVar("Key")
Value = TypeVar("Value")
Fetch = Callable[[AsyncSession, Sequence[Key]], Awaitable[Mapping[Key, Value]]]

_STRANGER = UUID(int=0)
"""Who is not signed in: a member of nothing."""

_WISHES = {
    TransferView.SIMPLIFIED: Wishes(PlanMode.MINIMAL),
    TransferView.DETAILED: Wishes(PlanMode.NONE),
}


def build(db: Database, planner: Planner, viewer: UUID | None) -> Loaders:
    """Loaders for one viewer. What is not there or not theirs is None (or an empty list)."""
    who = viewer or _STRANGER

    async def seen_nodes(
        session: AsyncSession, keys: Sequence[tuple[str, UUID | None]]
    ) -> Mapping[tuple[str, UUID | None], relay.Node]:
        return await nodes_of(session, who, keys)

    async def seen_ledgers(ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        return await access.ledgers_to_show(db, who, ids)

    async def totals(filters: Sequence[ExpenseFilter]) -> Mapping[ExpenseFilter, Sequence[Money]]:
        return {wanted: await expense_list.totals(db, who, wanted) for wanted in filters}

    async def seen_budgets(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Budget]:
        return await access.rows_of(session, who, Budget, ids)

    async def standings(
        keys: Sequence[tuple[UUID, date | None]],
    ) -> Mapping[tuple[UUID, date | None], Standing]:
        return await budget_standings.of(db, who, keys)

    async def between_friends(
        session: AsyncSession, user_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[Between]]:
        return await friends.between(session, who, user_ids)

    async def editable_by_viewer(
        session: AsyncSession, facts: Sequence[Editable]
    ) -> Mapping[Editable, bool]:
        return await editing.editable_by(session, who, facts)

    async def seen_duplicates(
        session: AsyncSession, ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[Duplicate]]:
        return await receipt_duplicates.of(session, who, ids)

    return Loaders(
        node=_loader(db, seen_nodes, None),
        categories=_following(edge_rows.categories, db, None),
        ledgers=Loader(seen_ledgers),
        members=_following(edge_rows.members, db, None),
        members_of_ledger=_following(edge_rows.members_of_ledger, db, []),
        subgroups_of_ledger=_loader(db, parties.subgroups_of, []),
        balances_of_ledger=_following(edge_rows.balances_of_ledger, db, []),
        transfers_of_ledger=_transfers(db, planner),
        editable=_loader(db, editable_by_viewer, False),
        comments=_loader(db, threads.comments, None),
        history=_loader(db, threads.history, None),
        entries_of_expense=_following(edge_rows.entries_of_expense, db, []),
        debts_of_expense=_following(edge_rows.debts_of_expense, db, []),
        routes=_routes(db, planner),
        because_of_balance=_loader(db, because.balances, None),
        because_of_debt=_loader(db, because.debts, None),
        past_balances=_loader(db, past_balances.at, []),
        presented=_loader(db, presentations.of, None),
        between_friends=_loader(db, between_friends, []),
        expense_of_receipt=_loader(db, receipt_list.expenses_of, None),
        parts_of_receipt=_loader(db, receipt_list.parts_of, []),
        matches_of_receipt=_loader(db, receipt_matches.of, []),
        duplicates_of_receipt=_loader(db, seen_duplicates, []),
        claiming_of_receipt=_loader(db, claims.of_receipts, None),
        claims=_loader(db, claims.all_claims, {}),
        totals_of_filter=Loader(totals),
        budgets=_loader(db, seen_budgets, None),
        standings=Loader(standings),
        personal_ledgers=_loader(db, _personal_ledgers, None),
    )


def _loader(db: Database, fetch: Fetch[Any, Any], absent: Any) -> Loader[Any, Any]:
    async def found(keys: Sequence[Any]) -> Mapping[Any, Any]:
        async with db.reading() as session:
            return await fetch(session, keys)

    return Loader(found, absent)


def _following(
    fetch: Callable[[Database, Sequence[Any]], Awaitable[Mapping[Any, Any]]],
    db: Database,
    absent: Any,
) -> Loader[Any, Any]:
    """By a prepared query, which needs no session."""
    return Loader(partial(fetch, db), absent)


async def _personal_ledgers(
    session: AsyncSession, owner_ids: Sequence[UUID]
) -> Mapping[UUID | None, Ledger]:
    rows = await session.exec(select(Ledger).where(col(Ledger.owner_id).in_(owner_ids)))
    return {row.owner_id: row for row in rows.all()}


def _transfers(
    db: Database, planner: Planner
) -> Loader[tuple[UUID, TransferView], Sequence[Transfer]]:
    async def load(
        keys: Sequence[tuple[UUID, TransferView]],
    ) -> Mapping[tuple[UUID, TransferView], Sequence[Transfer]]:
        async with db.reading() as session:
            found = {
                view: await plans.problems_of(
                    session, {id for id, each in keys if each is view}, _WISHES[view]
                )
                for view in dict.fromkeys(view for _, view in keys)
            }
        return {(id, view): await _planned(planner, found[view].get(id, {})) for id, view in keys}

    return Loader(load)


async def _planned(planner: Planner, problems: plans.ByCurrency) -> Sequence[Transfer]:
    return [
        transfer
        for currency, problem in problems.items()
        for transfer in transfers_of(currency, await planner.solve(problem))
    ]


def _routes(db: Database, planner: Planner) -> Loader[tuple[Suggested, Debt], Sequence[Route]]:
    async def load(
        keys: Sequence[tuple[Suggested, Debt]],
    ) -> Mapping[tuple[Suggested, Debt], Sequence[Route]]:
        asked = edge_rows.grouped(keys, lambda key: key[0])
        ledger_ids = {suggested.ledger_id for suggested in asked}
        async with db.reading() as session:
            owed = await transfers.pairwise(session, ledger_ids)
            settling = await parties.of_ledgers(session, ledger_ids)
        found: dict[tuple[Suggested, Debt], Sequence[Route]] = {}
        for suggested, group in asked.items():
            question = Question(
                [transfer for _, transfer in group],
                suggested.debts,
                owed.get((suggested.ledger_id, suggested.currency), []),
                settling[suggested.ledger_id],
            )
            found |= zip(group, await planner.explain(question), strict=True)
        return found

    return Loader(load)
