"""Whatever a client writes into any one place of any field, the answer is a value or says what is wrong."""

import json

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# graphql-core leaves the type of a wrapped type open
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    is_required_argument,
    is_required_input_field,
)
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests import sdl
from tests.api import Api
from tests.budgets import category, make_budget
from tests.groups import Group, spend
from tests.people import PASSWORD, gate
from tests.receipts import read, upload

_NUL, _HALF = "a\x00bcdefghijk", "a\ud800bcdefghijk"
_BIG = 2**63 - 1


def _cursor(*place: Any) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


_SOMEWHERE = str(new_id())
_STRINGS = (
    "",
    _NUL,
    _HALF,
    "x" * 100_000,
    *(
        _cursor(first, _SOMEWHERE)
        for first in ("\x00", _BIG + 1, -_BIG * 10, "2026-01-01T00:00", "0001-01-01T00:00:00+23:00")
    ),
    _cursor(2**70),
    _cursor(None),
)
_HOSTILE: dict[str, tuple[Any, ...]] = {
    "String": _STRINGS,
    "ID": (
        "",
        _NUL,
        _HALF,
        "TGVkZ2Vy",
        *(
            str(GlobalID(type_name, node_id))
            for type_name in ("Ledger", "Nothing", "Money", "Query", "Node", "User")
            for node_id in (_SOMEWHERE, "\x00", "1")
        ),
    ),
    "UUID": ("", _NUL, "00000000-0000-0000-0000-000000000000"),
    "Int": (2**31 - 1, -(2**31), 0, 2**40),
    "BigInt": (_BIG, -_BIG, 0, -1, "9" * 5000, " 1_0 ", _NUL),
    "Decimal": ("NaN", "sNaN", "-Infinity", "1E+1000000", "1E-1000000", -1, 0, _NUL),
    "CurrencyCode": ("", _NUL, "XAU", "eur", "JPY"),
    "Date": ("0001-01-01", "9999-12-31", "2026-02-30", _NUL),
    "Boolean": (),
    "Upload": ("", _NUL, {}),
}


@pytest.fixture
async def known(db: Database, ann: Actor, trip: Group) -> dict[str, Any]:
    """Values of arguments and input fields that not just any value is valid for, by name."""
    receipt = await upload(db, ann, trip.id)
    await read(db, receipt.id)
    ids = {
        "Ledger": trip.id,
        "Expense": (await spend(db, ann, trip.id)).id,
        "Budget": (await make_budget(db, ann)).id,
        "Receipt": receipt.id,
        "Session": ann.session_id,
        "Category": await category(db, "food"),
        "Member": trip.seat(ann),
    }
    by_type = {name: str(GlobalID(name, str(id))) for name, id in ids.items()}
    names = {f"{name.lower()}Id": id for name, id in by_type.items()}
    other = next(seat for user, seat in trip.seats.items() if user != ann.user_id)
    return names | {
        "after": None,
        "payerId": by_type["Member"],
        "payeeId": str(GlobalID("Member", str(other))),
        "currentPassword": PASSWORD,
        "password": "not that of anybody",  # or the account would be gone
        "timeZone": "UTC",
    }


@dataclass(frozen=True)
class _Writer:
    """Writes what a client could. `known` are valid values by name; `sparing` omits what may be omitted."""

    known: dict[str, Any]
    sparing: bool

    def requests(self, arguments: dict[str, GraphQLArgument]) -> Iterator[dict[str, Any]]:
        """One that is valid as far as can be told, and each that is so but for one place."""
        valid = self._fields(arguments)
        yield valid
        for name, argument in arguments.items():
            yield from ({**valid, name: value} for value in self._hostile(name, argument.type))

    def _fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: self._valid(name, field.type)
            for name, field in fields.items()
            if not self.sparing or is_required_input_field(field) or is_required_argument(field)
        }

    def _valid(self, name: str, type: Any) -> Any:
        """A value that the field would take, as far as its name and type tell."""
        match type:
            case GraphQLNonNull():
                return self._valid(name, type.of_type)
            case GraphQLList():
                return [self._valid(name, type.of_type)]
            case GraphQLInputObjectType() if type.is_one_of:
                first = next(iter(type.fields))
                return {first: self._valid(first, type.fields[first].type)}
            case GraphQLInputObjectType():
                return self._fields(type.fields)
            case GraphQLEnumType():
                return next(iter(type.values))
            case _:
                return self._valid_leaf(name, type.name)

    def _valid_leaf(self, name: str, type_name: str) -> Any:
        if type_name == "UUID":
            return str(new_id())
        by_type = {
            "ID": self.known["memberId"],
            "String": "Something long",
            "Boolean": True,
            "Date": "2026-05-04",
            "CurrencyCode": "EUR",
        }
        return self.known.get(name, by_type.get(type_name, 1))

    def _hostile(self, name: str, type: Any) -> Iterator[Any]:
        """Values that are valid but for one place."""
        match type:
            case GraphQLNonNull():
                yield from self._hostile(name, type.of_type)
            case GraphQLList():
                yield []
                one = self._valid(name, type.of_type)
                yield [one] * 2
                yield [one] * 4000
                yield from ([value] for value in self._hostile(name, type.of_type))
            case GraphQLInputObjectType():
                valid = {} if type.is_one_of else self._valid(name, type)
                for key, field in type.fields.items():
                    yield from ({**valid, key: value} for value in self._hostile(key, field.type))
            case GraphQLScalarType():
                yield from _HOSTILE[type.name]
            case _:
                return


@pytest.mark.parametrize("root", ["Query", "Mutation"])
async def test_no_input_whatever_is_our_fault(
    db: Database, redis_url: str, ann: Actor, known: dict[str, Any], root: str
) -> None:
    without_limits = gate(redis_url, per_account=10**6, per_address=10**6)
    api = Api(db, redis_url, gate=without_limits)
    full, sparing = _Writer(known, sparing=False), _Writer(known, sparing=True)
    bugs: list[tuple[str, str]] = []
    for name, field in cast("GraphQLObjectType", sdl.SCHEMA.get_type(root)).fields.items():
        for variables in chain(full.requests(field.args), sparing.requests(field.args)):
            answer = await api.execute(ann, _document(root, name, field.args), **variables)
            codes = [(error.extensions or {}).get("code") for error in answer.errors or ()]
            if None in codes or "INTERNAL_SERVER_ERROR" in codes:
                bugs.append((name, repr(variables)[:1000]))
    await without_limits.throttle.buckets.close()

    assert bugs == []


def _document(root: str, name: str, arguments: dict[str, GraphQLArgument]) -> str:
    if not arguments:
        return f"{root.lower()} {{ {name} {{ __typename }} }}"
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in arguments.items())
    given = ", ".join(f"{key}: ${key}" for key in arguments)
    return f"{root.lower()}({declared}) {{ {name}({given}) {{ __typename }} }}"
