"""Access tokens: short-lived JSON Web Tokens (RFC 7519), signed with HMAC-SHA-256 under a named key."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import jwt

from core.clock import now
from domain.actor import Actor, Identity, Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "outgo"
_AUDIENCE = "outgo-api"
_MOST_REMEMBERED = 4096
_CLAIMS = ("sub", "sid", "dev", "iat", "exp", "iss", "aud")


class TokenExpired(Unauthenticated):
    code = "TOKEN_EXPIRED"


class TokenInvalid(Unauthenticated):
    code = "TOKEN_INVALID"


class AccessToken(NamedTuple):
    text: str
    expires_at: datetime


class Tokens:
    """`keys` are secrets by key id, of 32 bytes or more (RFC 7518, 3.2). The first signs, all verify.

    To change keys: add the new one at the end everywhere, then move it to the front, then drop the old
    one once `lifetime` has passed.
    """

    def __init__(self, keys: Mapping[str, str], lifetime: timedelta) -> None:
        self._keys = dict(keys)
        self._signing_key = next(iter(keys))
        self._lifetime = lifetime
        self._signed = lru_cache(_MOST_REMEMBERED)(self._verified)

    def issue(self, actor: Actor) -> AccessToken:
        issued_at = now().replace(microsecond=0)
        expires_at = issued_at + self._lifetime
        claims = {
            "sub": str(actor.user_id),
            "sid": str(actor.session_id),
            "dev": actor.device_id,
            "iat": issued_at,
            "exp": expires_at,
            "iss": _ISSUER,
            "aud": _AUDIENCE,
        }
        kid = self._signing_key
        text = jwt.encode(claims, self._keys[kid], _ALGORITHM, headers={"kid": kid})
        return AccessToken(text, expires_at)

    def identity(self, text: str) -> Identity:
        """Who the token speaks for. Raises `TokenExpired` and, for anything else, `TokenInvalid`.

        A signature that was good once stays good, so that each token's is verified once.
        """
        identity = self._signed(text)
        if identity.expires_at <= now():
            raise TokenExpired("The access token has expired.")
        return identity

    def _verified(self, text: str) -> Identity:
        try:
            claims = jwt.decode(
                text,
                self._keys[jwt.get_unverified_header(text)["kid"]],
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                options={"require": list(_CLAIMS), "verify_iat": False},  # clocks differ a little
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("The access token has expired.") from error
        except (jwt.InvalidTokenError, LookupError, UnicodeError) as error:
            raise TokenInvalid("This is no access token of ours.") from error
        actor = Actor(UUID(claims["sub"]), claims["dev"], UUID(claims["sid"]))
        return Identity(actor, datetime.fromtimestamp(claims["exp"], UTC))
