"""Documents that ask or say too much."""

# pyright: reportPrivateUsage=false
# only the library's own cache can tell whether it was used

from typing import Any

import httpx
import pytest
from strawberry.extensions import validation_cache

from resolvers.root import DOCUMENTS_REMEMBERED
from tests.e2e.asking import errors, post


def nested(depth: int) -> str:
    return "{ node " * depth + "{ id }" + " }" * depth


def doubling(fragments: int) -> str:
    """Fragments that spread each other twice: put in, they would be 2^n fields."""
    spreads = [
        f"fragment F{n} on Query {{ a: node(id: 1) {{ id }} ...F{n + 1} ...F{n + 1} }}"
        for n in range(fragments)
    ]
    last = f"fragment F{fragments} on Query {{ __typename }}"
    return " ".join(["{ ...F0 }", *spreads, last])


CIRCLE = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
ALIASES = "{ " + " ".join(f"a{n}: me {{ name }}" for n in range(16)) + " }"
INTROSPECTION = (
    "{ __schema { types { fields { type " + "{ ofType " * 9 + "{ name }" + " } } } } } }" + " }" * 7
)


@pytest.mark.parametrize("document", [nested(11), doubling(20), ALIASES])
async def test_a_document_that_asks_too_much_is_refused(
    http: httpx.AsyncClient, document: str
) -> None:
    answer = await post(http, document)

    assert answer.status_code == 200
    codes = [error.get("extensions", {}).get("code") for error in errors(answer)]
    assert "DOCUMENT_TOO_LARGE" in codes


@pytest.mark.parametrize("document", [nested(200), nested(5000), doubling(60), "{ id }" * 1000])
async def test_a_document_that_says_too_much_is_not_parsed(
    http: httpx.AsyncClient, document: str
) -> None:
    answer = await post(http, document)

    assert answer.status_code == 200
    assert errors(answer)[0]["message"].startswith("Syntax Error"), answer.text[:300]


async def test_what_is_within_the_limits_is_answered(http: httpx.AsyncClient) -> None:
    assert errors(await post(http, CIRCLE))[0]["message"].startswith("Cannot spread fragment")
    assert (await post(http, INTROSPECTION)).json().keys() == {"data"}
    typenames = "{ " + " ".join(f"a{n}: __typename" for n in range(100)) + " }"
    assert len((await post(http, typenames)).json()["data"]) == 100


async def test_a_document_that_is_known_is_not_examined_again(http: httpx.AsyncClient) -> None:
    known: Any = validation_cache._get_validate_cache(DOCUMENTS_REMEMBERED)  # noqa: SLF001 - see above
    document = "query Seen { __typename } # never asked by another test"
    before = known.cache_info()

    for _ in range(3):
        assert (await post(http, document)).json() == {"data": {"__typename": "Query"}}

    after = known.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
