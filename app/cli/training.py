"""`outgo receipts export-training`: what users confirmed, for those who train reading models."""

import asyncio
from datetime import date
from pathlib import Path
from typing import NamedTuple

from adapters.storage import Storage
from adapters.training_set import FolderNotEmpty, TrainingSet
from app.cli import environment
from app.cli.console import complain, say
from core.db import Database
from services import training


class _Exported(NamedTuple):
    """How many receipts there is leave for, how many of them could be labelled, and how many lines."""

    receipts: int = 0
    labelled: int = 0
    lines: int = 0


def export_training(out: Path, since: date | None) -> None:
    """End with 1 where the folder has something in it already."""
    settings = environment.read()
    url = environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    try:
        exported = asyncio.run(_export(url, Storage(settings.receipts_url), out, since))
    except FolderNotEmpty as problem:
        complain(str(problem))
        raise SystemExit(1) from None
    say(
        f"{exported.labelled} of {exported.receipts} receipts and {exported.lines} lines are in {out}."
    )


async def _export(url: str, storage: Storage, out: Path, since: date | None) -> _Exported:
    folder, db = TrainingSet(out), Database(url)
    exported, last = _Exported(), None
    try:
        while examples := await _next_after(db, since, last):
            for example in examples:
                exported = _added(exported, await _add(folder, storage, example))
            last = examples[-1]
    finally:
        await db.close()
    return exported


async def _next_after(
    db: Database, since: date | None, last: training.Example | None
) -> list[training.Example]:
    async with db.reading() as session:
        return await training.next_after(session, since, last)


async def _add(folder: TrainingSet, storage: Storage, example: training.Example) -> _Exported:
    if example.labels is None:
        return _Exported(receipts=1)
    try:
        image = await storage.get(example.image_key)
    except FileNotFoundError:  # deleted meanwhile
        return _Exported()
    lines = folder.add(str(example.receipt_id), image, example.labels)
    return _Exported(receipts=1, labelled=1, lines=lines)


def _added(one: _Exported, other: _Exported) -> _Exported:
    return _Exported(*map(sum, zip(one, other, strict=True)))
