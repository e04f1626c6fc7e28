"""What someone wants to be told of. A switch, not a fact: it lies in no log."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from core.prepared import Prepared, one_of
from domain.actor import Actor
from domain.notification import NotificationKind
from domain.preferences import Channel, Digest, Preferences
from models.notification import NotificationPreferences
from services import access

_CHOSEN = Prepared(select(NotificationPreferences).where(one_of(NotificationPreferences.ledger_id)))


async def mine(session: AsyncSession, viewer: UUID) -> Preferences:
    ledger = await access.personal_ledger_of(session, viewer)
    return await of_ledger(session, ledger.id)


async def of_ledger(session: AsyncSession, ledger_id: UUID) -> Preferences:
    """Those of a personal ledger's owner."""
    row = await session.get(NotificationPreferences, ledger_id)
    return _restored(row) if row else Preferences()


async def of_ledgers(
    session: AsyncSession, ledger_ids: Collection[UUID]
) -> Mapping[UUID, Preferences]:
    """Likewise of several, by ledger; without those whose owners chose nothing."""
    rows = await _CHOSEN.rows(session, ids=list(ledger_ids))
    return {row.ledger_id: _restored(row) for row in rows}


async def choose(
    tx: Tx,
    actor: Actor,
    digest: Digest | None,
    choices: Mapping[NotificationKind, AbstractSet[Channel]],
) -> Preferences:
    """Change what is named and leave the rest; it holds for what happens from now on."""
    seat = await access.lock_personal_ledger(tx, actor)
    chosen = (await of_ledger(tx, seat.ledger.id)).chosen(digest, choices)
    stored = {
        kind.value: sorted(channel.value for channel in wanted)
        for kind, wanted in chosen.choices.items()
    }
    row = NotificationPreferences(ledger_id=seat.ledger.id, digest=chosen.digest, choices=stored)
    await tx.merge(row)
    return chosen


def _restored(row: NotificationPreferences) -> Preferences:
    choices = {
        NotificationKind(kind): frozenset(map(Channel, wanted))
        for kind, wanted in row.choices.items()
    }
    return Preferences(row.digest, choices)
