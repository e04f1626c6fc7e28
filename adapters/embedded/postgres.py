"""A PostgreSQL of our own: a private socket, no network port, nobody else's settings."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from adapters.embedded import binaries
from adapters.embedded.claim import Claim
from adapters.embedded.errors import NoEmbeddedServices
from adapters.embedded.identity import Identity
from adapters.embedded.server import Server
from core.children import DidNotStart

DATABASE = "outgo"
_OWNER = "postgres"
_BUILTIN_LOCALE_SINCE = 17
_PORT = 5432  # only the name of the socket's file

_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# A test's data may go when the machine does, though not when a process does.
_FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "2GB",
}


class OtherVersion(NoEmbeddedServices):
    """The data was written by another major version of PostgreSQL."""


def server(claim: Claim, sockets: Path, identity: Identity, *, durable: bool) -> Server:
    """A server on `claim.folder`, initialised if it is new. Durable keeps what it has acknowledged."""
    data = claim.folder / "postgres"
    pid_file = data / "postmaster.pid"
    programs = binaries.postgres()
    log = claim.folder / "postgres.log"
    if data.exists():
        _check_version(data, programs)
    else:
        _initialise(data, programs, identity, log, durable=durable)
    identity.adopt(data)
    options = _OPTIONS if durable else _OPTIONS | _FORGETFUL
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", sockets, "-p", str(_PORT)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Server(
        name="PostgreSQL",
        command=command,
        log=log,
        claim=claim,
        stop_signal=signal.SIGINT,  # "fast": roll back what is open, then leave
        is_ready=lambda pid: _is_ready(pid_file, pid),
        before_start=lambda: _forget(pid_file, sockets / f".s.PGSQL.{_PORT}.lock"),
        before_exec=identity.become,
        environment=_environment(),
    )


def url(sockets: Path, database: str = DATABASE) -> str:
    return f"postgresql+asyncpg://{_OWNER}@/{database}?host={quote(str(sockets))}&port={_PORT}"


def _initialise(
    data: Path, programs: Path, identity: Identity, log: Path, *, durable: bool
) -> None:
    """Fill a folder beside `data` and rename it, so that a half-made cluster is never taken for one."""
    unfinished = data.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.adopt(unfinished)
    initdb = [programs / "initdb", "-D", unfinished, "-U", _OWNER, "-E", "UTF8", "--auth=trust"]
    initdb += _locale(programs) + ([] if durable else ["--no-sync"])
    _run(initdb, identity, log)
    single_user = [programs / "postgres", "--single", "-D", unfinished, "postgres"]
    _run(single_user, identity, log, stdin=f"CREATE DATABASE {DATABASE}\n".encode())
    unfinished.rename(data)


def _locale(programs: Path) -> list[str]:
    """Unicode's own case rules and byte order, alike on every machine where the version allows it."""
    if binaries.postgres_major(programs) >= _BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _run(command: list[str | Path], identity: Identity, log: Path, *, stdin: bytes = b"") -> None:
    done = subprocess.run(  # noqa: S603 - found by `binaries.postgres()`
        command,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=_environment(),
        preexec_fn=identity.become,
        check=False,
    )
    with log.open("ab") as output:
        output.write(done.stdout)
    if done.returncode != 0:
        raise DidNotStart(
            f"{command[0]} failed. {log} says:\n{done.stdout.decode(errors='replace')}"
        )


def _environment() -> dict[str, str]:
    """Ours without PGHOST and its like, which would lead the programs elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _check_version(data: Path, programs: Path) -> None:
    wrote = int((data / "PG_VERSION").read_text())
    runs = binaries.postgres_major(programs)
    if wrote != runs:
        raise OtherVersion(
            f"{data} was written by PostgreSQL {wrote}, but {programs} is PostgreSQL {runs}. "
            f"Install PostgreSQL {wrote}, or start anew with `outgo run --fresh`."
        )


def _forget(*of_the_dead: Path) -> None:
    """We hold the folder's lock, so who wrote these is gone, though somebody else may have the number now."""
    for file in of_the_dead:
        file.unlink(missing_ok=True)


def _is_ready(pid_file: Path, pid: int) -> bool:
    """Whether the server says so in its pid file: its first word is the pid, its last the state."""
    try:
        words = pid_file.read_text().split()
    except FileNotFoundError:
        return False
    return words[:1] == [str(pid)] and words[-1] == "ready"
