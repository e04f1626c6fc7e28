"""Taking in a receipt, whichever way it comes: cleaned, kept, and only then recorded."""

from starlette.datastructures import UploadFile

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import Invalid, Refusal
from domain.receipt.upload import NewReceipt
from models.receipt import Receipt
from schema.context import Files
from services import access, receipts
from services.receipts import Picture


class FileMissing(Invalid):
    code = "FILE_MISSING"


async def bytes_of(upload: object, *, at_most: int) -> bytes:
    """What was uploaded, and of what is too large one byte too much. Refuses: `FileMissing`."""
    if not isinstance(upload, UploadFile):
        raise FileMissing("Send it by the multipart request specification.", path=("file",))
    return await upload.read(at_most + 1)


async def take_in(
    db: Database, files: Files, actor: Actor, wanted: NewReceipt, data: bytes
) -> Receipt:
    """The receipt with this image, queued to be read. Refused, it leaves nothing behind.

    Every attempt keeps an object of its own, so taking it away again can hurt no other attempt.
    Refuses what `images.clean` and `receipts.register` refuse.
    """
    async with db.reading() as session:
        await access.ledger_of(session, actor.user_id, wanted.ledger_id)
    image = await files.cleaner.clean(data)
    picture = Picture(
        object_key=f"{wanted.ledger_id}/{new_id()}.jpg",
        content_type=image.content_type,
        size_bytes=len(image.data),
        width=image.width,
        height=image.height,
        sha256=bytes.fromhex(image.sha256),
    )
    await files.storage.put(picture.object_key, image.data, picture.content_type)
    try:
        async with db.transaction() as tx:
            receipt = await receipts.register(tx, actor, wanted, picture)
    except Refusal:  # anything else may have come after the commit
        await files.storage.delete(picture.object_key)
        raise
    if receipt.object_key != picture.object_key:
        await files.storage.delete(picture.object_key)
    return receipt
