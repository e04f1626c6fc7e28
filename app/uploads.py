"""Images by signed links, beside GraphQL: one way in, one way out."""

from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.relay import GlobalID

from adapters.images import FileType, ImageTooLarge
from adapters.storage import StorageUnavailable
from app.parts import Parts
from app.refused import refused
from domain.actor import Unauthenticated
from domain.errors import NotFound, Refusal
from models.receipt import Receipt
from resolvers.intake import take_in
from services import sessions

_GONE_AWAY = 400  # which nobody hears
_SHOWN = {"Cache-Control": "private, max-age=86400, immutable"}


def routes(parts: Parts) -> list[Route]:
    async def put(request: Request) -> Response:
        try:
            receipt = await _taken_in(parts, request)
        except (Refusal, Unauthenticated, StorageUnavailable) as refusal:
            return refused(refusal)
        except ClientDisconnect:
            return Response(status_code=_GONE_AWAY)
        return JSONResponse({"receiptId": _global_id(receipt.id), "status": receipt.status}, 201)

    async def get(request: Request) -> Response:
        try:
            key = parts.files.links.image_key(request.path_params["token"])
            data = await parts.files.storage.get(key)
        except FileNotFoundError:
            return refused(NotFound("There is no image here any more."))
        except (Refusal, StorageUnavailable) as refusal:
            return refused(refusal)
        return Response(data, media_type=FileType.JPEG.content_type, headers=_SHOWN)

    return [Route("/uploads/{token}", put, methods=["PUT"]), Route("/images/{token}", get)]


async def _taken_in(parts: Parts, request: Request) -> Receipt:
    """Once its image is kept, the receipt is there: nothing is left to complete."""
    actor, wanted = parts.files.links.uploaded(request.path_params["token"])
    async with parts.db.reading() as session:
        await sessions.require_live(session, actor.session_id)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > parts.files.max_bytes:
        raise ImageTooLarge(parts.files.max_bytes)
    return await take_in(parts.db, parts.files, actor, wanted, request.stream())


def _global_id(receipt_id: UUID) -> str:
    return str(GlobalID("Receipt", str(receipt_id)))
