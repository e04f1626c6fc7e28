"""Claiming the lines of a receipt in a group: opened, claimed by everyone at once, closed or cancelled."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now_after
from core.db import Tx
from domain import claiming
from domain.actor import Actor
from domain.claiming import Claims, Closing, NewClaiming, Offer, as_read
from domain.errors import Conflict
from domain.fingerprint import IdAlreadyUsed, Stale, fingerprint
from domain.log import EventKind
from domain.receipt import Reading
from domain.receipt.stored import restored
from domain.split import participants
from models.claim import Claim, Claiming, ClaimingStatus
from models.ledger import Member
from models.receipt import Receipt
from services import access, events, ledgers, receipts
from services.access import Seat
from services.once import insert_once, made_before
from services.postings import MemberDeactivated, MemberHasLeft, NotMembers


class ClaimingOver(Conflict):
    code = "CLAIMING_OVER"


async def open_receipt(tx: Tx, actor: Actor, wanted: NewClaiming) -> Claiming:
    """Let everyone claim what they had of a receipt, once, however often the client repeats itself.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `IdNotVersion7`, `IdAlreadyUsed`,
    `ReceiptNotReadYet`, `ReceiptAlreadyConfirmed`, `ReceiptOpenForClaiming`, `NotMembers`, and see `Offer`.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, wanted.receipt_id, archived_too=True)
    ledgers.require_group(seat.ledger)
    stated = wanted.offer and wanted.offer.checked()
    asked = fingerprint(actor.user_id, wanted)
    if first := await made_before(tx, Claiming, wanted.id, asked):
        return first
    access.require_open(seat.ledger)
    await receipts.require_confirmable(tx, receipt)
    offer = stated or as_read(_reading(receipt)).checked()
    await _require_seated(tx, seat, offer)
    before = (await of_receipts(tx, [receipt.id])).get(receipt.id)
    at = now_after(before and before.created_at)
    row = _new(wanted, actor, receipt, offer, asked, at)
    if first := await insert_once(tx, row):
        return first
    events.record_row(tx, seat, EventKind.CLAIMING_OPENED, row)
    return row


async def claim(
    tx: Tx,
    actor: Actor,
    claiming_id: UUID,
    member_id: UUID | None,
    parts: Mapping[int, int],
    if_version: int | None = None,
) -> Claiming:
    """Set how many parts of some lines a member has, by default the caller: zero takes a claim back.

    Setting what is set already changes nothing. Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`,
    `ClaimingOver`, `NotMembers`, `MemberHasLeft`, `MemberDeactivated`, `Stale` when what the member claims
    was changed after `if_version`, if given, and see `Offer.claimed` and `claiming.require_may_claim_for`.
    """
    seat, row = await access.lock_row(tx, actor, Claiming, claiming_id)
    _require_running(row)
    member = await _claimant(tx, seat, member_id)
    before = await claims_of(tx, row.id)
    after = row.offer.claimed(before, member.id, parts)
    if if_version is not None and _parts(after, member.id) != _parts(before, member.id):
        await _require_seen(tx, row, member.id, if_version)
    await _set(tx, seat, row, member.id, before, after)
    return row


async def close(
    tx: Tx, actor: Actor, claiming_id: UUID, if_version: int, closing: Closing
) -> Claiming:
    """Make an expense of the receipt, split line by line as it is claimed.

    Repeating it is no different. Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdAlreadyUsed`,
    `ClaimingOver`, `Stale` when somebody has claimed since `if_version`, `Unclaimed`, `RemainderTooFine`, and
    whatever `receipts.confirm` refuses.
    """
    seat, row = await access.lock_row(tx, actor, Claiming, claiming_id, archived_too=True)
    asked = fingerprint(actor.user_id, closing)
    if row.expense_id == closing.expense_id:
        _require_same_closing(row, asked)
        return row
    access.require_open(seat.ledger)
    _require_running(row)
    _require_may_end(seat, row)
    if row.version != if_version:
        raise Stale("Somebody has claimed since.", entity=("Claiming", row.id))
    everyone = await access.active_in(tx, seat.ledger)
    made = closing.confirmation(row.offer, await claims_of(tx, row.id), everyone)
    await receipts.confirm(tx, actor, row.receipt_id, made, claiming_id=row.id)
    row.closing_fingerprint = asked
    _end(tx, seat, row, ClaimingStatus.CLOSED, closing.expense_id)
    return row


async def cancel(tx: Tx, actor: Actor, claiming_id: UUID) -> Claiming:
    """End it without an expense; the receipt can be opened again. Twice is no different.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ClaimingOver` once it is closed.
    """
    seat, row = await access.lock_row(tx, actor, Claiming, claiming_id)
    _require_may_end(seat, row)
    if row.status is not ClaimingStatus.CANCELLED:
        _require_running(row)
        _end(tx, seat, row, ClaimingStatus.CANCELLED)
    return row


async def release(tx: Tx, seat: Seat, member_id: UUID) -> None:
    """Give back what a member claims who takes part in no new costs any more."""
    query = select(Claiming).where(
        Claiming.ledger_id == seat.ledger.id, Claiming.status == ClaimingStatus.OPEN
    )
    for row in (await tx.exec(query.order_by(col(Claiming.id)))).all():
        before = await claims_of(tx, row.id)
        none = dict.fromkeys(_parts(before, member_id), 0)
        await _set(tx, seat, row, member_id, before, row.offer.claimed(before, member_id, none))


async def claims_of(session: AsyncSession, claiming_id: UUID) -> Claims:
    """The caller has checked access."""
    return (await all_claims(session, [claiming_id])).get(claiming_id, {})


async def all_claims(
    session: AsyncSession, claiming_ids: Collection[UUID]
) -> Mapping[UUID, Claims]:
    """What is claimed of each claiming that has any. The caller has checked access."""
    query = (
        select(Claim)
        .where(col(Claim.claiming_id).in_(claiming_ids))
        .order_by(col(Claim.line), col(Claim.member_id))
    )
    found: defaultdict[UUID, defaultdict[int, dict[UUID, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in (await session.exec(query)).all():
        found[row.claiming_id][row.line][row.member_id] = row.parts
    return found


async def of_receipts(
    session: AsyncSession, receipt_ids: Collection[UUID]
) -> Mapping[UUID, Claiming]:
    """The newest claiming of each receipt that has one. The caller has checked access."""
    query = (
        select(Claiming)
        .where(col(Claiming.receipt_id).in_(receipt_ids))
        .order_by(col(Claiming.created_at), col(Claiming.id))
    )
    return {row.receipt_id: row for row in (await session.exec(query)).all()}


def _new(
    wanted: NewClaiming, actor: Actor, receipt: Receipt, offer: Offer, asked: bytes, at: datetime
) -> Claiming:
    reading = _reading(receipt)
    return Claiming(
        id=wanted.id,
        ledger_id=receipt.ledger_id,
        receipt_id=receipt.id,
        merchant=reading.merchant.value if reading and reading.merchant else None,
        **claiming.stored(offer),
        created_at=at,
        opened_by=actor.user_id,
        fingerprint=asked,
    ).written_by(actor.device_id)


def _reading(receipt: Receipt) -> Reading | None:
    return restored(receipt.reading) if receipt.reading else None


async def _set(
    tx: Tx, seat: Seat, row: Claiming, member_id: UUID, before: Claims, after: Claims
) -> None:
    """Write a member's claims, if they changed, and what the log keeps of them: all that they claim."""
    was, now = _parts(before, member_id), _parts(after, member_id)
    if was == now:
        return
    theirs = delete(Claim).where(
        col(Claim.claiming_id) == row.id, col(Claim.member_id) == member_id
    )
    await tx.exec(theirs)
    tx.add_all(
        Claim(
            claiming_id=row.id,
            line=line,
            member_id=member_id,
            ledger_id=row.ledger_id,
            parts=parts,
        )
        for line, parts in now.items()
    )
    row.written_by(seat.author.device_id, "claims")
    events.record(
        tx,
        seat.ledger,
        seat.author,
        EventKind.CLAIMING_CLAIMED,
        row.id,
        before=_facts(member_id, was),
        after=_facts(member_id, now),
    )
    await tx.flush()


def _parts(claims: Claims, member_id: UUID) -> dict[int, int]:
    return {line: parts[member_id] for line, parts in claims.items() if member_id in parts}


def _facts(member_id: UUID, parts: Mapping[int, int]) -> dict[str, object]:
    return {
        "member_id": str(member_id),
        "parts": {str(line): count for line, count in parts.items()},
    }


def _end(
    tx: Tx, seat: Seat, row: Claiming, status: ClaimingStatus, expense_id: UUID | None = None
) -> None:
    before = row.facts()
    row.status, row.expense_id = status, expense_id
    row.written_by(seat.author.device_id, "status")
    kind = EventKind.CLAIMING_CLOSED if expense_id else EventKind.CLAIMING_CANCELLED
    events.record_row(tx, seat, kind, row, before)


async def _require_seen(tx: Tx, row: Claiming, member_id: UUID, if_version: int) -> None:
    """That nobody has set the member's claims since: others may, and lose nothing by it."""
    since = await events.after_version(tx, row.ledger_id, row.id, if_version)
    if any((event.after or {}).get("member_id") == str(member_id) for event in since):
        raise Stale("These claims have changed since.", entity=("Claiming", row.id))


async def _claimant(tx: Tx, seat: Seat, member_id: UUID | None) -> Member:
    if member_id is None or member_id == seat.member.id:
        return seat.member
    member = await tx.get(Member, member_id)
    if member is None or member.ledger_id != seat.ledger.id:
        raise NotMembers("They are not a member of the ledger.", path=("memberId",))
    claiming.require_may_claim_for(member.role, is_placeholder=member.user_id is None)
    if member.left_at is not None:
        raise MemberHasLeft(f"{member.name} has left the ledger.", path=("memberId",))
    if not member.is_active:
        raise MemberDeactivated(f"{member.name} takes no part in new costs.", path=("memberId",))
    return member


async def _require_seated(tx: Tx, seat: Seat, offer: Offer) -> None:
    """That whoever bears an adjustment takes part. Refuses: `NotMembers`."""
    named = participants(offer.split({}, claiming.NOBODYS)) - {claiming.NOBODY}
    if strangers := named - set(await access.active_in(tx, seat.ledger)):
        raise NotMembers(
            f"{len(strangers)} of these people are not members now.", path=("offer", "adjustments")
        )


def _require_same_closing(row: Claiming, asked: bytes) -> None:
    if row.closing_fingerprint not in {
        None,
        asked,
    }:  # None of one that was closed before it was kept
        raise IdAlreadyUsed("It was closed otherwise.", entity=("Claiming", row.id))


def _require_running(row: Claiming) -> None:
    if row.status is not ClaimingStatus.OPEN:
        raise ClaimingOver(f"It is {row.status.lower()}.", entity=("Claiming", row.id))


def _require_may_end(seat: Seat, row: Claiming) -> None:
    opener = row.opened_by == seat.author.user_id
    claiming.require_may_end(seat.member.rights, opener=opener)
