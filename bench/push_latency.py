"""How long after its commit an expense is on every screen that follows the group.

    python -m bench.push_latency [--sockets N …] [--expenses N] [--web-processes N]

Each socket has one `ledgerEvents` subscription to the same group. The clock starts when PostgreSQL commits
(see `server.commit_times`) and stops when the bytes reach the client, over relay, Redis, one read of the log
and the fan-out. The next expense comes when everyone has the one before. All subscribers share one process
here, so with many sockets part of the time is theirs.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from strawberry.relay import GlobalID

from bench import machine, people, server
from bench.load import Connection, spread
from bench.people import Group, Person
from bench.sockets import Subscriber, have_heard, open_all

_MEMBERS = 5
_PATIENCE_SECONDS = 15
_AFTERWARDS_SECONDS = 1  # for what comes twice
_WARM_UP = 3  # expenses that are not counted

FOLLOW = """\
subscription Follow($ledgerId: ID!) {
  ledgerEvents(ledgerId: $ledgerId) {
    __typename
    ... on LedgerSnapshot { seq }
    ... on LedgerEvent { seq kind entityId actorName at }
  }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes) as system:
        for sockets in options.sockets:
            system.settle()
            asyncio.run(_measure(system, sockets, options.expenses))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--expenses", type=int, default=40)
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _measure(system: server.System, sockets: int, expenses: int) -> None:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    group = await people.found(system.url, persons)
    subscribers = [
        Subscriber(
            system.url,
            persons[number % _MEMBERS].token,
            b'"LedgerEvent"',
            FOLLOW,
            ledgerId=group.ledger_id,
        )
        for number in range(sockets)
    ]
    started_at = time.perf_counter()
    await open_all(subscribers)
    print(f"\n{sockets} sockets on one group, open after {time.perf_counter() - started_at:.1f} s")
    await _record(system.url, persons[0], group, subscribers, _WARM_UP)
    with machine.watched(system.processes) as usage:
        recorded = await _record(system.url, persons[0], group, subscribers, expenses)
        await asyncio.sleep(_AFTERWARDS_SECONDS)
    for subscriber in subscribers:
        subscriber.close()
    committed = await server.commit_times(system.database_url)
    _print(subscribers, {id: committed[id] for id in recorded})
    usage.print_per("push", sockets * expenses)


async def _record(
    url: str, person: Person, group: Group, subscribers: Sequence[Subscriber], count: int
) -> list[UUID]:
    """Expenses, one by one; the answer is their ids."""
    connection = Connection(url, person.token)
    await connection.open()
    ids: list[UUID] = []
    for heard in range(len(subscribers[0].arrived), len(subscribers[0].arrived) + count):
        ids.append(await people.spend(connection, group.ledger_id))
        await have_heard(subscribers, heard + 1, seconds=_PATIENCE_SECONDS)
    connection.close()
    return ids


def _print(subscribers: Sequence[Subscriber], committed: Mapping[UUID, float]) -> None:
    latencies: list[float] = []
    lost = doubled = 0
    for subscriber in subscribers:
        told = [(at, _expense_id(message)) for at, message in subscriber.arrived]
        times = Counter(id for _, id in told)
        lost += sum(id not in times for id in committed)
        doubled += sum(count - 1 for count in times.values())
        latencies += [at - committed[id] for at, id in told if id in committed]
    print(f"  pushes               {len(latencies)}, lost {lost}, doubled {doubled}")
    print(f"  commit to arrival    {spread(latencies)}")


def _expense_id(message: bytes) -> UUID:
    event: dict[str, Any] = json.loads(message)["payload"]["data"]["ledgerEvents"]
    return UUID(GlobalID.from_id(event["entityId"]).node_id)


if __name__ == "__main__":
    main()
