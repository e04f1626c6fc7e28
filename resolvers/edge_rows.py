"""The rows that edges lead to: one prepared query per batch, in the order in which clients see them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlmodel import col

from core.db import Database
from core.prepared import Prepared, one_of
from models.base import select_shown
from models.expense import Debt, Entry
from models.ledger import Balance, Member

Rows = Mapping[Any, Any]
Lists = Mapping[Any, list[Any]]

_MEMBERS = Prepared(select_shown(Member).where(one_of(Member.id)))

_MEMBERS_OF_LEDGER = Prepared(
    select_shown(Member)
    .where(one_of(Member.ledger_id))
    .order_by(col(Member.left_at).is_not(None), col(Member.name), col(Member.id))
)


def _balances(**along: type[Member]) -> Any:
    return (
        select_shown(Balance, **along)
        .where(one_of(Balance.ledger_id), col(Balance.net_minor) != 0)
        .order_by(col(Balance.currency), col(Balance.net_minor).desc(), col(Balance.member_id))
    )


_BALANCES = Prepared(_balances())

_BALANCES_WITH_MEMBERS = Prepared(
    _balances(member=Member).join(Member, col(Member.id) == Balance.member_id)
)

_ENTRIES = Prepared(
    select_shown(Entry)
    .where(one_of(Entry.expense_id))
    .order_by(col(Entry.paid_minor).desc(), col(Entry.owed_minor).desc(), col(Entry.member_id))
)

_DEBTS = Prepared(
    select_shown(Debt)
    .where(one_of(Debt.expense_id))
    .order_by(col(Debt.debtor_id), col(Debt.creditor_id))
)


async def members(db: Database, ids: Sequence[UUID]) -> Rows:
    return {row.id: row for row in await _MEMBERS.rows(db, ids=ids)}


async def members_of_ledger(db: Database, ids: Sequence[UUID]) -> Lists:
    return grouped(await _MEMBERS_OF_LEDGER.rows(db, ids=ids), attrgetter("ledger_id"))


async def balances_of_ledger(db: Database, ids: Sequence[UUID]) -> Lists:
    return grouped(await _BALANCES.rows(db, ids=ids), attrgetter("ledger_id"))


async def balances_with_members(db: Database, ids: Sequence[UUID]) -> Lists:
    rows = await _BALANCES_WITH_MEMBERS.rows(db, ids=ids)
    return grouped(rows, attrgetter("ledger_id"))


async def entries_of_expense(db: Database, ids: Sequence[UUID]) -> Lists:
    return grouped(await _ENTRIES.rows(db, ids=ids), attrgetter("expense_id"))


async def debts_of_expense(db: Database, ids: Sequence[UUID]) -> Lists:
    return grouped(await _DEBTS.rows(db, ids=ids), attrgetter("expense_id"))


def grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> Lists:
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
