"""How long one client waits for a write, and for the balances, in a small group and in a large one.

    python -m bench.group_sizes [--members N …] [--seconds S]

One expense after the other, split equally among all members, and then one look at all balances after the
other. Meanwhile the relay and a worker follow every expense up: they tell every member of it.
"""

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

from bench import machine, people, server
from bench.load import Connection, load, request
from bench.people import AMOUNT_MINOR

_WARM_UP_SECONDS = 1

_WRITE = """\
mutation Write($input: CreateExpenseInput!) {
  done: createExpense(input: $input) {
    __typename
    ... on Expense { id shares { owed { minor } } }
    ... on Refusal { code message }
  }
}"""

_READ = """\
query Read($id: ID!) {
  ledger(id: $id) { balances { member { id name } net { minor currency } } }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        for members in options.members:
            asyncio.run(_measure(system, members, options.seconds))
            system.settle()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, nargs="+", default=[3, 50])
    parser.add_argument("--seconds", type=float, default=10, help="for writes, and again for reads")
    return parser.parse_args()


async def _measure(system: server.System, members: int, seconds: float) -> None:
    persons = [await people.register(system.url) for _ in range(members)]
    group = await people.found(system.url, persons)
    system.settle()

    def write(_client: int) -> bytes:
        return request(_WRITE, input=people.expense(group.ledger_id))

    def read(_client: int) -> bytes:
        return request(_READ, id=group.ledger_id)

    def wrong_write(answer: Any) -> str | None:
        owed = [share["owed"]["minor"] for share in answer["data"]["done"].get("shares", [])]
        return None if len(owed) == members and sum(owed) == AMOUNT_MINOR else str(answer)

    def wrong_read(answer: Any) -> str | None:
        nets = [balance["net"]["minor"] for balance in answer["data"]["ledger"]["balances"]]
        return None if len(nets) == members and sum(nets) == 0 else str(answer)

    async def measure(
        title: str, body_for: Callable[[int], bytes], problem_with: Callable[[Any], str | None]
    ) -> None:
        connection = Connection(system.url, persons[0].token)
        await connection.open()
        await load([connection], body_for, seconds=_WARM_UP_SECONDS)
        answers = await load([connection], body_for, seconds=seconds)
        connection.close()
        print(f"\n{title}, {members} members")
        answers.print(problem_with)

    await measure("one write", write, wrong_write)
    system.settle()
    await measure("all balances", read, wrong_read)


if __name__ == "__main__":
    main()
