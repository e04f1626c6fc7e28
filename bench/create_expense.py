"""How many expenses are recorded per second, each split equally among five members, and how soon.

    python -m bench.create_expense [--clients N] [--seconds S] [--web-processes N]

First every client writes to a group of its own, then all of them to one: there they queue for its lock.
Meanwhile the relay and a worker follow every expense up, as they always do.
"""

import argparse
import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from bench import machine, people, server
from bench.load import Connection, load, request
from bench.people import AMOUNT_MINOR, Group, Person

_MEMBERS = 5
_WARM_UP_SECONDS = 2

CREATE = """\
mutation CreateExpense($input: CreateExpenseInput!) {
  createExpense(input: $input) {
    __typename
    ... on Expense { id amount { minor } shares { owed { minor } member { id } } }
    ... on Refusal { code message }
  }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes) as system:
        persons = asyncio.run(_register(system.url))
        for title, ledgers in (("a group each", options.clients), ("one group", 1)):
            system.settle()
            print(f"\ncreateExpense, {_MEMBERS} members, {options.clients} clients, {title}")
            asyncio.run(_measure(system, persons, ledgers, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _register(url: str) -> list[Person]:
    return [await people.register(url) for _ in range(_MEMBERS)]


async def _measure(
    system: server.System, persons: list[Person], ledgers: int, options: argparse.Namespace
) -> None:
    groups = [await people.found(system.url, persons) for _ in range(ledgers)]
    writers = itertools.islice(itertools.cycle(persons), options.clients)
    connections = [Connection(system.url, writer.token) for writer in writers]
    for connection in connections:
        await connection.open()
    body_for = _bodies(groups)
    await load(connections, body_for, seconds=_WARM_UP_SECONDS)
    with machine.watched(system.processes) as usage:
        answers = await load(connections, body_for, seconds=options.seconds)
    for connection in connections:
        connection.close()
    answers.print(_problem_with)
    usage.print_per("expense", len(answers.bodies))


def _bodies(groups: list[Group]) -> Callable[[int], bytes]:
    def body_for(client: int) -> bytes:
        return request(CREATE, input=people.expense(groups[client % len(groups)].ledger_id))

    return body_for


def _problem_with(answer: Any) -> str | None:
    expense = (answer.get("data") or {}).get("createExpense", {})
    if expense.get("__typename") != "Expense":
        return str(answer)
    owed = [share["owed"]["minor"] for share in expense["shares"]]
    right = len(owed) == _MEMBERS and sum(owed) == expense["amount"]["minor"] == AMOUNT_MINOR
    return None if right and max(owed) - min(owed) <= 1 else str(expense)


if __name__ == "__main__":
    main()
