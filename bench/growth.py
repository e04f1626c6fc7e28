"""Whether what is asked costs more, the more there is: lists, balances, budgets and writes at several sizes.

    python -m bench.growth [--sizes 1000,100000] [--own N] [--rounds N] [--seconds S]

Each size is an Outgo of its own, whose database has so many expenses of groups of three; `--own` of them are
in the group that is asked about. Rounds take turns, so that whoever else uses the machine disturbs all alike.
The figure is the processor time of the web process and of PostgreSQL together, per request. Whether the books
agree is looked at first. 1,000,000 expenses take about four minutes to fill, and 5 GB.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

from strawberry.relay import GlobalID

from bench import asked, books, filling, history, machine, people, server
from bench.create_expense import CREATE
from bench.list_expenses import LIST
from bench.load import Connection, load, request
from bench.people import Group, Person
from core.db import Database

_CLIENTS, _PAGE = 4, 50
_MILLIS = 1000
_DATABASE = "PostgreSQL"

Body = Callable[[int], bytes]


@dataclass
class Size:
    """One Outgo, and the processor seconds and requests that each question took of it so far."""

    expenses: int
    system: server.System
    person: Person
    questions: Mapping[str, Body]
    spent: dict[str, tuple[float, int]] = field(default_factory=dict)

    def millis(self, question: str) -> float:
        seconds, requests = self.spent[question]
        return seconds / requests * _MILLIS


def main() -> None:
    options = _options()
    machine.introduce()
    with ExitStack() as undo:
        systems = [undo.enter_context(server.running(live=False)) for _ in options.sizes]
        asyncio.run(_compare(systems, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 100_000])
    parser.add_argument("--own", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


async def _compare(systems: Sequence[server.System], options: argparse.Namespace) -> None:
    sizes = [
        await _filled(system, expenses, options.own)
        for system, expenses in zip(systems, options.sizes, strict=True)
    ]
    heads = "  ".join(f"{size.expenses:>10,}" for size in sizes)
    print(f"processor milliseconds per request  {heads}   growth")
    for question in sizes[0].questions:
        for turn in range(options.rounds + 1):
            for size in sizes:
                await _spend(size, question, options.seconds, counts=turn > 0)  # the first warms up
        figures = [size.millis(question) for size in sizes]
        columns = "  ".join(f"{figure:10.2f}" for figure in figures)
        print(f"  {question:34}{columns}   {max(figures) / figures[0]:6.2f}", flush=True)


async def _filled(system: server.System, expenses: int, own: int) -> Size:
    began = time.monotonic()
    persons = [await people.register(system.url) for _ in range(filling.MEMBERS)]
    group = await people.found(system.url, persons)
    await filling.fill(system.database_url, group, expenses=expenses, own=min(own, expenses))
    await _require_right(system, group)
    print(
        f"{expenses:,} expenses were filled in within {time.monotonic() - began:.0f} s", flush=True
    )
    questions = await _questions(system, persons[0], group)
    return Size(expenses, system, persons[0], questions)


async def _require_right(system: server.System, group: Group) -> None:
    db = Database(system.database_url)
    ledger_id = UUID(GlobalID.from_id(group.ledger_id).node_id)
    wrong = [difference async for difference in books.differences(db, ledger_id)]
    await db.close()
    if wrong:
        raise RuntimeError(wrong[0])


async def _questions(system: server.System, person: Person, group: Group) -> Mapping[str, Body]:
    """A page of one's group and of all that one has, balances, a budget of all spending, a new expense."""
    pages = (await history.cursors(system.url, person, group))[:-_PAGE]
    budget_id = await people.budget(system.url, person)
    mine = {"ledgerId": group.ledger_id}
    balances = request(asked.BALANCES, ledgerId=group.ledger_id)
    status = request(asked.BUDGET_STATUS, budgetId=budget_id)
    return {
        "list": lambda _: request(LIST, filter=mine, first=_PAGE, after=random.choice(pages)),
        "list of all ledgers": lambda _: request(
            LIST, filter={}, first=_PAGE, after=random.choice(pages)
        ),
        "balances": lambda _: balances,
        "budget": lambda _: status,
        "create": lambda _: request(CREATE, input=people.expense(group.ledger_id)),
    }


async def _spend(size: Size, question: str, seconds: float, *, counts: bool) -> None:
    connections = [Connection(size.system.url, size.person.token) for _ in range(_CLIENTS)]
    for connection in connections:
        await connection.open()
    with machine.watched(size.system.processes) as usage:
        answers = await load(connections, size.questions[question], seconds=seconds)
    for connection in connections:
        connection.close()
    if wrong := [body for body in answers.bodies if b'"errors"' in body or b'"code"' in body]:
        raise RuntimeError(wrong[0])
    if counts:
        before, requests = size.spent.get(question, (0.0, 0))
        used = usage.cpu_seconds["web-1"] + usage.cpu_seconds[_DATABASE]
        size.spent[question] = before + used, requests + len(answers.bodies)


if __name__ == "__main__":
    main()
