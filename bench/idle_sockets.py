"""How many quiet sockets one process carries, and what memory and processor time each of them takes.

    python -m bench.idle_sockets [--sockets N] [--groups N] [--clients N]

Each socket follows one of the groups by one `ledgerEvents` subscription: as many groups as sockets is the
most that one can ask of the process. They are opened from several client processes, since one would run out
of ports or files. Afterwards an expense is recorded in every group: all of them have to hear of it.
"""

import argparse
import asyncio
import json
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from app.demo import documents
from bench import machine, people, server
from bench.load import Connection, request
from bench.push_latency import FOLLOW
from bench.sockets import Subscriber, have_heard, open_all
from core.ids import new_id

_MARKER = b'"LedgerEvent"'
_PATIENCE_SECONDS = 120
_QUIET_SECONDS = 20
_KIB = 2**10


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        asyncio.run(_measure(system, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--clients", type=int, default=4)
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> None:
    person = await people.register(system.url)
    connection = Connection(system.url, person.token)
    await connection.open()
    groups = [await _found(connection) for _ in range(options.groups)]
    followed = [groups[number % len(groups)] for number in range(options.sockets)]
    web = system.processes["web-1"]
    before = web.memory_info().rss
    with multiprocessing.Manager() as shared:
        opened, told = shared.Semaphore(0), shared.Event()
        follow = partial(_follow, system.url, person.token, opened, told)
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(options.clients) as clients:
            hearing = [
                loop.run_in_executor(clients, follow, followed[client :: options.clients])
                for client in range(options.clients)
            ]
            with machine.watched({"web": web}) as opening:
                for _ in hearing:
                    await asyncio.to_thread(opened.acquire)
            for client in hearing:
                if client.done():
                    client.result()  # it has failed
            with machine.watched({"web": web}) as quiet:
                await asyncio.sleep(_QUIET_SECONDS)
            taken = web.memory_info().rss - before
            for ledger_id in groups:
                await people.spend(connection, ledger_id)
            told.set()
            heard = sum(await asyncio.gather(*hearing))
    print(f"{options.sockets} sockets on one process, one quiet subscription each")
    print(f"  groups               {options.groups}")
    print(f"  memory               {taken / options.sockets / _KIB:.1f} KiB each")
    print(
        f"  to open              {opening.cpu_seconds['web'] / options.sockets * 1000:.2f} ms each"
    )
    print(f"  to stay open         {quiet.cpu_seconds['web'] / quiet.seconds:.0%} of a processor")
    print(f"  heard of an expense  {heard} of {options.sockets}")
    quiet.print()


async def _found(connection: Connection) -> str:
    """A group of one; the id of its ledger."""
    wanted = {"id": str(new_id()), "name": "Shared flat", "currency": "EUR"}
    answer = await connection.ask(request(documents.CREATE_GROUP, input=wanted))
    (ledger,) = json.loads(answer)["data"].values()
    return ledger["id"]


def _follow(url: str, token: str, opened: Any, told: Any, ledgers: Sequence[str]) -> int:
    """In a process of its own, a socket for each: how many of them heard of the expense."""
    return asyncio.run(_hear(url, token, opened, told, ledgers))


async def _hear(url: str, token: str, opened: Any, told: Any, ledgers: Sequence[str]) -> int:
    subscribers = [Subscriber(url, token, _MARKER, FOLLOW, ledgerId=each) for each in ledgers]
    try:
        await open_all(subscribers)
    finally:
        opened.release()  # else all would wait for one that failed
    await asyncio.to_thread(told.wait)
    await have_heard(subscribers, 1, seconds=_PATIENCE_SECONDS)
    return sum(bool(subscriber.arrived) for subscriber in subscribers)


if __name__ == "__main__":
    main()
