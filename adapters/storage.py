"""Objects in a local folder or in a bucket: bytes under a key, with slashes where folders would be."""

import logging
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import ClassVar

from obstore.exceptions import BaseError
from obstore.store import from_url

_RETRYING = timedelta(seconds=20)
_LISTED_AT_A_TIME = 1000
_PART_BYTES = 5 * 2**20  # the smallest that S3 takes


_log = logging.getLogger(__name__)


class StorageUnavailable(OSError):  # noqa: N818 - a situation, and worth another try
    """The disk is full, or the bucket does not answer. Nothing was kept in part."""

    code = "UNAVAILABLE"
    extensions: ClassVar[Mapping[str, str]] = {"code": code}  # what a GraphQL error carries of it


class Storage:
    """Opened by URL: `file:///folder`, or `s3://bucket/prefix`.

    A bucket's region, credentials and endpoint are those of AWS's own variables, such as
    `AWS_ENDPOINT_URL` and `AWS_ALLOW_HTTP` for a compatible server. A folder keeps no content types.
    """

    def __init__(self, url: str) -> None:
        self._keeps_types = not url.startswith("file:")
        if self._keeps_types:
            self._store = from_url(url, retry_config={"retry_timeout": _RETRYING})
        else:
            self._store = from_url(url, mkdir=True)

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], content_type: str) -> None:
        """Keep the bytes; what had this key is replaced.

        Of pieces no more than a few MiB are in memory at a time, and if getting them raises, that is raised
        and nothing is kept. Raises `StorageUnavailable`.
        """
        attributes = {"Content-Type": content_type} if self._keeps_types else None
        with _told():
            await self._store.put_async(
                key, data, attributes=attributes, chunk_size=_PART_BYTES, max_concurrency=1
            )

    async def get(self, key: str) -> bytes:
        """Raises `FileNotFoundError`, `StorageUnavailable`."""
        with _told():
            found = await self._store.get_async(key)
            return bytes(await found.bytes_async())

    async def delete(self, *keys: str) -> None:
        """Remove what has these keys. What is not there any more is fine. Raises `StorageUnavailable`."""
        for key in keys:
            with _told(), suppress(FileNotFoundError):
                await self._store.delete_async(key)

    async def keys(self, *, older_than: datetime | None = None) -> AsyncIterator[Sequence[str]]:
        """The keys of all objects, or of those last written before then, some at a time, in no order.

        Raises `StorageUnavailable`.
        """
        listed = self._store.list(chunk_size=_LISTED_AT_A_TIME)  # pyright: ignore[reportUnknownMemberType] - half typed
        with _told():
            async for found in listed:
                yield [
                    each["path"]
                    for each in found
                    if older_than is None or each["last_modified"] < older_than
                ]


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as problem:
        _log.error("The storage fails: %s", str(problem).partition("\n")[0])
        raise StorageUnavailable("Files cannot be kept or fetched for now. Try again.") from problem
