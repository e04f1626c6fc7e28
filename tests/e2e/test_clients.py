"""What others wrote, against our server: audits of graphql-http; graphql-ws and -sse, Apollo, urql, Relay."""

import json
import shutil
from pathlib import Path

from core.db import Database
from domain.actor import Actor
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import global_id
from tests.e2e.node import CLIENTS, needs_node, run, said_by
from tests.groups import Group, spend

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"

pytestmark = needs_node


async def test_every_audit_of_graphql_over_http_passes(address: str) -> None:
    audits = await said_by("audits.mjs", f"http://{address}/graphql")

    assert len(audits) >= 60
    assert [audit for audit in audits if audit["status"] != "ok"] == []


async def test_the_reference_client_of_the_socket_is_served(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seen = await said_by(
        "socket.mjs", f"ws://{address}/graphql", token_of(ann), global_id("Ledger", trip.id)
    )

    assert seen.pop("pongs") >= 1
    assert seen == {
        "query": {"me": {"name": "Ann"}},
        "event": {"ledgerEvents": {"__typename": "LedgerSnapshot"}},
        "refused": ["Cannot query field 'nothing' on type 'Query'."],
    }


async def test_the_reference_client_of_event_streams_is_served(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    id = global_id("Ledger", trip.id)
    seen = await said_by("events.mjs", f"http://{address}/graphql", token_of(ann), id)

    assert seen == {
        "query": {"me": {"name": "Ann"}},
        "event": {"ledgerEvents": {"__typename": "LedgerSnapshot"}},
    }


async def test_apollo_keeps_what_it_is_told_by_id(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seen = await said_by("apollo.mjs", *_places(address, token_of(ann), trip))

    assert seen == {"names": ["Trip", "By Apollo"], "snapshot": "By Apollo", "stale": "STALE"}


async def test_urql_asks_again_what_a_mutation_touched_and_follows_a_group(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seen = await said_by("urql.mjs", *_places(address, token_of(ann), trip))

    assert seen == {"names": ["Trip", "By urql"], "events": ["LedgerSnapshot", "ledger.updated"]}


async def test_relay_compiles_our_schema_and_pages_by_its_connections(
    db: Database, address: str, ann: Actor, trip: Group, token_of: TokenOf, tmp_path: Path
) -> None:
    for number in range(5):
        await spend(db, ann, trip.id, 1000, merchant=f"Shop {number}")
    project = tmp_path / "relay"
    shutil.copytree(CLIENTS / "relay", project)
    shutil.copy(SDL, project)
    await run(str(CLIENTS / "node_modules/relay-compiler/cli.js"), "relay.config.json", cwd=project)
    id = global_id("Ledger", trip.id)
    filter = json.dumps({"ledgerId": id})

    seen = await said_by(
        "relay.mjs", str(project), f"http://{address}/graphql", token_of(ann), id, filter
    )

    assert seen == {"name": "Trip", "merchants": [f"Shop {number}" for number in (4, 3, 2, 1, 0)]}


def _places(address: str, token: str, group: Group) -> tuple[str, ...]:
    id = global_id("Ledger", group.id)
    return f"http://{address}/graphql", f"ws://{address}/graphql", token, id
