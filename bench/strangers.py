"""Whether time or a byte tells a stranger what is not theirs to know: that something is there.

Of every kind of thing that has an id, up to a hundred of other people's are asked for, and as many that
nobody ever made, by turns, so that whatever else the machine does falls on both. Criteria: not a byte
differs, and medians are within 10 %.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence

from strawberry.relay import GlobalID

from bench import belongings, machine, people, server
from bench.faults.verdict import Verdict, conclude, none_of
from bench.load import Connection, request
from core.ids import new_id

_WARM_UP_ROUNDS = 1
_MOST_DIFFERENCE = 0.1

NODE = "query Node($id: ID!) { node(id: $id) { id } }"


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        verdicts = asyncio.run(_measure(system, options.ids, options.rounds))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ids", type=int, default=100, help="how many things of each kind")
    parser.add_argument("--rounds", type=int, default=5, help="how often each id is asked for")
    return parser.parse_args()


async def _measure(system: server.System, ids: int, rounds: int) -> list[Verdict]:
    there = await belongings.made(system, ids)
    stranger = await people.register(system.url)
    connection = Connection(system.url, stranger.token)
    await connection.open()
    compared = [await _compared(connection, *things, rounds) for things in there.items()]
    connection.close()
    return [verdict for verdicts in compared for verdict in verdicts]


async def _compared(
    connection: Connection, kind: str, foreign: Sequence[str], rounds: int
) -> list[Verdict]:
    never = [str(GlobalID(kind, str(new_id()))) for _ in foreign]
    answers = {await connection.ask(request(NODE, id=never[0]))} if never else set[bytes]()
    taken: dict[str, list[float]] = {"foreign": [], "never": []}
    for number in range(_WARM_UP_ROUNDS + rounds):
        for pair in zip(foreign, never, strict=True):
            for whose, id in zip(taken, pair, strict=True):
                began = time.perf_counter()
                answers.add(await connection.ask(request(NODE, id=id)))
                if number >= _WARM_UP_ROUNDS:
                    taken[whose].append(time.perf_counter() - began)
    theirs, nobodys = (statistics.median(seconds or [1.0]) for seconds in taken.values())
    ratio = theirs / nobodys
    return [
        Verdict(f"{kind}: of other people's", "some", len(foreign), bool(foreign)),
        none_of(f"{kind}: answers unlike that to what is not there", sorted(answers)[1:]),
        Verdict(
            f"{kind}: median beside what is not there",
            "0.9 to 1.1",
            f"{ratio:.2f}",
            abs(ratio - 1) <= _MOST_DIFFERENCE,
            of_time=True,
        ),
    ]


if __name__ == "__main__":
    main()
