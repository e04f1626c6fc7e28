"""Whether time tells a stranger what answers do not: that something is there.

The answer to the id of somebody else's thing and to one that nobody ever made is the same to the byte. The
two are asked for by turns, so that whatever else the machine does falls on both. Criterion: medians within
10 %.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping

from strawberry.relay import GlobalID

from bench import machine, people, server
from bench.faults.verdict import Verdict, conclude
from bench.load import Connection, request
from core.ids import new_id

_MEMBERS = 3
_WARM_UP = 20
_MOST_DIFFERENCE = 0.1

NODE = "query Node($id: ID!) { node(id: $id) { id } }"


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(live=False) as system:
        verdicts = asyncio.run(_measure(system, options.times))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=500, help="how often each id is asked for")
    return parser.parse_args()


async def _measure(system: server.System, times: int) -> list[Verdict]:
    owners = [await people.register(system.url) for _ in range(_MEMBERS)]
    stranger = await people.register(system.url)
    there = await _things(system.url, owners)
    connection = Connection(system.url, stranger.token)
    await connection.open()
    verdicts = [await _compared(connection, *thing, times) for thing in there.items()]
    connection.close()
    return verdicts


async def _things(url: str, owners: list[people.Person]) -> Mapping[str, str]:
    """Ids of what the owners have, by type."""
    group = await people.found(url, owners)
    connection = Connection(url, owners[0].token)
    await connection.open()
    expense = await people.spend(connection, group.ledger_id)
    connection.close()
    return {
        "Ledger": group.ledger_id,
        "Member": group.member_ids[0],
        "Expense": str(GlobalID("Expense", str(expense))),
        "Budget": await people.budget(url, owners[0]),
    }


async def _compared(connection: Connection, kind: str, foreign: str, times: int) -> Verdict:
    never = str(GlobalID(kind, str(new_id())))
    seconds: dict[str, list[float]] = {foreign: [], never: []}
    answers = {id: await connection.ask(request(NODE, id=id)) for id in seconds}
    for number in range(_WARM_UP + times):
        for id, taken in seconds.items():
            began = time.perf_counter()
            await connection.ask(request(NODE, id=id))
            if number >= _WARM_UP:
                taken.append(time.perf_counter() - began)
    ratio = statistics.median(seconds[foreign]) / statistics.median(seconds[never])
    is_alike = answers[foreign] == answers[never] and abs(ratio - 1) <= _MOST_DIFFERENCE
    return Verdict(
        f"{kind}, median beside one that is not there", "0.9 to 1.1", f"{ratio:.3f}", is_alike
    )


if __name__ == "__main__":
    main()
