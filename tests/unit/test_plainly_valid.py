"""What is taken for valid in one walk, no rule objects to."""

import re

import pytest
from graphql import GraphQLSyntaxError, build_schema, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from resolvers.plainly_valid import is_plainly_valid
from tests.unit import test_rules

SCHEMA = build_schema(
    """
    enum Size { SMALL LARGE }
    input Part { number: Int! }
    interface Named { name(first: Int!, part: Part): String }
    type Thing implements Named {
      name(first: Int!, part: Part): String  size(like: Size = SMALL): Size
      things(sizes: [Size!]): [Thing!]  other: Other!
    }
    type Other implements Named { name(first: Int!, part: Part): String  size: Size!  other: Other }
    union Either = Thing | Other
    type Query { thing(id: ID!): Thing  either: Either  named: [Named!]! }
    type Mutation { make(part: Part!, first: Int = 1): Either }
    """
)
ORDINARY = [
    "{ either { __typename } }",
    'query Q($n: Int!) { thing(id: "a") { size small: size(like: SMALL) name(first: $n) } }',
    "query ($id: ID!, $n: Int = 2) { thing(id: $id) { name(first: $n) things { size } } }",
    "mutation M($part: Part!) { make(part: $part) { ... on Named { name(first: 1) } } }",
    "{ either { ... on Thing { __typename things { size } } ... on Other { __typename other { size } } } }",
    "{ named { name(first: 1) ... on Thing { name(first: 1) } } }",
    "{ named { __typename } named { ... on Other { other { size } other { size other { size } } } } }",
    "query ($s: [Size!]) { thing(id: 1) { things(sizes: $s) { ...F } } } fragment F on Thing { size }",
    "query ($x: Boolean!) { either @skip(if: $x) { ... on Named @include(if: true) { __typename } } }",
    "{ named { ...A ...B } } fragment A on Thing { size ...B } fragment B on Named { __typename }",
]
UNUSUAL = [
    "query A { either { __typename } } query B { either { __typename } }",
    "query ($n: Int!) { thing(id: 1) { name(first: $n, part: {number: $n}) } }",
    "{ thing(id: 1) { things(sizes: [SMALL]) { size } } }",
    "{ __type(name: 1) { name } }",
]
_WORD = re.compile(r"(\$?\w+)")
WORDS = sorted({word for document in ORDINARY for word in _WORD.findall(document)})


@pytest.mark.parametrize("document", ORDINARY)
def test_the_ordinary_is_plainly_valid(document: str) -> None:
    assert is_plainly_valid(SCHEMA, parse(document))
    assert validate(SCHEMA, parse(document)) == []


@pytest.mark.parametrize("document", UNUSUAL)
def test_the_unusual_is_left_to_the_rules(document: str) -> None:
    assert not is_plainly_valid(SCHEMA, parse(document))


@pytest.mark.parametrize("document", test_rules.WRONG)
def test_the_wrong_is_left_to_the_rules(document: str) -> None:
    assert not is_plainly_valid(test_rules.SCHEMA, parse(document))


@given(
    st.sampled_from(ORDINARY),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(WORDS)), max_size=2),
    st.sampled_from([*[""] * 9, *ORDINARY]),
)
def test_whatever_is_changed_no_rule_objects_to_what_is_plainly_valid(
    document: str, changes: list[tuple[int, str]], another: str
) -> None:
    words = _WORD.split(document)
    for place, word in changes:
        words[(2 * place + 1) % (len(words) - 1)] = word
    changed = "".join(words)
    if another:
        changed = changed.replace("{ ", "{ ..." + another[another.find("{") :], 1)
    try:
        parsed = parse(changed)
    except GraphQLSyntaxError:
        return
    if is_plainly_valid(SCHEMA, parsed):
        assert validate(SCHEMA, parsed) == []
