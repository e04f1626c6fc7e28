"""What routes beside GraphQL that show a whole ledger have in common: who asks, and for which."""

from uuid import UUID

from starlette.requests import Request
from strawberry.relay import GlobalID

from app.authentication import authenticate, bearer_token
from app.parts import Parts
from domain.actor import Actor, Unauthenticated
from domain.errors import NotFound
from schema.ids import row_id


class SignInFirst(Unauthenticated):
    code = "UNAUTHENTICATED"


async def caller(parts: Parts, request: Request) -> Actor:
    """Refuses: `SignInFirst`, and whatever an access token is refused for."""
    bearer = bearer_token(request.headers.get("authorization"))
    identity = await authenticate(parts.db, parts.gate.tokens, bearer)
    if identity is None:
        raise SignInFirst("Sign in first.")
    return identity.actor


def ledger_id(request: Request) -> UUID:
    """Refuses: `NotFound` for whatever is no id of a ledger."""
    try:
        return row_id(GlobalID.from_id(request.path_params["ledger_id"]), "Ledger")
    except ValueError as error:
        raise NotFound("No such ledger.") from error
