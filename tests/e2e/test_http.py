"""GraphQL over HTTP towards clients that are strange, careless or hostile: always a named refusal."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.actor import Actor
from tests.e2e.asking import errors, post
from tests.e2e.conftest import TokenOf

JSON_TYPE = "application/json"
JSON = {"content-type": JSON_TYPE}
GRAPHQL = "application/graphql-response+json"


async def test_who_is_signed_in_is_answered(
    http: httpx.AsyncClient, ann: Actor, token_of: TokenOf
) -> None:
    headers = {"authorization": f"Bearer {token_of(ann)}"}

    answer = await post(http, "{ me { name } }", headers=headers)

    assert (answer.status_code, answer.json()["data"]) == (200, {"me": {"name": "Ann"}})


@pytest.mark.parametrize("scheme", ["Bearer x", "Basic eDp5", ""])
async def test_a_bad_token_is_none(http: httpx.AsyncClient, scheme: str) -> None:
    answer = await post(http, "{ me { name } }", headers={"authorization": scheme})

    assert answer.status_code == 200
    assert errors(answer)[0]["extensions"] == {"code": "UNAUTHENTICATED"}


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        ("{ me { ", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { node(id: $id) { id } }", {}, "BAD_USER_INPUT"),
        ("query($id: ID!) { node(id: $id) { id } }", {"id": "no id"}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_not_understood_says_why(
    http: httpx.AsyncClient, document: str, variables: dict[str, str], code: str
) -> None:
    answer = await http.post("/graphql", json={"query": document, "variables": variables})

    assert [error["extensions"]["code"] for error in errors(answer)] == [code]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"1",
        b'"text"',
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b"{",
        b"",
        b"\xff\xfe",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"query": 1}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "extensions": 1}',
    ],
)
async def test_a_body_that_is_no_request_is_a_bad_request(
    http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await http.post("/graphql", content=body, headers=JSON)

    assert answer.status_code == 400


async def test_a_body_that_is_too_large_is_not_read(http: httpx.AsyncClient) -> None:
    declared = await http.post("/graphql", content=b" " * (2**20 + 1), headers=JSON)
    assert declared.status_code == 413

    async def streamed() -> AsyncGenerator[bytes]:
        for _ in range(17):
            yield b" " * 2**16

    undeclared = await http.post("/graphql", content=streamed(), headers=JSON)
    assert undeclared.status_code == 413


@pytest.mark.parametrize(
    "types",
    [
        ["x/application/json"],
        ["multipart/form-data-application/json"],
        ["application/json", "text/plain"],
        ["application/json", "multipart/form-data"],
    ],
)
async def test_a_body_is_no_smaller_for_being_called_something_else(
    http: httpx.AsyncClient, types: list[str]
) -> None:
    headers = [("content-type", type) for type in types]

    answer = await http.post("/graphql", content=b" " * (2**20 + 1), headers=headers)

    assert answer.status_code == 413


async def test_a_media_type_that_is_none_is_a_bad_request(http: httpx.AsyncClient) -> None:
    answer = await http.post("/graphql", headers={"content-type": "x; a*=1; a*0=2"})

    assert answer.status_code == 400


@pytest.mark.parametrize("accept", [JSON_TYPE, GRAPHQL, "*/*"])
async def test_a_subscription_is_told_where_it_is_answered(
    http: httpx.AsyncClient, ann: Actor, token_of: TokenOf, accept: str
) -> None:
    headers = {"authorization": f"Bearer {token_of(ann)}", "accept": accept}
    document = "subscription { budgetAlert { __typename } }"

    posted = await post(http, document, headers=headers)
    got = await http.get("/graphql", params={"query": document}, headers=headers)

    for answer in (posted, got):
        assert answer.status_code == (400 if accept == GRAPHQL else 200)
        assert answer.json().keys() == {"errors"}
        assert [error["extensions"]["code"] for error in errors(answer)] == ["STREAM_NEEDED"]


async def test_which_of_several_operations_is_meant_is_not_guessed(http: httpx.AsyncClient) -> None:
    body = {"query": "query A { __typename } mutation B { __typename }"}

    [error] = errors(await http.post("/graphql", json=body))
    named = await http.post("/graphql", json=body | {"operationName": "B"})
    unknown = await http.post("/graphql", json=body | {"operationName": "C"})

    assert error["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"
    assert named.json()["data"] == {"__typename": "Mutation"}
    assert unknown.status_code == 400


async def test_only_queries_are_answered_by_get(http: httpx.AsyncClient) -> None:
    query = await http.get("/graphql", params={"query": "{ __typename }"})
    mutation = await http.get("/graphql", params={"query": "mutation { __typename }"})
    variables = await http.get("/graphql", params={"query": "{ __typename }", "variables": "["})

    assert query.json()["data"] == {"__typename": "Query"}
    assert mutation.status_code == 400
    assert variables.status_code == 400
    put = await http.put("/graphql")
    assert (put.status_code, {*put.headers["allow"].split(", ")}) == (405, {"GET", "HEAD", "POST"})
    assert (await http.get("/graphql", headers={"accept": "text/html"})).status_code == 404


async def test_forms_are_no_way_around_the_browsers_question(http: httpx.AsyncClient) -> None:
    operations = '{"query": "mutation { __typename }"}'
    form = {"operations": (None, operations), "map": (None, "{}")}

    plain = await http.post("/graphql", files=form)
    asked = await http.post("/graphql", files=form, headers={"GraphQL-Require-Preflight": "1"})
    text = await http.post("/graphql", content=operations, headers={"content-type": "text/plain"})

    assert plain.status_code == 400
    assert asked.json()["data"] == {"__typename": "Mutation"}
    assert text.status_code == 400


@pytest.mark.parametrize(
    ("operations", "map"),
    [
        ("[]", "{}"),
        ("null", "{}"),
        ("{}", "[]"),
        ("{}", '{"0": ["variables.file"]}'),
        ('{"query": "{ __typename }", "variables": {"list": []}}', '{"f": ["variables.list.x"]}'),
        ('{"query": "{ __typename }"}', '{"f": [1]}'),
        ('{"query": "{ __typename }"}', '{"f": 1}'),
        ('{"query": "{ __typename }"}', '{"f": ["query.x"]}'),
        ("\x00", "\x00"),
    ],
)
async def test_a_form_that_does_not_add_up_is_a_bad_request(
    http: httpx.AsyncClient, operations: str, map: str
) -> None:
    form = {"operations": (None, operations), "map": (None, map), "f": ("f.txt", b"x")}

    answer = await http.post("/graphql", files=form, headers={"Apollo-Require-Preflight": "1"})

    assert answer.status_code == 400


async def test_the_media_type_of_the_specification_is_spoken_when_asked_for(
    http: httpx.AsyncClient,
) -> None:
    good = await post(http, "{ __typename }", headers={"accept": GRAPHQL})
    wrong = await post(http, "{ nothing }", headers={"accept": GRAPHQL})
    older = await post(http, "{ nothing }", headers={"accept": "application/json"})

    assert (good.status_code, good.headers["content-type"]) == (200, GRAPHQL)
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, GRAPHQL)
    assert (older.status_code, older.headers["content-type"]) == (200, "application/json")
    assert "data" not in wrong.json()


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "query": JSON_VALUES | st.sampled_from(["{ __typename }", "query A { __typename }", "{"]),
        "variables": JSON_VALUES,
        "operationName": JSON_VALUES,
        "extensions": JSON_VALUES,
    },
)


@given(body=REQUESTS | JSON_VALUES)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_no_json_whatever_is_our_fault(http: httpx.AsyncClient, body: Any) -> None:
    answer = await http.post("/graphql", json=body)

    assert answer.status_code in {200, 400}
