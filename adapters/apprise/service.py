"""Which services we talk to.

Only services over HTTP that read no file of this machine: of Apprise's others, some show a message on the
server's own screen, run over sockets of their own, or take a template from a path.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# apprise is half typed

import logging

import apprise

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
_TIMEOUT_SECONDS = 4.0  # Apprise's own, whatever the URL asks for

_ASSET = apprise.AppriseAsset(
    app_id="Outgo", app_desc="Outgo", app_url="", async_mode=False, secure_logging=True
)
for _name in ("apprise", "urllib3"):  # they would log addresses, which are secrets
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def service_of(url: str) -> apprise.NotifyBase | None:
    """None for what is no service that we talk to."""
    scheme, _, _ = url.partition("://")
    if scheme.lower() not in SCHEMES:
        return None
    service = apprise.Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
    if service is None or getattr(service, "template", None):
        return None
    service.socket_connect_timeout = service.socket_read_timeout = _TIMEOUT_SECONDS
    return service
