"""Images by signed links, beside GraphQL: one way in, one way out."""

from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.relay import GlobalID

from adapters.images import CleanImage, ImageTooLarge, ImageTypeNotSupported
from app.parts import Parts
from domain.actor import Unauthenticated
from domain.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from models.receipt import Receipt
from resolvers.intake import take_in
from services import sessions

_STATUS: tuple[tuple[type[Exception], int], ...] = (  # the first that fits
    (ImageTooLarge, 413),
    (ImageTypeNotSupported, 415),
    (Invalid, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
)
_GONE_AWAY = 400  # which nobody hears
_UNREAD = {"Connection": "close"}  # so that nobody reads on what was refused
_SHOWN = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def routes(parts: Parts) -> list[Route]:
    async def put(request: Request) -> Response:
        try:
            receipt = await _taken_in(parts, request)
        except (Refusal, Unauthenticated) as refusal:
            return _refused(refusal)
        except ClientDisconnect:
            return Response(status_code=_GONE_AWAY)
        return JSONResponse({"receiptId": _global_id(receipt.id), "status": receipt.status}, 201)

    async def get(request: Request) -> Response:
        try:
            key = parts.files.links.image_key(request.path_params["token"])
            data = await parts.files.storage.get(key)
        except FileNotFoundError:
            return _refused(NotFound("There is no image here any more."))
        except Refusal as refusal:
            return _refused(refusal)
        return Response(data, media_type=CleanImage.content_type, headers=_SHOWN)

    return [Route("/uploads/{token}", put, methods=["PUT"]), Route("/images/{token}", get)]


async def _taken_in(parts: Parts, request: Request) -> Receipt:
    """Once its image is kept, the receipt is there: nothing is left to complete."""
    actor, wanted = parts.files.links.uploaded(request.path_params["token"])
    async with parts.db.reading() as session:
        await sessions.require_live(session, actor.session_id)
    data = await _body(request, at_most=parts.files.cleaner.max_bytes)
    return await take_in(parts.db, parts.files, actor, wanted, data)


async def _body(request: Request, *, at_most: int) -> bytes:
    """Refuses: `ImageTooLarge`, as soon as that is known."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > at_most:
        raise ImageTooLarge(at_most)
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > at_most:
            raise ImageTooLarge(at_most)
        body += chunk
    return bytes(body)


def _refused(refusal: Refusal | Unauthenticated) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(refusal, kind))
    answer = {"code": refusal.code, "message": str(refusal)}
    if isinstance(refusal, Conflict) and refusal.entity:
        answer["currentId"] = str(GlobalID(refusal.entity[0], str(refusal.entity[1])))
    return JSONResponse(answer, status, _UNREAD)


def _global_id(receipt_id: UUID) -> str:
    return str(GlobalID("Receipt", str(receipt_id)))
