"""What several threads ask together: answered at once, apart where it must be, and never lost."""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001 - nothing public tells how many wait, and nobody else needs to know

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from adapters.ocr.batches import Batches


class _Work:
    """Squares numbers, batch by batch; the first batch waits until told to go on."""

    def __init__(self, poison: int | None = None) -> None:
        self.batches: list[list[int]] = []
        self.began, self.may_end = threading.Event(), threading.Event()
        self._poison = poison

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(numbers))
        self.began.set()
        self.may_end.wait(20)
        if self._poison in numbers:
            raise ValueError(self._poison)
        return [number**2 for number in numbers]


def until_waiting(batches: Batches[int, int], number: int) -> None:
    while len(batches._waiting) < number:
        time.sleep(0.001)


def asked(
    batches: Batches[int, int], work: _Work, *numbers: int, rank: Callable[[int], int] = lambda _: 0
) -> list[int | str]:
    """The answers when the first is worked on before the others ask, one after the other."""

    def one(number: int) -> int | str:
        try:
            return batches.ask(number, rank=rank(number))
        except ValueError as problem:
            return str(problem)

    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(one, numbers[0])
        assert work.began.wait(20)
        others = list[Future[int | str]]()
        for waiting, number in enumerate(numbers[1:], start=1):
            others.append(pool.submit(one, number))
            until_waiting(batches, waiting)
        work.may_end.set()
        return [answer.result(20) for answer in (first, *others)]


def test_gathers_what_is_asked_while_it_works() -> None:
    work = _Work()

    answers = asked(Batches(work, most=3), work, 1, 2, 3, 4, 5)

    assert answers == [1, 4, 9, 16, 25]
    assert work.batches == [[1], [2, 3, 4], [5]]


def test_who_waits_goes_before_who_does_not() -> None:
    work = _Work()

    asked(Batches(work, most=2), work, 1, 2, 3, 4, rank=lambda number: 0 if number == 4 else 10)

    assert work.batches == [[1], [4, 2], [3]]


def test_what_breaks_a_batch_harms_nobody_else() -> None:
    work = _Work(poison=3)

    answers = asked(Batches(work, most=3), work, 1, 2, 3, 4)

    assert answers == [1, 4, "3", 16]
    assert work.batches == [[1], [2, 3, 4], [2], [3], [4]]


def test_who_is_told_to_stop_leaves_the_others_their_turn() -> None:
    class Stop(BaseException):
        pass

    rounds: list[list[int]] = []
    began, may_end = threading.Event(), threading.Event()

    def work(numbers: Sequence[int]) -> Sequence[int]:
        rounds.append(list(numbers))
        if len(rounds) == 1:
            began.set()
            may_end.wait(20)
        if len(rounds) == 2:
            raise Stop
        return numbers

    batches = Batches[int, int](work, most=2)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(batches.ask, 1)
        assert began.wait(20)
        pair = [pool.submit(batches.ask, number) for number in (2, 3)]
        until_waiting(batches, 2)
        may_end.set()
        assert first.result(20) == 1
        stopped = [future for future in pair if isinstance(future.exception(20), Stop)]
        served = [future for future in pair if future not in stopped]

    assert (len(stopped), [future.result() for future in served]) == (1, rounds[2])
