"""From a bearer token to who is calling.

Over HTTP a request whose token is bad is treated as one without: public fields answer (so that a client
with an expired token can refresh it), every other one with the top-level code UNAUTHENTICATED. A websocket
is refused or ended instead, telling the error's `code`.
"""

import asyncio
from dataclasses import replace

from starlette.requests import HTTPConnection

from adapters.tokens import TokenInvalid, Tokens
from core.db import Database
from domain.actor import Identity
from services import sessions

_SCHEME = "bearer"
_LOOK_SECONDS = 2.0


def address(connection: HTTPConnection) -> str:
    """Where the caller is; empty where nobody can tell, as on a socket of the file system."""
    client = connection.scope.get("client")
    return client[0] if client else ""


def bearer_token(authorization: str | None) -> str | None:
    """The token of an `Authorization` header (RFC 6750); None without one. Raises `TokenInvalid`."""
    if not authorization:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != _SCHEME:
        raise TokenInvalid("Authorization takes a bearer token.")
    return token.strip()


async def authenticate(db: Database, tokens: Tokens, bearer: str | None) -> Identity | None:
    """Whose token this is, if any, after a look whether its session is still live.

    Raises `Unauthenticated`: `TokenExpired`, `TokenInvalid` or `SessionNotLive`; and `TimeoutError` where
    the database stands still.
    """
    if bearer is None:
        return None
    identity = tokens.identity(bearer)
    async with asyncio.timeout(_LOOK_SECONDS):
        guest_of = await sessions.require_live(db, identity.actor.session_id)
    if guest_of is None:
        return identity
    return identity._replace(actor=replace(identity.actor, guest_of=guest_of))
