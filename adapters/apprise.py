"""Further services, each by its Apprise URL, such as `ntfys://host/topic` or `tgram://token/chat`.

Only services over HTTP that read no file of this machine: of Apprise's others, some show a message on the
server's own screen, run over sockets of their own, or take a template from a path.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# apprise is half typed

import asyncio
import logging
from contextlib import nullcontext

import apprise

from adapters.egress import public_only
from domain.delivery import Again, Outcome, Refused, Sent
from domain.endpoint import EndpointNotAllowed, require_public

SCHEMES = frozenset(
    {
        *(
            "bark",
            "barks",
            "discord",
            "form",
            "forms",
            "gchat",
            "gotify",
            "gotifys",
            "ifttt",
            "json",
        ),
        *("jsons", "mmost", "mmosts", "ntfy", "ntfys", "pbul", "pover", "pushdeer", "pushdeers"),
        *("pushy", "rocket", "rockets", "signal", "signals", "slack", "tgram", "wxteams", "xml"),
        *("xmls", "zulip"),
    }
)

_ASSET = apprise.AppriseAsset(
    app_id="Outgo", app_desc="Outgo", app_url="", async_mode=False, secure_logging=True
)
for _name in ("apprise", "urllib3"):  # they would log addresses, which are secrets
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Services:
    def __init__(self, *, private_too: bool = False) -> None:
        self._private_too = private_too

    async def require(self, url: str) -> None:
        """Refuses: `EndpointNotAllowed` for what is no service that we talk to, or one of the inside."""
        service = await asyncio.to_thread(_service, url)
        if service is None:
            raise EndpointNotAllowed("That is not the URL of a known service.", path=("url",))
        host = getattr(service, "host", None)
        if host and not self._private_too:
            require_public(str(host).strip("[]"), "url")

    async def send(self, url: str, text: str) -> Outcome:
        """One try. Apprise says whether it worked, and not why."""
        guard = nullcontext() if self._private_too else public_only()
        with guard:
            return await asyncio.to_thread(_send, url, text)


def _send(url: str, text: str) -> Outcome:
    service = _service(url)
    if service is None:
        return Refused("The service is not known any more.")
    return Sent() if service.notify(body=text) else Again("The service did not take it.")


def _service(url: str) -> apprise.NotifyBase | None:
    scheme, _, _ = url.partition("://")
    if scheme.lower() not in SCHEMES:
        return None
    service = apprise.Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
    return None if service is None or getattr(service, "template", None) else service
