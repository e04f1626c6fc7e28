"""What operations cost: the objects that their answers may hold at most."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Settings
from resolvers.cost import FIELDS, LIST_LENGTH, LIST_LENGTHS
from resolvers.examined import examined
from tests import sdl

SCHEMA = build_schema(
    """
    type Query { me: Person! people(first: Int! = 50): PeopleConnection! pets: [Pet!]! anyone: Anyone }
    type Mutation { rename(name: String!): Person! }
    type Subscription { joined: Person! }
    type Person { name: String! pets: [Pet!]! friends(first: Int! = 50): PeopleConnection! }
    type Pet { name: String! tags: [String!]! owner: Person! }
    type PeopleConnection { edges: [PersonEdge!]! pageInfo: PageInfo! }
    type PersonEdge { cursor: String! node: Person! }
    type PageInfo { hasNextPage: Boolean! }
    union Anyone = Person | Pet
    """
)


def priced(
    document: str, /, variables: dict[str, Any] | None = None, schema: GraphQLSchema = SCHEMA
) -> int:
    examination = examined(schema, document)
    assert examination.refusals == []
    operation = examination.named(None)
    assert operation is not None
    return operation.cost.of(variables)


@pytest.mark.parametrize(
    ("document", "points"),
    [
        ("{ __typename }", 1),
        ("{ me { name } }", 1 + 1),
        ("{ me { name } me { pets { name } } }", 1 + 1 + LIST_LENGTH),
        ("{ pets { name tags } }", 1 + LIST_LENGTH),
        ("{ pets { owner { name } } }", 1 + LIST_LENGTH * 2),
        ("{ people { pageInfo { hasNextPage } } }", 1 + 1 + 1),
        ("{ people { edges { cursor } } }", 1 + 1 + 50),
        ("{ people(first: 3) { edges { node { name } } } }", 1 + 1 + 3 * 2),
        (
            "{ people(first: 3) { edges { node { friends(first: 7) { edges { cursor } } } } } }",
            1 + 1 + 3 * (2 + 1 + 7),
        ),
        ("{ people(first: -3) { edges { cursor } } }", 1 + 1),
        ("{ anyone { ... on Person { name } } }", 1 + 1),
        ("{ anyone { ... on Person { name } ... on Pet { owner { name } } } }", 1 + 2),
        ("{ me { ...A ...A } } fragment A on Person { pets { name } }", 1 + 1 + LIST_LENGTH),
        ('mutation { rename(name: "x") { name } }', 10 + 1),
        ('mutation { a: rename(name: "x") { name } b: rename(name: "y") { name } }', 2 * (10 + 1)),
        ("subscription { joined { name } }", 10 + 1),
    ],
)
def test_a_document_costs_what_its_answer_may_hold(document: str, points: int) -> None:
    assert priced(document) == points


NESTED = """query ($people: Int!, $friends: Int! = 7) {
  people(first: $people) { edges { node { friends(first: $friends) { edges { cursor } } } } }
}"""


@given(people=st.integers(0, 10**6), friends=st.integers(0, 10**6) | st.none())
def test_lengths_that_are_variables_multiply(people: int, friends: int | None) -> None:
    given = {"people": people} | ({} if friends is None else {"friends": friends})

    assert priced(NESTED, given) == 1 + 1 + people * (2 + 1 + (7 if friends is None else friends))


@pytest.mark.parametrize("wrong", [None, "50", [50], {}, True, -1])
def test_a_length_that_is_none_is_refused_elsewhere_and_costs_nothing_here(wrong: object) -> None:
    assert priced(NESTED, {"people": wrong}) == 2


def test_what_is_left_out_costs_nothing() -> None:
    document = "query ($all: Boolean! = false) { me { name pets @include(if: $all) { name } } }"

    assert priced(document) == 2
    assert priced(document, {"all": False}) == 2
    assert priced(document, {"all": True}) == 2 + LIST_LENGTH


def test_what_causes_more_work_than_it_shows_costs_more() -> None:
    receipt = """mutation ($id: ID!, $other: ID!) {
      retryReceipt(id: $id) { __typename } other: retryReceipt(id: $other) { __typename }
    }"""

    assert priced(receipt, schema=sdl.SCHEMA) == 2 * (10 + FIELDS["Mutation.retryReceipt"] + 1)


def test_a_page_of_ledgers_may_ask_what_would_settle_each() -> None:
    document = """query ($first: Int!) { ledgers(first: $first) { edges { node { name
      suggestedTransfers { payer { name } payee { name } amount { minor currency } } } } } }"""
    most = Settings.model_fields["most_cost"].default

    page, too_much = (priced(document, {"first": n}, sdl.SCHEMA) for n in (50, 100))

    assert page == 2 + 50 * (2 + FIELDS["Ledger.suggestedTransfers"] + LIST_LENGTH * 4)
    assert page <= most < too_much


def test_what_is_told_of_fields_is_told_of_fields_that_are_there() -> None:
    fields = {
        f"{name}.{field}"
        for name, type in sdl.SCHEMA.type_map.items()
        if isinstance(type, GraphQLObjectType | GraphQLInterfaceType)
        for field in type.fields
    }

    assert {*FIELDS, *LIST_LENGTHS} - fields == {"Query.__schema", "Query.__type"}
