"""How long after an expense's commit the alert of the budget that it passes is on the screen.

    python -m bench.budget_alert [--people N]

Each person has a budget with ten thresholds and passes them one by one. The way: commit, relay, queue,
worker, a second commit with the alert, relay, push. The clock starts at the expense's commit
(see `server.commit_times`).
"""

import argparse
import asyncio
import json

from app.demo import documents
from app.demo.client import Api
from bench import machine, people, server
from bench.load import Connection, spread
from bench.people import Person
from bench.sockets import Subscriber, have_heard
from core.ids import new_id

_THRESHOLDS = list(range(10, 101, 10))
_BUDGET_MINOR = 100_00
_STEP_MINOR = _BUDGET_MINOR // len(_THRESHOLDS)
_PATIENCE_SECONDS = 15
_AFTERWARDS_SECONDS = 1  # for what comes twice

_FOLLOW = """\
subscription Follow {
  budgetAlert {
    __typename
    ... on BudgetAlertSnapshot { seq }
    ... on BudgetAlert { threshold spent { minor } }
  }
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=3)
    options = parser.parse_args()
    machine.introduce()
    with server.running() as system:
        asyncio.run(_measure(system, options.people))


async def _measure(system: server.System, count: int) -> None:
    latencies: list[float] = []
    alerts: list[int] = []
    with machine.watched(system.processes) as usage:
        for _ in range(count):
            person = await people.register(system.url)
            await _make_budget(system.url, person)
            arrivals = await _pass_thresholds(system, person)
            latencies += [seconds for seconds, _ in arrivals]
            alerts += [threshold for _, threshold in arrivals]
    expected = sorted(_THRESHOLDS * count)
    print(f"\nBudget alerts: {len(alerts)} of {len(expected)}")
    print(f"  each exactly once    {'yes' if sorted(alerts) == expected else 'NO'}")
    print(f"  commit to arrival    {spread(latencies)}")
    usage.print()


async def _make_budget(url: str, person: Person) -> None:
    wanted = {
        "id": str(new_id()),
        "name": "Everything",
        "amount": {"minor": _BUDGET_MINOR, "currency": "EUR"},
        "period": "MONTHLY",
        "thresholds": _THRESHOLDS,
    }
    async with Api(url) as api:
        api.token = person.token
        await api.ask(documents.CREATE_BUDGET, input=wanted)


async def _pass_thresholds(system: server.System, person: Person) -> list[tuple[float, int]]:
    """For every alert that arrives: how long after its expense, and which threshold it tells."""
    subscriber = Subscriber(system.url, person.token, b'"BudgetAlert"', _FOLLOW)
    await subscriber.open()
    connection = Connection(system.url, person.token)
    await connection.open()
    caused_by = {}
    for number, threshold in enumerate(_THRESHOLDS, start=1):
        caused_by[threshold] = await people.spend(connection, person.ledger_id, _STEP_MINOR)
        await have_heard([subscriber], number, seconds=_PATIENCE_SECONDS)
    await asyncio.sleep(_AFTERWARDS_SECONDS)
    connection.close()
    subscriber.close()
    committed = await server.commit_times(system.database_url)
    told = [(at, _threshold(message)) for at, message in subscriber.arrived]
    return [(at - committed[caused_by[threshold]], threshold) for at, threshold in told]


def _threshold(message: bytes) -> int:
    return json.loads(message)["payload"]["data"]["budgetAlert"]["threshold"]


if __name__ == "__main__":
    main()
