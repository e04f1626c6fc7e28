"""Documents at random, as the schema allows them, for every query and mutation.

Whoever sends them has a group, expenses and a budget, whose ids are among what is sent. Criteria: each is
answered or refused with a code, and nothing is an error of the server's.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from graphql import GraphQLSchema, ValueNode, build_schema
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries
from strawberry.relay import GlobalID

from bench import machine, people, server
from bench.faults.verdict import Verdict, conclude, none_of
from bench.load import Connection
from core.ids import new_id

_CONTRACT = Path("schema/schema.graphql")
_PATIENCE_SECONDS = 60
_RIGHT_BUT_ONE_OF = 10
_TOO_BIG = 2**70
_CURRENCIES = ("EUR", "JPY", "KWD")

Values = st.SearchStrategy[ValueNode]


def main() -> None:
    options = _options()
    machine.introduce()
    schema = build_schema(_CONTRACT.read_text())
    fields = options.fields or [*_root_fields(schema)]
    heard: dict[str, Counter[str]] = {}
    with server.running() as system:
        for field in fields:
            heard[field] = _send(system.url, schema, field, options)
            print(f"  {field:<28}{_words(heard[field])}", flush=True)
    conclude(_verdicts(heard))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("fields", nargs="*", help="queries and mutations; all where none is named")
    parser.add_argument("--cases", type=int, default=1_000, help="documents for each of them")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _send(url: str, schema: GraphQLSchema, field: str, options: argparse.Namespace) -> Counter[str]:
    """What was said to documents of this field, by somebody new: it may be the one that ends accounts."""
    heard = Counter[str]()
    token, ids = asyncio.run(_somebody(url))
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE_SECONDS) as http:

        @seed(options.seed)
        @settings(
            max_examples=options.cases,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        )
        @given(_documents(schema, field, ids))
        def ask(document: str) -> None:
            heard[_said(http, document)] += 1

        ask()
    return heard


def _said(http: httpx.Client, document: str) -> str:
    """The status, and the codes of errors, if there are any."""
    try:
        answer = http.post("/graphql", json={"query": document})
        said: Any = answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        return f"no answer: {type(problem).__name__}"
    codes = {error.get("extensions", {}).get("code", "no code") for error in said.get("errors", ())}
    return f"{answer.status_code} {' '.join(sorted(codes)) or 'answered'}"


def _documents(schema: GraphQLSchema, field: str, ids: Sequence[str]) -> st.SearchStrategy[str]:
    assert schema.query_type
    make = queries if field in schema.query_type.fields else mutations
    return make(schema, fields=[field], custom_scalars=_scalars(ids))


def _scalars(ids: Sequence[str]) -> dict[str, Values]:
    """What the schema alone does not tell: values of the right form, and any other."""
    text, own = st.text().map(nodes.String), st.sampled_from(ids).map(nodes.String)

    def mostly(right: st.SearchStrategy[Any]) -> Values:
        return st.integers(1, _RIGHT_BUT_ONE_OF).flatmap(
            lambda dice: text if dice == _RIGHT_BUT_ONE_OF else right.map(nodes.String)
        )

    return {
        "ID": own | own | text | st.uuids().map(nodes.String),
        "UUID": mostly(st.builds(new_id)),
        "BigInt": mostly(st.integers(-_TOO_BIG, _TOO_BIG)),
        "CurrencyCode": mostly(st.sampled_from(_CURRENCIES)),
        "Date": mostly(st.dates()),
        "DateTime": mostly(st.datetimes(timezones=st.timezones())),
        "Decimal": mostly(st.decimals()),
        "JSON": text,
        "Upload": text,
    }


async def _somebody(url: str) -> tuple[str, list[str]]:
    """Their token, and the ids of what is theirs, each as one of every type."""
    person, other = [await people.register(url) for _ in range(2)]
    group = await people.found(url, [person, other])
    connection = Connection(url, person.token)
    await connection.open()
    expense = str(GlobalID("Expense", str(await people.spend(connection, group.ledger_id))))
    connection.close()
    budget = await people.budget(url, person)
    return person.token, [person.ledger_id, group.ledger_id, *group.member_ids, expense, budget]


def _root_fields(schema: GraphQLSchema) -> Sequence[str]:
    assert schema.query_type
    assert schema.mutation_type
    return [*schema.query_type.fields, *schema.mutation_type.fields]


def _verdicts(heard: dict[str, Counter[str]]) -> list[Verdict]:
    cases = Counter({field: answers.total() for field, answers in heard.items()})
    print(f"\n{cases.total()} documents, at least {min(cases.values())} of each field")
    wrong = [
        f"{field}: {count} × {answer}"
        for field, answers in heard.items()
        for answer, count in answers.items()
        if _is_wrong(answer)
    ]
    return [none_of("errors of the server's, or without a code", wrong)]


def _is_wrong(answer: str) -> bool:
    return answer.startswith(("5", "no answer")) or any(
        code in answer for code in ("INTERNAL_SERVER_ERROR", "no code")
    )


def _words(answers: Counter[str]) -> str:
    return ", ".join(f"{count} × {answer}" for answer, count in answers.most_common(4))


if __name__ == "__main__":
    main()
