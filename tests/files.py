"""Where receipts go in tests that need no folder and no bucket."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.links import Links
from adapters.storage import Storage
from schema.context import Files

MAX_BYTES = 2**20
URL = "https://outgo.example"


def make_files(storage_url: str = "memory:///", *, lifetime: timedelta | None = None) -> Files:
    """A storage of its own, with limits that tests can reach."""
    return Files(
        storage=Storage(storage_url),
        links=Links(URL, "k" * 32, lifetime=lifetime or timedelta(minutes=15)),
        max_bytes=MAX_BYTES,
    )


def lead_to_bucket(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """By AWS's own variables."""
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "anybody",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }.items():
        monkeypatch.setenv(name, value)


async def pieces(data: bytes, size: int = 2**16) -> AsyncGenerator[bytes]:
    """A file as it arrives."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


def kept_in(folder: Path) -> list[str]:
    """The keys of all objects in a folder that a storage keeps them in."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)
