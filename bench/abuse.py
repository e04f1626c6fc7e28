"""What attackers try on the API while somebody works with it: what they hear, and what it costs the others.

A web process does one thing at a time, so while it is busy with one request everybody else waits. Criteria:
everything is answered or refused by name, nothing is an error of the server's, no request takes more than
100 ms of processor time, and whoever works is always answered.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx
import psutil
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench import machine, people, server
from bench.attacks import ATTACKS, Attack
from bench.faults.verdict import Verdict, at_most, conclude, none_of
from bench.load import ask_beside, request, spread

_MEMBERS = 4
_MOST_MILLIS = 100
_PATIENCE_SECONDS = 60
_QUIET_SECONDS = 1.0
_MILLIS = 1000
_ERRORS = "5"  # of a status, or of its close code: those of the server's own

WORK = """\
query Work($ledgerId: ID!) {
  ledger(id: $ledgerId) { id seq balances { net { minor } member { id } } }
}"""
FOLLOW = """\
subscription Follow($ledgerId: ID!) {
  ledgerEvents(ledgerId: $ledgerId) { __typename ... on LedgerSnapshot { seq } }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    with server.running() as system:
        verdicts = asyncio.run(_measure(system, options))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=20, help="how often each body is sent")
    parser.add_argument("--subscriptions", type=int, default=1_000, help="asked of one socket")
    parser.add_argument("--messages", type=int, default=10_000, help="sent at once on one socket")
    parser.add_argument("--silent", type=int, default=200, help="sockets that never sign in")
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> list[Verdict]:
    persons = [await people.register(system.url) for _ in range(_MEMBERS)]
    person, group = persons[0], await people.found(system.url, persons)
    web = system.processes["web-1"]
    sockets = _Sockets(system.url, person.token, group.ledger_id, options)
    heard: dict[str, Counter[str]] = {}
    seconds: dict[str, float] = {}
    for attack in ATTACKS:
        before = _cpu_seconds(web)
        heard[attack.name] = await _send(system.url, person.token, attack, options.times)
        seconds[attack.name] = (_cpu_seconds(web) - before) / options.times
        print(_row(attack.name, heard[attack.name], seconds[attack.name]), flush=True)
    for name, send in sockets.attacks.items():
        before = _cpu_seconds(web)
        heard[name], count = await send()
        print(_row(name, heard[name], (_cpu_seconds(web) - before) / count), flush=True)
    body = request(WORK, ledgerId=group.ledger_id)
    alone = await ask_beside(system.url, person.token, body, asyncio.sleep(_QUIET_SECONDS))
    beside = await ask_beside(
        system.url,
        person.token,
        body,
        asyncio.gather(
            *(_send(system.url, person.token, attack, options.times) for attack in ATTACKS),
            *(send() for send in sockets.attacks.values()),
        ),
    )
    wrong = [each for each in beside.bodies if not each.startswith(b'{"data":{"ledger":{"id"')]
    print(f"  whoever works, alone             {spread(alone.latencies)}")
    print(f"  beside all of them at once       {spread(beside.latencies)}")
    dearest = max(seconds, key=lambda name: seconds[name])
    errors = {name: answers for name, answers in heard.items() if any(map(_is_an_error, answers))}
    return [
        none_of("errors of the server's", [*errors.items()]),
        at_most(
            f"processor ms of one request ({dearest})", seconds[dearest] * _MILLIS, _MOST_MILLIS
        ),
        none_of("wrong answers to whoever works", wrong),
    ]


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _is_an_error(answer: str) -> bool:
    return answer.startswith(_ERRORS) or answer in ("1006", "1011", "no answer")


def _row(name: str, answers: Counter[str], seconds: float) -> str:
    said = ", ".join(f"{count} × {what}" for what, count in answers.most_common(3))
    return f"  {name:<36}{seconds * _MILLIS:>8.1f} ms   {said}"


async def _send(url: str, token: str, attack: Attack, times: int) -> Counter[str]:
    """What was answered, by status and code."""
    heard = Counter[str]()
    headers = {"authorization": f"Bearer {token}", "content-type": attack.content_type}
    async with httpx.AsyncClient(
        base_url=url,
        headers=headers | {"GraphQL-Require-Preflight": "1"},
        timeout=_PATIENCE_SECONDS,
    ) as http:
        for number in range(times):
            try:
                answer = await http.post("/graphql", content=attack.body(number))
            except httpx.HTTPError:
                heard["no answer"] += 1
            else:
                heard[f"{answer.status_code} {_code(answer)}"] += 1
    return heard


def _code(answer: httpx.Response) -> str:
    with suppress(ValueError, KeyError, IndexError, TypeError):
        said: Any = answer.json()
        return said["errors"][0]["extensions"]["code"] if "errors" in said else "answered"
    return answer.text[:40]


class _Sockets:
    """Attacks by websocket. Each answers what it heard, and how many messages or sockets it sent."""

    def __init__(self, url: str, token: str, ledger_id: str, options: argparse.Namespace) -> None:
        self._url = url.replace("http", "ws", 1) + "/graphql"
        self._init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        self._follow = {"query": FOLLOW, "variables": {"ledgerId": ledger_id}}
        subscribing = [
            {"id": str(number), "type": "subscribe", "payload": self._follow}
            for number in range(options.subscriptions)
        ]
        asking = {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}
        self.attacks: dict[str, Callable[[], Awaitable[tuple[Counter[str], int]]]] = {
            "subscriptions on one socket": lambda: self._flood(subscribing),
            "pings at once": lambda: self._flood([{"type": "ping"}] * options.messages),
            "ids used again": lambda: self._flood([asking] * options.messages),
            "arrays": lambda: self._flood([[]] * options.times),
            "sockets that never sign in": lambda: self._silent(options.silent),
        }

    async def _flood(self, messages: Sequence[object]) -> tuple[Counter[str], int]:
        async with self._open() as socket:
            await socket.send(json.dumps(self._init))
            listening = asyncio.create_task(self._listen(socket))
            with suppress(ConnectionClosed):
                for message in messages:
                    await socket.send(json.dumps(message))
            return await listening, len(messages)

    async def _silent(self, sockets: int) -> tuple[Counter[str], int]:
        async def wait() -> Counter[str]:
            async with self._open() as socket:
                return await self._listen(socket)

        heard = await asyncio.gather(*(wait() for _ in range(sockets)))
        return sum(heard, Counter[str]()), sockets

    def _open(self) -> connect:
        return connect(
            self._url, subprotocols=[Subprotocol("graphql-transport-ws")], open_timeout=None
        )

    async def _listen(self, socket: ClientConnection) -> Counter[str]:
        """What comes until nothing does, by type; and the code that it was closed with, if it was."""
        heard = Counter[str]()
        try:
            while True:
                async with asyncio.timeout(self._patience(heard)):
                    heard[json.loads(await socket.recv())["type"]] += 1
        except TimeoutError:
            return heard
        except ConnectionClosed as closed:
            heard[str(closed.rcvd.code if closed.rcvd else 1006)] += 1
            return heard

    def _patience(self, heard: Counter[str]) -> float:
        return _QUIET_SECONDS if heard.total() > 1 else _PATIENCE_SECONDS


if __name__ == "__main__":
    main()
