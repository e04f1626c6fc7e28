"""A group with a long history: expenses on many days, in many categories."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import col, select

from app.demo.client import Api
from bench import people
from bench.load import Connection
from bench.people import Group, Person
from core.clock import now
from core.db import Database
from core.ids import new_id
from models.category import Category
from models.expense import Entry, Expense

_MOST_PER_PAGE = 100
_PER_STATEMENT = 250  # times 5 entries: PostgreSQL takes 32,767 arguments
_DAYS = 730

_CURSORS = """\
query Cursors($filter: ExpenseFilterInput!, $first: Int!, $after: String) {
  expenses(filter: $filter, first: $first, after: $after) { edges { cursor } }
}"""


async def fill(url: str, database_url: str, person: Person, group: Group, count: int) -> None:
    """One expense through the API and copies of it, straight into the tables, on other days."""
    connection = Connection(url, person.token)
    await connection.open()
    original_id = await people.spend(connection, group.ledger_id)
    connection.close()
    db = Database(database_url)
    for done in range(1, count, _PER_STATEMENT):
        await _copy(db, original_id, min(_PER_STATEMENT, count - done))
    async with db.transaction() as tx:
        await tx.exec(text("ANALYZE"))
    await db.close()


async def _copy(db: Database, original_id: UUID, count: int) -> None:
    async with db.transaction() as tx:
        original = (await tx.exec(select(Expense).where(Expense.id == original_id))).one()
        entries = (await tx.exec(select(Entry).where(Entry.expense_id == original_id))).all()
        categories = (await tx.exec(select(col(Category.id)))).all()
        copies = [_differently(categories) for _ in range(count)]
        facts = original.model_dump(exclude={"search_text"})
        await tx.exec(insert(Expense).values([facts | copy for copy in copies]))
        await tx.exec(insert(Entry).values([*_entered(entries, copies)]))


def _entered(
    entries: Sequence[Entry], copies: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for copy in copies:
        for entry in entries:
            yield entry.model_dump() | copy | {"id": new_id(), "expense_id": copy["id"]}


def _differently(categories: Sequence[UUID]) -> dict[str, Any]:
    day = now().date() - timedelta(days=random.randrange(_DAYS))
    return {"id": new_id(), "day": day, "category_id": random.choice(categories)}


async def cursors(url: str, person: Person, group: Group) -> list[str]:
    """Of every expense, newest first."""
    found: list[str] = []
    async with Api(url) as api:
        api.token = person.token
        while True:
            page = await api.ask(
                _CURSORS,
                filter={"ledgerId": group.ledger_id},
                first=_MOST_PER_PAGE,
                after=found[-1] if found else None,
            )
            found += [edge["cursor"] for edge in page["edges"]]
            if len(page["edges"]) < _MOST_PER_PAGE:
                return found
