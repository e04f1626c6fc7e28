"""What telling people outside the API takes, as tests need it: everything is on, and nothing is sent."""

from adapters.apprise.services import Services
from core.key_ring import KeyRing
from core.settings import Settings
from domain.preferences import Channel
from schema.context import Outreach

RING = KeyRing(Settings().encryption_key_bytes)
"""As processes have it that are told of no other."""


def make_outreach(*channels: Channel, private_too: bool = False) -> Outreach:
    return Outreach(
        channels=frozenset(channels or Channel),
        push_public_key="BPublic",
        services=Services(private_too=private_too),
        key_ring=RING,
        private_too=private_too,
    )
