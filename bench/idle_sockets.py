"""How many quiet sockets one process carries, and what memory each of them takes.

    python -m bench.idle_sockets [--sockets N] [--clients N]

Each socket follows the group of its client by one `ledgerEvents` subscription. They are opened from several
client processes, since one would run out of ports or files. Afterwards an expense is recorded in every
group: all of them have to hear of it.
"""

import argparse
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from bench import machine, people, server
from bench.load import Connection
from bench.people import Group, Person
from bench.push_latency import FOLLOW
from bench.sockets import Subscriber, have_heard, open_all

_MARKER = b'"LedgerEvent"'
_PATIENCE_SECONDS = 120
_SETTLE_SECONDS = 5
_KIB = 2**10


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        asyncio.run(_measure(system, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=4)
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> None:
    persons = [await people.register(system.url) for _ in range(2)]
    groups = [await people.found(system.url, persons) for _ in range(options.clients)]
    web, each = system.processes["web-1"], options.sockets // options.clients
    before = web.memory_info().rss
    with multiprocessing.Manager() as shared:
        opened, told = shared.Semaphore(0), shared.Event()
        follow = partial(_follow, system.url, persons[0], each, opened, told)
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(options.clients) as clients:
            hearing = [loop.run_in_executor(clients, follow, group) for group in groups]
            for _ in groups:
                await asyncio.to_thread(opened.acquire)
            await asyncio.sleep(_SETTLE_SECONDS)
            taken = web.memory_info().rss - before
            connection = Connection(system.url, persons[1].token)
            await connection.open()
            for group in groups:
                await people.spend(connection, group.ledger_id)
            told.set()
            heard = sum(await asyncio.gather(*hearing))
    sockets = each * options.clients
    print(f"{sockets} sockets on one process, one quiet subscription each")
    print(f"  memory               {taken / sockets / _KIB:.1f} KiB each")
    print(f"  heard of an expense  {heard} of {sockets}")


def _follow(url: str, person: Person, count: int, opened: Any, told: Any, group: Group) -> int:
    """In a process of its own: how many of the sockets heard of the expense."""
    return asyncio.run(_hear(url, person, count, opened, told, group))


async def _hear(url: str, person: Person, count: int, opened: Any, told: Any, group: Group) -> int:
    subscribers = [
        Subscriber(url, person.token, _MARKER, FOLLOW, ledgerId=group.ledger_id)
        for _ in range(count)
    ]
    await open_all(subscribers)
    opened.release()
    await asyncio.to_thread(told.wait)
    await have_heard(subscribers, 1, seconds=_PATIENCE_SECONDS)
    return sum(bool(subscriber.arrived) for subscriber in subscribers)


if __name__ == "__main__":
    main()
