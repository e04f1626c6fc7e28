"""What GraphQL, layers and guards cost: Outgo beside what Python can do at best, on one database.

    python -m bench.against_limit [--expenses N] [--rounds N] [--seconds S] [--only NAME …]

Both answer the same requests with the same JSON, which is looked at first: see `bench.limit`. The figure
is the limit's processor time per request divided by Outgo's: 1 would be as cheap as JSON written out by
hand. Rounds take turns, so that whoever else uses the machine disturbs both alike. Outgo is also asked by
documents that it has never seen, which it has to parse, validate, price and plan first.
"""

import argparse
import asyncio
import itertools
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from app.cli.listening import address_of, bind
from bench import asked, history, machine, people, server
from bench.create_expense import CREATE
from bench.limit import serve
from bench.list_expenses import LIST
from bench.load import Connection, load, request
from bench.people import Group, Person
from core.children import Child
from core.ids import new_id

_MEMBERS, _CLIENTS, _PAGE = 5, 4, 50
_MILLIS = 1000
_SERVE = "--serve-limit"

_EXPENSE = """\
query Written($id: ID!) {
  expense(id: $id) {
    __typename
    ... on Expense { id amount { minor } shares { owed { minor } member { id } } }
  }
}"""

_NAME = re.compile(rb"query \w+")
_READ_ONLY = ("list", "balances", "budget", "dashboard")

Body = Callable[[int], bytes]


@dataclass(frozen=True)
class Target:
    """A server to measure, by its name among the processes that are watched."""

    name: str
    url: str
    process: psutil.Process


@dataclass
class Cost:
    seconds: float = 0
    requests: int = 0
    statements: int = 0
    wrong: list[bytes] = field(default_factory=list)

    @property
    def millis(self) -> float:
        return self.seconds / self.requests * _MILLIS


def main() -> None:
    if _SERVE in sys.argv:
        serve(int(sys.argv[-1]))
        return
    options = _options()
    machine.introduce()
    with server.running(live=False) as system, hand_written() as limit:
        outgo = Target("outgo", system.url, system.processes["web-1"])
        asyncio.run(_measure(system, outgo, limit, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--expenses", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", nargs="+", help="list, create, balances, budget, dashboard")
    return parser.parse_args()


@contextmanager
def hand_written() -> Iterator[Target]:
    listening = bind("127.0.0.1", 0)
    fd = listening.fileno()
    command = [sys.executable, "-m", "bench.against_limit", _SERVE, str(fd)]
    child = Child(name="limit", command=command, inherits=[fd])
    child.start()
    try:
        url = address_of(listening)
        server.wait(url, [child])
        yield Target("limit", url, psutil.Process(child.pid))
    finally:
        child.stop()
        listening.close()


async def _measure(
    system: server.System, outgo: Target, limit: Target, options: argparse.Namespace
) -> None:
    persons = [await people.register(outgo.url) for _ in range(_MEMBERS)]
    questions = await _questions(system, persons, options.expenses)
    await _require_same_writes(outgo, limit, persons)
    print("processor milliseconds per request   limit   Outgo   ratio")
    for name, body_for in questions.items():
        if options.only and name not in options.only:
            continue
        if name != "create":
            await _require_same_answers(outgo, limit, persons[0], body_for)
        costs = {target.name: Cost() for target in (limit, outgo)}
        for turn in range(options.rounds + 1):
            for target in (limit, outgo):
                cost = costs[target.name] if turn else Cost()  # the first turn warms up
                await _spend(target, persons, body_for, options.seconds, cost)
        best, ours = costs["limit"], costs["outgo"]
        print(
            f"  {name:34} {best.millis:6.2f}  {ours.millis:6.2f}   {best.millis / ours.millis:5.2f}"
            f"   ({best.requests} and {ours.requests} requests)",
            flush=True,
        )
        if name in _READ_ONLY:
            cold = await _cold(outgo, persons, body_for, options)
            print(f"    never seen, extra {cold:29.2f}", flush=True)


async def _cold(
    outgo: Target, persons: Sequence[Person], body_for: Body, options: argparse.Namespace
) -> float:
    """How many milliseconds more a document takes that was never seen before, in turns with one that was."""
    seen, unseen = Cost(), Cost()
    for _ in range(options.rounds):
        await _spend(outgo, persons, body_for, options.seconds, seen)
        await _spend(outgo, persons, _unseen(body_for), options.seconds, unseen)
    return unseen.millis - seen.millis


def _unseen(body_for: Body) -> Body:
    """The same, under a name for the operation that is never used again."""
    return lambda client: _NAME.sub(f"query Q{new_id().hex}".encode(), body_for(client), 1)


async def _spend(
    target: Target, persons: Sequence[Person], body_for: Body, seconds: float, cost: Cost
) -> None:
    connections = [Connection(target.url, persons[0].token) for _ in range(_CLIENTS)]
    for connection in connections:
        await connection.open()
    with machine.watched({target.name: target.process}) as usage:
        answers = await load(connections, body_for, seconds=seconds)
    for connection in connections:
        connection.close()
    wrong = [
        body for body in answers.bodies if not body.startswith(b'{"data":{') or b'"code"' in body
    ]
    if wrong:
        raise RuntimeError(wrong[0])
    cost.seconds += usage.cpu_seconds[target.name]
    cost.requests += len(answers.bodies)


async def _questions(
    system: server.System, persons: Sequence[Person], expenses: int
) -> dict[str, Body]:
    me = persons[0]
    group = await people.found(system.url, [*persons])
    await history.fill(system.url, system.database_url, me, group, expenses)
    pages = (await history.cursors(system.url, me, group))[:-_PAGE]
    written = itertools.cycle([await people.found(system.url, [*persons]) for _ in range(_CLIENTS)])
    filter = {"ledgerId": group.ledger_id}
    budget_id = await people.budget(system.url, me)

    def page(_client: int) -> bytes:
        return request(LIST, filter=filter, first=_PAGE, after=random.choice(pages))

    return {
        "list": page,
        "create": lambda _: request(CREATE, input=people.expense(next(written).ledger_id)),
        "balances": _always(asked.BALANCES, ledgerId=group.ledger_id),
        "budget": _always(asked.BUDGET_STATUS, budgetId=budget_id),
        "dashboard": _always(
            asked.DASHBOARD, ledgerId=group.ledger_id, filter=filter, budgetId=budget_id
        ),
    }


def _always(document: str, **variables: Any) -> Body:
    body = request(document, **variables)
    return lambda _client: body


async def _require_same_answers(
    outgo: Target, limit: Target, person: Person, body_for: Body
) -> None:
    body = body_for(0)
    ours, best = [(await _ask(target, person, body))["data"] for target in (outgo, limit)]
    if ours != best:
        raise RuntimeError(f"Outgo answers {ours}\nand the limit {best}")


async def _require_same_writes(outgo: Target, limit: Target, persons: Sequence[Person]) -> None:
    """What the limit says that it wrote is what Outgo then reads, and what it would have said itself."""
    group: Group = await people.found(outgo.url, [*persons])
    for target in (limit, outgo):
        body = request(CREATE, input=people.expense(group.ledger_id))
        told = (await _ask(target, persons[0], body))["data"]["createExpense"]
        read = await _ask(outgo, persons[0], request(_EXPENSE, id=told["id"]))
        if read["data"]["expense"] != told:
            raise RuntimeError(f"The {target.name} says {told}\nand Outgo reads {read}")


async def _ask(target: Target, person: Person, body: bytes) -> Any:
    connection = Connection(target.url, person.token)
    await connection.open()
    answer = json.loads(await connection.ask(body))
    connection.close()
    return answer


if __name__ == "__main__":
    main()
