"""Where someone wants to be told besides the API. Addresses hold secrets: sealed where stored, in no log."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from core.key_ring import KeyRing
from domain.actor import Actor
from domain.endpoint import MOST_ENDPOINTS, PushSubscription, Service, TooManyEndpoints, shown
from domain.preferences import Channel
from models.notification import Endpoint
from services import access

SECRETS = ("url", "p256dh", "auth")
"""The columns that are sealed, each for its own row."""
_RESEALED_AT_ONCE = 100


class Secrets(NamedTuple):
    """`p256dh` and `auth` are a browser's keys; a service has none."""

    url: str
    p256dh: str | None
    auth: str | None


async def mine(session: AsyncSession, viewer: UUID) -> Sequence[Endpoint]:
    """The viewer's addresses, oldest first: never more than `MOST_ENDPOINTS`."""
    ledger = await access.personal_ledger_of(session, viewer)
    return await _of(session, ledger.id)


async def subscribe(tx: Tx, actor: Actor, ring: KeyRing, browser: PushSubscription) -> Endpoint:
    """Register a browser; again, with other keys perhaps, is the same one. Refuses: `TooManyEndpoints`."""
    endpoint = await _named(tx, actor, ring, Channel.PUSH, browser.url)
    endpoint.name = browser.name
    _seal(ring, endpoint, Secrets(browser.url, browser.p256dh, browser.auth))
    return endpoint


async def connect(tx: Tx, actor: Actor, ring: KeyRing, service: Service) -> Endpoint:
    """Register a service; again is the same one. Refuses: `TooManyEndpoints`."""
    endpoint = await _named(tx, actor, ring, Channel.SERVICE, service.url)
    endpoint.name = service.name
    _seal(ring, endpoint, Secrets(service.url, None, None))
    return endpoint


async def remove(tx: Tx, actor: Actor, endpoint_id: UUID) -> UUID:
    """Forget an address and what is still on its way there. Refuses: `NotFound`."""
    _, endpoint = await access.lock_row(tx, actor, Endpoint, endpoint_id)
    await forget(tx, endpoint.id)
    return endpoint_id


async def forget(tx: Tx, endpoint_id: UUID) -> None:
    await tx.exec(delete(Endpoint).where(col(Endpoint.id) == endpoint_id))


def opened(ring: KeyRing, endpoint: Endpoint) -> Secrets:
    """Raises `SecretUnreadable`."""
    stored = {name: getattr(endpoint, name) for name in SECRETS}
    return Secrets(
        **{
            name: value and ring.open(value, *_place(endpoint, name))
            for name, value in stored.items()
        }
    )


async def reseal(tx: Tx, ring: KeyRing, after: UUID | None) -> tuple[int, UUID | None]:
    """Seal some by the newest key, from one id on: how many needed it, and where to go on, if anywhere.

    Raises `SecretUnreadable`.
    """
    query = select(Endpoint).order_by(col(Endpoint.id)).limit(_RESEALED_AT_ONCE).with_for_update()
    rows = (await tx.exec(query if after is None else query.where(col(Endpoint.id) > after))).all()
    old = [row for row in rows if not ring.is_newest(row.url)]
    for row in old:
        secrets = opened(ring, row)
        row.address = row.address or shown(row.channel, secrets.url)
        _seal(ring, row, secrets)
    return len(old), rows[-1].id if rows else None


async def _named(tx: Tx, actor: Actor, ring: KeyRing, channel: Channel, url: str) -> Endpoint:
    """The caller's endpoint with this URL, made if there is none."""
    seat = await access.lock_personal_ledger(tx, actor)
    known = await _of(tx, seat.ledger.id)
    for endpoint in known:
        if endpoint.channel is channel and opened(ring, endpoint).url == url:
            return endpoint
    if len(known) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"There are {MOST_ENDPOINTS} already. Remove one first.")
    endpoint = Endpoint(
        ledger_id=seat.ledger.id, channel=channel, url="", name="", address=shown(channel, url)
    )
    tx.add(endpoint)
    return endpoint


async def _of(session: AsyncSession, ledger_id: UUID) -> Sequence[Endpoint]:
    query = select(Endpoint).where(Endpoint.ledger_id == ledger_id).order_by(col(Endpoint.id))
    return (await session.exec(query)).all()


def _seal(ring: KeyRing, endpoint: Endpoint, secrets: Secrets) -> None:
    for name, value in secrets._asdict().items():
        setattr(endpoint, name, value and ring.seal(value, *_place(endpoint, name)))


def _place(endpoint: Endpoint, name: str) -> tuple[str, str, UUID]:
    return Endpoint.__tablename__, name, endpoint.id
