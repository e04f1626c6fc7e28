"""From the upload of a receipt to the event that it is read, through all processes, one at a time."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo import documents
from app.demo.client import Api, Refused
from bench import people, server
from core.ids import new_id

_PATIENCE_SECONDS = 120
_KIB = 2**10


@dataclass(frozen=True)
class Journeys:
    """`peak_mib` is the most memory that a reading worker ever held."""

    seconds: list[float]
    peak_mib: float


def travel(images: Sequence[bytes], model_dir: Path) -> Journeys:
    """Each image uploaded when the one before is read, as somebody waits for it."""
    with server.running(model_dir=model_dir) as system:
        seconds = asyncio.run(_one_by_one(system.url, images))
        return Journeys(seconds, max(peak_mib(child.pid) for child in system.named("reader")))


async def _one_by_one(url: str, images: Sequence[bytes]) -> list[float]:
    await _all_of(url, images[:1])  # somebody else's: it waits until the models are loaded
    return await _all_of(url, images)


async def _all_of(url: str, images: Sequence[bytes]) -> list[float]:
    person = await people.register(url)
    async with Api(url) as api:
        api.token = person.token
        return [await _read(api, person.ledger_id, image) for image in images]


async def _read(api: Api, ledger_id: str, image: bytes) -> float:
    began = time.monotonic()
    wanted = {"id": str(new_id()), "ledgerId": ledger_id}
    receipt = await api.upload(documents.UPLOAD_RECEIPT, image, input=wanted)
    async with api.socket() as socket, asyncio.timeout(_PATIENCE_SECONDS):
        await _until_read(await socket.subscribe(documents.FOLLOW_RECEIPT, receiptId=receipt["id"]))
    return time.monotonic() - began


async def _until_read(progress: AsyncGenerator[Any]) -> None:
    async for step in progress:
        if step["status"] == "FAILED":
            raise Refused(step["failure"])
        if step["status"] == "READ":
            return


def peak_mib(pid: int) -> float:
    """Of the process and its children, as Linux remembers it."""
    family = [pid, *_children(pid)]
    return max(_high_water_kib(member) for member in family) / _KIB


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [child for near in map(int, listed.split()) for child in (near, *_children(near))]


def _high_water_kib(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0
