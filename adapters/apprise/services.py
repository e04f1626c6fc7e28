"""Services told by a process of their own, which ends in time and takes nothing along."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# apprise is half typed

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence

from adapters import confined
from adapters.apprise.service import service_of
from domain.delivery import Again, Outcome, Refused, Sent, Untried
from domain.endpoint import EndpointNotAllowed, require_public

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_NETWORK = (*_PROXIES, *map(str.lower, _PROXIES), *_CERTIFICATES)

_OUTCOMES: dict[bytes, Outcome] = {
    b"true": Sent(),
    b"false": Again("The service did not take it."),
    b"null": Refused("The service is not known any more."),
}
_TOO_MUCH = Again("The service took too long.")


class Services:
    """`seconds` is how long all services of one person may take together."""

    def __init__(self, *, private_too: bool = False, seconds: int = 15) -> None:
        self._private_too = private_too
        numbers = (seconds, int(private_too))
        self._command = [sys.executable, "-m", "adapters.apprise", *map(str, numbers)]

    async def require(self, url: str) -> None:
        """Refuses: `EndpointNotAllowed` for what is no service that we talk to, or one of the inside."""
        service = await asyncio.to_thread(service_of, url)
        if service is None:
            raise EndpointNotAllowed("That is not the URL of a known service.", path=("url",))
        host = getattr(service, "host", None)
        if host and not self._private_too:
            require_public(str(host).strip("[]"), "url")

    async def send(self, sendings: Sequence[tuple[str, str]]) -> Sequence[Outcome]:
        """One try of each URL with its text, in order. Apprise says whether it worked, and not why.

        Whatever was still to be tried when the time was over is `Untried`.
        """
        said = await self._told(json.dumps(sendings).encode())
        outcomes = [_OUTCOMES.get(word, _TOO_MUCH) for word in said.split()]
        rest = [_TOO_MUCH, *[Untried()] * len(sendings)]
        return [*outcomes, *rest][: len(sendings)]

    async def _told(self, sendings: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=confined.environment(*_NETWORK),
        )
        said, _ = await process.communicate(sendings)
        return said
