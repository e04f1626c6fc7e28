"""From what a client says of an expense's cost to what is stored of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import split
from domain.default_split import pair_of
from domain.expense import Cost
from domain.money import Money
from domain.split import Between, ByWeight, Equal, RemainderPolicy, Split, Wanted, Weighted
from models.default_split import DefaultSplit
from models.expense import Entry, Expense
from models.ledger import Balance, Ledger, Member
from services import default_splits
from services.access import Seat
from services.postings import Members, NotMembers, Posting


class Agreed(NamedTuple):
    """How an expense is split, the default that says so, which may be stale, and whoever was looked at."""

    split: Split
    default: DefaultSplit | None
    members: Members


async def agreed(
    session: AsyncSession, seat: Seat, wanted: Wanted | None, category_id: UUID | None = None
) -> Agreed:
    """What the client says; else what the nearest default does; else everyone (or the two) equally.

    Standing weights are read now and kept with the expense. Refuses: `NotMembers`, `NotBetweenThem`.
    """
    default: DefaultSplit | None = None
    members: Members = {}
    match wanted:
        case None:
            members, defaults = await default_splits.members_and_defaults(session, seat.ledger)
            if defaults:
                default = await default_splits.of_category(session, seat.ledger, category_id)
            wanted = _standing(default, [who for who, row in members.items() if row.is_active])
        case Between(member_id):
            pair = pair_of(seat.member.id, member_id, path=("split", "withMember"))
            default = await default_splits.of_pair(session, seat.ledger, pair)
            wanted = _standing(default, sorted(pair))
        case _:
            pass
    if isinstance(wanted, ByWeight):
        wanted = Weighted(await _weights(session, seat.ledger, wanted.participants))
    return Agreed(wanted, default, members)


async def precedence(
    session: AsyncSession, ledger: Ledger, cost: Cost, *, instead_of: Expense | None = None
) -> dict[str, int] | None:
    """Who is served the odd cents of a cost first, by the ledger's policy of today; None for no order.

    Asked once, when a cost is written, and stored with it. So the shares of an expense change with its cost
    and never because somebody renames it, moves it to another day, deletes and restores it, or because the
    group chooses another policy.
    FAIR_LEDGER counts what each member got so far in the currency: `Balance.spare_minor`, which every posting
    moves by what its entries say, so that edits and deletions take their odd cents back. An edit counts as if
    the expense were not there. Whoever writes holds the ledger's lock: nobody is counted twice.
    """
    received: Mapping[UUID, int] = {}
    if ledger.remainder is RemainderPolicy.FAIR_LEDGER:
        received = await _received(session, ledger, cost.amount.currency, instead_of)
    ranks = split.precedence(
        ledger.remainder,
        payers=cost.paid_by,
        sharing=split.participants(cost.split),
        received=received,
    )
    return {str(who): rank for who, rank in ranks.items()} or None


def columns(cost: Cost) -> dict[str, Any]:
    """How an expense keeps its cost."""
    return {
        "amount_minor": cost.amount.minor,
        "currency": cost.amount.currency,
        "payers": {str(who): minor for who, minor in cost.paid_by.items()},
        "split": split.stored(cost.split),
    }


def of(expense: Expense) -> Cost:
    return Cost(
        amount=Money(expense.amount_minor, expense.currency),
        paid_by={UUID(who): minor for who, minor in expense.payers.items()},
        split=split.restored(expense.split),
    )


def posting(expense: Expense, cost: Cost | None = None) -> Posting:
    """What follows from the expense's cost for each member. Refuses: see `split.paid` and `split.divide`."""
    cost = cost or of(expense)
    ranks = {UUID(who): rank for who, rank in (expense.precedence or {}).items()}
    owed = split.divide(cost.amount, cost.split, expense.id, ranks)
    return Posting(
        paid=split.paid(cost.amount, cost.paid_by),
        owed=owed.parts,
        spare=owed.spare,
        day=expense.day,
        category_id=expense.category_id,
    )


def _standing(default: DefaultSplit | None, people: Sequence[UUID]) -> split.Standing:
    if default is None or default.split is None:
        return Equal(tuple(people))
    return split.restored_standing(default.split)


async def _weights(
    session: AsyncSession, ledger: Ledger, people: Sequence[UUID]
) -> dict[UUID, int]:
    query = select(Member.id, Member.weight).where(
        Member.ledger_id == ledger.id, col(Member.id).in_(people)
    )
    weights = dict((await session.exec(query)).all())
    if strangers := set(people) - set(weights):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")
    return weights


async def _received(
    session: AsyncSession, ledger: Ledger, currency: str, instead_of: Expense | None
) -> dict[UUID, int]:
    counts = select(Balance.member_id, Balance.spare_minor).where(
        Balance.ledger_id == ledger.id, Balance.currency == currency
    )
    received = Counter(dict((await session.exec(counts)).all()))
    if instead_of is not None:
        own = select(Entry.member_id, Entry.spare_minor).where(
            Entry.expense_id == instead_of.id, Entry.currency == currency
        )
        received.subtract(dict((await session.exec(own)).all()))
    return received
