"""What several threads ask at the same time, answered together by one of them."""

import heapq
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(order=True, slots=True)
class _Waiting(Generic[Asked, Answer]):
    """One that asked; `answers` has none until there is one, or a `problem` instead."""

    rank: tuple[int, int]
    asked: Asked = field(compare=False)
    answers: list[Answer] = field(compare=False, default_factory=list[Answer])
    problem: Exception | None = field(compare=False, default=None)
    is_gone: bool = field(compare=False, default=False)

    @property
    def is_done(self) -> bool:
        return bool(self.answers) or self.problem is not None


class Batches(Generic[Asked, Answer]):
    """Gathers what is asked while one batch is worked on; that is the next one, of `most` at most.

    There is no thread of its own, and nobody waits for a batch to fill: whoever asks and finds nobody at work
    does what has come together by then. What a batch cannot be answered for is asked one by one, so that
    what breaks it harms nobody else.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Answer]], *, most: int) -> None:
        self._work, self._most = work, most
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[Asked, Answer]] = []
        self._number = count()

    def ask(self, asked: Asked, *, rank: int = 0) -> Answer:
        """The answer, or what was raised for want of one. A lower `rank` goes first."""
        mine = _Waiting[Asked, Answer]((rank, next(self._number)), asked)
        self._put(mine)
        try:
            while not mine.is_done:
                with self._turn:
                    if not mine.is_done:
                        self._answer(self._next())
        finally:
            mine.is_gone = True  # told to stop, it needs no answer any more
        if mine.problem:
            raise mine.problem
        return mine.answers[0]

    def _put(self, *waiting: _Waiting[Asked, Answer]) -> None:
        with self._lock:
            for one in waiting:
                heapq.heappush(self._waiting, one)

    def _next(self) -> list[_Waiting[Asked, Answer]]:
        with self._lock:
            self._waiting = [one for one in self._waiting if not one.is_gone]
            heapq.heapify(self._waiting)
            many = min(self._most, len(self._waiting))
            return [heapq.heappop(self._waiting) for _ in range(many)]

    def _answer(self, batch: Sequence[_Waiting[Asked, Answer]]) -> None:
        try:
            self._answer_together(batch)
        finally:  # whoever does this may be told to stop: then one of the others does it
            self._put(*(one for one in batch if not one.is_done))

    def _answer_together(self, batch: Sequence[_Waiting[Asked, Answer]]) -> None:
        try:
            answers = self._work([one.asked for one in batch])
        except Exception as problem:  # noqa: BLE001 - each who asked is told its own
            self._answer_apart(batch, problem)
        else:
            for one, answer in zip(batch, answers, strict=True):
                one.answers.append(answer)

    def _answer_apart(self, batch: Sequence[_Waiting[Asked, Answer]], problem: Exception) -> None:
        if len(batch) == 1:
            batch[0].problem = problem
        else:
            for one in batch:
                self._answer_together([one])
