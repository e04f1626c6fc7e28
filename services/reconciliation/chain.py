"""A log against itself and against its ledger: no gap, no broken hash, and the end where it should be."""

from collections.abc import AsyncGenerator, Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.difference import Difference, Differs, differing
from domain.log import GENESIS, EventKind, chained
from models.ledger import Ledger
from services import events
from services.postings import Move

_EVENTS_AT_A_TIME = 500


async def differences(
    session: AsyncSession, ledger: Ledger, balances: Mapping[tuple[UUID, str], Move]
) -> AsyncGenerator[Difference]:
    """Stops at the first gap or broken hash, since all that follows hangs on it."""
    seq, head = 0, GENESIS
    told: dict[tuple[UUID, str], int] = {}
    while page := await events.since(session, ledger.id, seq, limit=_EVENTS_AT_A_TIME):
        for event in page:
            if not seq and event.kind is EventKind.LEDGER_ERASED:
                seq, head = (
                    event.seq,
                    event.hash,
                )  # all before it was erased, so its hash hangs on nothing
                continue
            if event.seq != seq + 1:
                yield _of(
                    ledger, Differs.GAP_IN_LOG, f"what follows Event {seq}", event.seq, seq + 1
                )
                return
            expected = chained(head, events.fact_of(event))
            if event.hash != expected:
                about = f"the hash of Event {event.seq}"
                yield _of(ledger, Differs.CHAIN_BROKEN, about, event.hash.hex(), expected.hex())
                return
            seq, head = event.seq, event.hash
            for one in event.balances:
                told[UUID(one["member_id"]), one["currency"]] = one["net_minor"]
    if (ledger.seq, ledger.head_hash) != (seq, head):
        stored, found = (ledger.seq, ledger.head_hash.hex()), (seq, head.hex())
        yield _of(ledger, Differs.HEAD_DIFFERS, "the end of the log", stored, found)
    nets = {place: move.net_minor for place, move in balances.items()}
    for (member_id, currency), stored, logged in differing(nets, told, 0):
        about = f"the {currency} balance of Member {member_id}"
        yield _of(ledger, Differs.BALANCE_NOT_AS_LOGGED, about, stored, logged)


def _of(ledger: Ledger, what: Differs, about: str, stored: object, expected: object) -> Difference:
    return Difference(ledger.id, what, about, str(stored), str(expected))
