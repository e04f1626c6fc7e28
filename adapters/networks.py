"""Where a request comes from, as far as counting goes."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

_NETWORK_BITS = 64  # what one subscriber of IPv6 is given at least (RFC 6177)


@lru_cache(maxsize=1000)
def network(address: str) -> str:
    """An IPv4 address itself; of IPv6 the network, within which one subscriber can choose at will."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address  # a socket file's peer has none
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _NETWORK_BITS << _NETWORK_BITS))
