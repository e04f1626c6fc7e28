"""`outgo receipts export-training`: files that PaddleOCR's training reads, of those who gave leave."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image, ImageDraw

from adapters.storage import Storage
from core.clock import now
from core.db import Database
from domain.actor import Actor
from domain.receipt import Line, read
from models.receipt import Receipt
from services import accounts
from services.receipt_reading import Proposal
from tests.groups import Group
from tests.receipts import SEEN, as_read, begin, confirm, finish, upload
from tests.unit.receipt.paper import paper

LINES = paper("HARB0UR LANE BAKERY\n2026-05-04\nRye bread  12.50\nTOTAL  12.50")
_SIZE = (480, 140)
_COLOURS = ("red", "lime", "blue", "yellow", "cyan", "magenta")


def photograph() -> bytes:
    """Each line as a patch of colour, so that whoever cuts it out can tell which it is."""
    image, file = Image.new("RGB", _SIZE, "white"), BytesIO()
    for line, colour in zip(LINES, _COLOURS, strict=True):
        ImageDraw.Draw(image).polygon(list(line.box), fill=colour)
    image.save(file, "JPEG", quality=100, subsampling=0)
    return file.getvalue()


async def confirmed(
    db: Database, actor: Actor, ledger_id: UUID, merchant: str = "Harbour Lane Bakery"
) -> Receipt:
    receipt = await upload(db, actor, ledger_id)
    await begin(db, receipt.id)
    await finish(db, receipt.id, Proposal(LINES, read(LINES, fallback_currency="EUR")))
    return await confirm(db, actor, receipt.id, as_read(merchant=merchant))


async def give_leave(db: Database, actor: Actor) -> None:
    async with db.transaction() as tx:
        await accounts.update_profile(tx, actor, shares_receipts_for_training=True)


@pytest.fixture
async def kept(tmp_path: Path) -> str:
    """Where the image of every receipt lies."""
    url = f"file://{tmp_path}/receipts"
    await Storage(url).put(SEEN.image_key, photograph(), "image/jpeg")
    return url


def export(db: Database, kept: str, out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app.cli", "receipts", "export-training", "--out", out, *options],
        env=os.environ | {"OUTGO_DATABASE_URL": db.url, "OUTGO_STORAGE_URL": kept},
        capture_output=True,
        text=True,
        check=False,
    )


def rows(file: Path) -> list[tuple[str, str]]:
    pairs = (line.split("\t") for line in file.read_text().splitlines())
    return [(image, label) for image, label in pairs]


async def test_labels_lead_to_what_they_say(
    db: Database, ann: Actor, trip: Group, kept: str, tmp_path: Path
) -> None:
    await give_leave(db, ann)
    receipt = await confirmed(db, ann, trip.id)
    out = tmp_path / "set"

    answer = export(db, kept, out)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.split() == f"1 of 1 receipts and 3 lines are in {out}.".split()
    assert (out / "kie/class_list.txt").read_text().split() == [
        "OTHER",
        "MERCHANT",
        "DATE",
        "TOTAL",
    ]
    [(image, told)] = rows(out / "kie/kie_gt.txt")
    assert image == f"images/{receipt.id}.jpg"
    assert (out / "kie" / image).read_bytes() == photograph()
    _check_lines(json.loads(told))
    texts = rows(out / "rec/rec_gt.txt")
    assert [text for _, text in texts] == ["HARBOUR LANE BAKERY", "2026-05-04", "12.50"]
    for (cut, _), colour, line in zip(
        texts, ("red", "lime", "magenta"), (LINES[0], LINES[1], LINES[5]), strict=True
    ):
        _check_cut(out / "rec" / cut, colour, line)


def _check_lines(told: list[dict[str, Any]]) -> None:
    assert [(one["transcription"], one["label"]) for one in told] == [
        ("HARBOUR LANE BAKERY", "MERCHANT"),
        ("2026-05-04", "DATE"),
        ("Rye bread", "OTHER"),
        ("12.50", "OTHER"),
        ("TOTAL", "OTHER"),
        ("12.50", "TOTAL"),
    ]
    assert [one["id"] for one in told] == list(range(6))
    assert told[0]["points"] == [[0, 0], [228, 0], [228, 20], [0, 20]]
    assert all(one["linking"] == [] for one in told)


def _check_cut(file: Path, colour: str, line: Line) -> None:
    with Image.open(file) as cut:
        left, top, right, bottom = line.box[0].x, line.box[0].y, line.box[2].x, line.box[2].y
        assert cut.size == (right - left, bottom - top)
        middle = cut.convert("RGB").getpixel((cut.width // 2, cut.height // 2))
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    assert isinstance(middle, tuple)
    assert isinstance(wanted, tuple)
    assert all(abs(one - other) < 30 for one, other in zip(middle, wanted, strict=True))


async def test_only_of_those_who_gave_leave(
    db: Database, ann: Actor, bob: Actor, trip: Group, kept: str, tmp_path: Path
) -> None:
    await give_leave(db, ann)
    await confirmed(db, ann, trip.id, "Quay Books")
    theirs = await confirmed(db, bob, trip.id)
    await upload(db, ann, trip.id)
    mine = await upload(db, ann, trip.id)
    await begin(db, mine.id)
    await finish(db, mine.id, Proposal(LINES, read(LINES, fallback_currency="EUR")))
    await confirm(db, bob, mine.id, as_read(merchant="Harbour Lane Bakery"))

    answer = export(db, kept, tmp_path / "set")

    assert answer.returncode == 0
    assert answer.stdout.startswith("1 of 2 receipts and 3 lines")
    assert [image for image, _ in rows(tmp_path / "set/kie/kie_gt.txt")] == [
        f"images/{mine.id}.jpg"
    ]
    assert not list((tmp_path / "set").glob(f"**/*{theirs.id}*"))


async def test_only_since_a_day_and_only_where_images_are(
    db: Database, ann: Actor, trip: Group, kept: str, tmp_path: Path
) -> None:
    await give_leave(db, ann)
    await confirmed(db, ann, trip.id)
    today = now().date()

    since = export(db, kept, tmp_path / "since", "--since", str(today))
    later = export(db, kept, tmp_path / "later", "--since", str(today + timedelta(days=2)))
    await Storage(kept).delete(SEEN.image_key)
    gone = export(db, kept, tmp_path / "gone")

    assert since.stdout.startswith("1 of 1 receipts and 3 lines")
    assert later.stdout.startswith("0 of 0 receipts and 0 lines")
    assert gone.stdout.startswith("0 of 0 receipts and 0 lines")
    assert rows(tmp_path / "gone/kie/kie_gt.txt") == []


async def test_two_exports_do_not_mix(db: Database, kept: str, tmp_path: Path) -> None:
    out = tmp_path / "set"
    out.mkdir()
    (out / "notes.txt").write_text("mine")

    answer = export(db, kept, out)

    assert answer.returncode == 1
    assert answer.stderr.split() == f"{out} is not empty.".split()
    assert [path.name for path in out.iterdir()] == ["notes.txt"]
