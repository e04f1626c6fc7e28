"""Where someone wants to be told besides the API. Addresses hold secrets, so they lie in no log."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain.actor import Actor
from domain.endpoint import MOST_ENDPOINTS, PushSubscription, Service, TooManyEndpoints
from domain.preferences import Channel
from models.notification import Endpoint
from services import access


async def mine(session: AsyncSession, viewer: UUID) -> Sequence[Endpoint]:
    """The viewer's addresses, oldest first: never more than `MOST_ENDPOINTS`."""
    ledger = await access.personal_ledger_of(session, viewer)
    return await _of(session, ledger.id)


async def subscribe(tx: Tx, actor: Actor, browser: PushSubscription) -> Endpoint:
    """Register a browser; again, with other keys perhaps, is the same one. Refuses: `TooManyEndpoints`."""
    endpoint = await _named(tx, actor, Channel.PUSH, browser.url)
    endpoint.name, endpoint.p256dh, endpoint.auth = browser.name, browser.p256dh, browser.auth
    return endpoint


async def connect(tx: Tx, actor: Actor, service: Service) -> Endpoint:
    """Register a service; again is the same one. Refuses: `TooManyEndpoints`."""
    endpoint = await _named(tx, actor, Channel.SERVICE, service.url)
    endpoint.name = service.name
    return endpoint


async def remove(tx: Tx, actor: Actor, endpoint_id: UUID) -> UUID:
    """Forget an address and what is still on its way there. Refuses: `NotFound`."""
    _, endpoint = await access.lock_row(tx, actor, Endpoint, endpoint_id)
    await forget(tx, endpoint.id)
    return endpoint_id


async def forget(tx: Tx, endpoint_id: UUID) -> None:
    await tx.exec(delete(Endpoint).where(col(Endpoint.id) == endpoint_id))


async def _named(tx: Tx, actor: Actor, channel: Channel, url: str) -> Endpoint:
    """The caller's endpoint with this URL, made if there is none."""
    seat = await access.lock_personal_ledger(tx, actor)
    known = await _of(tx, seat.ledger.id)
    for endpoint in known:
        if endpoint.url == url and endpoint.channel is channel:
            return endpoint
    if len(known) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"There are {MOST_ENDPOINTS} already. Remove one first.")
    endpoint = Endpoint(ledger_id=seat.ledger.id, channel=channel, url=url, name="")
    tx.add(endpoint)
    return endpoint


async def _of(session: AsyncSession, ledger_id: UUID) -> Sequence[Endpoint]:
    query = select(Endpoint).where(Endpoint.ledger_id == ledger_id).order_by(col(Endpoint.id))
    return (await session.exec(query)).all()
