"""Ten minutes of everything at once: what members do to groups, who follows them, and memory that stays flat.

In several groups clients do whatever comes to mind while others follow the balances. Private memory of every
process is looked at all the time; in the end reconciliation goes through every ledger there is.
"""

import argparse
import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from statistics import linear_regression

import psutil

from bench import books, machine, people, server
from bench.crowd import Crowd
from core.db import Database
from services import reconciliation

_MEMBERS = 5
_PATIENCE_SECONDS = 120
_LOOK_SECONDS = 5.0
_MIB = 2**20
_MOST_GROWTH_MIB = 8.0
"""In ten minutes, by the slope of the second half: what is cached has been cached by then."""
_TEN_MINUTES = 600.0

Samples = Mapping[str, Sequence[tuple[float, float]]]
"""Seconds and MiB, by process."""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes) as system:
        faults = asyncio.run(_soak(system, options))
    print("  differences          " + ("\n".join(faults) or "0"))
    if faults:
        raise SystemExit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--clients", type=int, default=6, help="of each group")
    parser.add_argument("--followers", type=int, default=10, help="of each group")
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _soak(system: server.System, options: argparse.Namespace) -> list[str]:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    groups = [await people.found(system.url, persons) for _ in range(options.groups)]
    tokens = [person.token for person in persons]
    crowds = [
        Crowd(
            system.url,
            group.ledger_id,
            tokens,
            clients=options.clients,
            followers=options.followers,
            seed=number,
        )
        for number, group in enumerate(groups)
    ]
    seconds = options.minutes * 60
    until = time.monotonic() + seconds
    samples: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    looking = asyncio.create_task(_look(system, samples))
    with machine.watched(system.processes) as usage:
        async with asyncio.timeout(seconds + _PATIENCE_SECONDS):
            nets = await asyncio.gather(
                *(crowd.mingle(lambda: time.monotonic() < until) for crowd in crowds)
            )
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    done = sum((crowd.tally.done for crowd in crowds), Counter[str]())
    refused = sum((crowd.tally.refused for crowd in crowds), Counter[str]())
    print(f"  writes               {done.total()}, {done.total() / seconds:.1f} per s")
    print(f"  refused              {refused.total()}, as people are")
    followers = [follower for crowd in crowds for follower in crowd.followers]
    print(f"  pushes               {sum(follower.pushes for follower in followers)}")
    usage.print_per("write", done.total())
    unlike = [
        f"A follower knows {follower.nets}, shown {shown}."
        for crowd, shown in zip(crowds, nets, strict=True)
        for follower in crowd.followers
        if follower.nets != shown
    ]
    db = Database(system.database_url)
    async with db.reading() as session:
        ledger_ids = await reconciliation.ledgers_after(session, None, 1000)
    different = [each for id in ledger_ids async for each in books.differences(db, id)]
    await db.close()
    print(f"  reconciled           {len(ledger_ids)} ledgers")
    return [*unlike, *different, *_growth(samples)]


async def _look(
    system: server.System, samples: defaultdict[str, list[tuple[float, float]]]
) -> None:
    """Until cancelled."""
    while True:
        for name, process in system.processes.items():
            samples[name].append((time.monotonic(), _private_mib(process)))
        await asyncio.sleep(_LOOK_SECONDS)


def _private_mib(process: psutil.Process) -> float:
    """Of a process and its children: what nobody else would keep if they went."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += each.memory_full_info().uss
    return total / _MIB


def _growth(samples: Samples) -> list[str]:
    """What grows. Prints how much each process has, and how that changed in the second half."""
    found: list[str] = []
    for name, seen in samples.items():
        half = seen[len(seen) // 2 :]
        slope = linear_regression(*zip(*half, strict=True)).slope * _TEN_MINUTES
        first, last = seen[0][1], seen[-1][1]
        print(
            f"  memory {name:<13} {first:.0f} → {last:.0f} MiB, lately {slope:+.1f} in ten minutes"
        )
        if slope > _MOST_GROWTH_MIB:
            found.append(f"{name} grows by {slope:.1f} MiB in ten minutes.")
    return found


if __name__ == "__main__":
    main()
