"""A database as a file, by PostgreSQL's own `pg_dump` and `pg_restore`: of one moment, and all or nothing."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import make_url

from adapters.embedded import binaries

_LAST_WORDS = 2000
_TRANSACTIONS_TIMED = 17  # since then pg_restore says so, which older servers do not know
_TLS = {"ssl": "sslmode"}  # what asyncpg's URLs call what libpq's call otherwise
_KNOWN = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"})


class DumpFailed(Exception):  # noqa: N818 - what it says is what happened
    """What the program said when it gave up."""


def is_here(server: int) -> bool:
    """Whether a server of this major version can be dumped, and what is dumped be restored."""
    return all(_fitting(name, server) for name in ("pg_dump", "pg_restore"))


def dump(url: str, file: Path, *, server: int) -> None:
    """Raises `DumpFailed`."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
    _run("pg_dump", url, options, server)


def restore(url: str, file: Path, *, server: int) -> None:
    """Into a database that is empty, by one transaction. Raises `DumpFailed`."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", url, [*options, str(file)], server)


def _run(name: str, url: str, options: Sequence[str], server: int) -> None:
    fitting = _fitting(name, server)
    if not fitting:
        raise DumpFailed(f"There is no {name} here for PostgreSQL {server}: install its programs.")
    address, secrets = _libpq(url)
    done = subprocess.run(  # noqa: S603 - found by us
        [fitting[0], f"--dbname={address}", *options],
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


def _fitting(name: str, server: int) -> Sequence[Path]:
    """Those that are as new as the server, the oldest first, and say nothing that it does not understand."""
    majors = {program: binaries.major(program) for program in binaries.clients(name)}
    fitting = [
        program
        for program, major in majors.items()
        if major >= server and not server < _TRANSACTIONS_TIMED <= major
    ]
    return sorted(fitting, key=majors.__getitem__)
