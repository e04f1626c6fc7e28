"""What a posting reads and writes: one statement each, however many people take part."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, true
from sqlalchemy.dialects.postgresql import Insert
from sqlmodel import col, select

from core.db import Tx
from core.prepared import Prepared, insert_many, is_the, one_of
from models.base import select_shown
from models.expense import Debt, Entry, Expense
from models.ledger import Balance, Member
from services.once import inserting_once, values_of

Rows = Sequence[Mapping[str, Any]]

_REFERENCES = ("expense_id", "settlement_id", "conversion_id")
_OF_FACT = ("id", "created_at", "ledger_id", "currency", *_REFERENCES)
_MINORS = ("paid_minor", "owed_minor", "spare_minor")
_ENTRY = (*_OF_FACT, "member_id", "user_id", *_MINORS, "day", "category_id")
_DEBT = (*_OF_FACT, "debtor_id", "creditor_id", "minor")
_BALANCE = ("ledger_id", "member_id", "currency", "net_minor", "spare_minor")


def _adding(moved: Insert) -> Any:
    """To what balances are already."""
    return moved.on_conflict_do_update(
        index_elements=["ledger_id", "member_id", "currency"],
        set_={
            "net_minor": col(Balance.net_minor) + moved.excluded.net_minor,
            "spare_minor": col(Balance.spare_minor) + moved.excluded.spare_minor,
        },
    ).returning(col(Balance.member_id), col(Balance.currency), col(Balance.net_minor))


_WRITE = Prepared(
    _adding(insert_many(Balance, _BALANCE, rows="moved"))
    .add_cte(insert_many(Entry, _ENTRY, rows="entries").cte("entered"))
    .add_cte(insert_many(Debt, _DEBT, rows="debts").cte("owed"))
)


def _writing_once() -> Any:
    """An expense that is not there yet, and all that it enters; its id, beside each balance that moved."""
    made = inserting_once(Expense).cte("made")
    is_new = exists(select(made.c.id))
    moved = _adding(insert_many(Balance, _BALANCE, rows="moved", where=is_new)).cte("moved")
    return (
        select(made.c.id, moved.c.member_id, moved.c.currency, moved.c.net_minor)
        .select_from(made.outerjoin(moved, true()))
        .add_cte(insert_many(Entry, _ENTRY, rows="entries", where=is_new).cte("entered"))
        .add_cte(insert_many(Debt, _DEBT, rows="debts", where=is_new).cte("owed"))
    )


_WRITE_ONCE = Prepared(_writing_once())

_SEATS = Prepared(
    select_shown(Member).where(is_the(Member.ledger_id, "ledger_id"), one_of(Member.id))
)


async def write(tx: Tx, *, entries: Rows, debts: Rows, moved: Rows) -> Sequence[Any]:
    """The balances that moved, at their new value."""
    return await _WRITE.rows(tx, entries=entries, debts=debts, moved=moved)


async def write_once(
    tx: Tx, expense: Expense, *, entries: Rows, debts: Rows, moved: Rows
) -> Sequence[Any] | None:
    """The same for an expense together with its own row; None, and nothing written, if its id is there.

    Refuses: `IdNotVersion7`.
    """
    rows = await _WRITE_ONCE.rows(
        tx, rows=[values_of(expense)], entries=entries, debts=debts, moved=moved
    )
    if not rows:
        return None
    return [(row.member_id, row.currency, row.net_minor) for row in rows if row.member_id]


async def seats(tx: Tx, ledger_id: UUID, people: Sequence[UUID]) -> dict[UUID, Any]:
    """Those of the people who have or had a seat in the ledger, by member id."""
    return {row.id: row for row in await _SEATS.rows(tx, ledger_id=ledger_id, ids=people)}
