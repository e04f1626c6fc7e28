"""Which of several programs does the work: what one server understands, another does not."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from adapters import postgres_dump
from adapters.embedded import binaries
from adapters.postgres_dump import DumpFailed

URL = "postgresql+asyncpg://ann@/outgo"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Programs of these versions, which write down who was called."""

    def install(*majors: int) -> None:
        def clients(name: str) -> Sequence[Path]:
            return [program(name, major) for major in majors]

        monkeypatch.setattr(binaries, "clients", clients)

    def program(name: str, major: int) -> Path:
        file = tmp_path / f"{name}-{major}"
        said = f'if [ "$1" = --version ]; then echo "{name} (PostgreSQL) {major}.1"; exit; fi'
        file.write_text(f"#!/bin/sh\n{said}\necho {major} > {tmp_path}/called\n")
        file.chmod(0o755)
        return file

    return install


@pytest.mark.parametrize(
    ("majors", "server", "called"),
    [((18,), 18, 18), ((18,), 17, 18), ((18, 17), 17, 17), ((18, 15, 16), 15, 15), ((16,), 15, 16)],
)
def test_the_oldest_that_knows_the_server_is_called(
    installed: Callable[..., None],
    tmp_path: Path,
    majors: tuple[int, ...],
    server: int,
    called: int,
) -> None:
    installed(*majors)

    assert postgres_dump.is_here(server)
    for work in (postgres_dump.dump, postgres_dump.restore):
        work(URL, tmp_path / "dump", server=server)
        assert (tmp_path / "called").read_text() == f"{called}\n"


@pytest.mark.parametrize(("majors", "server"), [((), 18), ((17,), 18), ((17, 18), 16)])
def test_one_that_would_fail_is_not_begun_with(
    installed: Callable[..., None], tmp_path: Path, majors: tuple[int, ...], server: int
) -> None:
    installed(*majors)

    assert not postgres_dump.is_here(server)
    with pytest.raises(DumpFailed, match=f"PostgreSQL {server}"):
        postgres_dump.restore(URL, tmp_path / "dump", server=server)
