"""Many clients at one group: some do whatever comes to mind, others only follow its balances."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random
from typing import Any

from websockets.exceptions import InvalidHandshake

from app.demo.client import Api
from bench import people
from bench.deeds import CREATE_EXPENSE, REOPEN_GROUP, View, any_deed
from bench.load import Connection, request

_MESSAGES_PER_SOCKET = 25
_LOOK_SECONDS = 0.01

_LOOK = """\
query Look($id: ID!) {
  ledger(id: $id) {
    seq version archivedAt
    members { id }
    balances { member { id } net { minor currency } }
  }
  activity(ledgerId: $id, first: 20) { edges { node { seq byMe } } }
}"""

_FOLLOW = """\
subscription Follow($ledgerId: ID!, $after: BigInt) {
  balanceChanged(ledgerId: $ledgerId, after: $after) {
    __typename
    ... on BalanceSnapshot { seq balances { member { id } net { minor currency } } }
    ... on BalanceChange { seq balances { member { id } net { minor currency } } }
    ... on Heartbeat { seq }
    ... on Resync { seq }
  }
}"""

Nets = dict[tuple[str, str], int]
"""Open balances in minor units, by member and currency."""


@dataclass
class Tally:
    """What was done, by mutation, and what was refused, by code."""

    done: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])


class Client:
    """Looks at the group, does something to it, and looks again. All clients share `versions` and `tally`."""

    def __init__(
        self,
        connection: Connection,
        ledger_id: str,
        chance: Random,
        versions: defaultdict[str, dict[str, int]],
        tally: Tally,
    ) -> None:
        self._connection, self._ledger_id, self._chance = connection, ledger_id, chance
        self._versions, self._tally = versions, tally

    async def live(self, goes_on: Callable[[], bool]) -> None:
        """Fails where balances do not add up, whenever that may be, and where an answer is an error."""
        await self._connection.open()
        while goes_on():
            await self._do(*any_deed(await self._look(), self._chance))
        self._connection.close()

    async def conclude(self) -> tuple[int, Nets]:
        """Move balances by one last write. The answer is its number in the log, and how they stand."""
        await self._connection.open()
        if (await self._look()).is_archived:
            await self._do(REOPEN_GROUP, self._ledger_id)
        await self._do(CREATE_EXPENSE, people.expense(self._ledger_id))
        shown = (await self._ask(_LOOK, id=self._ledger_id))["ledger"]
        self._connection.close()
        return shown["seq"], _nets(shown["balances"])

    async def _look(self) -> View:
        shown = await self._ask(_LOOK, id=self._ledger_id)
        ledger, events = shown["ledger"], shown["activity"]["edges"]
        sums: Counter[str] = Counter()
        for (_, currency), minor in _nets(ledger["balances"]).items():
            sums[currency] += minor
        if any(sums.values()):
            raise RuntimeError(f"Balances do not add up: {sums}")
        return View(
            ledger_id=self._ledger_id,
            version=ledger["version"],
            is_archived=ledger["archivedAt"] is not None,
            member_ids=[member["id"] for member in ledger["members"]],
            my_last_seq=next((each["node"]["seq"] for each in events if each["node"]["byMe"]), 1),
            versions=self._versions,
        )

    async def _do(self, document: str, wanted: Any) -> None:
        done = (await self._ask(document, it=wanted))["done"]
        if "code" in done:
            self._tally.refused[done["code"]] += 1
        else:
            self._tally.done[document.partition(" ")[2].partition("(")[0]] += 1
            self._versions[done["__typename"]][done["id"]] = done.get("version", 1)

    async def _ask(self, document: str, **variables: Any) -> Any:
        answer = json.loads(await self._answer_to(request(document, **variables)))
        if "errors" in answer or not answer.get("data"):
            raise RuntimeError(f"{document}\n{variables}\n{answer}")
        return answer["data"]

    async def _answer_to(self, body: bytes) -> bytes:
        """Asked once more where the server hung up on who had been idle for long."""
        try:
            return await self._connection.ask(body)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self._connection.open()
            return await self._connection.ask(body)


class Follower:
    """Knows the balances from a stream alone; now and then it hangs up, and goes on after what it heard."""

    def __init__(self, url: str, token: str, ledger_id: str) -> None:
        self._url, self._token, self._ledger_id = url, token, ledger_id
        self.seq: int | None = None
        self.nets: Nets = {}
        self.pushes = 0

    async def follow(self) -> None:
        """Until cancelled."""
        async with Api(self._url) as api:
            api.token = self._token
            while True:
                with suppress(OSError, InvalidHandshake):  # too slow for a busy server: once more
                    await self._one_socket(api)

    async def _one_socket(self, api: Api) -> None:
        async with api.socket() as socket:
            messages = await socket.subscribe(_FOLLOW, ledgerId=self._ledger_id, after=self.seq)
            for _ in range(_MESSAGES_PER_SOCKET):
                self._hear(await anext(messages))

    def _hear(self, message: Any) -> None:
        match message["__typename"]:
            case "BalanceSnapshot":
                self.nets = _nets(message["balances"])
            case "BalanceChange":
                if self.seq is not None and message["seq"] <= self.seq:
                    raise RuntimeError(f"Event {message['seq']} came after {self.seq}.")
                changed = _nets(message["balances"])
                self.nets = {key: net for key, net in (self.nets | changed).items() if net}
                self.pushes += 1
            case _:
                pass
        self.seq = message["seq"]


class Crowd:
    """So many clients and followers of one group; the tokens say as whom, in turn."""

    def __init__(
        self,
        url: str,
        ledger_id: str,
        tokens: Sequence[str],
        *,
        clients: int,
        followers: int,
        seed: int,
    ) -> None:
        self.tally = Tally()
        versions: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._clients = [
            Client(Connection(url, token), ledger_id, Random(seed + number), versions, self.tally)
            for number, token in enumerate(islice(cycle(tokens), clients))
        ]
        self.followers = [
            Follower(url, token, ledger_id) for token in islice(cycle(tokens), followers)
        ]

    async def mingle(self, goes_on: Callable[[], bool]) -> Nets:
        """Let all live at once, and followers hear the last of it; the balances as the server says then.

        Waits for followers for as long as the caller does.
        """
        following = [asyncio.create_task(follower.follow()) for follower in self.followers]
        await _until(lambda: all(each.seq is not None for each in self.followers), following)
        await asyncio.gather(*(client.live(goes_on) for client in self._clients))
        seq, nets = await self._clients[0].conclude()
        await _until(lambda: all((each.seq or 0) >= seq for each in self.followers), following)
        for task in following:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        return nets


async def _until(done: Callable[[], bool], tasks: Iterable[asyncio.Task[None]]) -> None:
    while not done():
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(_LOOK_SECONDS)


def _nets(balances: Any) -> Nets:
    return {
        (each["member"]["id"], each["net"]["currency"]): each["net"]["minor"] for each in balances
    }
