"""What a push costs: Outgo beside what Python can do at best, on one database.

    python -m bench.push_cost [--sockets N] [--groups N] [--expenses N] [--rounds N] [--events]

As many sockets follow as many groups; each expense is pushed to those of one group. Whoever pushes is not
who records it: that is left to the other of the two, so that only pushing is counted. The limit knows one
document and no GraphQL: see `bench.limit_push`. What both say is compared first. With `--events` Outgo's
followers come by server-sent events; the limit has nothing but sockets.
"""

import argparse
import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from bench import machine, people, server
from bench.against_limit import Cost, Target, hand_written
from bench.create_expense import CREATE
from bench.load import Connection, request
from bench.people import Group, Person
from bench.push_latency import FOLLOW
from bench.sockets import EventSource, Follower, Subscriber, have_heard, open_all

_PATIENCE_SECONDS = 15
_MARKER = b'"LedgerEvent"'


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system, hand_written() as limit:
        outgo = Target("outgo", system.url, system.processes["web-1"])
        asyncio.run(_measure(outgo, limit, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--expenses", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", action="store_true")
    return parser.parse_args()


async def _measure(outgo: Target, limit: Target, options: argparse.Namespace) -> None:
    persons = [await people.register(outgo.url) for _ in range(2)]
    groups = [await people.found(outgo.url, persons) for _ in range(options.groups)]
    ways = {outgo.name: EventSource if options.events else Subscriber, limit.name: Subscriber}
    await _require_same_pushes((outgo, limit), ways, persons[0], groups[0])
    costs = {target.name: Cost() for target in (limit, outgo)}
    for turn in range(options.rounds + 1):
        for target, other in ((limit, outgo), (outgo, limit)):
            cost = costs[target.name] if turn else Cost()  # the first turn warms up
            follow = ways[target.name]
            await _spend(target, other, follow, persons[0], groups, options, cost)
    best, ours = costs["limit"], costs["outgo"]
    print(f"processor milliseconds per push to one of {options.sockets} sockets")
    print(
        f"  limit {best.millis:.4f}  Outgo {ours.millis:.4f}  ratio {best.millis / ours.millis:.2f}"
        f"   ({best.requests} and {ours.requests} pushes)"
    )


async def _spend(
    target: Target,
    other: Target,
    follow: type[Follower],
    person: Person,
    groups: Sequence[Group],
    options: argparse.Namespace,
    cost: Cost,
) -> None:
    each = options.sockets // options.groups
    followers = [
        [_following(follow, target, person, group) for _ in range(each)] for group in groups
    ]
    everyone = list(itertools.chain(*followers))
    await open_all(everyone)
    turns = itertools.islice(itertools.cycle(zip(groups, followers, strict=True)), options.expenses)
    async with _connected(other, person) as connection:
        with machine.watched({target.name: target.process}) as usage:
            for group, subscribers in turns:
                await _record(connection, group, subscribers)
    for subscriber in everyone:
        subscriber.close()
    cost.seconds += usage.cpu_seconds[target.name]
    cost.requests += each * options.expenses


async def _record(connection: Connection, group: Group, subscribers: Sequence[Follower]) -> None:
    heard = len(subscribers[0].arrived) + 1
    wanted = people.expense(group.ledger_id)
    answer = json.loads(await connection.ask(request(CREATE, input=wanted)))
    if "id" not in answer["data"]["createExpense"]:
        raise RuntimeError(answer)
    await have_heard(subscribers, heard, seconds=_PATIENCE_SECONDS)
    if any(len(subscriber.arrived) != heard for subscriber in subscribers):
        raise RuntimeError("A push is lost or doubled.")


async def _require_same_pushes(
    targets: Sequence[Target],
    ways: Mapping[str, type[Follower]],
    person: Person,
    group: Group,
) -> None:
    both = [_following(ways[target.name], target, person, group) for target in targets]
    await open_all(both)
    async with _connected(targets[0], person) as connection:
        await _record(connection, group, both)
    ours, best = [json.loads(one.arrived[0][1]) for one in both]
    if ours != best:
        raise RuntimeError(f"Outgo says {ours}\nand the limit {best}")
    for one in both:
        one.close()


def _following(follow: type[Follower], target: Target, person: Person, group: Group) -> Follower:
    return follow(target.url, person.token, _MARKER, FOLLOW, ledgerId=group.ledger_id)


@asynccontextmanager
async def _connected(target: Target, person: Person) -> AsyncGenerator[Connection]:
    connection = Connection(target.url, person.token)
    await connection.open()
    yield connection
    connection.close()


if __name__ == "__main__":
    main()
