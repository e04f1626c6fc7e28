"""Links that let whoever holds them do one thing for a while: JSON Web Tokens (RFC 7519) in a URL.

A link to put something is good for a lifetime. One to look at something is the same for a lifetime, whoever
asks, so that browsers and clients' caches know again what they have, and good for another one.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import jwt

from core.clock import now
from domain.actor import Actor
from domain.errors import Forbidden
from domain.receipt.upload import NewReceipt, ReceiptPriority

_ALGORITHM = "HS256"
_UPLOAD, _IMAGE = "outgo-upload", "outgo-image"
_EPOCH = datetime.fromtimestamp(0, UTC)


class LinkExpired(Forbidden):
    code = "LINK_EXPIRED"


class LinkInvalid(Forbidden):
    code = "LINK_INVALID"


class Link(NamedTuple):
    url: str
    expires_at: datetime


class Links:
    """Signs and verifies with a secret of 32 bytes or more. Links lead to `base_url`, our own address."""

    def __init__(self, base_url: str, key: str, *, lifetime: timedelta) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._lifetime = lifetime

    def upload(self, actor: Actor, wanted: NewReceipt) -> Link:
        """Where the image of one receipt can be put, in the name of the actor."""
        claims = {
            "sub": str(actor.user_id),
            "sid": str(actor.session_id),
            "dev": actor.device_id,
            "receipt": str(wanted.id),
            "ledger": str(wanted.ledger_id),
            "priority": wanted.priority.value,
        }
        expires_at = now().replace(microsecond=0) + self._lifetime
        return self._link("uploads", _UPLOAD, claims, expires_at)

    def uploaded(self, token: str) -> tuple[Actor, NewReceipt]:
        """Whose upload of what the token of such a link allows. Refuses: `LinkExpired`, `LinkInvalid`."""
        claims = self._claims(token, _UPLOAD)
        return (
            Actor(UUID(claims["sub"]), claims["dev"], UUID(claims["sid"])),
            NewReceipt(
                UUID(claims["receipt"]), UUID(claims["ledger"]), ReceiptPriority(claims["priority"])
            ),
        )

    def image(self, object_key: str) -> Link:
        """Where an image can be looked at."""
        asked_at = now()
        expires_at = asked_at - (asked_at - _EPOCH) % self._lifetime + 2 * self._lifetime
        return self._link("images", _IMAGE, {"sub": object_key}, expires_at)

    def image_key(self, token: str) -> str:
        """Which object the token of such a link shows. Refuses: `LinkExpired`, `LinkInvalid`."""
        return self._claims(token, _IMAGE)["sub"]

    def _link(
        self, folder: str, audience: str, claims: dict[str, Any], expires_at: datetime
    ) -> Link:
        token = jwt.encode({**claims, "aud": audience, "exp": expires_at}, self._key, _ALGORITHM)
        return Link(f"{self._base_url}/{folder}/{token}", expires_at)

    def _claims(self, token: str, audience: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=audience,
                options={"require": ["sub", "exp", "aud"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise LinkExpired("The link has expired. Ask for a new one.") from error
        except (jwt.InvalidTokenError, UnicodeError) as error:
            raise LinkInvalid("This is no link of ours.") from error
