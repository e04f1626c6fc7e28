"""Clients who record expenses and ask again, with the same id, until they are answered."""

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench import people
from bench.load import Connection, percentile, request

_PATIENCE_SECONDS = 15.0
_PAUSES_SECONDS = 0.05, 0.3
_REPEATED = 0.1  # of what was answered: as if the answer had been lost on its way
_CLASHING = 0.1  # another body under an id that was answered

_CREATE = """\
mutation Create($input: CreateExpenseInput!) {
  createExpense(input: $input) { __typename ... on Expense { id } ... on Refusal { code } }
}"""
_BALANCES = """\
query Balances($id: ID!) { ledger(id: $id) { balances { net { minor currency } } } }"""


@dataclass
class Written:
    """What all clients together have seen. `answers` are the first ones, by the id that was asked under.

    `errors` are by code, `untyped` by message. `latencies` are those of answers, each with when it came.
    """

    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    contradictions: list[str] = field(default_factory=list[str])
    unanswered: Counter[str] = field(default_factory=Counter[str])
    errors: Counter[str] = field(default_factory=Counter[str])
    untyped: Counter[str] = field(default_factory=Counter[str])
    clashes: int = 0
    clashes_refused: int = 0
    reads: int = 0
    slowest_seconds: float = 0
    latencies: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    def p99_since(self, at: float) -> float:
        """Seconds; endless where nothing was answered."""
        later = [seconds for came_at, seconds in self.latencies if came_at >= at]
        return percentile(later, 0.99) if later else math.inf


class Writer:
    """One client of one person, with one request under way at a time."""

    def __init__(self, url: str, token: str, ledger_id: str, written: Written, seed: int) -> None:
        self._connection = Connection(url, token)
        self._is_open = False
        self._ledger_id, self._written, self._chance = ledger_id, written, Random(seed)

    async def write(self, goes_on: Callable[[], bool]) -> None:
        """Until told to stop, and then until the last request is answered."""
        while goes_on():
            wanted = people.expense(self._ledger_id)
            answer = await self._until_answered(_CREATE, input=wanted)
            self._written.answers[wanted["id"]] = answer["createExpense"]
            if self._chance.random() < _REPEATED:
                again = await self._until_answered(_CREATE, input=wanted)
                self._expect(again == answer, f"{wanted['id']}: {answer}, then {again}")
            if self._chance.random() < _CLASHING:
                other = await self._until_answered(_CREATE, input={**wanted, "note": "Other"})
                self._written.clashes += 1
                refused = other["createExpense"].get("code") == "ID_ALREADY_USED"
                self._written.clashes_refused += refused
        self._close()

    async def look(self, goes_on: Callable[[], bool]) -> None:
        """Read balances instead: whatever happens, they add up."""
        while goes_on():
            answer = await self._until_answered(_BALANCES, id=self._ledger_id)
            sums: Counter[str] = Counter()
            for balance in answer["ledger"]["balances"]:
                sums[balance["net"]["currency"]] += balance["net"]["minor"]
            self._expect(not any(sums.values()), f"balances add up to {dict(sums)}")
            self._written.reads += 1
            await self._pause()
        self._close()

    async def _until_answered(self, document: str, **variables: Any) -> Any:
        body = request(document, **variables)
        while True:
            asked_at = time.monotonic()
            try:
                said = await asyncio.wait_for(self._ask(body), _PATIENCE_SECONDS)
            except (OSError, EOFError, TimeoutError) as lost:
                self._written.unanswered[type(lost).__name__] += 1
                self._close()
            else:
                answer = _read(said)
                if "errors" not in answer:
                    came_at = time.monotonic()
                    self._written.latencies.append((came_at, came_at - asked_at))
                    return answer["data"]
                for error in answer["errors"]:
                    self._note(error)
            finally:
                took = time.monotonic() - asked_at
                self._written.slowest_seconds = max(self._written.slowest_seconds, took)
            await self._pause()

    async def _ask(self, body: bytes) -> bytes:
        if not self._is_open:
            await self._connection.open()
            self._is_open = True
        return await self._connection.ask(body)

    def _close(self) -> None:
        if self._is_open:
            self._connection.close()
            self._is_open = False

    def _note(self, error: Any) -> None:
        code = error.get("extensions", {}).get("code")
        counted = self._written.errors if code else self._written.untyped
        counted[code or error["message"]] += 1

    def _expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads like an assertion
        if not holds:
            self._written.contradictions.append(otherwise)

    async def _pause(self) -> None:
        await asyncio.sleep(self._chance.uniform(*_PAUSES_SECONDS))


def _read(said: bytes) -> Any:
    try:
        return json.loads(said)
    except ValueError:  # plain text, of whoever could not even say so in JSON
        return {"errors": [{"message": said[:80].decode(errors="replace")}]}
