"""What a file contains, whoever wrote it: people, what happened among them, and what cannot be read. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

import orjson

from domain import text
from domain.errors import Invalid
from domain.imports.deed import Deed
from domain.split import MOST_PEOPLE

MOST_BYTES = 10 * 2**20
MOST_RECORDS = 10_000
MOST_NAMED = 100
"""How many are named one by one; the rest is counted."""


class FileUnreadable(Invalid):
    """It is not what it seems to be: no text, no table, no JSON, or of a shape that we do not know."""

    code = "FILE_UNREADABLE"


class FileTooLarge(Invalid):
    code = "FILE_TOO_LARGE"


class FormatUnknown(Invalid):
    code = "FORMAT_UNKNOWN"


class CurrencyMissing(Invalid):
    """The file does not say which currency it is in."""

    code = "CURRENCY_MISSING"


class RecordUnreadable(Invalid):
    """Of one record: it lacks something, or has something of a kind that cannot be there."""

    code = "RECORD_UNREADABLE"


class ImportSource(StrEnum):
    OUTGO = "OUTGO"
    SPLITWISE = "SPLITWISE"
    SPLIIT = "SPLIIT"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a file. `id` tells them from everybody else there, however often it is read."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something that happened. `key` knows it again in a later file, `content` whether it is still the same.

    Where the file gives it an id, the key is made of that; else of what it says, and of how many before it
    say the same. `own_id` is what it is called in the ledger that our own file came from.
    """

    place: str
    key: bytes
    content: bytes
    deed: Deed
    own_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that cannot be imported: where it stands in the file, and why."""

    place: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Contents:
    source: ImportSource
    name: str | None
    people: Sequence[Person]
    found: Sequence[Found]
    malformed: Sequence[Malformed]


class Reading:
    """Collects what a file contains, record by record; a refusal of one is no refusal of the others."""

    def __init__(self, source: ImportSource, people: Sequence[Person], records: int) -> None:
        """Refuses: `FileTooLarge`."""
        if records > MOST_RECORDS or len(people) > MOST_PEOPLE:
            raise FileTooLarge(
                f"A file has at most {MOST_RECORDS} records and {MOST_PEOPLE} people.",
                path=("file",),
            )
        self._source = source
        self._people = people
        self._found: list[Found] = []
        self._malformed: list[Malformed] = []
        self._seen: Counter[str] = Counter()

    def add(self, place: str, read: Callable[[], "Record"]) -> None:
        try:
            record = read()
        except Invalid as refusal:
            self._malformed.append(Malformed(place, refusal.code, str(refusal)))
            return
        before = self._seen[record.identity]
        self._seen[record.identity] += 1
        if before and record.has_id:
            refusal = RecordUnreadable(f"Another record has the id {record.identity[:40]!r}.")
            self._malformed.append(Malformed(place, refusal.code, str(refusal)))
            return
        key = digest([self._source, record.identity, before])
        self._found.append(Found(place, key, digest(record.content), record.deed, record.own_id))

    def contents(self, name: str | None) -> Contents:
        """`name` is what the file calls the group. Refuses: `FileUnreadable`."""
        group = None if name is None else named(name)
        return Contents(self._source, group, self._people, self._found, self._malformed)


@dataclass(frozen=True, slots=True)
class Record:
    """What was read of one record. Records with the same `identity` are told apart by their order.

    If they `has_id`, there is no such thing as two of them.
    """

    identity: str
    content: Any
    deed: Deed
    has_id: bool = False
    own_id: UUID | None = None


def person(source: ImportSource, id: str, name: str) -> Person:
    """Refuses: `FileUnreadable`."""
    return Person(uuid5(_NAMESPACE, f"{source}:{id}"), named(name))


def named(name: str) -> str:
    """What somebody or something is called, fit to be kept and asked about. Refuses: `FileUnreadable`."""
    try:
        return text.required(name, "name")
    except Invalid as error:
        raise FileUnreadable(
            "A name in the file is empty, too long or no text.", path=("file",)
        ) from error


def identity_of(source: ImportSource, record: str) -> UUID:
    """What odd cents take turns by: the same whenever the record is read again."""
    return uuid5(_NAMESPACE, f"{source}:{record}")


def digest(value: Any) -> bytes:
    return hashlib.sha256(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)).digest()


def by_id(people: Iterable[tuple[str, Person]]) -> dict[str, Person]:
    """Refuses: `FileUnreadable` when two people have the same id."""
    listed = list(people)
    found = dict(listed)
    if len(found) < len(listed):
        raise FileUnreadable("Two people in the file have the same id.", path=("file",))
    return found


_NAMESPACE = UUID("5d0d0f2e-7b7f-5b55-9c6b-8a8e2a1c9f10")
