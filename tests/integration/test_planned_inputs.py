"""What a plan tells resolvers is what the library tells them, whatever a client sends."""

import json
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strawberry import relay
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult

from resolvers.direct import Direct
from resolvers.execution.planned import Planned, Recalling
from schema.scalars import SCALARS, BigInt


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Inner:
    number: int
    ids: list[relay.GlobalID | None] | None = None
    names: list[str] = strawberry.field(default_factory=lambda: ["none"])


@strawberry.input(one_of=True)
class Either:
    left: strawberry.Maybe[Inner]
    right: strawberry.Maybe[BigInt]


@strawberry.input
class Outer:
    inner: Inner
    more: list[list[Inner]] | None
    either: Either | None = None
    colour: Colour = Colour.BLUE
    maybe: strawberry.Maybe[str | None]
    within: "Outer | None" = None


@strawberry.type
class Query:
    @strawberry.field
    def told(
        self,
        outer: Outer | None = None,
        inner: Inner | None = strawberry.UNSET,
        inners: list[Inner] | None = None,
        id: relay.GlobalID | None = None,
        either: Either | None = None,
        first: Annotated[int, strawberry.argument(description="How many.")] = 50,
    ) -> str:
        return repr((outer, inner, inners, id, either, first))

    @strawberry.field
    async def needs(self, number: int, colours: list[Colour]) -> str:
        return repr((number, colours))


def schema(*extensions: Any) -> Direct:
    return Direct(
        Query,
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=Recalling,
        extensions=extensions,
    )


LIBRARY, OURS = schema(), schema(Planned)
LIBRARY.is_direct = False

ID = "TGVkZ2VyOjE="
DOCUMENTS = [
    "query Q($it: Outer) { told(outer: $it) }",
    "query Q($it: Outer!) { told(outer: $it) }",
    "query Q($it: Inner) { told(inner: $it) }",
    "query Q($it: [Inner!]) { told(inners: $it) }",
    "query Q($it: Either) { told(either: $it) }",
    "query Q($it: ID) { told(id: $it) }",
    "query Q($it: Int!) { told(first: $it) needs(number: $it, colours: RED) }",
    "query Q($it: Int! = 7) { told(first: $it) again: told(first: $it) }",
    "query Q($it: Int = 7) { needs(number: $it, colours: []) }",
    "query Q($it: Inner = {number: 3}) { told(inner: $it) told2: told(inners: [$it]) }",
    "query Q($it: Int) { told(inner: {number: 4, names: null}) }",
    "query Q($it: BigInt) { told(either: {right: $it}) plain: told(either: {left: {number: 1}}) }",
    "query Q($it: [Colour!]!) { needs(number: 1, colours: $it) }",
    'query Q($it: String) { told(outer: {inner: {number: 1, ids: ["TGVkZ2VyOjE="]}, maybe: $it}) }',
]

names = st.sampled_from(["inner", "number", "ids", "names", "left", "right", "colour", "maybe"])
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**66)
    | st.floats(allow_nan=False)
    | st.sampled_from([ID, "RED", "12", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
inners = st.fixed_dictionaries(
    {"number": st.integers(0, 9)},
    optional={"ids": st.lists(st.just(ID) | values, max_size=2), "names": values},
)
eithers = st.fixed_dictionaries({}, optional={"left": inners | st.none(), "right": values})
outers = st.fixed_dictionaries(
    {"inner": inners},
    optional={
        "more": st.lists(st.lists(inners, max_size=2), max_size=2) | values,
        "either": eithers,
        "colour": st.sampled_from(["RED", "GREEN", None]),
        "maybe": values,
        "within": st.none() | values,
    },
)
variables = st.fixed_dictionaries(
    {}, optional={"it": values | inners | st.lists(inners, max_size=2) | eithers | outers}
)


def told(result: object) -> str:
    assert isinstance(result, ExecutionResult)
    return json.dumps([result.data, [error.formatted for error in result.errors or []]])


@pytest.mark.parametrize("document", DOCUMENTS)
@settings(deadline=None, max_examples=30)
@given(given=variables)
@example(given={})
@example(given={"it": None})
@example(given={"it": 5})
@example(given={"it": {"number": 5}})
@example(given={"it": {"inner": {"number": 5}}})
async def test_resolvers_are_told_the_same(document: str, given: dict[str, Any]) -> None:
    theirs = await LIBRARY.execute(document, given)
    ours = await OURS.execute(document, given)

    assert told(ours) == told(theirs)
