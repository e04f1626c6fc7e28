"""Receipts that wait to be read while their readers are killed again and again, in the middle of some.

Criteria: each of them is read or given up once, at the third attempt at the latest, the last ones within a
minute after jobs of dead readers go to others; and nothing is left over of those who were killed.
"""

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.ocr import models
from app.demo import documents
from app.demo.client import Api
from app.demo.drawn_receipt import draw, sample
from bench import machine, people, server
from bench.faults.scenarios import kill
from bench.faults.verdict import Verdict, at_most, conclude, none_of
from core.ids import new_id

_MOST_ATTEMPTS = 3
_MOST_SECONDS = 15 + 60
_PATIENCE_SECONDS = 600
_LOOK_SECONDS = 0.1
_KEPT = {".ses"}  # of ONNX Runtime's own, once

_STATES = "SELECT status, attempts FROM receipts WHERE part_of IS NULL"
_ENDED_AGAIN = """
SELECT entity_id FROM events WHERE kind IN ('receipt.read', 'receipt.failed')
GROUP BY entity_id HAVING count(*) > 1
"""


def main() -> None:
    options = _options()
    machine.introduce()
    models.ensure(options.models, progress=print)
    with (
        TemporaryDirectory(prefix="outgo-scratch-") as scratch,
        server.running(model_dir=options.models) as system,
    ):
        verdicts = _measure(system, Path(scratch), options.receipts, options.kills)
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    return parser.parse_args()


def _measure(system: server.System, scratch: Path, receipts: int, kills: int) -> list[Verdict]:
    readers = system.named("reader")
    for reader in readers:
        reader.environment = {**os.environ, "TMPDIR": str(scratch)}
        kill(reader)
        reader.start()
    asyncio.run(_upload(system.url, receipts))
    begun = 0
    for number in range(1, kills + 1):
        most_left = receipts - (receipts - 1) * number // kills  # one in the end
        states = _wait(
            system, lambda found, left=most_left: found["READING"] > 0 and _left(found) <= left
        )
        begun += states["READING"]
        for reader in readers:
            kill(reader)
            reader.start()
    killed_at = time.monotonic()
    states = _wait(system, lambda found: not _left(found))
    ended_after = time.monotonic() - killed_at
    for reader in readers:
        reader.stop()
    ended = states.total() - _left(states)
    attempts = [row["attempts"] for row in asyncio.run(system.ask(_STATES))]
    print(f"  {begun} begun at {kills} kills; {dict(states)}; attempts {Counter(attempts)}")
    return [
        Verdict(
            "receipts that were read or given up",
            str(receipts),
            ended,
            ended == receipts,
        ),
        at_most("seconds from the last kill to the end of the last", ended_after, _MOST_SECONDS),
        at_most("attempts", max(attempts), _MOST_ATTEMPTS),
        none_of("receipts that ended more than once", asyncio.run(system.ask(_ENDED_AGAIN))),
        none_of("files left over", {path.name for path in scratch.iterdir()} - _KEPT),
    ]


async def _upload(url: str, receipts: int) -> None:
    person = await people.register(url)
    async with Api(url) as api:
        api.token = person.token
        for seed in range(receipts):
            wanted = {"id": str(new_id()), "ledgerId": person.ledger_id}
            await api.upload(documents.UPLOAD_RECEIPT, draw(sample(seed), seed=seed), input=wanted)


def _wait(system: server.System, reached: Callable[[Counter[str]], bool]) -> Counter[str]:
    """How many there are of each status, once it is so; or after a long while."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        states = Counter[str](row["status"] for row in asyncio.run(system.ask(_STATES)))
        if reached(states) or time.monotonic() > until:
            return states
        time.sleep(_LOOK_SECONDS)


def _left(states: Counter[str]) -> int:
    return states["QUEUED"] + states["READING"]


if __name__ == "__main__":
    main()
