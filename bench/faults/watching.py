"""Subscribers who come back whenever they lose the socket, and count what they are told."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import orjson

from bench.sockets import Subscriber

_FOLLOW = """\
subscription Follow($ledgerId: ID!, $after: BigInt) {
  ledgerEvents(ledgerId: $ledgerId, after: $after) {
    __typename
    ... on LedgerSnapshot { seq }
    ... on LedgerEvent { seq }
    ... on Resync { seq }
  }
}"""
_OPEN_SECONDS = 20
_PAUSES_SECONDS = 0.05, 0.5


@dataclass
class Heard:
    """What one subscriber has been told, over all its sockets. `seq` is the newest event that it knows."""

    seq: int
    missed: int = 0
    doubled: int = 0
    resyncs: int = 0
    sockets: int = 0

    def event(self, seq: int) -> None:
        self.missed += max(0, seq - self.seq - 1)
        self.doubled += seq <= self.seq
        self.seq = max(self.seq, seq)


class _Socket(Subscriber):
    """One socket of a subscriber; `over` is set when it is lost."""

    def __init__(self, url: str, token: str, ledger_id: str, heard: Heard) -> None:
        super().__init__(url, token, b'"next"', _FOLLOW, ledgerId=ledger_id, after=heard.seq)
        self.over = asyncio.Event()
        self._heard = heard

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio says why
        self.over.set()

    def _hear(self, at: float, message: bytes) -> None:
        if self._marker not in message:
            super()._hear(at, message)
            if b'"complete"' in message or b'"error"' in message:
                self.close()
            return
        data = orjson.loads(message)["payload"]["data"]
        if data is None:  # an error, as while the database is away
            self.close()
            return
        match (told := data["ledgerEvents"])["__typename"]:
            case "LedgerEvent":
                self._heard.event(told["seq"])
            case "Resync" | "LedgerSnapshot":
                self._heard.resyncs += 1
                self._heard.seq = told["seq"]
            case _:
                pass


async def watch(url: str, token: str, ledger_id: str, heard: Heard, seed: int) -> None:
    """Until cancelled."""
    chance = Random(seed)
    while True:
        socket = _Socket(url, token, ledger_id, heard)
        with suppress(OSError, TimeoutError):
            await _live(socket, heard)
        await asyncio.sleep(chance.uniform(*_PAUSES_SECONDS))


async def _live(socket: _Socket, heard: Heard) -> None:
    async with asyncio.timeout(_OPEN_SECONDS):
        await socket.connect()
    heard.sockets += 1
    try:
        await socket.over.wait()
    finally:
        socket.close()
