"""A plan answers what the library's answers: the same data in the same order, the same errors."""

import gc
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from inspect import isclass
from typing import Any
from uuid import UUID
from weakref import ref

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult

from resolvers.direct import Direct
from resolvers.execution.planned import Planned, Recalling
from schema.scalars import SCALARS, BigInt
from tests import comparing


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Never(BasePermission):
    message = "Never."
    error_extensions = {"code": "NEVER"}

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:  # noqa: ARG002 - as called
        return False


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    number: int
    big: BigInt
    ratio: float
    yes: bool
    id: strawberry.ID
    uuid: UUID
    day: date
    at: datetime
    exact: Decimal
    colour: Colour
    anything: JSON
    tags: list[str]
    maybe: str | None
    maybe_colour: Colour | None
    hidden: str | None = strawberry.field(permission_classes=[Never])

    @strawberry.field
    def computed(self, times: int = 1) -> str:
        return self.name * times

    @strawberry.field
    async def later(self) -> int:
        return self.number

    @strawberry.field
    def fails(self) -> int:
        raise ValueError("computed badly")


@strawberry.type
class Branch(Named):
    leaves: list[Leaf]
    either: "Leaf | Twig"
    named: list[Named | None]
    broken: "Twig | None"


@strawberry.type
class Twig:
    length: int


class BrokenTwig(Twig):
    """Claims a length and has none."""

    def __init__(self) -> None:
        pass


NUMBERS = st.integers() | st.floats() | st.none() | st.text() | st.booleans()
LEAVES = st.builds(
    Leaf,
    name=st.text(max_size=3) | st.none(),
    number=NUMBERS,
    big=NUMBERS,
    ratio=NUMBERS,
    yes=NUMBERS,
    id=st.text(max_size=3) | st.integers(),
    uuid=st.uuids() | st.none(),
    day=st.dates(),
    at=st.datetimes(timezones=st.just(UTC)),
    exact=st.decimals(allow_nan=False, allow_infinity=False),
    colour=st.sampled_from([*Colour, "red", None]),
    anything=st.dictionaries(st.text(max_size=2), st.integers()),
    tags=st.lists(st.text(max_size=2) | st.none(), max_size=2),
    maybe=st.text(max_size=2) | st.none() | st.integers(),
    maybe_colour=st.sampled_from([*Colour, "nothing", None]),
    hidden=st.just("hidden"),
)
BRANCHES = st.builds(
    Branch,
    name=st.text(max_size=3),
    leaves=st.lists(LEAVES, max_size=3),
    either=LEAVES | st.builds(Twig, length=st.integers(0, 9)),
    named=st.lists(LEAVES | st.none(), max_size=2),
    broken=st.none() | st.builds(BrokenTwig),
)


@strawberry.type
class Query:
    @strawberry.field
    def branch(self, info: strawberry.Info[Branch, Any]) -> Branch | None:
        return info.context


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: strawberry.Info[list[int], Any], number: int) -> Leaf | None:
        info.context.append(number)
        return leaf(number)

    @strawberry.mutation
    def refuse(self) -> Leaf | None:
        raise ValueError("refused")


def leaf(number: int) -> Leaf:
    return Leaf(
        name="leaf",
        number=number,
        big=BigInt(number),
        ratio=0.5,
        yes=True,
        id=strawberry.ID("1"),
        uuid=UUID(int=1),
        day=date(2026, 5, 4),
        at=datetime(2026, 5, 4, tzinfo=UTC),
        exact=Decimal("1.5"),
        colour=Colour.RED,
        anything=JSON({}),
        tags=[],
        maybe=None,
        maybe_colour=None,
        hidden=None,
    )


def schema(*extensions: Any) -> Direct:
    return Direct(
        Query,
        Mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=Recalling,
        extensions=extensions,
    )


LIBRARY, OURS = schema(), schema(Planned)
LIBRARY.is_direct = False

DOCUMENTS = [
    """{ branch { name leaves { name number big ratio yes id uuid day at exact colour anything tags
       maybe maybeColour } } }""",
    "{ branch { leaves { later name computed(times: 2) computed2: computed number again: number } } }",
    "{ branch { __typename either { __typename ... on Named { name } ... on Twig { length } } } }",
    "{ branch { named { __typename name ... on Leaf { yes number } } name } }",
    """{ branch { leaves { ...A ...B name } } }
       fragment A on Leaf { number name } fragment B on Leaf { name yes }""",
    "{ branch { leaves { hidden name } } }",
    "{ branch { leaves { maybe fails name } } }",
    "{ branch { broken { length } name } }",
    "query Q($skip: Boolean = true) { branch { name @skip(if: $skip) leaves { name @include(if: $skip) } } }",
]


def told(result: ExecutionResult) -> str:
    """Data and errors as a client gets them, with the order of fields."""
    errors = [error.formatted for error in result.errors or []]
    return json.dumps([result.data, sorted(errors, key=str)])


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@settings(deadline=None)
@given(branch=BRANCHES)
async def test_both_executors_answer_alike(document: str, branch: Branch) -> None:
    theirs = await LIBRARY.execute(document, context_value=branch)
    ours = await OURS.execute(document, context_value=branch)

    assert isinstance(theirs, ExecutionResult)
    assert isinstance(ours, ExecutionResult)
    assert told(ours) == told(theirs)


async def test_no_mutation_runs_twice_though_the_library_words_its_errors() -> None:
    written: list[int] = []
    document = """mutation { one: write(number: 1) { fails } two: write(number: 2) { number }
        three: refuse { number } four: write(number: 4) { number } }"""
    theirs = await LIBRARY.execute(document, context_value=[])
    ours = await OURS.execute(document, context_value=written)

    assert isinstance(theirs, ExecutionResult)
    assert isinstance(ours, ExecutionResult)
    assert told(ours) == told(theirs)
    assert written == [1, 2, 4]


@contextmanager
def uncollected() -> Generator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def test_what_an_answer_needed_goes_with_it() -> None:
    def some() -> Branch:
        return Branch(name="b", leaves=[leaf(1)], either=leaf(2), named=[], broken=None)

    document = "{ branch { name leaves { later } } }"
    await OURS.execute(document, context_value=some())  # its plan is made
    branch = some()
    asked = ref(branch)
    with comparing.without_the_library(), uncollected():
        await OURS.execute(document, context_value=branch)
        del branch

        assert asked() is None


def remembered_without_end() -> int:
    """In all memories of our functions that have no bound."""
    modules = [module for name, module in sys.modules.items() if name.startswith("resolvers.")]
    classes = [each for module in modules for each in vars(module).values() if isclass(each)]
    functions = [getattr(owner, name) for owner in (*modules, *classes) for name in vars(owner)]
    memory: Any = type(lru_cache(len))
    memories = {id(each): each for each in functions if isinstance(each, memory)}
    assert memories
    told = [each.cache_info() for each in memories.values()]
    return sum(info.currsize for info in told if info.maxsize is None)


async def test_what_clients_think_of_is_remembered_within_bounds() -> None:
    branch = Branch(name="b", leaves=[leaf(1)], either=leaf(2), named=[], broken=None)

    async def ask(alias: str) -> None:
        document = (
            f"query {alias} {{ {alias}: branch {{ {alias}: name leaves {{ {alias}: number }} }} }}"
        )
        with comparing.without_the_library():
            assert (await OURS.execute(document, context_value=branch)).errors is None

    await ask("first")
    before = remembered_without_end()
    for number in range(5):
        await ask(f"thought_of_{number}")

    assert remembered_without_end() == before


async def test_an_extension_that_wants_every_field_gets_it() -> None:
    seen: list[str] = []

    class Watch(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    branch = Branch(name="b", leaves=[], either=Twig(length=1), named=[], broken=None)
    await schema(Watch, Planned).execute("{ branch { name } }", context_value=branch)

    assert seen == ["branch", "name"]
