"""Leaving out rules that are about something else leaves no error out."""

import pytest
from graphql import build_schema, parse, specified_rules, validate

from resolvers.rules import rules_for

SCHEMA = build_schema(
    """
    directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
    directive @stream(if: Boolean! = true, label: String, initialCount: Int = 0) on FIELD
    input Part { number: Int! }
    type Thing { name(first: Int!, part: Part): String  things: [Thing!] }
    type Other { name: String }
    union Either = Thing | Other
    type Query { thing: Thing  either: Either }
    type Subscription { one: Thing  two: Thing }
    """
)
WRONG = [
    "type X { y: Int }",
    "mutation { x }",
    "query A { thing { things { __typename } } } query A { thing { things { __typename } } }",
    "{ thing { things { __typename } } } query B { thing { things { __typename } } }",
    "subscription { one { things { __typename } } two { things { __typename } } }",
    "query ($x: Nothing) { thing { name(first: $x) } }",
    "{ thing { ... on Nothing { name } } }",
    "{ thing { ... on String { name } } }",
    "query ($x: Thing) { thing { name(first: $x) } }",
    "{ thing }",
    "{ thing { name(first: 1) { x } } }",
    "{ thing { nothing } }",
    "{ thing { ...F } } fragment F on Thing { __typename } fragment F on Thing { __typename }",
    "{ thing { ...G } }",
    "{ thing { __typename } } fragment Unused on Thing { __typename }",
    "{ thing { ... on Other { name } } }",
    "{ thing { ...F } } fragment F on Thing { things { ...F } }",
    "query ($x: Int!, $x: Int!) { thing { name(first: $x) } }",
    "{ thing { name(first: $x) } }",
    "query ($x: Int) { thing { __typename } }",
    "{ thing @nothing { __typename } }",
    "{ thing @include(if: true) @include(if: true) { __typename } }",
    "subscription { ... @defer { one { __typename } } }",
    "query ($x: String) { thing { ... @defer(label: $x) { __typename } } }",
    "{ thing @stream { __typename } }",
    "{ thing { name(last: 1, first: 1) } }",
    "{ thing { name(first: 1, first: 1) } }",
    '{ thing { name(first: "one") } }',
    "{ thing { name } }",
    "query ($x: String) { thing { name(first: $x) } }",
    "{ thing { name(first: 1) name(first: 2) } }",
    "{ thing { name(first: 1, part: {number: 1, number: 2}) } }",
    "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
]


@pytest.mark.parametrize("document", WRONG)
def test_what_is_wrong_is_found(document: str) -> None:
    parsed = parse(document)
    found = [error.formatted for error in validate(SCHEMA, parsed, rules_for(document))]

    assert found
    assert found == [error.formatted for error in validate(SCHEMA, parsed, specified_rules)]


def test_an_ordinary_document_is_asked_less() -> None:
    ordinary = "{ thing { name(first: 1) } }"

    assert len(rules_for(ordinary)) < len(specified_rules) / 2
