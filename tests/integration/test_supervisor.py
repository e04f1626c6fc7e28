"""The supervisor over real processes, which write what happens to them into a journal."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.supervisor import Supervisor
from core.children import Child, DidNotStart

# Says that it started; says that it was asked to stop, and does so a moment later.
PROGRAM = """
import signal, sys, time
name, journal, lifetime = sys.argv[1], sys.argv[2], float(sys.argv[3])
def say(what):
    with open(journal, "a") as file:
        file.write(f"{name} {what}\\n")
def stop(*_):
    say("stopping")
    time.sleep(0.1)
    say("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
say("started")
time.sleep(lifetime)
sys.exit(3)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal"
    path.touch()
    return path


def program(name: str, journal: Path, *, lifetime_seconds: float = 60) -> Child:
    command = [sys.executable, "-c", PROGRAM, name, str(journal), str(lifetime_seconds)]
    return Child(name=name, command=command)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def watch_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    def look() -> bool:
        supervisor.look()
        return condition()

    until(look)


def lines(journal: Path) -> list[str]:
    return journal.read_text().splitlines()


def test_stops_upper_tiers_before_lower_ones(journal: Path) -> None:
    below = program("below", journal)
    above = [program("left", journal), program("right", journal)]
    supervisor = Supervisor([below], above, tell=print)
    supervisor.start()
    until(lambda: len(lines(journal)) == 3)

    supervisor.close()

    ends = lines(journal)[3:]
    assert sorted(ends[:4]) == ["left stopped", "left stopping", "right stopped", "right stopping"]
    assert {ends[0], ends[1]} == {"left stopping", "right stopping"}  # a whole tier at once
    assert ends[4:] == ["below stopping", "below stopped"]
    assert [child.poll() for child in (below, *above)] == [0, 0, 0]


def test_starts_again_what_crashed_and_leaves_the_others(journal: Path) -> None:
    steady, fragile = program("steady", journal), program("fragile", journal)
    heard: list[str] = []
    supervisor = Supervisor([steady, fragile], tell=heard.append)
    supervisor.start()
    until(lambda: len(lines(journal)) == 2)
    assert fragile.pid is not None
    first = fragile.pid
    psutil.Process(first).kill()

    watch_until(supervisor, lambda: lines(journal).count("fragile started") == 2)

    supervisor.close()
    assert heard == ["fragile ended with status -9; starting it again in 0.1 s."]
    assert fragile.pid != first
    assert lines(journal).count("steady started") == 1


def test_waits_longer_after_each_crash(journal: Path) -> None:
    hopeless = program("hopeless", journal, lifetime_seconds=0)
    heard: list[str] = []
    supervisor = Supervisor([hopeless], tell=heard.append)
    supervisor.start()

    watch_until(supervisor, lambda: len(heard) == 3)

    supervisor.close()
    assert [problem.rsplit(" in ", 1)[1] for problem in heard] == ["0.1 s.", "0.2 s.", "0.4 s."]


def test_goes_on_when_a_restart_fails(tmp_path: Path, journal: Path) -> None:
    missing = tmp_path / "program"
    missing.write_text("#!/bin/sh\nexit 1\n")
    missing.chmod(0o755)
    vanishing, steady = Child(name="vanishing", command=[missing]), program("steady", journal)
    heard: list[str] = []
    supervisor = Supervisor([vanishing, steady], tell=heard.append)
    supervisor.start()
    missing.unlink()

    watch_until(supervisor, lambda: len(heard) == 2)

    supervisor.close()
    assert "No such file" in heard[1]
    assert lines(journal)[-1] == "steady stopped"


def test_a_first_start_that_fails_is_not_hidden(tmp_path: Path) -> None:
    supervisor = Supervisor([Child(name="nothing", command=[tmp_path / "nothing"])], tell=print)

    with pytest.raises(DidNotStart, match=r"nothing: .*No such file"):
        supervisor.start()
    supervisor.close()


def test_kills_what_does_not_stop(journal: Path) -> None:
    deaf = program("deaf", journal)
    deaf.stop_signal = signal.SIGWINCH  # which it does not know
    deaf.start()
    until(lambda: lines(journal) == ["deaf started"])

    deaf.stop(timeout_seconds=0.1)

    assert deaf.poll() == -signal.SIGKILL


def test_a_pause_is_as_long_as_it_may_be(journal: Path) -> None:
    problems: list[str] = []
    supervisor = Supervisor(
        [program("a", journal, lifetime_seconds=0)],
        tell=problems.append,
        longest_pause_seconds=0.2,
    )
    supervisor.start()
    watch_until(supervisor, lambda: len(problems) == 4)
    supervisor.close()

    pauses = [problem.rpartition("in ")[2] for problem in problems]
    assert pauses == ["0.1 s.", "0.2 s.", "0.2 s.", "0.2 s."]
