"""Two groups that know nothing of each other, and everybody who could look from one at the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast
from sqlmodel import SQLModel, select
from starlette.datastructures import UploadFile

from core.db import Database
from domain.actor import Actor
from domain.role import Role
from domain.split import Equal
from tests import belongings, requests, sdl
from tests.belongings import Things
from tests.groups import Group, make_group, spend
from tests.guests import make_guest
from tests.members import leave, remove, set_role
from tests.people import make_user

Thing = tuple[str, UUID]
"""A kind and an id."""


@dataclass(frozen=True, slots=True)
class World:
    """`ann` owns the group `trip`, which is hidden from `outsiders`, and more, which is from `insiders` too.

    All of `outsiders` but the stranger sit in another group, where the things of `own` lie.
    """

    db: Database
    ann: Actor
    trip: Group
    of_trip: Things
    of_ann: Mapping[str, UUID]
    of_fay: Mapping[str, UUID]
    own: Things
    outsiders: Mapping[str, Actor]
    insiders: Mapping[str, Actor]

    @property
    def anns(self) -> Things:
        """What Ann has, of every kind."""
        ids = {**self.of_ann, **self.of_trip.ids}
        return Things(ids, self.of_trip.other, self.of_trip.token)

    def hidden_from(self, caller: str) -> list[Thing]:
        hers = list(self.of_ann.items())
        if caller in self.insiders:
            return hers
        return [*self.of_trip.ids.items(), *hers, *self.of_fay.items()]

    def caller(self, name: str) -> Actor:
        return {**self.outsiders, **self.insiders}[name]

    async def stored(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        found: dict[str, list[Any]] = {}
        async with self.db.reading() as session:
            for name, table in SQLModel.metadata.tables.items():
                row = cast(table.table_valued(), Text)
                found[name] = sorted((await session.exec(select(row).select_from(table))).all())
        return found


async def make_world(db: Database) -> World:
    ann, bob, fay, vic, dan = [
        await make_user(db, name) for name in ("Ann", "Bob", "Fay", "Vic", "Dan")
    ]
    mia, max_, eve = [await make_user(db, name) for name in ("Mia", "Max", "Eve")]
    trip = await make_group(db, ann, bob, fay, vic, dan)
    hers = await spend(db, fay, trip.id, split=Equal((trip.seat(fay),)))
    await leave(db, fay, trip)
    for one in (vic, dan):
        await spend(db, one, trip.id)
    await set_role(db, ann, trip, vic, Role.VIEWER)
    of_trip = await belongings.of_group(db, trip, ann, bob)
    await remove(db, ann, trip.seat(dan))
    elsewhere = await make_group(db, mia, max_, fay)
    own = await belongings.of_group(db, elsewhere, mia, max_)
    return World(
        db=db,
        ann=ann,
        trip=trip,
        of_trip=of_trip,
        of_ann=await belongings.of_person(db, ann),
        of_fay={"Expense": hers.id, "Member": trip.seat(fay)},
        own=Things({**own.ids, **await _of_mia(db, mia)}, own.other, own.token),
        outsiders={
            "a stranger": eve,
            "a former member": fay,
            "a member of another group": mia,
            "a guest elsewhere": await make_guest(db, mia, elsewhere.id),
        },
        insiders={"a viewer": vic, "a deactivated member": dan},
    )


async def _of_mia(db: Database, mia: Actor) -> dict[str, UUID]:
    """What only a person has: of what a group has too, the group's serves."""
    hers = await belongings.of_person(db, mia)
    return {kind: hers[kind] for kind in ("Budget", "Endpoint", "Notification", "Session", "User")}


def asked(operation: str, name: str, own: Things) -> dict[str, Any]:
    """The arguments that a root's field is right with for the owner of these things."""
    field = sdl.ROOTS[operation][name]
    if operation == "mutation":
        return of_mutation(name, requests.of_anything(own)[name])
    answered = str(sdl.answered(operation, name).name)
    known = {"token": own.token} if "token" in field.args else {}
    return sdl.required(operation, name, lambda key: _called(key, answered, own)) | known


def of_mutation(name: str, argument: Any) -> dict[str, Any]:
    """By the name of the one argument that the mutation requires, if it does any."""
    return dict.fromkeys(sdl.required("mutation", name, lambda _: ""), argument)


def _called(key: str, answered: str, own: Things) -> str:
    """The id that an argument's name says, or else the type of what is answered."""
    said = key.removesuffix("Id").capitalize()
    return own[next((kind for kind in (said, answered) if kind in own.ids), "Member")]


def file_in(variables: Mapping[str, Any]) -> UploadFile | None:
    inputs: list[Any] = [one for one in variables.values() if isinstance(one, dict)]
    return next((one["file"] for one in inputs if "file" in one), None)


def unread(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables with their file as if nobody had read it yet."""
    if file := file_in(variables):
        file.file.seek(0)
    return variables
