"""How many pages of a long list are read per second, and how soon: 50 expenses with category and shares.

    python -m bench.list_expenses [--expenses N] [--clients N] [--seconds S] [--web-processes N]

A group of five members has 10,000 expenses; clients ask for the 50 that follow random cursors.
"""

import argparse
import asyncio
import json
import random
from typing import Any

from bench import history, machine, people, server
from bench.load import Connection, load, request

_MEMBERS, _PAGE = 5, 50
_WARM_UP_SECONDS = 2

LIST = """\
query Newest($filter: ExpenseFilterInput!, $first: Int!, $after: String) {
  expenses(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      cursor
      node {
        id
        day
        merchant
        amount { minor currency }
        category { name }
        shares { paid { minor } owed { minor } member { name } }
      }
    }
  }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(web_processes=options.web_processes, live=False) as system:
        asyncio.run(_measure(system, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--expenses", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> None:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    group = await people.found(system.url, persons)
    await history.fill(system.url, system.database_url, persons[0], group, options.expenses)
    cursors = await history.cursors(system.url, persons[0], group)
    pages = cursors[: len(cursors) - _PAGE]  # whole ones follow them

    def body_for(_client: int) -> bytes:
        wanted = {"ledgerId": group.ledger_id}
        return request(LIST, filter=wanted, first=_PAGE, after=random.choice(pages))

    print(f"\n{_PAGE} of {len(cursors)} expenses of {_MEMBERS} members, {options.clients} clients")
    connections = [Connection(system.url, persons[0].token) for _ in range(options.clients)]
    for connection in connections:
        await connection.open()
    await load(connections, body_for, seconds=_WARM_UP_SECONDS)
    with machine.watched(system.processes) as usage:
        answers = await load(connections, body_for, seconds=options.seconds)
    for connection in connections:
        connection.close()
    answers.print(_problem_with)
    print(f"  bytes per answer     {sum(map(len, answers.bodies)) // len(answers.bodies)}")
    usage.print_per("page", len(answers.bodies))


def _problem_with(answer: Any) -> str | None:
    page = (answer.get("data") or {}).get("expenses")
    if page is None:
        return json.dumps(answer)[:500]
    nodes = [edge["node"] for edge in page["edges"]]
    whole = len(nodes) == _PAGE and all(map(_is_whole, nodes))
    days = [node["day"] for node in nodes]
    return None if whole and days == sorted(days, reverse=True) else json.dumps(page)[:500]


def _is_whole(node: Any) -> bool:
    owed = [share["owed"]["minor"] for share in node["shares"]]
    named = all(share["member"]["name"] for share in node["shares"])
    return len(owed) == _MEMBERS and sum(owed) == node["amount"]["minor"] and named


if __name__ == "__main__":
    main()
