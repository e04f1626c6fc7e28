"""Documents that were examined, and are forgotten."""

import gc
from collections.abc import Iterator

import pytest
from graphql import Node, Token, build_schema

from resolvers import plainly_valid
from resolvers.examined import Examined, Operation, examined

SCHEMA = build_schema(
    "type Query { me(id: ID): Person } type Person { name: String friend: Person }"
)
DOCUMENT = "query Q($id: ID) { me(id: $id) { ...A } } fragment A on Person { friend { name } }"


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def parts() -> int:
    return sum(isinstance(each, Examined | Operation | Node | Token) for each in gc.get_objects())


@pytest.mark.usefixtures("no_collection")
def test_a_document_that_is_forgotten_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = plainly_valid.is_plainly_valid  # without the rules that tests compare it with
    monkeypatch.setattr("resolvers.examined.is_plainly_valid", plainly)
    examined.cache_clear()
    before = parts()

    examined(SCHEMA, DOCUMENT)
    assert parts() > before
    examined.cache_clear()

    assert parts() == before
