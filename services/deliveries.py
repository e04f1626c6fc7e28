"""Notifications on their way out: planned, claimed, and settled when the other side has answered.

Each step is a short transaction; sending lies between two of them. A claim that runs out is taken for a
dead worker's and is claimed again, so what was sent just before that death is sent twice: at least once
after a crash, exactly once otherwise.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.db import Tx
from domain.delivery import (
    LEASE,
    MOST_ATTEMPTS,
    Again,
    DeliveryState,
    Gone,
    Outcome,
    Refused,
    Sent,
    Untried,
    pause,
)
from domain.preferences import Channel, due
from models.account import User
from models.ledger import Ledger
from models.notification import Delivery, Endpoint, Notification
from services import access, endpoints, preferences

_MOST_AT_ONCE = 100
_ASK_AGAIN_AFTER = timedelta(minutes=5)


class Parcel(NamedTuple):
    """A claimed delivery. Without `endpoint` it goes to the owner's mail."""

    delivery: Delivery
    notification: Notification
    endpoint: Endpoint | None


async def plan(
    tx: Tx, ledger_id: UUID, seq: int, channels: Collection[Channel], at: datetime
) -> None:
    """Put the notification that an event announced on its way, once.

    It goes over those of `channels`, which are the ones that work here, that its owner wants.
    """
    query = select(Notification).where(Notification.ledger_id == ledger_id, Notification.seq == seq)
    notification = (await tx.exec(query)).one_or_none()
    if notification is None:
        return
    chosen = await preferences.of_ledger(tx, ledger_id)
    wanted = chosen.channels(notification.kind) & set(channels)
    planned = [
        Delivery(
            ledger_id=ledger_id,
            notification_id=notification.id,
            channel=channel,
            endpoint_id=endpoint_id,
            due_at=due(chosen.digest, at, await _time_zone(tx, ledger_id))
            if channel is Channel.EMAIL
            else at,
        )
        for channel, endpoint_id in await _addresses(tx, ledger_id, wanted)
    ]
    if planned:
        values = [delivery.model_dump() for delivery in planned]
        await tx.exec(insert(Delivery).values(values).on_conflict_do_nothing())


async def claim(tx: Tx, ledger_id: UUID, at: datetime) -> Sequence[Parcel]:
    """Take what is due for the owner of a personal ledger, who has one claim at a time; see `LEASE`.

    Ledger by ledger, in the order in which it happened there.
    """
    await access.lock_ledger_for_job(tx, ledger_id)
    if (await tx.exec(_claimed(at).where(Delivery.ledger_id == ledger_id).limit(1))).first():
        return []
    await _give_up(tx, ledger_id, at)
    mine = (
        select(Delivery.id)
        .where(Delivery.ledger_id == ledger_id, *_due(at))
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(_MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claiming = (
        update(Delivery)
        .where(col(Delivery.id).in_(mine))
        .values(
            state=DeliveryState.CLAIMED,
            attempts=col(Delivery.attempts) + 1,
            due_at=at + LEASE,
            asked_at=None,
        )
        .returning(col(Delivery.id))
    )
    claimed = (await tx.exec(claiming)).scalars().all()
    query = (
        select(Delivery, Notification, Endpoint)
        .join(Notification, col(Notification.id) == Delivery.notification_id)
        .outerjoin(Endpoint, col(Endpoint.id) == Delivery.endpoint_id)
        .where(col(Delivery.id).in_(claimed))
        .order_by(
            col(Notification.source_ledger_id), col(Notification.source_seq), col(Delivery.id)
        )
    )
    return [Parcel(*found) for found in (await tx.exec(query)).all()]


async def settle(tx: Tx, deliveries: Collection[Delivery], outcome: Outcome, at: datetime) -> None:
    """Write down how the sending of claimed deliveries ended. An address that is gone is forgotten."""
    match outcome:
        case Sent():
            await _move(tx, deliveries, state=DeliveryState.SENT, sent_at=at)
        case Refused(reason):
            await _move(tx, deliveries, state=DeliveryState.FAILED, failure=reason)
        case Gone():
            for endpoint_id in {one.endpoint_id for one in deliveries if one.endpoint_id}:
                await endpoints.forget(tx, endpoint_id)
        case Again(reason):
            for delivery in deliveries:
                await _try_again(tx, delivery, reason, at)
        case Untried():
            for delivery in deliveries:
                waiting, tried = DeliveryState.WAITING, delivery.attempts - 1
                await _move(tx, [delivery], state=waiting, due_at=at, attempts=tried)


async def ask_for_due(tx: Tx, at: datetime) -> Sequence[UUID]:
    """The personal ledgers for which something is due and nothing claimed, each named once in a while."""
    asking = (
        update(Delivery)
        .where(
            *_due(at),
            col(Delivery.ledger_id).not_in(_claimed(at)),
            or_(
                col(Delivery.asked_at).is_(None),
                col(Delivery.asked_at) <= at - _ASK_AGAIN_AFTER,
            ),
        )
        .values(asked_at=at)
        .returning(col(Delivery.ledger_id))
    )
    return sorted(set((await tx.exec(asking)).scalars()))


async def owner_of(session: AsyncSession, ledger_id: UUID) -> User | None:
    query = select(User).join(Ledger, col(Ledger.owner_id) == User.id).where(Ledger.id == ledger_id)
    return (await session.exec(query)).one_or_none()


async def _addresses(
    session: AsyncSession, ledger_id: UUID, channels: Collection[Channel]
) -> Sequence[tuple[Channel, UUID | None]]:
    query = select(Endpoint.channel, Endpoint.id).where(
        Endpoint.ledger_id == ledger_id, col(Endpoint.channel).in_(channels)
    )
    outside = [(Channel(channel), id) for channel, id in (await session.exec(query)).all()]
    return [(Channel.EMAIL, None), *outside] if Channel.EMAIL in channels else outside


async def _time_zone(session: AsyncSession, ledger_id: UUID) -> str:
    owner = await owner_of(session, ledger_id)
    return owner.time_zone if owner else "UTC"


async def _give_up(tx: Tx, ledger_id: UUID, at: datetime) -> None:
    """Whatever killed so many workers is not tried once more."""
    giving_up = (
        update(Delivery)
        .where(
            col(Delivery.ledger_id) == ledger_id,
            *_due(at),
            col(Delivery.attempts) >= MOST_ATTEMPTS,
        )
        .values(state=DeliveryState.FAILED, failure="Given up.")
    )
    await tx.exec(giving_up)


async def _try_again(tx: Tx, delivery: Delivery, reason: str, at: datetime) -> None:
    wait = pause(delivery.attempts)
    if wait is None:
        await _move(tx, [delivery], state=DeliveryState.FAILED, failure=reason)
    else:
        await _move(tx, [delivery], state=DeliveryState.WAITING, due_at=at + wait, failure=reason)


async def _move(tx: Tx, deliveries: Collection[Delivery], **columns: object) -> None:
    """Only what this very claim holds: a later claim has counted another attempt."""
    for delivery in deliveries:
        moving = update(Delivery).where(
            col(Delivery.id) == delivery.id,
            col(Delivery.state) == DeliveryState.CLAIMED,
            col(Delivery.attempts) == delivery.attempts,
        )
        await tx.exec(moving.values(**columns))


def _claimed(at: datetime) -> SelectOfScalar[UUID]:
    """The personal ledgers of which somebody has a claim that still holds."""
    return select(Delivery.ledger_id).where(
        Delivery.state == DeliveryState.CLAIMED,
        col(Delivery.due_at) > at,
        col(Delivery.due_at) <= at + LEASE,  # so that digests of later are passed over
    )


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.state).in_([DeliveryState.WAITING, DeliveryState.CLAIMED]),
        col(Delivery.due_at) <= at,
    )
