"""Taking in a receipt, whichever way it comes: kept as it is, unopened, and only then recorded."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from starlette.datastructures import UploadFile

from adapters.images import HEAD_BYTES, FileType, ImageTooLarge, type_of
from adapters.storage import Storage, StorageUnavailable
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import Invalid
from domain.receipt.upload import NewReceipt
from models.receipt import Receipt
from schema.context import Files
from services import access, receipts
from services.receipts import KeptFile

_CHUNK_BYTES = 2**16
_FORGET_SECONDS = 0.5


class FileMissing(Invalid):
    code = "FILE_MISSING"


async def bytes_of(upload: object, *, at_most: int) -> bytes:
    """What was uploaded, and of what is too large one byte too much. Refuses: `FileMissing`."""
    return await _sent(upload).read(at_most + 1)


async def chunks_of(upload: object) -> AsyncGenerator[bytes]:
    """What was uploaded, piece by piece. Refuses: `FileMissing`."""
    file = _sent(upload)
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


def _sent(upload: object) -> UploadFile:
    if not isinstance(upload, UploadFile):
        raise FileMissing("Send it by the multipart request specification.", path=("file",))
    return upload


async def take_in(
    db: Database, files: Files, actor: Actor, wanted: NewReceipt, chunks: AsyncIterator[bytes]
) -> Receipt:
    """The receipt with this file, queued to be read. Refused, it leaves nothing behind.

    Every attempt keeps an object of its own, so taking it away again can hurt no other attempt.
    Refuses `ImageTypeNotSupported`, `ImageTooLarge`, and what `receipts.register` refuses.
    """
    async with db.reading() as session:
        await access.require_ledger(session, actor.user_id, wanted.ledger_id)
    arriving = _Arriving(chunks, files.max_bytes)
    file_type = await arriving.type()
    key = f"{wanted.ledger_id}/{new_id()}.{file_type}"
    await files.storage.put(key, arriving.rest(), file_type.content_type)
    file = KeptFile(key, file_type.content_type, arriving.size_bytes, arriving.sha256)
    receipt = None
    try:
        async with db.transaction() as tx:
            receipt = await receipts.register(tx, actor, wanted, file)
    except BaseException:
        if receipt is None:  # else the commit may have come before it
            await _forget(files.storage, key)
        raise
    if receipt.object_key != key:
        await _forget(files.storage, key)
    return receipt


async def _forget(storage: Storage, key: str) -> None:
    """As far as it can be done at once: what stays is swept up, as of uploads that died."""
    with suppress(StorageUnavailable, TimeoutError):
        async with asyncio.timeout(_FORGET_SECONDS):
            await storage.delete(key)


class _Arriving:
    """A file on its way in: never whole in memory, and measured as it passes."""

    def __init__(self, chunks: AsyncIterator[bytes], max_bytes: int) -> None:
        self._chunks = chunks
        self._max_bytes = max_bytes
        self._head = b""
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> bytes:
        return self._hash.digest()

    async def type(self) -> FileType:
        """To be asked first. Refuses: `ImageTypeNotSupported`."""
        while len(self._head) < HEAD_BYTES and (chunk := await anext(self._chunks, b"")):
            self._head += chunk
        return type_of(self._head)

    async def rest(self) -> AsyncGenerator[bytes]:
        """All of it. Refuses: `ImageTooLarge`, as soon as that is known."""
        yield self._measured(self._head)
        async for chunk in self._chunks:
            yield self._measured(chunk)

    def _measured(self, chunk: bytes) -> bytes:
        self.size_bytes += len(chunk)
        if self.size_bytes > self._max_bytes:
            raise ImageTooLarge(self._max_bytes)
        self._hash.update(chunk)
        return chunk
