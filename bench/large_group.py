"""The largest group there may be: what it costs to write, to read and to tell in it.

    python -m bench.large_group [--members N] [--writers N] [--sockets N] [--seconds S]

Fifty of the members have accounts and write, the others are seats that nobody has claimed. First everybody
takes part in expenses, a thousand at a time, as many as an expense may have. Then all write at once, each
for five; then all balances are read, and the transfers that would settle everyone; then one expense is told
to every socket. Each figure stands beside its goal.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psutil
from strawberry.relay import GlobalID

from bench import machine, people, server
from bench.faults.verdict import Verdict, at_most
from bench.load import Connection, load, percentile, request
from bench.people import Group, Person
from bench.push_latency import FOLLOW
from bench.sockets import Subscriber, have_heard, open_all
from domain.split import MOST_PEOPLE

_PERSONS, _SHARING = 50, 5
_MILLIS, _MIB = 1000, 2**20
_PUSH_PATIENCE_SECONDS = 60
_LOOKS = 20

_CROWD = """
INSERT INTO members (id, ledger_id, name, role, weight, is_guest, version, clock, fingerprint, created_at)
SELECT gen_random_uuid(), $1, 'Seat ' || number, 'MEMBER', 100, false, 1, '{}', '', now()
FROM generate_series(1, $2) AS number"""

_WRITE = """\
mutation Write($input: CreateExpenseInput!) {
  createExpense(input: $input) { __typename ... on Expense { id } ... on Refusal { code message } }
}"""
_BALANCES = """\
query Balances($id: ID!) { ledger(id: $id) { balances { net { minor } member { id } } } }"""
_SETTLE = """\
query Settle($id: ID!) { ledger(id: $id) { suggestedTransfers { payer { id } amount { minor } } } }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10, help="of writing")
    options = parser.parse_args()
    machine.introduce()
    with server.running() as system:
        verdicts = asyncio.run(_measure(system, options))
    print(f"\n{options.members} members")
    print("\n".join(map(str, verdicts)))


async def _measure(system: server.System, options: argparse.Namespace) -> Sequence[Verdict]:
    web = system.processes["web-1"]
    persons = [await people.register(system.url) for _ in range(_PERSONS)]
    group = await people.found(system.url, persons)
    seats = await _fill(system, group, options.members)
    connection = Connection(system.url, persons[0].token)
    await connection.open()
    await asyncio.to_thread(system.settle)
    before = _memory(web)
    everyone = await _share_among_all(connection, group, seats)
    written, refused = await _write_at_once(system, persons, group, seats, options)
    balances = [await _ask(connection, _BALANCES, group) for _ in range(_LOOKS)]
    nets = [each["net"]["minor"] for each in balances[0][1]["balances"]]
    settling, answer = await _ask(connection, _SETTLE, group)
    transfers = len(answer["suggestedTransfers"])
    told = await _tell(system, persons, group, options.sockets)
    grown = (_memory(web) - before) / _MIB
    connection.close()
    return [
        at_most("an expense among a thousand, longest, s", everyone, 1, of_time=True),
        at_most(
            f"a write of {options.writers} at once, p99, s",
            percentile(written, 0.99),
            1,
            of_time=True,
        ),
        Verdict("writes that were refused or failed", "0", dict(refused), not refused),
        at_most(
            "all balances, p95, s",
            percentile([took for took, _ in balances], 0.95),
            0.2,
            of_time=True,
        ),
        Verdict("balances sum to", "0", sum(nets), not sum(nets)),
        at_most("what would settle everyone, s", settling, 2, of_time=True),
        Verdict("transfers", f"at most {len(nets) - 1}", transfers, transfers < len(nets)),
        at_most(f"pushes to {options.sockets} sockets, s", told, 5, of_time=True),
        at_most("memory of the web process grew by, MiB", grown, 200),
    ]


async def _fill(system: server.System, group: Group, members: int) -> list[str]:
    """Everybody's seat. Those of the crowd are written straight into the table."""
    ledger_id = UUID(GlobalID.from_id(group.ledger_id).node_id)
    await system.ask(_CROWD, ledger_id, members - len(group.member_ids))
    await system.ask("ANALYZE members")
    rows = await system.ask("SELECT id FROM members WHERE ledger_id = $1", ledger_id)
    return [str(GlobalID("Member", str(row["id"]))) for row in rows]


async def _share_among_all(connection: Connection, group: Group, seats: Sequence[str]) -> float:
    """Expenses in which together everybody has a part. How long the slowest took, in seconds."""
    slowest = 0.0
    for start in range(0, len(seats), MOST_PEOPLE):
        wanted = _expense(group, seats[start : start + MOST_PEOPLE], 10_000_00)
        took, said = await _answer_to(connection, wanted)
        if _problem(said):
            raise RuntimeError(said)
        slowest = max(slowest, took)
    return slowest


async def _write_at_once(
    system: server.System,
    persons: Sequence[Person],
    group: Group,
    seats: Sequence[str],
    options: argparse.Namespace,
) -> tuple[list[float], Counter[str]]:
    connections = [
        Connection(system.url, persons[number % len(persons)].token)
        for number in range(options.writers)
    ]
    for connection in connections:
        await connection.open()
    answers = await load(
        connections,
        lambda _client: _expense(group, random.sample(seats, _SHARING), people.AMOUNT_MINOR),
        seconds=options.seconds,
    )
    for connection in connections:
        connection.close()
    print(f"{len(answers.bodies)} writes at once in {answers.seconds:.0f} s")
    return answers.latencies, Counter(filter(None, map(_problem, answers.bodies)))


async def _tell(
    system: server.System, persons: Sequence[Person], group: Group, sockets: int
) -> float:
    """Seconds until everybody who follows the group has heard of one more expense."""
    await asyncio.to_thread(system.settle)
    subscribers = [
        Subscriber(system.url, each.token, b'"LedgerEvent"', FOLLOW, ledgerId=group.ledger_id)
        for each in (persons[number % len(persons)] for number in range(sockets))
    ]
    await open_all(subscribers)
    connection = Connection(system.url, persons[0].token)
    await connection.open()
    began = time.perf_counter()
    await connection.ask(_expense(group, group.member_ids[:_SHARING], people.AMOUNT_MINOR))
    await have_heard(subscribers, 1, seconds=_PUSH_PATIENCE_SECONDS)
    took = time.perf_counter() - began
    for each in (connection, *subscribers):
        each.close()
    return took


def _expense(group: Group, among: Sequence[str], minor: int) -> bytes:
    wanted = people.expense(group.ledger_id, minor)
    wanted["bill"]["split"] = {"equal": list(among)}
    return request(_WRITE, input=wanted)


async def _ask(connection: Connection, document: str, group: Group) -> tuple[float, Any]:
    """How long it took until the answer was there, which is then read."""
    took, said = await _answer_to(connection, request(document, id=group.ledger_id))
    answer = json.loads(said)
    if "errors" in answer:
        raise RuntimeError(answer)
    return took, answer["data"]["ledger"]


async def _answer_to(connection: Connection, body: bytes) -> tuple[float, bytes]:
    began = time.perf_counter()
    said = await connection.ask(body)
    return time.perf_counter() - began, said


def _problem(said: bytes) -> str | None:
    answer = json.loads(said)
    written = (answer.get("data") or {}).get("createExpense") or {}
    if written.get("__typename") == "Expense":
        return None
    return written.get("code") or answer["errors"][0].get("extensions", {}).get("code", str(answer))


def _memory(process: psutil.Process) -> int:
    return process.memory_info().rss


if __name__ == "__main__":
    main()
