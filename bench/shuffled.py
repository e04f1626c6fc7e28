"""Ten thousand jobs, those of each event several times and in any order: effects are those of the facts.

    python -m bench.shuffled [--messages N] [--expenses N] [--workers N]

There is no relay: the jobs that it would ask for are asked for here, alone and together with others, until
there are enough of them. Everyone has a budget, so that each expense tells the others and moves alerts.
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from dramatiq import Message
from sqlmodel import col, select
from strawberry.relay import GlobalID

from app.cli import programs
from bench import books, machine, people, server
from bench.faults.verdict import Verdict, conclude, none_of
from bench.load import Connection
from core.db import Database
from domain.log import EventKind
from models.event import Event
from models.notification import Notification
from workers.jobs import JOBS, caused_by
from workers.runtime import broker_on

_PEOPLE = 4
_MOST_TOGETHER = 4
_SEED = 1


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running(live=False) as system, _workers(options.workers):
        verdicts = asyncio.run(_measure(system, options))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--expenses", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


@contextmanager
def _workers(count: int) -> Iterator[None]:
    with ExitStack() as undo:
        folder = Path(undo.enter_context(TemporaryDirectory(prefix="outgo-bench-")))
        for number in range(count):
            (worker,) = programs.logging_to(folder / str(number), [programs.worker()])
            undo.callback(worker.stop)
            worker.start()
        yield


async def _measure(system: server.System, options: argparse.Namespace) -> list[Verdict]:
    persons = [await people.register(system.url) for _ in range(_PEOPLE)]
    for person in persons:
        await people.budget(system.url, person)
    group = await people.found(system.url, persons)
    for number in range(options.expenses):
        connection = Connection(system.url, persons[number % _PEOPLE].token)
        await connection.open()
        await people.spend(connection, group.ledger_id)
        connection.close()
    db = Database(system.database_url, pool_size=1)
    spent = await _events(db, EventKind.EXPENSE_CREATED)
    messages = _shuffled(spent, options.messages)
    began = time.monotonic()
    await _do(system.queue_redis_url, messages)
    print(f"{len(messages)} jobs of {len(spent)} expenses, by {options.workers} workers")
    print(f"  done                 in {time.monotonic() - began:.1f} s")
    verdicts = await _verdicts(db, spent)
    ledgers = [group.ledger_id, *(person.ledger_id for person in persons)]
    found = [
        difference
        for ledger_id in ledgers
        async for difference in books.differences(db, UUID(GlobalID.from_id(ledger_id).node_id))
    ]
    await db.close()
    return [*verdicts, none_of("differences found by reconciliation", found)]


def _shuffled(events: Sequence[Event], count: int) -> list[Message[None]]:
    """As often as it takes: every event's at least once, and then those of any."""
    chance, messages, left = Random(_SEED), list[Message[None]](), list(events)
    chance.shuffle(left)
    while left or len(messages) < count:
        size = chance.randint(1, _MOST_TOGETHER)
        together, left = left[:size] or chance.sample(events, size), left[size:]
        messages += caused_by(together, JOBS)
    chance.shuffle(messages)
    return messages


async def _do(queue_redis_url: str, messages: Sequence[Message[None]]) -> None:
    """Return when workers have done all of them."""
    broker, queues = broker_on(queue_redis_url), {message.queue_name for message in messages}
    for queue in queues:
        broker.declare_queue(queue)
    broker.enqueue_all(messages)
    for queue in queues:
        await asyncio.to_thread(broker.join, queue)
    broker.close()


async def _verdicts(db: Database, spent: Sequence[Event]) -> list[Verdict]:
    async with db.reading() as session:
        told = (await session.exec(select(Notification.ledger_id, Notification.source_seq))).all()
    times = Counter(told)
    heard = Counter(seq for _, seq in times)
    wrong = [event.seq for event in spent if heard[event.seq] != _PEOPLE - 1]
    alerts = Counter(
        (event.ledger_id, str(event.after and event.after["threshold"]))
        for event in await _events(db, EventKind.BUDGET_ALERTED)
    )
    return [
        none_of("expenses told to other than each other member", wrong),
        none_of("notifications told twice", [each for each, count in times.items() if count > 1]),
        none_of("thresholds alerted twice", [each for each, count in alerts.items() if count > 1]),
        Verdict("thresholds alerted", "some", len(alerts), bool(alerts)),
    ]


async def _events(db: Database, kind: EventKind) -> Sequence[Event]:
    query = select(Event).where(Event.kind == kind).order_by(col(Event.position))
    async with db.reading() as session:
        return (await session.exec(query)).all()


if __name__ == "__main__":
    main()
