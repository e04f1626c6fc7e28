"""From an event to everyone whom it concerns, and from a notification to mails, browsers and services."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from time import monotonic
from uuid import UUID

import dramatiq

from adapters.mail import Mail
from adapters.web_push import Browser
from core.clock import now
from core.key_ring import SecretUnreadable
from domain.delivery import Again, Outcome, Refused, Untried
from domain.digest import letter
from domain.news import sentence
from domain.preferences import Channel
from models.notification import Notification
from services import deliveries, endpoints, telling
from services.deliveries import Parcel
from services.endpoints import Secrets
from workers import jobs, runtime, senders

_TOLD_AT_ONCE = 100  # their ledgers are locked together
_TURN_SECONDS = 15  # in which a person's sendings begin; each may take as long
_OFF = Refused("This server does not use the channel any more.")


@dramatiq.actor(queue_name="notifications")
async def tell(*, ledger_id: str, seqs: list[int]) -> None:
    """Tell everyone whom these events concern, some of them in each transaction."""
    db = runtime.database()
    everyone = await telling.concerned(db, UUID(ledger_id), seqs)
    for start in range(0, len(everyone), _TOLD_AT_ONCE):
        async with db.transaction() as tx:
            await telling.tell(tx, *everyone[start : start + _TOLD_AT_ONCE])


@dramatiq.actor(queue_name="deliveries")
async def plan_deliveries(*, announced: dict[str, list[int]]) -> None:
    """Put the notifications that these events announced on their way, each owner's by a job of its own.

    Whether a channel is set up is known here and not by the relay, which may be told of other settings.
    """
    if await _planned(announced):
        sending = [jobs.deliver_due(UUID(ledger_id)) for ledger_id in announced]
        await asyncio.to_thread(runtime.broker.enqueue_all, sending)


@dramatiq.actor(queue_name="deliveries", time_limit=280_000)
async def deliver(*, ledger_id: str, seqs: list[int]) -> None:
    """What a relay of the version before asks for."""
    if await _planned({ledger_id: seqs}):
        await _send_due(UUID(ledger_id))


@dramatiq.actor(queue_name="deliveries", time_limit=280_000)  # less than a claim holds
async def deliver_due(*, ledger_id: str) -> None:
    """Send what has waited for its digest, its next try, or for a worker that died."""
    await _send_due(UUID(ledger_id))


async def _planned(announced: Mapping[str, Sequence[int]]) -> bool:
    """Whether anything can be sent from here."""
    channels = _channels()
    if channels:
        async with runtime.database().transaction() as tx:
            for ledger_id, seqs in sorted(announced.items()):  # as others do who plan the same
                for seq in sorted(seqs):
                    await deliveries.plan(tx, UUID(ledger_id), seq, channels, now())
    return bool(channels)


async def _send_due(ledger_id: UUID) -> None:
    """Also what comes due meanwhile, which no other job is given, until the turn ends."""
    ends = monotonic() + _TURN_SECONDS
    while monotonic() < ends and (parcels := await _claim(ledger_id)):
        of = {
            channel: [parcel for parcel in parcels if parcel.delivery.channel is channel]
            for channel in Channel
        }
        if mails := of[Channel.EMAIL]:
            await _settle(mails, await _mail(ledger_id, mails))
        await asyncio.gather(_push(of[Channel.PUSH], ends), _tell_services(of[Channel.SERVICE]))


async def _claim(ledger_id: UUID) -> Sequence[Parcel]:
    async with runtime.database().transaction() as tx:
        return await deliveries.claim(tx, ledger_id, now())


async def _settle(parcels: Collection[Parcel], outcome: Outcome) -> None:
    async with runtime.database().transaction() as tx:
        await deliveries.settle(tx, [parcel.delivery for parcel in parcels], outcome, now())


async def _mail(ledger_id: UUID, parcels: Sequence[Parcel]) -> Outcome:
    """One mail, however much has come together."""
    async with runtime.database().reading() as session:
        owner = await deliveries.owner_of(session, ledger_id)
    mailer = senders.mailer()
    if mailer is None or owner is None or owner.email is None:
        return _OFF
    news = [parcel.notification for parcel in parcels]
    written = letter([sentence(one.kind, one.data) for one in news])
    first = min(parcel.delivery.id for parcel in parcels)
    return await mailer.send(Mail(str(first), owner.email, written.subject, written.text))


async def _opened(parcels: Sequence[Parcel]) -> Sequence[tuple[Parcel, Secrets]]:
    """Those whose addresses we have the key of. The others are tried again."""
    opened = list[tuple[Parcel, Secrets]]()
    for parcel in parcels:
        assert parcel.endpoint is not None, "only a mail has none"
        try:
            opened.append((parcel, endpoints.opened(senders.key_ring(), parcel.endpoint)))
        except SecretUnreadable as problem:
            await _settle([parcel], Again(str(problem)))
    return opened


async def _push(parcels: Sequence[Parcel], ends: float) -> None:
    """One after the other, and none is begun when the turn has ended."""
    for parcel, secrets in await _opened(parcels):
        in_time = monotonic() < ends
        outcome = await _pushed(secrets, parcel.notification) if in_time else Untried()
        await _settle([parcel], outcome)


async def _pushed(secrets: Secrets, news: Notification) -> Outcome:
    push, (url, p256dh, auth) = senders.web_push(), secrets
    if push is None or not p256dh or not auth:
        return _OFF
    message = {"id": str(news.id), "kind": news.kind, "text": sentence(news.kind, news.data)}
    return await push.send(Browser(url, p256dh, auth), message)


async def _tell_services(parcels: Sequence[Parcel]) -> None:
    told, services = await _opened(parcels), senders.services()
    texts = [sentence(one.notification.kind, one.notification.data) for one, _ in told]
    sendings = [(secrets.url, text) for (_, secrets), text in zip(told, texts, strict=True)]
    outcomes = await services.send(sendings) if services and sendings else [_OFF] * len(told)
    for (parcel, _), outcome in zip(told, outcomes, strict=True):
        await _settle([parcel], outcome)


def _channels() -> Collection[Channel]:
    """Those outside the API that this server has been set up for."""
    ready = {
        Channel.EMAIL: senders.mailer(),
        Channel.PUSH: senders.web_push(),
        Channel.SERVICE: senders.services(),
    }
    return [channel for channel, adapter in ready.items() if adapter]
