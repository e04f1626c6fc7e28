"""A database of any size: groups of three, each with a history that its log tells and its books agree on.

Everything is as if it had been recorded through the API, one expense after the other, but for the people of
all groups other than one's own, who cannot log in. Of these groups one is made here and PostgreSQL copies it,
with new ids; so only the first one's log is chained by the right hashes. Indexes are made in the end.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import random
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from strawberry.relay import GlobalID

from bench import server
from bench.people import Group
from core.clock import now
from core.db import as_json
from core.ids import new_id
from domain.log import GENESIS, EventKind, Fact, chained
from models.expense import Expense

MEMBERS = 3
_PER_GROUP = 1_000
_GROUPS_AT_A_TIME = 100
_DAYS = 730
_AMOUNT_MINOR = 60 * MEMBERS  # divides by everyone

_PEOPLE = """
    INSERT INTO users (id, created_at, email, name, password_hash, time_zone, shares_receipts_for_training)
    SELECT id, now(), id || '@example.org', 'Somebody', '', 'UTC', false FROM unnest($1::uuid[]) AS id"""

# The groups to come, and their members beside those of the group that they are like.
_COPIES = """
    CREATE TEMP TABLE copied_members AS
    WITH made AS MATERIALIZED (
        SELECT number, uuidv7() AS id FROM generate_series(1, {count}) AS number)
    SELECT number, made.id AS ledger_id, m.id AS original, uuidv7() AS id, uuidv7() AS user_id
    FROM made JOIN members m ON m.ledger_id = '{original}';

    CREATE TEMP TABLE copies AS
    SELECT number, ledger_id, array_agg(original::text ORDER BY original) AS originals,
        array_agg(id::text ORDER BY original) AS ids
    FROM copied_members GROUP BY number, ledger_id;

    CREATE TEMP TABLE spent AS SELECT * FROM expenses WHERE ledger_id = '{original}';
    CREATE TEMP TABLE told AS SELECT * FROM events WHERE ledger_id = '{original}';
    ANALYZE spent, told, copies;

    CREATE FUNCTION pg_temp.renamed(words jsonb, copies) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT replace(replace(replace(words::text, $2.originals[1], $2.ids[1]),
            $2.originals[2], $2.ids[2]), $2.originals[3], $2.ids[3])::jsonb $$"""

_LEDGERS = """
    INSERT INTO ledgers ({columns}) SELECT {made} FROM copies, ledgers AS row,
        jsonb_populate_record(row, jsonb_build_object('id', copies.ledger_id)) AS made
    WHERE row.id = $1"""

_MEMBERS = """
    INSERT INTO members ({columns}) SELECT {made} FROM copied_members AS copy
    JOIN members AS row ON row.id = copy.original, jsonb_populate_record(row,
        jsonb_build_object('id', copy.id, 'user_id', copy.user_id,
            'ledger_id', copy.ledger_id)) AS made"""

_HISTORY = """
    WITH pairs AS MATERIALIZED (
        SELECT copies, spent, uuidv7() AS id FROM copies, spent WHERE number BETWEEN $1 AND $2),
    spent_again AS (
        INSERT INTO expenses ({expenses}) SELECT {made_expenses} FROM pairs, jsonb_populate_record(spent,
            jsonb_build_object('id', pairs.id, 'ledger_id', (copies).ledger_id,
                'payers', pg_temp.renamed((spent).payers, copies),
                'split', pg_temp.renamed((spent).split, copies))) AS made)
    INSERT INTO events ({events}) SELECT {made_events}
    FROM pairs JOIN told ON told.entity_id = (spent).id,
        jsonb_populate_record(told, jsonb_build_object('ledger_id', (copies).ledger_id,
            'entity_id', pairs.id, 'after', pg_temp.renamed(told.after, copies),
            'balances', pg_temp.renamed(told.balances, copies))) AS made"""

_ENTRIES = """
    INSERT INTO entries (id, created_at, ledger_id, expense_id, member_id, user_id, currency, paid_minor,
        owed_minor, spare_minor, day, category_id)
    SELECT uuidv7(), e.created_at, e.ledger_id, e.id, m.id, m.user_id, e.currency,
        coalesce((e.payers ->> m.id::text)::bigint, 0), e.amount_minor / $1, 0, e.day, e.category_id
    FROM expenses e JOIN members m ON m.ledger_id = e.ledger_id"""

_DEBTS = """
    INSERT INTO debts (id, created_at, ledger_id, expense_id, debtor_id, creditor_id, currency, minor)
    SELECT uuidv7(), e.created_at, e.ledger_id, e.id, m.id, payer::uuid, e.currency, e.amount_minor / $1
    FROM expenses e CROSS JOIN LATERAL jsonb_object_keys(e.payers) AS payer
    JOIN members m ON m.ledger_id = e.ledger_id AND m.id <> payer::uuid"""

_BALANCES = """
    INSERT INTO balances (ledger_id, member_id, currency, net_minor, spare_minor)
    SELECT ledger_id, member_id, currency, sum(paid_minor - owed_minor), 0
    FROM entries GROUP BY ledger_id, member_id, currency"""

_SPENT = "SELECT outgo_recount_spent(id) FROM ledgers"

_WRITABLE = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
      AND attgenerated = '' AND attidentity = '' ORDER BY attnum"""

# Those that no constraint needs.
_INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
    WHERE indrelid = ANY('{expenses,events,entries,debts}'::regclass[]) AND NOT indisunique"""

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
    connection = await asyncpg.connect(server.dsn(database_url))
    await connection.execute(
        "SET session_replication_role = replica"  # what a trigger checks is so
    )
    await connection.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
    for setting in ("autovacuum = off", "fsync = off", "full_page_writes = off"):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    categories = [row["id"] for row in await connection.fetch("SELECT id FROM categories")]
    mine = await _book(connection, UUID(GlobalID.from_id(group.ledger_id).node_id))
    async with _without_indexes(connection):
        await _write(connection, mine, own, categories)
        if others := (expenses - own) // _PER_GROUP:
            other = mine.again()
            await _found(connection, other)
            await _write(connection, other, _PER_GROUP, categories)
            await _copy_group(connection, other, others - 1)
        await connection.execute(_ENTRIES, MEMBERS)
        await connection.execute(_DEBTS, MEMBERS)
        await connection.execute(_BALANCES)
    await connection.execute("ANALYZE")
    await connection.execute(_SPENT)
    await connection.execute("VACUUM ANALYZE")
    for setting in ("fsync", "full_page_writes"):
        await connection.execute(f"ALTER SYSTEM RESET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _copy_group(connection: asyncpg.Connection, book: Book, count: int) -> None:
    original = book.ledger["id"]
    await connection.execute(_COPIES.format(count=count, original=original))
    people = await connection.fetch("SELECT user_id FROM copied_members")
    await connection.execute(_PEOPLE, [row["user_id"] for row in people])
    ledgers, members, expenses, events = [
        await _writable(connection, table) for table in ("ledgers", "members", "expenses", "events")
    ]
    await connection.execute(
        _LEDGERS.format(columns=_names(ledgers), made=_made(ledgers)), original
    )
    await connection.execute(_MEMBERS.format(columns=_names(members), made=_made(members)))
    history = _HISTORY.format(
        expenses=_names(expenses),
        made_expenses=_made(expenses),
        events=_names(events),
        made_events=_made(events),
    )
    for first in range(1, count + 1, _GROUPS_AT_A_TIME):
        await connection.execute(history, first, first + _GROUPS_AT_A_TIME - 1)


@asynccontextmanager
async def _without_indexes(connection: asyncpg.Connection) -> AsyncGenerator[None]:
    indexes = await connection.fetch(_INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    for index in indexes:
        await connection.execute(index["made"])


async def _writable(connection: asyncpg.Connection, table: str) -> list[str]:
    return [row["attname"] for row in await connection.fetch(_WRITABLE, table)]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(columns)


def _made(columns: Sequence[str]) -> str:
    return ", ".join(f"made.{name}" for name in columns)


async def _book(connection: asyncpg.Connection, ledger_id: UUID) -> Book:
    ledger = await connection.fetchrow("SELECT * FROM ledgers WHERE id = $1", ledger_id)
    assert ledger is not None
    members = await connection.fetch("SELECT * FROM members WHERE ledger_id = $1", ledger_id)
    return Book(dict(ledger), [dict(member) for member in members])


async def _found(connection: asyncpg.Connection, book: Book) -> None:
    await connection.execute(_PEOPLE, [member["user_id"] for member in book.members])
    await _copy(connection, "ledgers", [book.ledger])
    await _copy(connection, "members", book.members)


async def _write(
    connection: asyncpg.Connection, book: Book, count: int, categories: Sequence[UUID]
) -> None:
    """The group's expenses and their log; the rest follows from these."""
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
