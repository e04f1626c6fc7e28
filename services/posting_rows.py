"""What a posting reads and writes: one statement each, however many people take part."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col

from core.db import Tx
from core.prepared import Prepared, insert_many, is_the, one_of
from models.base import select_shown
from models.expense import Debt, Entry
from models.ledger import Balance, Member

Rows = Sequence[Mapping[str, Any]]

_REFERENCES = ("expense_id", "settlement_id", "conversion_id")
_OF_FACT = ("id", "created_at", "ledger_id", "currency", *_REFERENCES)
_MINORS = ("paid_minor", "owed_minor", "spare_minor")
_ENTRY = (*_OF_FACT, "member_id", "user_id", *_MINORS, "day", "category_id")
_DEBT = (*_OF_FACT, "debtor_id", "creditor_id", "minor")
_BALANCE = ("ledger_id", "member_id", "currency", "net_minor", "spare_minor")

_moved = insert_many(Balance, _BALANCE, rows="moved")

_WRITE = Prepared(
    _moved.on_conflict_do_update(
        index_elements=["ledger_id", "member_id", "currency"],
        set_={
            "net_minor": col(Balance.net_minor) + _moved.excluded.net_minor,
            "spare_minor": col(Balance.spare_minor) + _moved.excluded.spare_minor,
        },
    )
    .returning(col(Balance.member_id), col(Balance.currency), col(Balance.net_minor))
    .add_cte(insert_many(Entry, _ENTRY, rows="entries").cte("entered"))
    .add_cte(insert_many(Debt, _DEBT, rows="debts").cte("owed"))
)

_SEATS = Prepared(
    select_shown(Member).where(is_the(Member.ledger_id, "ledger_id"), one_of(Member.id))
)


async def write(tx: Tx, *, entries: Rows, debts: Rows, moved: Rows) -> Sequence[Any]:
    """The balances that moved, at their new value."""
    return await _WRITE.rows(tx, entries=entries, debts=debts, moved=moved)


async def seats(tx: Tx, ledger_id: UUID, people: Sequence[UUID]) -> dict[UUID, Any]:
    """Those of the people who have or had a seat in the ledger, by member id."""
    return {row.id: row for row in await _SEATS.rows(tx, ledger_id=ledger_id, ids=people)}
