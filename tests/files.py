"""Where receipts go in tests that need no folder and no bucket."""

from datetime import timedelta

from adapters.cleaning import Cleaner
from adapters.links import Links
from adapters.storage import Storage
from schema.context import Files

MAX_BYTES = 2**20
MAX_PIXELS = 4_000_000
URL = "https://outgo.example"


def make_files(storage_url: str = "memory:///", *, lifetime: timedelta | None = None) -> Files:
    """A storage of its own, with limits that tests can reach."""
    return Files(
        storage=Storage(storage_url),
        links=Links(URL, "k" * 32, lifetime=lifetime or timedelta(minutes=15)),
        cleaner=Cleaner(max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS),
    )
