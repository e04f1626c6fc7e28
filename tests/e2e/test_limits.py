"""Documents that ask or say too much are refused by name, before the work that they would make."""

from typing import Any

import httpx
import pytest

from core.settings import Settings
from domain.actor import Actor
from resolvers import examined
from tests.e2e.asking import errors, post
from tests.e2e.conftest import TokenOf
from tests.e2e.live_client import live
from tests.e2e.serving import serving


def nested(depth: int) -> str:
    return "{ node " * depth + "{ id }" + " }" * depth


def doubling(fragments: int, field: str = "") -> str:
    """Fragments that spread each other twice: put in, they would be 2^n fields."""
    spreads = [
        f"fragment F{n} on Query {{ {field} ...F{n + 1} ...F{n + 1} }}" for n in range(fragments)
    ]
    last = f"fragment F{fragments} on Query {{ __typename }}"
    return " ".join(["{ ...F0 }", *spreads, last])


def mutual(fragments: int) -> str:
    """Fragments that each spread all: they never end."""
    spreads = " ".join(f"...F{n}" for n in range(fragments))
    return "{ ...F0 } " + " ".join(
        f"fragment F{n} on Query {{ {spreads} }}" for n in range(fragments)
    )


ATTACKS = {
    "deep": nested(11),
    "bomb": doubling(20, "a: node(id: 1) { id }"),
    "bomb of what needs no alias": doubling(20, "me { name }"),
    "bomb of introspection": doubling(20, "__typename"),
    "cycle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "cycles": mutual(15),
    "aliases": "{ " + " ".join(f"a{n}: me {{ name }}" for n in range(16)) + " }",
    "aliases of a list of 100": "{ "
    + " ".join(f"a{n}: expenses(first: 100) {{ edges {{ cursor }} }}" for n in range(50))
    + " }",
    "overlapping": "{ " + "me { ledger { id } } " * 120 + "}",
    "repeated": "{ " + "__typename " * 900 + "}",
    "repeated below introspection": "{ __schema { " + "__typename " * 900 + "} }",
    "directives": "{ me { name " + "@include(if: true) " * 51 + "} }",
    "roots": "{ " + " ".join(f"unknown{n}" for n in range(21)) + " }",
}


@pytest.mark.parametrize("document", ATTACKS.values(), ids=ATTACKS)
async def test_a_document_that_is_too_large_is_not_even_validated(
    http: httpx.AsyncClient, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[Any] = []
    monkeypatch.setattr(examined, "validate_document", validated.append)

    answer = await post(http, document)

    assert answer.status_code == 200
    assert [error["extensions"]["code"] for error in errors(answer)] == ["DOCUMENT_TOO_LARGE"]
    assert validated == []


@pytest.mark.parametrize("document", [nested(200), nested(5000), doubling(60), "{ id }" * 1000])
async def test_a_document_that_says_too_much_is_not_parsed(
    http: httpx.AsyncClient, document: str
) -> None:
    answer = await post(http, document)

    assert answer.status_code == 200
    error = errors(answer)[0]
    too_long = error.get("extensions", {}).get("code") == "DOCUMENT_TOO_LARGE"
    assert too_long or error["message"].startswith("Syntax Error"), answer.text[:300]


async def test_comments_and_texts_are_no_way_around_the_limit(http: httpx.AsyncClient) -> None:
    for document in (
        "{ __typename } #" + "x" * 15_000,
        f'{{ node(id: "{"x" * 15_000}") {{ id }} }}',
    ):
        [error] = errors(await post(http, document))

        assert error["extensions"]["code"] == "DOCUMENT_TOO_LARGE"


INTROSPECTION = (
    "{ __schema { types { fields { type " + "{ ofType " * 9 + "{ name }" + " } } } } } }" + " }" * 7
)
CIRCULAR = "{ __schema { types" + " { fields { type" * 4 + " { name }" + " } }" * 4 + " } }"


async def test_what_is_within_the_limits_is_answered(http: httpx.AsyncClient) -> None:
    assert (await post(http, INTROSPECTION)).json().keys() == {"data", "extensions"}
    typenames = "{ " + " ".join(f"a{n}: __typename" for n in range(20)) + " }"
    assert len((await post(http, typenames)).json()["data"]) == 20


async def test_a_schema_that_leads_in_circles_is_not_followed(http: httpx.AsyncClient) -> None:
    [error] = errors(await post(http, CIRCULAR))

    assert error["message"] == "Maximum introspection depth exceeded"


async def test_a_document_that_is_known_is_not_examined_again(http: httpx.AsyncClient) -> None:
    document = "query Seen { __typename } # never asked by another test"
    before = examined.examined.cache_info()

    for _ in range(3):
        assert (await post(http, document)).json()["data"] == {"__typename": "Query"}

    after = examined.examined.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


LIST = "query List($first: Int!) { expenses(first: $first) { edges { node { id } } } }"
NESTED_LISTS = """query Nested($first: Int! = 100) {
  expenses(first: 100) { edges { node { comments(first: $first) { edges { node { id } } } } } }
}"""


async def test_every_answer_tells_what_it_costs(
    http: httpx.AsyncClient, ann: Actor, token_of: TokenOf
) -> None:
    headers = {"authorization": f"Bearer {token_of(ann)}"}

    for first in (10, 20):
        body = {"query": LIST, "variables": {"first": first}}
        answer = (await http.post("/graphql", json=body, headers=headers)).json()

        assert answer["data"] == {"expenses": {"edges": []}}
        assert answer["extensions"]["cost"]["requestedQueryCost"] == 2 + 2 * first
        assert answer["extensions"]["cost"]["maximumQueryCost"] == 10_000


async def test_what_is_too_costly_is_refused_with_its_cost(
    address: str, http: httpx.AsyncClient, ann: Actor, token_of: TokenOf
) -> None:
    cost = 2 + 100 * (2 + 1 + 100 * 2)
    refusal = {"code": "TOO_COSTLY", "cost": cost, "limit": 10_000}

    [error] = errors(await post(http, NESTED_LISTS))
    assert error["extensions"] == refusal
    async with live(address, token_of(ann)) as client:
        message = await (await client.subscribe(NESTED_LISTS)).receive()
        assert (message["type"], message["payload"][0]["extensions"]) == ("error", refusal)
        affordable = await client.subscribe(NESTED_LISTS, first=1)
        assert await affordable.next() == {"edges": []}


async def test_variables_hold_so_many_values_and_no_more(http: httpx.AsyncClient) -> None:
    empty: list[object] = []
    for values in ([1] * 25_001, [empty] * 25_001, {str(n): n for n in range(25_001)}):
        body = {"query": "{ __typename }", "variables": {"unused": {"nested": values}}}
        [error] = errors(await http.post("/graphql", json=body))

        assert error["extensions"]["code"] == "DOCUMENT_TOO_LARGE"


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "-1" + "0" * 30, "1e400"])
async def test_a_number_that_is_too_large_is_refused_as_that(
    http: httpx.AsyncClient, number: str
) -> None:
    written = await post(http, f"{{ expenses(first: {number}) {{ edges {{ cursor }} }} }}")
    query = "query($n: Int!) { expenses(first: $n) { edges { cursor } } }"
    body = f'{{"query": "{query}", "variables": {{"n": {number}}}}}'
    given = await http.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert written.status_code == 200
    assert given.status_code in {200, 400}
    for answer in (written, given):
        assert "Unexpected error." not in answer.text


async def test_the_schema_is_told_only_where_it_is_meant_to_be(settings: Settings) -> None:
    silent = settings.model_copy(update={"introspection": False})
    async with (
        serving(silent) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        for document in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
            [error] = errors(await post(http, document))
            assert error["extensions"] == {"code": "INTROSPECTION_OFF"}
        assert (await post(http, "{ __typename }")).json()["data"] == {"__typename": "Query"}
        [unknown] = errors(await post(http, "{ expense { id } }"))
        assert "Did you mean" not in unknown["message"]
