"""Many clients editing one group at once: how fast that goes, and whether its books are right afterwards.

    python -m bench.one_group [--clients N] [--followers N] [--seconds S] [--seed N] [--web-processes N]

Every client looks at the group and does whatever comes to mind: expenses of every split, edits, deletions,
restorations, settlements, conversions, comments, undoing, renaming, archiving. Followers know the balances
from their subscription alone; they hang up now and then and resume. At every look balances add up to zero;
in the end they are the sums of all entries and of all debts, every follower knows the same, and the log,
kept as a file, has no gap and its chain holds.
"""

import argparse
import asyncio
import time
from collections import Counter

from bench import books, machine, people, server
from bench.crowd import Crowd
from core.db import Database

_MEMBERS = 5
_PATIENCE_SECONDS = 60


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes) as system:
        faults = asyncio.run(_measure(system, options))
    print("  books                " + ("\n".join(faults) or "right"))
    if faults:
        raise SystemExit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--followers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1, help="of what the clients think of")
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> list[str]:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    group = await people.found(system.url, persons)
    tokens = [person.token for person in persons]
    crowd = Crowd(
        system.url,
        group.ledger_id,
        tokens,
        clients=options.clients,
        followers=options.followers,
        seed=options.seed,
    )
    print(f"{options.clients} clients, {options.followers} followers, {_MEMBERS} members")
    until = time.monotonic() + options.seconds
    with machine.watched(system.processes) as usage:
        async with asyncio.timeout(options.seconds + _PATIENCE_SECONDS):
            nets = await crowd.mingle(lambda: time.monotonic() < until)
    _print(crowd, options.seconds)
    usage.print_per("write", crowd.tally.done.total())
    others = [follower.nets for follower in crowd.followers if follower.nets != nets]
    db = Database(system.database_url)
    found = [
        fault async for fault in books.faults(db, system.url, tokens[0], group.ledger_id, nets)
    ]
    await db.close()
    return found + [f"A follower knows {heard}, shown {nets}." for heard in others]


def _print(crowd: Crowd, seconds: float) -> None:
    done, refused = crowd.tally.done, crowd.tally.refused
    writes = done.total()
    print(f"  writes               {writes}, {writes / seconds:.1f} per s: {_counts(done)}")
    print(f"  refused              {refused.total()}: {_counts(refused)}")
    print(f"  pushes               {sum(follower.pushes for follower in crowd.followers)}")


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


if __name__ == "__main__":
    main()
