"""From a fact to its double entry: entries, directed debts and balances. Derived, never edited."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col, select

from core.db import Tx
from core.ids import new_id
from domain import debts
from domain.errors import Invalid
from domain.money import Money
from models.expense import Debt, Entry, Expense, Settlement
from models.ledger import Balance, Ledger, Member


class NotMembers(Invalid):
    code = "NOT_MEMBERS"


class MemberHasLeft(Invalid):
    code = "MEMBER_HAS_LEFT"


Fact = Expense | Settlement
Nets = Mapping[tuple[UUID, str], int]
BalanceChanges = Sequence[dict[str, Any]]
"""Balances at their new value, as the log keeps them: member_id, currency, net_minor."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What each member paid and owes by one fact, by member id; both sides sum to its amount."""

    paid: Mapping[UUID, Money]
    owed: Mapping[UUID, Money]
    day: date
    category_id: UUID | None = None


async def post(
    tx: Tx,
    ledger: Ledger,
    fact: Fact,
    posting: Posting,
    *,
    already_in: AbstractSet[UUID] = frozenset(),
) -> BalanceChanges:
    """Enter a fact that has no entries. Members `already_in` it may have left the ledger since.

    Refuses: `NotMembers`, `MemberHasLeft`.
    """
    nets = await _enter(tx, ledger, fact, posting, already_in)
    return await _move_balances(tx, ledger, nets)


async def repost(tx: Tx, ledger: Ledger, fact: Fact, posting: Posting) -> BalanceChanges:
    """Replace a fact's entries. Who was part of it may stay even after leaving the ledger.

    Refuses: `NotMembers`, `MemberHasLeft`.
    """
    withdrawn = await _withdraw(tx, fact)
    involved = {member_id for member_id, _ in withdrawn}
    entered = await _enter(tx, ledger, fact, posting, involved)
    return await _move_balances(tx, ledger, _sum(entered, _negative(withdrawn)))


async def withdraw(tx: Tx, ledger: Ledger, fact: Fact) -> BalanceChanges:
    """Take back a fact's entries, because it is deleted."""
    return await _move_balances(tx, ledger, _negative(await _withdraw(tx, fact)))


async def _enter(
    tx: Tx, ledger: Ledger, fact: Fact, posting: Posting, already_in: AbstractSet[UUID]
) -> Nets:
    people = sorted({*posting.paid, *posting.owed})
    seats = await _seats(tx, ledger, people, already_in)
    paid = {who: posting.paid[who].minor if who in posting.paid else 0 for who in people}
    owed = {who: posting.owed[who].minor if who in posting.owed else 0 for who in people}
    of_fact = {"ledger_id": ledger.id, "currency": fact.currency, **_reference(fact)}
    entries = [
        {
            **of_fact,
            "id": new_id(),
            "created_at": fact.created_at,
            "member_id": who,
            "user_id": seats[who].user_id,
            "paid_minor": paid[who],
            "owed_minor": owed[who],
            "day": posting.day,
            "category_id": posting.category_id,
        }
        for who in people
    ]
    await tx.exec(insert(Entry).values(entries))
    nets = {who: paid[who] - owed[who] for who in people}
    if directed := debts.of_fact(nets):
        await tx.exec(insert(Debt).values([_debt_row(of_fact, fact, debt) for debt in directed]))
    return {(who, fact.currency): net for who, net in nets.items()}


async def _seats(
    tx: Tx, ledger: Ledger, people: Sequence[UUID], already_in: AbstractSet[UUID]
) -> dict[UUID, Member]:
    query = select(Member).where(Member.ledger_id == ledger.id, col(Member.id).in_(people))
    seats = {member.id: member for member in (await tx.exec(query)).all()}
    if strangers := set(people) - set(seats):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")
    for member in seats.values():
        if member.left_at is not None and member.id not in already_in:
            raise MemberHasLeft(f"{member.name} has left the ledger.")
    return seats


async def _withdraw(tx: Tx, fact: Fact) -> Nets:
    gone = (
        delete(Entry)
        .where(_of(Entry, fact))
        .returning(
            col(Entry.member_id), col(Entry.currency), col(Entry.paid_minor), col(Entry.owed_minor)
        )
    )
    nets = {
        (member_id, currency): paid - owed
        for member_id, currency, paid, owed in (await tx.exec(gone)).all()
    }
    await tx.exec(delete(Debt).where(_of(Debt, fact)))
    return nets


async def _move_balances(tx: Tx, ledger: Ledger, nets: Nets) -> BalanceChanges:
    moved = [
        {"ledger_id": ledger.id, "member_id": member_id, "currency": currency, "net_minor": net}
        for (member_id, currency), net in sorted(nets.items())
        if net
    ]
    if not moved:
        return []
    adding = upsert(Balance).values(moved)
    query = adding.on_conflict_do_update(
        index_elements=["ledger_id", "member_id", "currency"],
        set_={"net_minor": col(Balance.net_minor) + adding.excluded.net_minor},
    ).returning(col(Balance.member_id), col(Balance.currency), col(Balance.net_minor))
    return [
        {"member_id": str(member_id), "currency": currency, "net_minor": net}
        for member_id, currency, net in (await tx.exec(query)).all()
    ]


def _debt_row(of_fact: dict[str, Any], fact: Fact, debt: debts.Debt) -> dict[str, Any]:
    return {
        **of_fact,
        "id": new_id(),
        "created_at": fact.created_at,
        "debtor_id": debt.debtor,
        "creditor_id": debt.creditor,
        "minor": debt.minor,
    }


def _reference(fact: Fact) -> dict[str, UUID]:
    return {"expense_id" if isinstance(fact, Expense) else "settlement_id": fact.id}


def _of(table: type[Entry | Debt], fact: Fact) -> ColumnElement[bool]:
    column = table.expense_id if isinstance(fact, Expense) else table.settlement_id
    return col(column) == fact.id


def _negative(nets: Nets) -> Nets:
    return {key: -net for key, net in nets.items()}


def _sum(one: Nets, other: Nets) -> Nets:
    total: defaultdict[tuple[UUID, str], int] = defaultdict(int, one)
    for key, net in other.items():
        total[key] += net
    return total
