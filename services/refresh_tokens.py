"""The line of tokens that keeps one session alive. Only hashes of them are stored.

Each use makes the next token out of the used one's text and a random salt, so two requests that bring the
same token are led to the same next one: the line never forks, and a copied token cannot live on unseen
beside its original. See ADR 0003.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, delete, select

from core.clock import now
from core.db import Tx
from core.hashes import encoded, sha256
from domain.errors import Forbidden
from models.account import RefreshToken, Session

GRACE = timedelta(seconds=30)
"""How long a used token still answers: an answer was lost, or two tabs refreshed at once."""

_BYTES = 32


class RefreshTokenInvalid(Forbidden):
    """Unknown, run out, or of an account that is gone: the three look the same."""

    code = "REFRESH_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__("This refresh token is not valid. Log in again.")


def start(tx: Tx, session: Session, lifetime: timedelta, text: str | None = None) -> str:
    """The first token of a session that is stored already; `text`, if it has to be a certain one."""
    text = text or secrets.token_urlsafe(_BYTES)
    _append(tx, session, text, lifetime)
    return text


async def session_of(tx: Tx, text: str) -> UUID:
    """The session that the token is of. Refuses: `RefreshTokenInvalid`."""
    return (await _find(tx, text)).session_id


async def require_unused(tx: Tx, text: str) -> UUID:
    """The session that the token is of, and begun to be used by nobody. Refuses: `RefreshTokenInvalid`."""
    token = await _find(tx, text)
    if token.used_at is not None or token.expires_at <= now():
        raise RefreshTokenInvalid
    return token.session_id


async def advance(tx: Tx, session: Session, text: str, lifetime: timedelta) -> str | None:
    """The newest token of the session's line, or None when the token was used longer than `GRACE` ago.

    `session` must be locked by this transaction. Refuses: `RefreshTokenInvalid`.
    """
    token = await _find(tx, text)
    if token.expires_at <= now():
        raise RefreshTokenInvalid
    if token.used_at is None:
        await _use(tx, session, token, text, lifetime)
    elif now() - token.used_at > GRACE:
        return None
    return await _end_of_line(tx, token, text)


async def _find(tx: Tx, text: str) -> RefreshToken:
    query = select(RefreshToken).where(RefreshToken.token_hash == sha256(text))
    token = (await tx.exec(query, execution_options={"populate_existing": True})).one_or_none()
    if token is None:
        raise RefreshTokenInvalid
    return token


async def _use(
    tx: Tx, session: Session, token: RefreshToken, text: str, lifetime: timedelta
) -> None:
    token.used_at, token.successor_salt = now(), secrets.token_bytes(_BYTES)
    session.last_used_at = token.used_at
    _append(tx, session, _successor(text, token.successor_salt), lifetime)
    await tx.flush()
    run_out = delete(RefreshToken).where(
        col(RefreshToken.session_id) == session.id, col(RefreshToken.expires_at) <= now()
    )
    await tx.exec(run_out)


async def _end_of_line(tx: Tx, token: RefreshToken, text: str) -> str:
    while token.successor_salt is not None:
        text = _successor(text, token.successor_salt)
        token = await _find(tx, text)
    return text


def _append(tx: Tx, session: Session, text: str, lifetime: timedelta) -> None:
    expires_at = now() + lifetime
    tx.add(RefreshToken(session_id=session.id, token_hash=sha256(text), expires_at=expires_at))


def _successor(text: str, salt: bytes) -> str:
    digest = hmac.digest(salt, encoded(text), hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
