"""Entering and withdrawing many facts in few statements, with what each of them did to balances."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select

from core.db import Tx
from models.ledger import Balance, Ledger
from services import postings
from services.postings import BalanceChanges, Fact, Moves, Posting


async def post(
    tx: Tx, ledger: Ledger, facts: Sequence[tuple[Fact, Sequence[Posting]]]
) -> Sequence[BalanceChanges]:
    """Enter facts that have no entries. What each of them changed, in their order.

    Refuses: `NotMembers`, `MemberHasLeft`, `MemberDeactivated`.
    """
    involved = [(fact, who) for fact, several in facts for each in several for who in each.sides]
    seats = await postings.seats_of(tx, ledger, sorted({who for _, who in involved}))
    for fact, who in involved:
        postings.require_open_to(seats[who], fact)
    moves = [postings.moves_of(several) for _, several in facts]
    changes = await _changes(tx, ledger, moves)
    await postings.write(tx, ledger, postings.total(moves), facts, seats)
    return changes


async def withdraw(tx: Tx, ledger: Ledger, facts: Sequence[Fact]) -> Sequence[BalanceChanges]:
    """Take back the entries of facts that are deleted. What each of them changed, in their order."""
    moves = await postings.taken_out(tx, facts)
    changes = await _changes(tx, ledger, moves)
    await postings.write(tx, ledger, postings.total(moves))
    return changes


async def _changes(tx: Tx, ledger: Ledger, several: Sequence[Moves]) -> Sequence[BalanceChanges]:
    """How balances, which are still as they were, would move one by one."""
    query = select(Balance.member_id, Balance.currency, Balance.net_minor)
    found = await tx.exec(query.where(Balance.ledger_id == ledger.id))
    nets = defaultdict[tuple[UUID, str], int](
        int, {(member_id, currency): net for member_id, currency, net in found.all()}
    )
    return [_changed(nets, moves) for moves in several]


def _changed(nets: defaultdict[tuple[UUID, str], int], moves: Moves) -> BalanceChanges:
    changed: list[dict[str, object]] = []
    for (member_id, currency), move in sorted(moves.items()):
        if move.net_minor:
            nets[member_id, currency] += move.net_minor
            net = nets[member_id, currency]
            changed.append({"member_id": str(member_id), "currency": currency, "net_minor": net})
    return changed
