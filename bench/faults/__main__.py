"""Faults while people work, many times over, each with what has to hold against what was counted.

Writers record expenses under ids of their own and ask again until they are answered; subscribers come back
whenever they lose the socket. Meanwhile processes are killed and services restarted or stopped. Afterwards
nothing that was acknowledged is lost, nothing is done twice, everybody has heard all of it in order, and
reconciliation finds nothing.
"""

import argparse
import asyncio
import time

from bench import machine, server
from bench.faults.scenarios import PAUSE_SECONDS, SCENARIOS, Scenario
from bench.faults.verdict import Verdict, at_most, none_of
from bench.faults.world import World
from bench.faults.writing import Written

_QUIET_SECONDS = 120
_LOOK_SECONDS = 0.5
_RECOVERY_SECONDS = 10
_MOST_SLOWER = 2


def main() -> None:
    options = _options()
    machine.introduce()
    verdicts: list[Verdict] = []
    with server.running(web_processes=options.web_processes) as system:
        world = asyncio.run(World.found(system, options.groups))
        for name in options.faults:
            scenario = SCENARIOS[name]
            verdicts += play(world, scenario, options)
        in_the_end = asyncio.run(done(world))
        print("\nIn the end", *in_the_end, sep="\n")
        verdicts += in_the_end
    if failed := [verdict for verdict in verdicts if not verdict.holds]:
        raise SystemExit(f"{len(failed)} criteria do not hold.")


def play(world: World, scenario: Scenario, options: argparse.Namespace) -> list[Verdict]:
    """One fault so many times, with people at work. Prints and answers what held."""
    began = time.monotonic()
    with world.at_work(writers=options.writers, sockets=options.sockets) as outcome:
        before = _p99_of_a_while(outcome.written, options.calm)
        returned = scenario.play(world.system, options.times, pause_seconds=options.pause)
        time.sleep(_RECOVERY_SECONDS)
        after = _p99_of_a_while(outcome.written, options.calm)
    recovered = at_most(
        f"p99 of answers {_RECOVERY_SECONDS} s later, as a multiple of before",
        after / before,
        _MOST_SLOWER,
        of_time=True,
    )
    verdicts = [returned, recovered, *asyncio.run(world.verdicts(outcome))]
    seconds = time.monotonic() - began
    print(
        f"\n{scenario.about}: {options.writers} writers, {options.sockets} sockets, {seconds:.0f} s"
    )
    print("\n".join(map(str, verdicts)))
    errors, unanswered = dict(outcome.written.errors), dict(outcome.written.unanswered)
    print(f"  errors by code {errors}; requests without an answer {unanswered}")
    print(f"  {outcome.sockets} sockets opened")
    return verdicts


def _p99_of_a_while(written: Written, seconds: float) -> float:
    began = time.monotonic()
    time.sleep(seconds)
    return written.p99_since(began)


async def done(world: World) -> list[Verdict]:
    """Every other member has one notification of each expense, once jobs make no more of them."""
    there, due = await world.told()
    until = time.monotonic() + _QUIET_SECONDS
    while there < due and time.monotonic() < until:
        await asyncio.sleep(_LOOK_SECONDS)
        before = there
        there, due = await world.told()
        if there > before:
            until = time.monotonic() + _QUIET_SECONDS
    return [
        Verdict("notifications, one for each other member", str(due), there, there == due),
        none_of("jobs given up", await world.dead_jobs()),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("faults", nargs="*", choices=[*SCENARIOS], default=[*SCENARIOS])
    parser.add_argument("--times", type=int, default=3, help="how often each fault is done")
    parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between them")
    parser.add_argument("--calm", type=float, default=5, help="seconds of work before and after")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--web-processes", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
