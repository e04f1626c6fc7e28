"""Pushes to browsers, left with the push service that the browser chose (RFC 8030).

They are encrypted for the browser alone (RFC 8291) and signed by us (RFC 8292, "VAPID").
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# http_ece is untyped

import asyncio
import json
import logging
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import nullcontext
from dataclasses import dataclass
from urllib.parse import urlsplit

import http_ece
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.egress import public_only
from domain.delivery import Again, Gone, Outcome, Refused, Sent

_CURVE = ec.SECP256R1()
_TIMEOUT_SECONDS = 15
_KEPT_SECONDS = 24 * 3600  # by the push service, for a browser that sleeps
_SIGNED_SECONDS = 12 * 3600  # RFC 8292, 2: less than a day
_GONE = (httpx.codes.NOT_FOUND, httpx.codes.GONE)
_LATER = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)

for _name in ("httpx", "httpcore"):  # they would log addresses, which are secrets
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Browser:
    """A subscription. The keys are base64url without padding."""

    url: str
    p256dh: str
    auth: str


class WebPush:
    """`private_key` is the 32 bytes of a P-256 key in base64url, `subject` how push services reach us."""

    def __init__(self, private_key: str, subject: str, *, private_too: bool = False) -> None:
        self._key = key_of(private_key)
        self._subject = subject
        self._private_too = private_too

    async def send(self, browser: Browser, message: dict[str, str]) -> Outcome:
        body = encrypted(json.dumps(message).encode(), browser)
        headers = {
            "Authorization": f"vapid t={self._token(browser.url)}, k={public_key(self._key)}",
            "Content-Encoding": "aes128gcm",
            "TTL": str(_KEPT_SECONDS),
        }
        guard = nullcontext() if self._private_too else public_only()
        try:
            with guard:
                status = await _post(browser.url, body, headers)
        except (httpx.HTTPError, OSError) as problem:
            return Again(f"The push service cannot be reached: {type(problem).__name__}.")
        return _outcome(status)

    def _token(self, url: str) -> str:
        parts = urlsplit(url)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + _SIGNED_SECONDS,
            "sub": self._subject,
        }
        return jwt.encode(claims, self._key, algorithm="ES256")


def key_of(private_key: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for what is no key."""
    raw = urlsafe_b64decode(private_key + "=" * (-len(private_key) % 4))
    return ec.derive_private_key(int.from_bytes(raw, "big"), _CURVE)


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """As browsers want it for `applicationServerKey`."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _base64url(point)


def encrypted(
    text: bytes,
    browser: Browser,
    *,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """As RFC 8291 has it; salt and the sender's key are new for every message unless given."""
    return http_ece.encrypt(
        text,
        salt=salt,
        private_key=sender or ec.generate_private_key(_CURVE),
        dh=_bytes(browser.p256dh),
        auth_secret=_bytes(browser.auth),
        version="aes128gcm",
    )


async def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with (
        asyncio.timeout(_TIMEOUT_SECONDS),  # httpx would wait as long for every byte
        httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=headers) as response,
    ):
        return response.status_code  # nobody needs the rest, however long it may be


def _outcome(status: int) -> Outcome:
    if httpx.codes.is_success(status):
        return Sent()
    if status in _GONE:
        return Gone()
    if httpx.codes.is_server_error(status) or status in _LATER:
        return Again(f"The push service answered {status}.")
    return Refused(f"The push service answered {status}.")


def _bytes(base64url: str) -> bytes:
    return urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
