"""Passwords as Argon2id hashes (RFC 9106, by argon2-cffi). A hash tells its own parameters."""

import asyncio
import unicodedata
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION  # pyright: ignore[reportUnknownVariableType] - of C


class Passwords:
    """Hashes beside the event loop, at most `threads` at once: each takes 64 MiB by default."""

    def __init__(self, hasher: PasswordHasher | None = None, *, threads: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._nobody = _drawn(self._hasher)

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hash, password)

    async def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether the hash is this password's. None, for nobody's, takes as long and never fits."""
        loop = asyncio.get_running_loop()
        wanted = password_hash or self._nobody
        return await loop.run_in_executor(self._threads, self._fits, password, wanted)

    async def rehashed(self, password: str, password_hash: str) -> str | None:
        """The hash that should replace one made with other parameters than today's."""
        if not self._hasher.check_needs_rehash(password_hash):
            return None
        return await self.hash(password)

    def close(self) -> None:
        self._threads.shutdown()

    def _hash(self, password: str) -> str:
        return self._hasher.hash(_bytes(password))

    def _fits(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _bytes(password))
        except VerifyMismatchError:
            return False


def _drawn(hasher: PasswordHasher) -> str:
    """A hash as the hasher writes them, but drawn by lot: nobody can have had the password."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    lots = (token_bytes(length) for length in (hasher.salt_len, hasher.hash_len))
    salt, digest = (b64encode(lot).decode().rstrip("=") for lot in lots)
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _bytes(password: str) -> bytes:
    """The same for every way to type the same characters (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
