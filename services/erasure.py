"""Deleting an account: everything personal goes; what others share keeps its history under a bare name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import SQLModel, col, delete, func, select

from core.clock import now
from core.db import Tx
from domain.actor import SYSTEM, Actor, Author
from domain.errors import Conflict
from domain.log import EventKind
from domain.role import Role
from models.account import User
from models.ledger import Ledger, LedgerKind, Member
from models.receipt import Receipt
from services import accounts, events, guests, members
from services.accounts import Proof, lock_guest, lock_proven


class MembershipChanging(Conflict):
    """A group was joined at this very moment. Asking again helps."""

    code = "MEMBERSHIP_CHANGING"


async def delete_account(tx: Tx, actor: Actor, proof: Proof) -> None:
    """Erase the personal ledger, leave a placeholder in each group, and forget the user.

    Groups are left as they are to the others: balances stay open, and whoever comes back by an invite can
    claim the seat. Refuses: `WrongCredentials`, `MembershipChanging`.
    """
    locked = await _lock_ledgers(tx, actor.user_id)
    user = await lock_proven(tx, proof, to_delete=True)
    await _forget(tx, user, locked, actor)


async def delete_guest(tx: Tx, actor: Actor) -> None:
    """Forget a guest, who has no password to prove anything by. The seat stays as a placeholder.

    Refuses: `NotAGuest`, `MembershipChanging`.
    """
    locked = await _lock_ledgers(tx, actor.user_id)
    user = await lock_guest(tx, actor, to_delete=True)
    await _forget(tx, user, locked, actor)


async def forget_lost_guest(tx: Tx, user_id: UUID, at: datetime) -> bool:
    """Forget a guest whom no token lets back in, and say whether there was one.

    The seat stays as a placeholder, which they may claim by a new link. Refuses: `MembershipChanging`.
    """
    locked = await _lock_ledgers(tx, user_id)
    user = await guests.lock_lost(tx, user_id, at)
    if user is not None:
        await _forget(tx, user, locked)
    return user is not None


async def _forget(
    tx: Tx, user: User, locked: Mapping[UUID, Ledger], actor: Actor | None = None
) -> None:
    seats = await _seats(tx, user.id)
    if {seat.ledger_id for seat in seats} != set(locked):
        raise MembershipChanging("You are joining a group just now. Try again.")
    for seat in seats:
        ledger = locked[seat.ledger_id]
        if ledger.kind is LedgerKind.PERSONAL:
            await _erase(tx, ledger)
        else:
            await _vacate(tx, ledger, seat, actor)
    await tx.flush()
    await accounts.delete(tx, user)


async def _lock_ledgers(tx: Tx, user_id: UUID) -> dict[UUID, Ledger]:
    mine = select(Member.ledger_id).where(Member.user_id == user_id)
    query = select(Ledger).where(col(Ledger.id).in_(mine)).order_by(col(Ledger.id))
    return {row.id: row for row in (await tx.exec(query.with_for_update())).all()}


async def _seats(tx: Tx, user_id: UUID) -> Sequence[Member]:
    """The user's seats, those in ledgers that they have left included."""
    return (await tx.exec(select(Member).where(Member.user_id == user_id))).all()


async def _erase(tx: Tx, ledger: Ledger) -> None:
    """Delete all that lies in the ledger, its log included. A nameless row stays, so no id comes twice."""
    receipts = select(Receipt.object_key, Receipt.image_key).where(Receipt.ledger_id == ledger.id)
    object_keys = sorted({key for keys in (await tx.exec(receipts)).all() for key in keys if key})
    await tx.exec(select(func.set_config("outgo.erasing_ledger", str(ledger.id), True)))
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "ledger_id" in table.columns:
            await tx.exec(delete(table).where(table.c.ledger_id == ledger.id))
    ledger.owner_id, ledger.name, ledger.fingerprint = None, "", b""
    ledger.clock, ledger.archived_at = {}, now()
    erased = {"object_keys": object_keys}
    events.record(tx, ledger, SYSTEM, EventKind.LEDGER_ERASED, ledger.id, after=erased)


async def _vacate(tx: Tx, ledger: Ledger, seat: Member, actor: Actor | None) -> None:
    author = Author(actor.user_id, seat.name, actor.device_id) if actor else SYSTEM
    before = seat.facts()
    seat.user_id, seat.is_guest, seat.role = None, False, Role.MEMBER
    seat.written_by(author.device_id, "user", "role")
    if seat.left_at is None:
        events.record(
            tx, ledger, author, EventKind.MEMBER_LEFT, seat.id, before=before, after=seat.facts()
        )
        await members.hand_over(tx, ledger, author)
