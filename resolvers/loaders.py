"""One query per batch for every edge. A batch opens its own session; nothing is remembered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from adapters.planning import Planner
from core.db import Database
from core.loader import Loader
from domain.debts import Debt, TransferView
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
    categories,
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

Key = TypeVar("Key")
Value = TypeVar("Value")
Fetch = Callable[[AsyncSession, Sequence[Key]], Awaitable[Mapping[Key, Value]]]

_STRANGER = UUID(int=0)
"""Who is not signed in: a member of nothing."""

_WISHES = {
    TransferView.SIMPLIFIED: Wishes(PlanMode.MINIMAL),
    TransferView.DETAILED: Wishes(PlanMode.NONE),
}


class _Asker(NamedTuple):
    db: Database
    planner: Planner
    viewer: UUID


Making = Callable[[_Asker], Loader[Any, Any]]


def build(db: Database, planner: Planner, viewer: UUID | None) -> Loaders:
    """Loaders for one viewer. What is not there or not theirs is None (or an empty list)."""
    asker = _Asker(db, planner, viewer or _STRANGER)
    return Loaders(lambda name: MAKING[name](asker))


def _reading(fetch: Fetch[Any, Any], absent: Any) -> Making:
    """By a query that needs a session."""

    def make(asker: _Asker) -> Loader[Any, Any]:
        async def found(keys: Sequence[Any]) -> Mapping[Any, Any]:
            async with asker.db.reading() as session:
                return await fetch(session, keys)

        return Loader(found, absent)

    return make


def _seeing(
    fetch: Callable[[AsyncSession, UUID, Sequence[Any]], Awaitable[Mapping[Any, Any]]], absent: Any
) -> Making:
    """By a query that needs a session, and finds what the viewer may see."""

    def make(asker: _Asker) -> Loader[Any, Any]:
        async def found(keys: Sequence[Any]) -> Mapping[Any, Any]:
            async with asker.db.reading() as session:
                return await fetch(session, asker.viewer, keys)

        return Loader(found, absent)

    return make


def _following(
    fetch: Callable[[Database, Sequence[Any]], Awaitable[Mapping[Any, Any]]], absent: Any
) -> Making:
    """By a prepared query, which needs no session."""
    return lambda asker: Loader(partial(fetch, asker.db), absent)


def _showing(
    fetch: Callable[[Database, UUID, Sequence[Any]], Awaitable[Mapping[Any, Any]]],
) -> Making:
    """By a prepared query, which finds what the viewer may see."""
    return lambda asker: Loader(partial(fetch, asker.db, asker.viewer))


async def _totals(
    db: Database, viewer: UUID, filters: Sequence[ExpenseFilter]
) -> Mapping[ExpenseFilter, Sequence[Money]]:
    return {wanted: await expense_list.totals(db, viewer, wanted) for wanted in filters}


async def _budgets(
    session: AsyncSession, viewer: UUID, ids: Sequence[UUID]
) -> Mapping[UUID, Budget]:
    return await access.rows_of(session, viewer, Budget, ids)


async def _personal_ledgers(
    session: AsyncSession, owner_ids: Sequence[UUID]
) -> Mapping[UUID | None, Ledger]:
    rows = await session.exec(select(Ledger).where(col(Ledger.owner_id).in_(owner_ids)))
    return {row.owner_id: row for row in rows.all()}


def _transfers(asker: _Asker) -> Loader[tuple[UUID, TransferView], Sequence[Transfer]]:
    async def load(
        keys: Sequence[tuple[UUID, TransferView]],
    ) -> Mapping[tuple[UUID, TransferView], Sequence[Transfer]]:
        async with asker.db.reading() as session:
            found = {
                view: await plans.problems_of(
                    session, {id for id, each in keys if each is view}, _WISHES[view]
                )
                for view in dict.fromkeys(view for _, view in keys)
            }
        return {
            (id, view): await _planned(asker.planner, found[view].get(id, {})) for id, view in keys
        }

    return Loader(load)


async def _planned(planner: Planner, problems: plans.ByCurrency) -> Sequence[Transfer]:
    return [
        transfer
        for currency, problem in problems.items()
        for transfer in transfers_of(currency, await planner.solve(problem))
    ]


def _routes(asker: _Asker) -> Loader[tuple[Suggested, Debt], Sequence[Route]]:
    async def load(
        keys: Sequence[tuple[Suggested, Debt]],
    ) -> Mapping[tuple[Suggested, Debt], Sequence[Route]]:
        asked = edge_rows.grouped(keys, lambda key: key[0])
        ledger_ids = {suggested.ledger_id for suggested in asked}
        async with asker.db.reading() as session:
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
            found |= zip(group, await asker.planner.explain(question), strict=True)
        return found

    return Loader(load)


MAKING: Mapping[str, Making] = {
    "node": _seeing(nodes_of, None),
    "categories": _following(categories.to_show_of, None),
    "ledgers": _showing(access.ledgers_to_show),
    "members": _following(edge_rows.members, None),
    "members_of_ledger": _following(edge_rows.members_of_ledger, []),
    "subgroups_of_ledger": _reading(parties.subgroups_of, []),
    "balances_of_ledger": _following(edge_rows.balances_of_ledger, []),
    "balances_with_members": _following(edge_rows.balances_with_members, []),
    "transfers_of_ledger": _transfers,
    "editable": _seeing(editing.editable_by, False),
    "comments": _reading(threads.comments, None),
    "history": _reading(threads.history, None),
    "entries_of_expense": _following(edge_rows.entries_of_expense, []),
    "debts_of_expense": _following(edge_rows.debts_of_expense, []),
    "routes": _routes,
    "because_of_balance": _reading(because.balances, None),
    "because_of_debt": _reading(because.debts, None),
    "past_balances": _reading(past_balances.at, []),
    "presented": _reading(presentations.of, None),
    "between_friends": _seeing(friends.between, []),
    "expense_of_receipt": _reading(receipt_list.expenses_of, None),
    "parts_of_receipt": _reading(receipt_list.parts_of, []),
    "matches_of_receipt": _reading(receipt_matches.of, []),
    "duplicates_of_receipt": _seeing(receipt_duplicates.of, []),
    "claiming_of_receipt": _reading(claims.of_receipts, None),
    "claims": _reading(claims.all_claims, {}),
    "totals_of_filter": _showing(_totals),
    "budgets": _seeing(_budgets, None),
    "standings": _showing(budget_standings.of),
    "personal_ledgers": _reading(_personal_ledgers, None),
}
"""How each of `Loaders` is made, by its name there."""
