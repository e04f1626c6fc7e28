"""A database as a file, by PostgreSQL's own `pg_dump` and `pg_restore`: of one moment, and all or nothing."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import make_url

from adapters.embedded import binaries

_LAST_WORDS = 2000
_TLS = {"ssl": "sslmode"}  # what asyncpg's URLs call what libpq's call otherwise
_KNOWN = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"})


class DumpFailed(Exception):  # noqa: N818 - what it says is what happened
    """What the program said when it gave up."""


def is_here() -> bool:
    return bool(binaries.clients("pg_dump"))


def dump(url: str, file: Path) -> None:
    """Raises `DumpFailed`, also where there is no `pg_dump` as new as the server."""
    _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"])


def restore(url: str, file: Path) -> None:
    """Into a database that is empty, by one transaction. Raises `DumpFailed`."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", url, [*options, str(file)])


def _run(name: str, url: str, options: Sequence[str]) -> None:
    address, secrets = _libpq(url)
    done = subprocess.run(  # noqa: S603 - found by us
        [_program(name), f"--dbname={address}", *options],
        env={**os.environ, **secrets},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise DumpFailed(f"{name} failed: {words[-_LAST_WORDS:]}")


def _libpq(url: str) -> tuple[str, Mapping[str, str]]:
    """The same address as libpq writes it, and what must not be seen among a program's arguments."""
    found = make_url(url)
    query = {_TLS.get(name, name): value for name, value in found.query.items()}
    known = {name: value for name, value in query.items() if name in _KNOWN}
    address = found.set(drivername="postgresql", password=None, query=known)
    secrets = {"PGPASSWORD": str(found.password)} if found.password else {}
    return address.render_as_string(), secrets


def _program(name: str) -> Path:
    """The newest there is: one that is older than its server refuses to work."""
    found = binaries.clients(name)
    if not found:
        raise DumpFailed(f"There is no {name} here: install PostgreSQL's client programs.")
    return max(found, key=binaries.major)
