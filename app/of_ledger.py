"""What routes beside GraphQL of whole ledgers have in common: who asks, for which, and how it comes."""

from collections.abc import AsyncGenerator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from strawberry.relay import GlobalID

from adapters.rates import RateLimited
from app.authentication import address, authenticate, bearer_token
from app.parts import Parts
from domain.actor import Actor, Unauthenticated
from domain.errors import NotFound
from resolvers.deadlines import each_in_time
from schema.ids import row_id

_POINTS = 1000  # as many as the schema costs, which is long, too


class SignInFirst(Unauthenticated):
    code = "UNAUTHENTICATED"


async def caller(parts: Parts, request: Request) -> Actor:
    """Who asks, and has the points for a whole ledger.

    Refuses: `SignInFirst`, `RateLimited`, and whatever an access token is refused for.
    """
    bearer = bearer_token(request.headers.get("authorization"))
    identity = await authenticate(parts.db, parts.gate.tokens, bearer)
    if identity is None:
        raise SignInFirst("Sign in first.")
    standing = await parts.limits.rates.spend(identity.actor.user_id, address(request), _POINTS)
    if standing and standing.wait_seconds:
        raise RateLimited(standing.wait_seconds)
    return identity.actor


def ledger_id(request: Request) -> UUID:
    """Refuses: `NotFound` for whatever is no id of a ledger."""
    try:
        return row_id(GlobalID.from_id(request.path_params["ledger_id"]), "Ledger")
    except ValueError as error:
        raise NotFound("No such ledger.") from error


def downloaded(parts: Parts, pieces: AsyncGenerator[bytes], file: str, media_type: str) -> Response:
    """A file of this name, however long. Where one piece takes too long, it breaks off."""
    return StreamingResponse(
        each_in_time(pieces, parts.limits.seconds),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
