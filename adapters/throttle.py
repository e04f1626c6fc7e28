"""Attempts to prove who one is, counted per account and per address. Only failures count in the end."""

import math
from collections.abc import Sequence
from datetime import timedelta

from adapters.buckets import Buckets
from adapters.networks import network
from core.hashes import sha256
from domain.bucket import Bucket
from domain.errors import Forbidden


class TooManyAttempts(Forbidden):
    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {retry_after_seconds} seconds.")
        self.retry_after_seconds = retry_after_seconds


class LoginThrottle:
    """`per_account` and `per_address` failures are let through at once, and as many again in each window."""

    def __init__(
        self, buckets: Buckets, *, per_account: int, per_address: int, window: timedelta
    ) -> None:
        self.buckets = buckets
        self._per_account, self._per_address = per_account, per_address
        self._seconds = window.total_seconds()

    async def admit(self, account: str | None, address: str) -> None:
        """Count an attempt before it is looked at. Refuses: `TooManyAttempts`."""
        taken = await self.buckets.take(self._counted(account, address), 1)
        if taken.wait_seconds:
            raise TooManyAttempts(math.ceil(taken.wait_seconds))

    async def forgive(self, account: str | None, address: str) -> None:
        """The attempt succeeded: only failures count, and no earlier ones of the account any more."""
        by_address, *by_account = self._counted(account, address)
        await self.buckets.take([by_address], -1)
        if by_account:
            await self.buckets.take(by_account, -self._per_account)

    def _counted(self, account: str | None, address: str) -> Sequence[Bucket]:
        by_address = Bucket(f"login/address/{network(address)}", self._per_address, self._seconds)
        if account is None:
            return [by_address]
        hashed = sha256(account).hex()  # Redis need not know who
        return [by_address, Bucket(f"login/account/{hashed}", self._per_account, self._seconds)]
