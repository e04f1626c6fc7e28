"""Secrets at rest: AES-256 in Galois/Counter Mode (NIST SP 800-38D), under keys that can be changed."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_MARK = "sealed"


class SecretUnreadable(Exception):  # noqa: N818 - named after the situation, as refusals are
    """Its key is not on the ring, or it was sealed for another place. Says neither the secret nor a key."""


class KeyRing:
    """`keys` by id: the first seals, all open.

    What is sealed is bound to its place, such as a table, a column and a row's id: elsewhere it does not
    open. What was never sealed opens as it is, until `outgo rotate-secrets` has been there.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {kid: AESGCM(key) for kid, key in keys.items()}
        self._newest = next(iter(keys))

    def seal(self, secret: str, *place: object) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        hidden = self._ciphers[self._newest].encrypt(nonce, secret.encode(), _bytes(place))
        return f"{_MARK}:{self._newest}:{urlsafe_b64encode(nonce + hidden).decode()}"

    def open(self, stored: str, *place: object) -> str:
        """Raises `SecretUnreadable`."""
        if not stored.startswith(f"{_MARK}:"):
            return stored
        _, kid, text = stored.split(":", 2)
        if kid not in self._ciphers:
            raise SecretUnreadable(f"OUTGO_ENCRYPTION_KEYS has no key {kid}.")
        raw = urlsafe_b64decode(text)
        nonce, hidden = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        try:
            return self._ciphers[kid].decrypt(nonce, hidden, _bytes(place)).decode()
        except InvalidTag as error:
            raise SecretUnreadable("A secret was not sealed for the place it lies in.") from error

    def is_newest(self, stored: str) -> bool:
        """Whether it is sealed by the key that seals now."""
        return stored.startswith(f"{_MARK}:{self._newest}:")


def _bytes(place: tuple[object, ...]) -> bytes:
    return "/".join(map(str, place)).encode()
