"""How many pages of a long list are read per second, and how soon: 50 expenses with category and shares.

    python -m bench.list_expenses [--expenses N] [--clients N] [--seconds S] [--web-processes N]

A group of five members has 10,000 expenses; clients ask for the 50 that follow random cursors.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import col, select

from app.demo.client import Api
from bench import machine, people, server
from bench.load import Connection, load, request
from bench.people import Group, Person
from core.clock import now
from core.db import Database
from core.ids import new_id
from models.category import Category
from models.expense import Entry, Expense

_MEMBERS, _PAGE, _MOST_PER_PAGE = 5, 50, 100
_PER_STATEMENT = 250  # times 5 entries: PostgreSQL takes 32,767 arguments
_DAYS = 730
_WARM_UP_SECONDS = 2

_CURSORS = """\
query Cursors($filter: ExpenseFilterInput!, $first: Int!, $after: String) {
  expenses(filter: $filter, first: $first, after: $after) { edges { cursor } }
}"""

_LIST = """\
query Newest($filter: ExpenseFilterInput!, $first: Int!, $after: String) {
  expenses(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      cursor
      node {
        id
        day
        merchant
        amount { minor currency }
        category { name }
        shares { paid { minor } owed { minor } member { name } }
      }
    }
  }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes, live=False) as system:
        asyncio.run(_measure(system, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--expenses", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> None:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    group = await people.found(system.url, persons)
    await _fill(system, persons[0], group, options.expenses)
    cursors = await _cursors(system.url, persons[0], group)
    pages = cursors[: len(cursors) - _PAGE]  # whole ones follow them

    def body_for(_client: int) -> bytes:
        wanted = {"ledgerId": group.ledger_id}
        return request(_LIST, filter=wanted, first=_PAGE, after=random.choice(pages))

    print(f"\n{_PAGE} of {len(cursors)} expenses of {_MEMBERS} members, {options.clients} clients")
    connections = [Connection(system.url, persons[0].token) for _ in range(options.clients)]
    for connection in connections:
        await connection.open()
    await load(connections, body_for, seconds=_WARM_UP_SECONDS)
    with machine.watched(system.processes) as usage:
        answers = await load(connections, body_for, seconds=options.seconds)
    for connection in connections:
        connection.close()
    answers.print(_problem_with)
    print(f"  bytes per answer     {sum(map(len, answers.bodies)) // len(answers.bodies)}")
    usage.print_per("page", len(answers.bodies))


async def _fill(system: server.System, person: Person, group: Group, count: int) -> None:
    """One expense through the API and copies of it, straight into the tables, on other days."""
    connection = Connection(system.url, person.token)
    await connection.open()
    original_id = await people.spend(connection, group.ledger_id)
    connection.close()
    db = Database(system.database_url)
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


async def _cursors(url: str, person: Person, group: Group) -> list[str]:
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


def _problem_with(answer: Any) -> str | None:
    page = (answer.get("data") or {}).get("expenses")
    if page is None:
        return json.dumps(answer)[:500]
    nodes = [edge["node"] for edge in page["edges"]]
    whole = len(nodes) == _PAGE and all(map(_is_whole, nodes))
    days = [node["day"] for node in nodes]
    return None if whole and days == sorted(days, reverse=True) else json.dumps(page)[:500]


def _is_whole(node: Any) -> bool:
    owed = [share["owed"]["minor"] for share in node["shares"]]
    named = all(share["member"]["name"] for share in node["shares"])
    return len(owed) == _MEMBERS and sum(owed) == node["amount"]["minor"] and named


if __name__ == "__main__":
    main()
