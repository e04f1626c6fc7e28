"""Ledgers could be spread over several databases: see docs/sharding.md, which this holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlmodel import SQLModel

import models

assert models  # every table is registered by its import

_DOCUMENT = (Path(__file__).parents[2] / "docs" / "sharding.md").read_text()
_TABLES = SQLModel.metadata.tables

REFERENCE = {
    "calibrations": "one row now and then, for everybody",
    "categories": "the same for everybody",
    "dead_jobs": "of whoever runs the server, whatever they were about",
    "devices": "of people",
    "queue_servers": "one row, for the whole server",
    "refresh_tokens": "of people, before it is known which ledger they ask for",
    "sessions": "of people, as tokens are",
    "shop_memories": "what one person calls shops, in whichever ledger",
    "upkeep": "one row for each kind of job, for the whole server",
    "used_ids": "of people who are gone",
    "users": "in several ledgers each",
}
"""Tables that every node would have a copy of, and why they belong to no ledger."""

ELSEWHERE = {"notifications.source_ledger_id": "who is told may not be a member there any more"}
"""Foreign keys to a ledger that is not the row's own."""

ALONE = {
    "ledgers (owner_id)": "made with its owner, whose address is unique, by one transaction",
    "invites (token_hash)": "of 256 random bits",
}
"""Unique keys that would be unique within a node only, and why that refuses nothing less."""

_DISTRIBUTED = [table for name, table in sorted(_TABLES.items()) if name not in REFERENCE]

distributed = pytest.mark.parametrize("table", _DISTRIBUTED, ids=lambda table: table.name)


def test_every_table_is_of_one_kind() -> None:
    assert {name for name, table in _TABLES.items() if "ledger_id" not in table.columns} == {
        "ledgers",
        *REFERENCE,
    }


@distributed
def test_a_row_belongs_to_a_ledger_for_ever(table: Table) -> None:
    assert not _shard_of(table).nullable


@distributed
def test_its_unique_keys_may_be_widened_by_the_ledger(table: Table) -> None:
    """Where an id is in it, which is unique everywhere, or a row of the same ledger."""
    narrow = [
        key
        for columns in _unique_keys(table)
        if not _names_its_ledger(table, columns)
        for key in [f"{table.name} ({', '.join(column.name for column in columns)})"]
    ]

    assert [key for key in narrow if key not in ALONE] == []


@distributed
def test_it_refers_to_its_own_ledger_or_to_what_every_node_has(table: Table) -> None:
    """A reference to a distributed table is one to a row of the same ledger, unless it is to a ledger."""
    strange = [
        f"{table.name}.{key.parent.name}"
        for key in table.foreign_keys
        if key.column.table.name == "ledgers" and key.parent is not _shard_of(table)
    ]

    assert [name for name in strange if name not in ELSEWHERE] == []


def test_the_document_names_every_table_that_is_copied() -> None:
    (listed,) = re.findall(r"^Reference tables: (.*)\.$", _DOCUMENT, re.MULTILINE)

    assert re.findall(r"`(\w+)`", listed) == sorted(REFERENCE)


def _shard_of(table: Table) -> "Column[object]":
    return table.columns["id" if table.name == "ledgers" else "ledger_id"]


def _unique_keys(table: Table) -> Iterator[list["Column[object]"]]:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield list(constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield list(index.columns)


def _names_its_ledger(table: Table, columns: list["Column[object]"]) -> bool:
    return any(
        column is _shard_of(table)
        or (column.primary_key and column.name == "id")
        or any(key.column.table in _DISTRIBUTED for key in column.foreign_keys)
        for column in columns
    )
