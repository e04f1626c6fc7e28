"""Images by signed links, beside GraphQL: one way in, one way out."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.relay import GlobalID

from adapters.images import FileType, ImageTooLarge
from app.parts import Parts
from app.plain import plain
from domain.errors import NotFound
from models.receipt import Receipt
from resolvers.deadlines import as_it_comes
from resolvers.intake import take_in
from services import sessions

FOLDER = "/uploads/"
_SHOWN = {"Cache-Control": "private, max-age=86400, immutable"}


def routes(parts: Parts) -> list[Route]:
    async def put(request: Request) -> Response:
        receipt = await _taken_in(parts, request)
        return JSONResponse({"receiptId": _global_id(receipt.id), "status": receipt.status}, 201)

    async def get(request: Request) -> Response:
        key = parts.files.links.image_key(request.path_params["token"])
        try:
            data = await parts.files.storage.get(key)
        except FileNotFoundError as error:
            raise NotFound("There is no image here any more.") from error
        return Response(data, media_type=FileType.JPEG.content_type, headers=_SHOWN)

    return [
        plain(parts, f"{FOLDER}{{token}}", put, method="PUT"),
        plain(parts, "/images/{token}", get),
    ]


async def _taken_in(parts: Parts, request: Request) -> Receipt:
    """Once its image is kept, the receipt is there: nothing is left to complete."""
    actor, wanted = parts.files.links.uploaded(request.path_params["token"])
    async with parts.db.reading() as session:
        await sessions.require_live(session, actor.session_id)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > parts.files.max_bytes:
        raise ImageTooLarge(parts.files.max_bytes)
    return await take_in(parts.db, parts.files, actor, wanted, as_it_comes(request.stream()))


def _global_id(receipt_id: UUID) -> str:
    return str(GlobalID("Receipt", str(receipt_id)))
