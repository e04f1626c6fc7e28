"""Some of many sockets stop reading: what that costs the server, what it costs the others, and how it ends.

These follow with many subscriptions each, and read like the others until they stop: so nobody is told of
more before than after. Criteria: memory stays within 20 MiB, others wait no longer than by a tenth, and
nobody who does not read is left after thirty seconds.
"""

import argparse
import asyncio
import math
import socket
import time
from collections.abc import Sequence

import psutil

from app.deadlines import HurriedSocket
from bench import machine, people, server
from bench.faults.verdict import Verdict, at_most, conclude
from bench.load import Connection
from bench.sockets import Subscriber, have_heard, open_all

_MEMBERS = 4
_BUFFER_BYTES = 4096
_SUBSCRIPTIONS = 20
_WARM_UP = 10
_PATIENCE_SECONDS = 60
_LOOK_SECONDS = 0.1
_MIB = 2**20
_MOST_MEMORY_MIB = 20
_MOST_DELAY = 1.1
_GONE_SECONDS = HurriedSocket.stuck_seconds + HurriedSocket.farewell_seconds + 5

_FOLLOW = """\
subscription Follow($ledgerId: ID!) {
  ledgerEvents(ledgerId: $ledgerId) {
    __typename ... on LedgerSnapshot { seq } ... on LedgerEvent { seq }
  }
}"""
_FOLLOW_ALL = """\
subscription FollowAll($ledgerId: ID!) {
  ledgerEvents(ledgerId: $ledgerId) {
    __typename
    ... on LedgerSnapshot { seq }
    ... on LedgerEvent { seq kind entityId actorName at before after hash }
  }
}"""


class _Slow(Subscriber):
    """Follows with many subscriptions, until it reads no more."""

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        narrow.setblocking(False)
        await loop.sock_connect(narrow, (self._address.hostname, self._address.port))
        self.port = narrow.getsockname()[1]
        await loop.create_connection(lambda: self, sock=narrow)

    def follow_with_all(self) -> None:
        for number in range(2, _SUBSCRIPTIONS + 1):
            self._say({"id": str(number), "type": "subscribe", "payload": self._payload})
        self._flush()

    def hang(self) -> None:
        self._transport.pause_reading()


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        verdicts = asyncio.run(_measure(system, options))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=100)
    parser.add_argument("--slow", type=int, default=10)
    parser.add_argument(
        "--expenses", type=int, default=100, help="before some stop and after, each"
    )
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> list[Verdict]:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    group = await people.found(system.url, persons)
    token, ledger_id = persons[0].token, group.ledger_id
    readers = [
        Subscriber(system.url, token, b'"LedgerEvent"', _FOLLOW, ledgerId=ledger_id)
        for _ in range(options.sockets)
    ]
    slow = [
        _Slow(system.url, token, b'"LedgerEvent"', _FOLLOW_ALL, ledgerId=ledger_id)
        for _ in range(options.slow)
    ]
    await open_all([*readers, *slow])
    for each in slow:
        each.follow_with_all()
    web = system.processes["web-1"]
    connection = Connection(system.url, token)
    await connection.open()
    await _latencies(connection, ledger_id, readers, _WARM_UP)
    reading, memory = await _latencies(connection, ledger_id, readers, options.expenses), _mib(web)
    for each in slow:
        each.hang()
    beside = await _latencies(connection, ledger_id, readers, options.expenses)
    grown = _mib(web) - memory
    ports = {each.port for each in slow}
    began = time.monotonic()
    while _still_there(web, ports) and time.monotonic() < began + _PATIENCE_SECONDS:  # noqa: ASYNC110 - only the system can tell
        await asyncio.sleep(_LOOK_SECONDS)
    seconds, left = time.monotonic() - began, len(_still_there(web, ports))
    connection.close()
    lost = sum(options.expenses * 2 + _WARM_UP - len(reader.arrived) for reader in readers)
    before, after = _p99(reading), _p99(beside)
    return [
        at_most("memory grown, MiB", grown, _MOST_MEMORY_MIB),
        Verdict(
            "p99 from asking to the last reader, ms, after some stopped and before",
            f"{_MOST_DELAY:g} times",
            f"{after * 1000:.0f} and {before * 1000:.0f}",
            after <= before * _MOST_DELAY,
            of_time=True,
        ),
        Verdict("pushes lost by others", "0", lost, not lost),
        Verdict("slow ones left", "0", left, not left),
        at_most("seconds until they were gone after the last push", seconds, _GONE_SECONDS),
    ]


async def _latencies(
    connection: Connection, ledger_id: str, readers: Sequence[Subscriber], expenses: int
) -> list[float]:
    """Seconds from asking for an expense until the last reader has heard of it."""
    found: list[float] = []
    for heard in range(len(readers[0].arrived), len(readers[0].arrived) + expenses):
        asked_at = time.time()
        await people.spend(connection, ledger_id)
        await have_heard(readers, heard + 1, seconds=_PATIENCE_SECONDS)
        arrivals = [reader.arrived[heard][0] for reader in readers if len(reader.arrived) > heard]
        found.append(max(arrivals) - asked_at)
    return found


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[math.ceil(0.99 * len(seconds)) - 1]


def _mib(process: psutil.Process) -> float:
    return process.memory_info().rss / _MIB


def _still_there(web: psutil.Process, ports: set[int]) -> set[int]:
    """Whose connections the server still holds."""
    return {
        each.raddr.port
        for each in web.net_connections("tcp")
        if each.raddr and each.raddr.port in ports
    }


if __name__ == "__main__":
    main()
