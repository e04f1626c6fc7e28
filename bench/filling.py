"""A database of any size: groups of three, each with a history that its log tells and its books agree on.

Everything is as if it had been recorded through the API, one expense after the other, but for the people of
all groups other than one's own, who cannot log in.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from strawberry.relay import GlobalID

from bench.people import Group
from core.clock import now
from core.db import as_json
from core.ids import new_id
from domain.log import GENESIS, EventKind, Fact, chained
from models.expense import Expense

MEMBERS = 3
_PER_GROUP = 1_000
_GROUPS_AT_A_TIME = 20
_DAYS = 730
_AMOUNT_MINOR = 60 * MEMBERS  # divides by everyone

_PEOPLE = """
    INSERT INTO users (id, created_at, email, name, password_hash, time_zone, shares_receipts_for_training)
    SELECT id, now(), id || '@example.org', 'Somebody', '', 'UTC', false FROM unnest($1::uuid[]) AS id"""

_ENTRIES = """
    INSERT INTO entries (id, created_at, ledger_id, expense_id, member_id, user_id, currency, paid_minor,
        owed_minor, spare_minor, day, category_id)
    SELECT uuidv7(), e.created_at, e.ledger_id, e.id, m.id, m.user_id, e.currency,
        coalesce((e.payers ->> m.id::text)::bigint, 0), e.amount_minor / $2, 0, e.day, e.category_id
    FROM expenses e JOIN members m ON m.ledger_id = e.ledger_id
    WHERE e.ledger_id = ANY($1) ORDER BY e.created_at"""

_DEBTS = """
    INSERT INTO debts (id, created_at, ledger_id, expense_id, debtor_id, creditor_id, currency, minor)
    SELECT uuidv7(), s.created_at, s.ledger_id, s.expense_id, s.member_id, p.member_id, s.currency,
        s.owed_minor
    FROM entries s JOIN entries p ON p.expense_id = s.expense_id AND p.paid_minor > 0
    WHERE s.ledger_id = ANY($1) AND s.paid_minor = 0 ORDER BY s.created_at"""

_BALANCES = """
    INSERT INTO balances (ledger_id, member_id, currency, net_minor, spare_minor)
    SELECT ledger_id, member_id, currency, sum(paid_minor - owed_minor), 0
    FROM entries WHERE ledger_id = ANY($1) GROUP BY ledger_id, member_id, currency"""

_SPENT = "SELECT outgo_recount_spent(id) FROM unnest($1::uuid[]) AS id"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Book:
    """A ledger and its members, as their tables have them."""

    ledger: Row
    members: Sequence[Row]

    def again(self) -> "Book":
        """Another group like it, of other people."""
        ledger = {**self.ledger, "id": new_id(), "seq": 0, "head_hash": GENESIS}
        members = [
            {**member, "id": new_id(), "user_id": new_id(), "ledger_id": ledger["id"]}
            for member in self.members
        ]
        return Book(ledger, members)


async def fill(database_url: str, group: Group, *, expenses: int, own: int) -> None:
    """So many expenses, `own` of which are the group's, that has none yet; the others' groups have 1,000."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await connection.execute(
        "SET session_replication_role = replica"
    )  # what a trigger checks is so
    await connection.execute("ALTER SYSTEM SET autovacuum = off")
    await connection.execute("SELECT pg_reload_conf()")
    categories = [row["id"] for row in await connection.fetch("SELECT id FROM categories")]
    mine = await _book(connection, UUID(GlobalID.from_id(group.ledger_id).node_id))
    await _write(connection, [(mine, own)], categories)
    sizes = [_PER_GROUP] * ((expenses - own) // _PER_GROUP)
    for first in range(0, len(sizes), _GROUPS_AT_A_TIME):
        others = [(mine.again(), size) for size in sizes[first : first + _GROUPS_AT_A_TIME]]
        await _found(connection, [book for book, _ in others])
        await _write(connection, others, categories)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _book(connection: asyncpg.Connection, ledger_id: UUID) -> Book:
    ledger = await connection.fetchrow("SELECT * FROM ledgers WHERE id = $1", ledger_id)
    assert ledger is not None
    members = await connection.fetch("SELECT * FROM members WHERE ledger_id = $1", ledger_id)
    return Book(dict(ledger), [dict(member) for member in members])


async def _found(connection: asyncpg.Connection, books: Sequence[Book]) -> None:
    members = [member for book in books for member in book.members]
    await connection.execute(_PEOPLE, [member["user_id"] for member in members])
    await _copy(connection, "ledgers", [book.ledger for book in books])
    await _copy(connection, "members", members)


async def _write(
    connection: asyncpg.Connection, books: Iterable[tuple[Book, int]], categories: Sequence[UUID]
) -> None:
    """The groups' expenses and their log, and what the database can work out of these itself."""
    ids: list[UUID] = []
    for book, count in books:
        spent = list(_expenses(book, count, categories))
        told = list(_log(book, spent))
        await _copy(connection, "expenses", [_stored(expense) for expense in spent])
        await _copy(connection, "events", told)
        await connection.execute(
            "UPDATE ledgers SET seq = $2, head_hash = $3 WHERE id = $1",
            book.ledger["id"],
            told[-1]["seq"],
            told[-1]["hash"],
        )
        ids.append(book.ledger["id"])
    await connection.execute(_ENTRIES, ids, MEMBERS)
    await connection.execute(_DEBTS, ids)
    await connection.execute(_BALANCES, ids)
    await connection.execute(_SPENT, ids)


def _expenses(book: Book, count: int, categories: Sequence[UUID]) -> Iterator[Expense]:
    """Everyone pays in turn, for all of them equally."""
    people = [member["id"] for member in book.members]
    split = {"kind": "EQUAL", "participants": [str(who) for who in people]}
    at = now() - timedelta(seconds=count)
    for number in range(count):
        yield Expense(
            id=new_id(),
            created_at=at + timedelta(seconds=number),
            ledger_id=book.ledger["id"],
            amount_minor=_AMOUNT_MINOR,
            currency="EUR",
            payers={str(people[number % MEMBERS]): _AMOUNT_MINOR},
            split=split,
            category_id=random.choice(categories),
            merchant="Corner shop",
            day=at.date() - timedelta(days=random.randrange(_DAYS)),
            created_by=book.members[0]["user_id"],
        ).written_by(1)


def _log(book: Book, expenses: Iterable[Expense]) -> Iterator[Row]:
    head = book.ledger["head_hash"]
    author = book.members[0]
    nets = dict.fromkeys((str(member["id"]) for member in book.members), 0)
    for seq, expense in enumerate(expenses, book.ledger["seq"] + 1):
        for who in nets:
            nets[who] += expense.payers.get(who, 0) - _AMOUNT_MINOR // MEMBERS
        fact = Fact(
            ledger_id=expense.ledger_id,
            seq=seq,
            kind=EventKind.EXPENSE_CREATED,
            entity_id=expense.id,
            actor_id=author["user_id"],
            actor_name=author["name"],
            device_id=1,
            before=None,
            after=expense.facts(),
            balances=[
                {"member_id": who, "currency": "EUR", "net_minor": net} for who, net in nets.items()
            ],
            at=expense.created_at,
        )
        head = chained(head, fact)
        its = {field.name: getattr(fact, field.name) for field in fields(fact)}
        yield {**its, "hash": head, "published_at": fact.at}


async def _copy(connection: asyncpg.Connection, table: str, rows: Sequence[Row]) -> None:
    names = list(rows[0])
    records = [[_copied(row[name]) for name in names] for row in rows]
    await connection.copy_records_to_table(table, records=records, columns=names)


def _copied(value: Any) -> Any:
    """JSON as text; lists of words are arrays."""
    is_json = isinstance(value, dict) or (
        isinstance(value, list) and value and isinstance(value[0], dict)
    )
    return as_json(value) if is_json else value


def _stored(expense: Expense) -> Row:
    return expense.model_dump(exclude={"search_text"})
