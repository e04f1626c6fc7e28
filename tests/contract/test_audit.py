"""`make audit`, asked of an advisory database that speaks OSV (google.github.io/osv.dev/post-v1-query)."""

import json
import os
import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from packaging.requirements import Requirement

_ROOT = Path(__file__).parents[2]
_LOCKS = ("requirements.lock", "requirements-dev.lock", "deploy/requirements-gpu.lock")


class Advisories:
    """Knows one hole, in one package, and keeps what it was asked."""

    def __init__(self, status: int = 200, package: str = "") -> None:
        self.status, self.package = status, package
        self.url = ""
        self.asked: set[tuple[str, str]] = set()

    def answer(self, name: str, version: str) -> dict[str, Any]:
        self.asked.add((name, version))
        hole: dict[str, Any] = {
            "id": "PYSEC-2026-1",
            "summary": "Opens to anyone.",
            "affected": [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": []}],
        }
        return {"vulns": [hole]} if name == self.package else {}


@contextmanager
def serving(advisories: Advisories) -> Generator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            body = json.dumps(advisories.answer(asked["package"]["name"], asked["version"]))
            self.send_response(advisories.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    advisories.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def audited(advisories: Advisories, folder: Path) -> tuple[int, str]:
    """The exit status and what was said."""
    done = subprocess.run(  # noqa: S603 - our own program
        [_ROOT / ".ci" / "audit"],
        env={
            **os.environ,
            "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
            "PIP_AUDIT_OSV_URL": advisories.url,
            "XDG_CACHE_HOME": str(folder),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def pinned() -> set[tuple[str, str]]:
    """Name and version of everything in our locks that is meant for this machine."""
    lines = "".join((_ROOT / lock).read_text() for lock in _LOCKS)
    pins = map(Requirement, re.findall(r"^(\S+==.+) \\$", lines, re.MULTILINE))
    here = (pin for pin in pins if pin.marker is None or pin.marker.evaluate())
    return {(pin.name, str(pin.specifier).removeprefix("==")) for pin in here}


def test_every_pin_is_asked_about(tmp_path: Path) -> None:
    advisories = Advisories()
    with serving(advisories):
        assert audited(advisories, tmp_path) == (0, "No known vulnerabilities found\n")

    assert advisories.asked == pinned()


def test_a_known_hole_fails(tmp_path: Path) -> None:
    advisories = Advisories(package="starlette")
    with serving(advisories):
        status, said = audited(advisories, tmp_path)

    assert status == 1
    assert "Found 1 known vulnerability in 1 package" in said
    assert re.search(r"^starlette +\S+ +PYSEC-2026-1", said, re.MULTILINE)


def test_a_database_that_does_not_answer_is_said_and_no_failure(tmp_path: Path) -> None:
    advisories = Advisories(503)
    with serving(advisories):
        code, said = audited(advisories, tmp_path)

    assert (code, len(advisories.asked)) == (0, 1)
    assert said.startswith("NOT AUDITED: ")


def test_a_database_that_is_not_there_is_said_and_no_failure(tmp_path: Path) -> None:
    advisories = Advisories()
    with serving(advisories):
        pass
    code, said = audited(advisories, tmp_path)

    assert code == 0
    assert said.startswith("NOT AUDITED: ")
    assert "Connection refused" in said
