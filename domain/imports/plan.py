"""What importing a file would do to a ledger: who becomes whom, and what is new. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.errors import Invalid
from domain.fingerprint import require_version_7
from domain.imports.contents import Contents, Found, Person
from domain.imports.deed import Converting, Deed, Nets, Paying, Spending, people_of


class PersonUnknown(Invalid):
    """The mapping names somebody who is not in the file, or not a member."""

    code = "PERSON_UNKNOWN"


class PeopleNotDistinct(Invalid):
    code = "PEOPLE_NOT_DISTINCT"


Mapped = Mapping[UUID, UUID | None]
"""From people of a file to members, by id; None is a new placeholder."""


@dataclass(frozen=True, slots=True)
class NewImport:
    """`id` is the client's, so that asking twice imports once. `sha256` is of the file, in hexadecimal."""

    id: UUID
    ledger_id: UUID
    sha256: str
    currency: str | None
    mapping: Mapped

    def checked(self) -> "NewImport":
        """Itself. Refuses: `IdNotVersion7`."""
        require_version_7(self.id)
        return self


class Sitting(NamedTuple):
    """A member of today. One who is not active takes no part in new costs."""

    id: UUID
    name: str
    is_active: bool


class Verdict(StrEnum):
    NEW = "NEW"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"


class Known(NamedTuple):
    """What the ledger has of a record that was imported before, as the type of a thing and its id."""

    content: bytes
    entity: tuple[str, UUID]


class Judged(NamedTuple):
    """A record of the file, and what is there of it already."""

    found: Found
    verdict: Verdict
    entity: tuple[str, UUID] | None


@dataclass(frozen=True, slots=True)
class Plan:
    contents: Contents
    seats: Mapped
    judged: Sequence[Judged]
    inactive: AbstractSet[UUID] = frozenset()
    """Members who take no part in new costs."""

    @property
    def new(self) -> Sequence[Found]:
        return [each.found for each in self.judged if each.verdict is Verdict.NEW]

    @property
    def newcomers(self) -> Sequence[Person]:
        """Who takes part in something new and gets a placeholder for it, in the order of the file."""
        involved = {who for found in self.new for who in people_of(found.deed)}
        return [
            person
            for person in self.contents.people
            if person.id in involved and self.seats[person.id] is None
        ]

    @property
    def barred(self) -> Sequence[Person]:
        """Who has new costs in the file and may have none, in its order."""
        spenders = {
            who
            for found in self.new
            if isinstance(found.deed, Spending)
            for who in people_of(found.deed)
        }
        return [
            person
            for person in self.contents.people
            if person.id in spenders and self.seats[person.id] in self.inactive
        ]

    def count(self, kind: type[Deed]) -> int:
        """How many new ones there are of a kind."""
        return sum(isinstance(found.deed, kind) for found in self.new)

    def moved(self) -> Nets:
        """How far what is new moves balances, by person of the file and currency."""
        total: Counter[tuple[UUID, str]] = Counter()
        for found in self.new:
            total.update(found.deed.nets)
        return total


KINDS: tuple[type[Deed], ...] = (Spending, Paying, Converting)


def seated(people: Sequence[Person], members: Sequence[Sitting], chosen: Mapped) -> Mapped:
    """Who becomes whom: as chosen; else the member with the very id; else the only one of that name.

    Refuses: `PersonUnknown`, `PeopleNotDistinct` when two would become one.
    """
    _require_known(people, members, chosen)
    seats = dict(chosen)
    for person in people:
        if person.id not in seats and person.id in {member.id for member in members}:
            seats[person.id] = person.id
    for person in people:
        if person.id not in seats:
            seats[person.id] = _namesake(person, people, members, seats.values())
    taken = [member for member in seats.values() if member is not None]
    if len(set(taken)) < len(taken):
        raise PeopleNotDistinct("Two people of the file would become one member.", path=("people",))
    return seats


def judged(found: Sequence[Found], known: Mapping[bytes, Known]) -> Sequence[Judged]:
    """By what the ledger knows under each record's key."""
    return [_judged(each, known.get(each.key)) for each in found]


def _judged(found: Found, known: Known | None) -> Judged:
    if known is None:
        return Judged(found, Verdict.NEW, None)
    same = known.content == found.content
    return Judged(found, Verdict.DUPLICATE if same else Verdict.CONFLICT, known.entity)


def _require_known(people: Sequence[Person], members: Sequence[Sitting], chosen: Mapped) -> None:
    strangers = chosen.keys() - {person.id for person in people}
    absent = {*chosen.values()} - {None} - {member.id for member in members}
    if strangers or absent:
        raise PersonUnknown(
            f"{len(strangers)} are not in the file, {len(absent)} are not members now.",
            path=("people",),
        )


def _namesake(
    person: Person,
    people: Sequence[Person],
    members: Sequence[Sitting],
    taken: Collection[UUID | None],
) -> UUID | None:
    """The member of that name, unless it is taken or names more than one, here or there."""
    name = person.name.casefold()
    here = [member.id for member in members if member.name.casefold() == name]
    there = [one for one in people if one.name.casefold() == name]
    return here[0] if len(here) == len(there) == 1 and here[0] not in taken else None
