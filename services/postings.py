"""From a fact to its double entry: entries, directed debts and balances. Derived, never edited."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import add
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlmodel import col, func, or_

from core.db import Tx
from core.ids import new_ids
from domain import debts
from domain.errors import Invalid
from domain.money import Money
from models.conversion import Conversion
from models.expense import Debt, Entry, Expense, Settlement
from models.ledger import Ledger, Member
from services import posting_rows


class NotMembers(Invalid):
    code = "NOT_MEMBERS"


class MemberHasLeft(Invalid):
    code = "MEMBER_HAS_LEFT"


class MemberDeactivated(Invalid):
    code = "MEMBER_DEACTIVATED"


Fact = Expense | Settlement | Conversion
AnyFact = TypeVar("AnyFact", Expense, Settlement, Conversion)
FACTS: Mapping[str, type[Fact]] = {
    "expense": Expense,
    "settlement": Settlement,
    "conversion": Conversion,
}
"""By what the log and its readers call them."""


class Move(NamedTuple):
    """What a member's balance in a currency moves by: the net, and the odd cents in what they owe."""

    net_minor: int
    spare_minor: int


Members = Mapping[UUID, Any]
"""Members, or what is shown of them, by id."""

Moves = Mapping[tuple[UUID, str], Move]
BalanceChanges = Sequence[dict[str, Any]]
"""Balances at their new value, as the log keeps them: member_id, currency, net_minor."""


@dataclass(frozen=True)
class Posting:
    """What each member paid and owes by one fact, by member id; both sides sum to its amount.

    All in one currency: a fact that moves two (a conversion) has a posting for each. `spare` got an odd
    unit, which is within what they owe.
    """

    paid: Mapping[UUID, Money]
    owed: Mapping[UUID, Money]
    day: date
    category_id: UUID | None = None
    spare: AbstractSet[UUID] = frozenset()

    @cached_property
    def currency(self) -> str:
        return next(iter(self.paid.values())).currency

    @cached_property
    def sides(self) -> Mapping[UUID, tuple[int, int]]:
        """What everyone paid and owes, in minor units, in the order of their ids."""
        nothing = Money(0, self.currency)
        return {
            who: (self.paid.get(who, nothing).minor, self.owed.get(who, nothing).minor)
            for who in sorted({*self.paid, *self.owed})
        }

    @cached_property
    def nets(self) -> Mapping[UUID, int]:
        return {who: paid - owed for who, (paid, owed) in self.sides.items()}

    @property
    def moves(self) -> Moves:
        return {
            (who, self.currency): Move(net, int(who in self.spare))
            for who, net in self.nets.items()
        }


class Entered(NamedTuple):
    """An entry that was just made, as clients see it. Its member comes along."""

    member_id: UUID
    member: Any
    currency: str
    paid_minor: int
    owed_minor: int
    spare_minor: int


def entered(posting: Posting, members: Members) -> Sequence[Entered] | None:
    """The entries of a fact that was just posted, in the order in which clients see them.

    None where some of the members are not at hand.
    """
    if not posting.sides.keys() <= members.keys():
        return None
    ranked = sorted((-paid, -owed, who) for who, (paid, owed) in posting.sides.items())
    return [
        Entered(who, members[who], posting.currency, -paid, -owed, int(who in posting.spare))
        for paid, owed, who in ranked
    ]


async def post(
    tx: Tx,
    ledger: Ledger,
    fact: Fact,
    *postings: Posting,
    already_in: AbstractSet[UUID] = frozenset(),
) -> BalanceChanges:
    """Enter a fact that has no entries. Members `already_in` it may have left the ledger since.

    Refuses: `NotMembers`, `MemberHasLeft`, `MemberDeactivated`.
    """
    seats = await _seats(tx, ledger, fact, postings, already_in)
    return await write(tx, ledger, moves_of(postings), [(fact, postings)], seats)


async def repost(tx: Tx, ledger: Ledger, fact: Fact, posting: Posting) -> BalanceChanges:
    """Replace a fact's entries. Who was part of it may stay even after leaving the ledger.

    Refuses: `NotMembers`, `MemberHasLeft`, `MemberDeactivated`.
    """
    (taken,) = await taken_out(tx, [fact])
    involved = {member_id for member_id, _ in taken}
    seats = await _seats(tx, ledger, fact, [posting], involved)
    return await write(tx, ledger, total([posting.moves, taken]), [(fact, [posting])], seats)


async def withdraw(tx: Tx, ledger: Ledger, fact: Fact) -> BalanceChanges:
    """Take back a fact's entries, because it is deleted."""
    (taken,) = await taken_out(tx, [fact])
    return await write(tx, ledger, taken)


async def write(
    tx: Tx,
    ledger: Ledger,
    moves: Moves,
    facts: Sequence[tuple[Fact, Sequence[Posting]]] = (),
    seats: Members = MappingProxyType({}),
) -> BalanceChanges:
    """Enter facts that have no entries and move balances. What has a new net; odd cents alone are no news.

    In one statement: the triggers of a table look at each fact as a whole.
    """
    changed = await posting_rows.write(tx, **_rows(ledger, moves, facts, seats))
    return _told(moves, changed)


async def write_once(
    tx: Tx, ledger: Ledger, expense: Expense, posting: Posting, seats: Members
) -> BalanceChanges | None:
    """Enter an expense together with its own row, in one statement; None, and nothing, if its id is there.

    Whether people are open to it is for the caller to ask, after what comes first. Refuses: `IdNotVersion7`.
    """
    rows = _rows(ledger, posting.moves, [(expense, [posting])], seats)
    changed = await posting_rows.write_once(tx, expense, **rows)
    return None if changed is None else _told(posting.moves, changed)


def _rows(
    ledger: Ledger,
    moves: Moves,
    facts: Sequence[tuple[Fact, Sequence[Posting]]],
    seats: Members,
) -> Mapping[str, posting_rows.Rows]:
    rows = [
        ({"ledger_id": ledger.id, "created_at": fact.created_at} | _reference(fact), posting)
        for fact, postings in facts
        for posting in postings
    ]
    return {
        "entries": [of_fact | entry for of_fact, one in rows for entry in _entries(one, seats)],
        "debts": [of_fact | debt for of_fact, one in rows for debt in _debts(one)],
        "moved": [
            {"ledger_id": ledger.id, "member_id": who, "currency": currency, **move._asdict()}
            for (who, currency), move in sorted(moves.items())
            if any(move)
        ],
    }


def _told(moves: Moves, changed: Iterable[tuple[UUID, str, int]]) -> BalanceChanges:
    return [
        {"member_id": str(who), "currency": currency, "net_minor": net}
        for who, currency, net in changed
        if moves[who, currency].net_minor
    ]


async def _seats(
    tx: Tx,
    ledger: Ledger,
    fact: Fact,
    postings: Sequence[Posting],
    already_in: AbstractSet[UUID],
) -> Members:
    seats = await seated(tx, ledger, postings)
    require_all_open_to({who for one in postings for who in one.sides} - already_in, seats, fact)
    return seats


async def seated(
    tx: Tx, ledger: Ledger, postings: Sequence[Posting], members: Members = MappingProxyType({})
) -> Members:
    """The seats of all who take part, looked up unless all are among `members`.

    These were read under the ledger's lock. Refuses: `NotMembers`.
    """
    people = {who for posting in postings for who in posting.sides}
    return members if people <= members.keys() else await seats_of(tx, ledger, sorted(people))


def require_all_open_to(people: Iterable[UUID], seats: Members, fact: Fact) -> None:
    """Refuses: `MemberHasLeft`, `MemberDeactivated`."""
    for who in people:
        require_open_to(seats[who], fact)


def moves_of(postings: Sequence[Posting]) -> Moves:
    return {key: move for posting in postings for key, move in posting.moves.items()}


def _entries(posting: Posting, seats: Members) -> list[dict[str, Any]]:
    return [
        {
            "id": id,
            "member_id": who,
            "user_id": seats[who].user_id,
            "currency": posting.currency,
            "paid_minor": paid,
            "owed_minor": owed,
            "spare_minor": int(who in posting.spare),
            "day": posting.day,
            "category_id": posting.category_id,
        }
        for id, (who, (paid, owed)) in zip(
            new_ids(len(posting.sides)), posting.sides.items(), strict=True
        )
    ]


def _debts(posting: Posting) -> list[dict[str, Any]]:
    owed = debts.of_fact(posting.nets)
    return [
        {
            "id": id,
            "debtor_id": debt.debtor,
            "creditor_id": debt.creditor,
            "currency": posting.currency,
            "minor": debt.minor,
        }
        for id, debt in zip(new_ids(len(owed)), owed, strict=True)
    ]


async def seats_of(tx: Tx, ledger: Ledger, people: Sequence[UUID]) -> Members:
    seats = await posting_rows.seats(tx, ledger.id, people)
    if strangers := set(people) - set(seats):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")
    return seats


def require_open_to(member: Member, fact: Fact) -> None:
    """Who is deactivated has no new costs, but still settles what is open."""
    if member.left_at is not None:
        raise MemberHasLeft(f"{member.name} has left the ledger.")
    if member.deactivated_at is not None and isinstance(fact, Expense):
        raise MemberDeactivated(f"{member.name} takes no part in new costs.")


async def taken_out(tx: Tx, facts: Sequence[Fact]) -> Sequence[Moves]:
    """Delete the entries and debts of facts. What that moves balances by, fact by fact in their order."""
    ids = [fact.id for fact in facts]
    gone = (
        delete(Entry)
        .where(_of(Entry, ids))
        .returning(
            func.coalesce(
                col(Entry.expense_id), col(Entry.settlement_id), col(Entry.conversion_id)
            ),
            col(Entry.member_id),
            col(Entry.currency),
            col(Entry.owed_minor) - col(Entry.paid_minor),
            -col(Entry.spare_minor),
        )
    )
    moves: defaultdict[UUID, dict[tuple[UUID, str], Move]] = defaultdict(dict)
    for fact_id, member_id, currency, net, spare in (await tx.exec(gone)).all():
        moves[fact_id][member_id, currency] = Move(net, spare)
    await tx.exec(delete(Debt).where(_of(Debt, ids)))
    return [moves[id] for id in ids]


def _reference(fact: Fact) -> dict[str, UUID]:
    return {_column(fact): fact.id}


def _of(table: type[Entry | Debt], ids: Sequence[UUID]) -> ColumnElement[bool]:
    return or_(
        col(table.expense_id).in_(ids),
        col(table.settlement_id).in_(ids),
        col(table.conversion_id).in_(ids),
    )


def _column(fact: Fact) -> str:
    match fact:
        case Expense():
            return "expense_id"
        case Settlement():
            return "settlement_id"
        case Conversion():
            return "conversion_id"


def total(several: Sequence[Moves]) -> Moves:
    still = Move(0, 0)
    summed: dict[tuple[UUID, str], Move] = {}
    for moves in several:
        for key, move in moves.items():
            summed[key] = Move(*map(add, summed.get(key, still), move))
    return summed
