"""What balances and debts are made of: the facts whose entries sum to them, with running sums."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, Subquery, case, tuple_
from sqlalchemy import select as columns_of
from sqlmodel import col, func
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import split
from domain.because import BalanceKey, BalanceLine, DebtLine, FactKey, PairKey
from domain.money import Money
from domain.pages import Page, Slice, page_of
from models.conversion import Conversion
from models.expense import Debt, Entry, Expense, Settlement
from services import paging

Listed = TypeVar("Listed", BalanceKey, PairKey)
Line = TypeVar("Line", BalanceLine, DebtLine)


async def balances(
    session: AsyncSession, wanted: Sequence[tuple[BalanceKey, Slice]]
) -> Mapping[tuple[BalanceKey, Slice], Page[BalanceLine]]:
    """What makes each balance, newest day first. The caller has checked access.

    Refuses: `CursorUnreadable`.
    """
    return await _by_slice(session, wanted, _balance_pages)


async def debts(
    session: AsyncSession, wanted: Sequence[tuple[PairKey, Slice]]
) -> Mapping[tuple[PairKey, Slice], Page[DebtLine]]:
    """What makes each debt between two, in both directions, newest day first. The caller has checked access.

    Refuses: `CursorUnreadable`.
    """
    return await _by_slice(session, wanted, _debt_pages)


async def _by_slice(
    session: AsyncSession,
    wanted: Sequence[tuple[Listed, Slice]],
    pages: Callable[
        [AsyncSession, Collection[Listed], Slice], Awaitable[Mapping[Listed, Page[Line]]]
    ],
) -> dict[tuple[Listed, Slice], Page[Line]]:
    """All lists of the same slice in one statement: in a document they mostly are."""
    groups: defaultdict[Slice, list[Listed]] = defaultdict(list)
    for key, slice in wanted:
        groups[slice].append(key)
    return {
        (key, slice): page
        for slice, keys in groups.items()
        for key, page in (await pages(session, keys, slice)).items()
    }


async def _balance_pages(
    session: AsyncSession, keys: Collection[BalanceKey], slice: Slice
) -> Mapping[BalanceKey, Page[BalanceLine]]:
    of_list = (col(Entry.ledger_id), col(Entry.member_id), col(Entry.currency))
    net = col(Entry.paid_minor) - col(Entry.owed_minor)
    query = (
        columns_of(
            *_listed(Entry, of_list, col(Entry.day), net),
            col(Entry.paid_minor).label("paid_minor"),
            col(Entry.owed_minor).label("owed_minor"),
            col(Expense.amount_minor).label("amount_minor"),
            col(Expense.split).label("split"),
        )
        .outerjoin(Expense, col(Expense.id) == Entry.expense_id)
        .where(tuple_(*of_list).in_(keys))
    )
    rows = await _page(session, query, slice)
    return {key: _paged(rows[key], slice, _balance_line, key) for key in keys}


async def _debt_pages(
    session: AsyncSession, keys: Collection[PairKey], slice: Slice
) -> Mapping[PairKey, Page[DebtLine]]:
    first = func.least(Debt.debtor_id, Debt.creditor_id)
    second = func.greatest(Debt.debtor_id, Debt.creditor_id)
    of_list = (col(Debt.ledger_id), first, second, col(Debt.currency))
    signed = case((col(Debt.debtor_id) == first, col(Debt.minor)), else_=-col(Debt.minor))
    day = func.coalesce(Expense.day, Settlement.day, Conversion.day)
    query = (
        columns_of(*_listed(Debt, of_list, day, signed))
        .outerjoin(Expense, col(Expense.id) == Debt.expense_id)
        .outerjoin(Settlement, col(Settlement.id) == Debt.settlement_id)
        .outerjoin(Conversion, col(Conversion.id) == Debt.conversion_id)
        .where(tuple_(*of_list).in_({_in_id_order(key) for key in keys}))
    )
    rows = await _page(session, query, slice)
    return {key: _paged(rows[_in_id_order(key)], slice, _debt_line, key) for key in keys}


def _listed(
    table: type[Entry | Debt],
    of_list: tuple[SQLColumnExpression[Any], ...],
    day: SQLColumnExpression[Any],
    minor: SQLColumnExpression[int],
) -> list[SQLColumnExpression[Any]]:
    """Which list a line is in, its place there, its fact and what it all comes to with it."""
    fact = func.coalesce(table.expense_id, table.settlement_id, table.conversion_id)
    return [
        *(column.label(f"list_{number}") for number, column in enumerate(of_list)),
        day.label("day"),
        fact.label("fact_id"),
        col(table.expense_id).label("expense_id"),
        col(table.settlement_id).label("settlement_id"),
        minor.label("minor"),
        func.sum(minor).over(partition_by=of_list, order_by=(day, fact)).label("running"),
    ]


async def _page(
    session: AsyncSession, query: Select[*tuple[Any, ...]], slice: Slice
) -> defaultdict[tuple[Any, ...], list[Any]]:
    """Up to one row more than the slice has, of each list: sums go over all rows before pages are cut."""
    lines = query.subquery()
    lists = [column for column in lines.c if column.key.startswith("list_")]
    cut = _after(lines, slice).subquery()
    wanted = (
        columns_of(cut)
        .where(cut.c.place <= slice.first + 1)
        .order_by(cut.c.day.desc(), cut.c.fact_id.desc())
    )
    rows: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in (await (await session.connection()).execute(wanted)).all():
        rows[tuple(getattr(row, column.key) for column in lists)].append(row)
    return rows


def _after(lines: Subquery, slice: Slice) -> Select[*tuple[Any, ...]]:
    keys = paging.Key(lines.c.day, date.fromisoformat), paging.Key(lines.c.fact_id, UUID)
    place = func.row_number().over(
        partition_by=[column for column in lines.c if column.key.startswith("list_")],
        order_by=(lines.c.day.desc(), lines.c.fact_id.desc()),
    )
    query = columns_of(lines, place.label("place"))
    if slice.after is None:
        return query
    return query.where(tuple_(lines.c.day, lines.c.fact_id) < paging.here(slice.after, keys))


def _paged(
    rows: Sequence[Any], slice: Slice, line: Callable[[Any, Listed], Line], key: Listed
) -> Page[Line]:
    return page_of([line(row, key) for row in rows], slice, lambda line: (line.day, line.fact.id))


def _balance_line(row: Any, key: BalanceKey) -> BalanceLine:
    return BalanceLine(
        fact=_fact(row),
        day=row.day,
        paid=Money(row.paid_minor, key.currency),
        owed=Money(row.owed_minor, key.currency),
        running=Money(int(row.running), key.currency),
        odd_units=_odd_units(row, key),
    )


def _odd_units(row: Any, key: BalanceKey) -> Fraction:
    if row.split is None:
        return Fraction(0)
    exact = split.exact_shares(row.amount_minor, split.restored(row.split))
    return row.owed_minor - exact.get(key.member_id, Fraction(0))


def _debt_line(row: Any, key: PairKey) -> DebtLine:
    sign = 1 if key == _in_id_order(key) else -1
    return DebtLine(
        fact=_fact(row),
        day=row.day,
        contribution=Money(sign * row.minor, key.currency),
        running=Money(sign * int(row.running), key.currency),
    )


def _fact(row: Any) -> FactKey:
    if row.expense_id is not None:
        return FactKey("Expense", row.fact_id)
    return FactKey("Conversion" if row.settlement_id is None else "Settlement", row.fact_id)


def _in_id_order(key: PairKey) -> PairKey:
    """PostgreSQL compares ids byte by byte, as Python does."""
    first, second = sorted((key.debtor_id, key.creditor_id))
    return key._replace(debtor_id=first, creditor_id=second)
