"""Addresses outside that people give us to be told at, and which of them we never call. Pure.

Whoever names an address makes this server call it. So addresses of the inside (this machine, its network)
are refused here where they are written out, and `adapters.egress` refuses them again when a name leads
there at the moment of connecting.
"""

import ipaddress
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain import text
from domain.errors import Conflict, Invalid
from domain.preferences import Channel

MOST_ENDPOINTS = 20
_LONGEST_URL = 2000
_POINT_BYTES, _SECRET_BYTES = 65, 16  # RFC 8291: an uncompressed P-256 point, and the secret
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")


class EndpointNotAllowed(Invalid):
    code = "ENDPOINT_NOT_ALLOWED"


class PushKeysUnreadable(Invalid):
    code = "PUSH_KEYS_UNREADABLE"


class TooManyEndpoints(Conflict):
    code = "TOO_MANY_ENDPOINTS"


class ChannelOff(Conflict):
    """The operator of this server has not set it up."""

    code = "CHANNEL_OFF"


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """What a browser's `PushManager.subscribe()` answers (W3C Push API). The keys are base64url."""

    url: str
    p256dh: str
    auth: str
    name: str

    def checked(self, *, private_too: bool) -> "PushSubscription":
        """Itself, tidy. Refuses: `EndpointNotAllowed`, `PushKeysUnreadable`, and see `domain.text`."""
        url = text.required(self.url, "endpoint", limit=_LONGEST_URL)
        parts = _parts(url, "endpoint")
        if parts.scheme != "https" and not (private_too and parts.scheme == "http"):
            raise EndpointNotAllowed("A push endpoint begins with https://.", path=("endpoint",))
        if not private_too:
            require_public(parts.hostname, "endpoint")
        _require_key(self.p256dh, _POINT_BYTES, "p256dh")
        _require_key(self.auth, _SECRET_BYTES, "auth")
        return PushSubscription(url, self.p256dh, self.auth, text.required(self.name, "name"))


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its Apprise URL, which holds its secrets."""

    url: str
    name: str

    def checked(self) -> "Service":
        """Itself, tidy. Where the URL leads, `adapters.apprise` knows. Refuses: see `domain.text`."""
        return Service(
            text.required(self.url, "url", limit=_LONGEST_URL), text.required(self.name, "name")
        )


def shown(channel: Channel, url: str) -> str:
    """The beginning of an address. Of a service only the scheme: what looks like its host may be a token."""
    if channel is Channel.SERVICE:
        scheme, separator, _ = url.partition("://")
        return scheme + separator
    return f"https://{urlsplit(url).hostname}"


def require_public(host: str | None, field: str) -> None:
    """Refuses: `EndpointNotAllowed` for a missing host, a private address and a name of this network."""
    if not host or _is_local_name(host) or not _is_public_if_address(host):
        raise EndpointNotAllowed("That address is not on the public internet.", path=(field,))


def is_public(address: str) -> bool:
    """Whether an IP address is anyone's to call, also when it hides an IPv4 address (RFC 4291, 6052)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and (inner := _inner(found)):
        found = inner
    return found.is_global and not found.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _parts(url: str, field: str) -> "SplitUrl":
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise EndpointNotAllowed("That is no URL.", path=(field,)) from None
    return SplitUrl(parts.scheme, host)


@dataclass(frozen=True, slots=True)
class SplitUrl:
    scheme: str
    hostname: str | None


def _is_local_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(_LOCAL_NAMES)


def _is_public_if_address(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return True  # a name: where it leads is known when connecting


def _require_key(key: str, size_bytes: int, field: str) -> None:
    try:
        found = len(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (NotBase64, ValueError):
        found = 0
    if found != size_bytes:
        raise PushKeysUnreadable(f"{field} is {size_bytes} bytes in base64url.", path=(field,))
