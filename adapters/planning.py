"""Settlement plans, and why they are so, beside the event loop."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from domain.plan import Plan, Problem, solve
from domain.route import Question, Route, routes

Asked = TypeVar("Asked", Problem, Question)
Answer = TypeVar("Answer")


class Planner:
    """Answers quick questions at once, and the others one by one in a child process of its own.

    A plan is a second of pure Python at most; in a thread it would hold up everybody else. The child
    starts with the first question that needs it, takes up to 100 MB, and ends with us, however we end.
    """

    def __init__(self) -> None:
        self._child: ProcessPoolExecutor | None = None

    async def solve(self, problem: Problem) -> Plan:
        """Refuses what `domain.plan.solve` refuses."""
        return await self._answer(solve, problem)

    async def explain(self, question: Question) -> list[list[Route]]:
        """The routes of `domain.route`."""
        return await self._answer(routes, question)

    def close(self) -> None:
        if self._child:
            self._child.shutdown(cancel_futures=True)

    async def _answer(self, work: Callable[[Asked], Answer], asked: Asked) -> Answer:
        if asked.is_quick:
            answer = work(asked)
            await asyncio.sleep(0)  # there may be hundreds: others have their turn between two
            return answer
        try:
            return await self._in_child(work, asked)
        except BrokenProcessPool:  # somebody killed it; the next one is new
            return await self._in_child(work, asked)

    async def _in_child(self, work: Callable[[Asked], Answer], asked: Asked) -> Answer:
        child = self._child = self._child or _started()
        try:
            return await asyncio.get_running_loop().run_in_executor(child, work, asked)
        except BrokenProcessPool:
            if self._child is child:
                self._child = None
            raise


def _started() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # a fork would copy our sockets and locks
    return ProcessPoolExecutor(1, context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A worker waits on a pipe whose other end it holds as well, and would not notice by itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
