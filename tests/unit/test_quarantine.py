"""Who is suspect is alone, and nobody passes it."""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001 - nothing public tells who waits, and nobody else needs to know

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from workers.quarantine import Quarantine


class _Ward:
    """Whoever comes says so, and leaves when told."""

    def __init__(self) -> None:
        self.quarantine = Quarantine()
        self.inside = set[str]()
        self.met = dict[str, set[str]]()
        self.leave = {name: threading.Event() for name in "abcs"}
        self.entered = {name: threading.Event() for name in "abcs"}

    def visit(self, name: str) -> None:
        with self.quarantine.inside(alone=name == "s"):
            self.inside.add(name)
            self.met[name] = set(self.inside)
            self.entered[name].set()
            self.leave[name].wait(20)
            self.inside.discard(name)


def test_a_suspect_is_alone_and_comes_before_who_came_later() -> None:
    ward = _Ward()
    with ThreadPoolExecutor(4) as pool:
        visits = [pool.submit(ward.visit, name) for name in "ab"]
        assert ward.entered["a"].wait(20)
        assert ward.entered["b"].wait(20)
        visits.append(pool.submit(ward.visit, "s"))
        while not ward.quarantine._suspects:
            time.sleep(0.001)
        visits.append(pool.submit(ward.visit, "c"))
        ward.leave["b"].set()
        visits[1].result(20)
        assert not ward.entered["s"].is_set()
        ward.leave["a"].set()
        assert ward.entered["s"].wait(20)
        assert not ward.entered["c"].is_set()
        ward.leave["s"].set()
        ward.leave["c"].set()
        for visit in visits:
            visit.result(20)

    assert (ward.met["s"], ward.met["c"]) == ({"s"}, {"c"})


def test_who_breaks_off_frees_the_place() -> None:
    quarantine = Quarantine()
    for alone in (True, False):
        with pytest.raises(ZeroDivisionError), quarantine.inside(alone=alone):
            raise ZeroDivisionError
    with quarantine.inside(alone=True):
        pass
