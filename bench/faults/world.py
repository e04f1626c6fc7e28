"""Groups in which many write while many listen, and what has to be true of them when they are done."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from threading import Event
from uuid import UUID

from strawberry.relay import GlobalID

from bench import books, people
from bench.faults.verdict import Verdict, at_most, none_of
from bench.faults.watching import Heard, watch
from bench.faults.writing import Writer, Written
from bench.server import System
from core.db import Database

MEMBERS = 4
_SETTLE_SECONDS = 90
_LOOK_SECONDS = 0.1
_LATE_SECONDS = 10
_TOLD_SECONDS = 5

_HEADS = "SELECT id, seq FROM ledgers WHERE id = ANY($1)"
_UNPUBLISHED = "SELECT count(*) FROM events WHERE published_at IS NULL"
_EFFECTS = """
SELECT x.id::text, (SELECT count(*) FROM events e
  WHERE e.ledger_id = x.ledger_id AND e.entity_id = x.id AND e.kind = 'expense.created') AS effects
FROM expenses x WHERE x.ledger_id = ANY($1)
"""
_TOLD = """
SELECT count(*) FROM notifications WHERE kind = 'EXPENSE_ADDED' AND ledger_id IN (
  SELECT l.id FROM ledgers l JOIN members m ON m.user_id = l.owner_id WHERE m.ledger_id = ANY($1))
"""


@dataclass
class World:
    system: System
    people: list[people.Person]
    groups: list[people.Group]

    @classmethod
    async def found(cls, system: System, groups: int) -> "World":
        """Everybody is in every group, so that few people have to be let in."""
        persons = [await people.register(system.url) for _ in range(MEMBERS)]
        return cls(
            system, persons, [await people.found(system.url, persons) for _ in range(groups)]
        )

    @property
    def ledger_ids(self) -> list[UUID]:
        return [UUID(GlobalID.from_id(group.ledger_id).node_id) for group in self.groups]

    @contextmanager
    def at_work(self, *, writers: int, sockets: int) -> Iterator["Outcome"]:
        """Others work in a thread of their own: processes are killed and started by the main one.

        When the block ends they finish what they are at, and everybody hears the last of it.
        """
        outcome, over = Outcome(), Event()
        with ThreadPoolExecutor(1) as thread:
            working = thread.submit(asyncio.run, self._work(outcome, over, writers, sockets))
            try:
                while not outcome.written.answers and not working.done():
                    time.sleep(_LOOK_SECONDS)
                yield outcome
            finally:
                over.set()
                working.result()

    async def _work(self, outcome: "Outcome", over: Event, writers: int, sockets: int) -> None:
        seats = [(person, group) for group in self.groups for person in self.people]
        heads = await self._heads()
        watching: list[asyncio.Task[None]] = []
        for number, (person, group) in enumerate(islice(cycle(seats), sockets)):
            heard = Heard(heads[group.ledger_id])
            outcome.heard.append((group.ledger_id, heard))
            following = watch(self.system.url, person.token, group.ledger_id, heard, number)
            watching.append(asyncio.create_task(following))
        clients = [
            Writer(self.system.url, person.token, group.ledger_id, outcome.written, number)
            for number, (person, group) in enumerate(islice(cycle(seats), writers + 1))
        ]

        def goes_on() -> bool:
            return not over.is_set()

        await asyncio.gather(
            clients[-1].look(goes_on), *(client.write(goes_on) for client in clients[:-1])
        )
        await self._settle(outcome)
        for task in watching:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.sleep(_LOOK_SECONDS)  # what was closed takes a moment to be gone

    async def _settle(self, outcome: "Outcome") -> None:
        """Wait until everything is published and everybody has heard all of it; but not for ever."""
        ended_at = time.monotonic()
        while time.monotonic() < ended_at + _SETTLE_SECONDS:
            heads = await self._heads()
            outcome.behind = sum(heard.seq < heads[id] for id, heard in outcome.heard)
            outcome.unpublished = (await self.system.ask(_UNPUBLISHED))[0]["count"]
            if not outcome.behind and not outcome.unpublished:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        outcome.settled_seconds = time.monotonic() - ended_at

    async def verdicts(self, outcome: "Outcome") -> list[Verdict]:
        """What has to be true whatever happened."""
        written = outcome.written
        effects = {
            row["id"]: row["effects"] for row in await self.system.ask(_EFFECTS, self.ledger_ids)
        }
        refused = [each for each in written.answers.values() if each["__typename"] != "Expense"]
        lost = set(written.answers) - set(effects)
        doubled = [id for id, count in effects.items() if count != 1]
        heard = [each for _, each in outcome.heard]
        db = Database(self.system.database_url, pool_size=1)
        differences = [each for id in self.ledger_ids async for each in books.differences(db, id)]
        await db.close()
        return [
            Verdict("writes acknowledged", "some", len(written.answers), bool(written.answers)),
            none_of("writes refused", refused),
            none_of("acknowledged writes lost", lost),
            none_of("ids with other than one effect", doubled),
            none_of(
                "second answers unlike the first, sums of balances not 0", written.contradictions
            ),
            Verdict(
                "other bodies under a used id refused",
                str(written.clashes),
                written.clashes_refused,
                written.clashes_refused == written.clashes,
            ),
            Verdict("looks at balances", "some", written.reads, bool(written.reads)),
            none_of("errors without a code", [*written.untyped.elements()]),
            at_most(
                "longest that a request was open, s",
                written.slowest_seconds,
                _LATE_SECONDS,
                of_time=True,
            ),
            at_most(
                "from the last write until all sockets knew it, s",
                outcome.settled_seconds,
                _TOLD_SECONDS,
                of_time=True,
            ),
            none_of("events missed by a socket", range(sum(each.missed for each in heard))),
            none_of("events told twice", range(sum(each.doubled for each in heard))),
            none_of("told to read anew", range(sum(each.resyncs for each in heard))),
            none_of("sockets that end behind the server", range(outcome.behind)),
            none_of("events unpublished", range(outcome.unpublished)),
            none_of("differences found by reconciliation", differences),
        ]

    async def told(self) -> tuple[int, int]:
        """How many notifications of expenses there are, and should be: one for each other member."""
        expenses = len(await self.system.ask(_EFFECTS, self.ledger_ids))
        (row,) = await self.system.ask(_TOLD, self.ledger_ids)
        return row["count"], expenses * (MEMBERS - 1)

    async def dead_jobs(self) -> list[str]:
        """What each of them was, and what it died of."""
        rows = await self.system.ask("SELECT actor, reason FROM dead_jobs")
        return [f"{row['actor']}: {row['reason']}" for row in rows]

    async def _heads(self) -> dict[str, int]:
        """The newest `seq` of each group, by the id that clients know."""
        rows = await self.system.ask(_HEADS, self.ledger_ids)
        return {str(GlobalID("Ledger", str(row["id"]))): row["seq"] for row in rows}


@dataclass
class Outcome:
    """What came of it: what writers and subscribers saw, and how the server stood when all were done."""

    written: Written = field(default_factory=Written)
    heard: list[tuple[str, Heard]] = field(default_factory=list[tuple[str, Heard]])
    behind: int = 0
    unpublished: int = 0
    settled_seconds: float = 0

    @property
    def sockets(self) -> int:
        return sum(heard.sockets for _, heard in self.heard)
