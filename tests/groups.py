"""Groups and expenses as tests need them: plain functions, keyword overrides, through the real services."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.conversion import Exchange
from domain.expense import Bill, Draft
from domain.group import NewGroup, NewInvite
from domain.money import Money
from domain.split import Split
from models.conversion import Conversion
from models.event import Event
from models.expense import Entry, Expense
from models.ledger import Balance, Ledger, Member
from services import access, conversions, expenses, invites, ledgers

DAY = date(2026, 5, 4)


@dataclass(frozen=True, slots=True)
class Group:
    """A ledger and the seats of its members, in the order in which they came."""

    id: UUID
    seats: dict[UUID, UUID]

    def seat(self, actor: Actor) -> UUID:
        return self.seats[actor.user_id]


async def make_group(
    db: Database, owner: Actor, *others: Actor, name: str = "Trip", currency: str = "EUR"
) -> Group:
    """A group of the owner's that the others have joined by an invite."""
    wanted = NewGroup(id=new_id(), name=name, currency=currency)
    async with db.transaction() as tx:
        await ledgers.create_group(tx, owner, wanted)
    if others:
        invite = NewInvite(wanted.id, timedelta(hours=1), max_uses=len(others))
        async with db.transaction() as tx:
            issued = await invites.create(tx, owner, invite)
        for other in others:
            async with db.transaction() as tx:
                await invites.accept(tx, other, issued.token)
    return await group_of(db, wanted.id)


async def group_of(db: Database, ledger_id: UUID) -> Group:
    query = select(Member).where(Member.ledger_id == ledger_id).order_by(col(Member.id))
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return Group(ledger_id, {row.user_id: row.id for row in rows if row.user_id})


async def personal_ledger(db: Database, actor: Actor) -> Group:
    async with db.reading() as session:
        ledger = await access.personal_ledger_of(session, actor.user_id)
    return await group_of(db, ledger.id)


def draft(
    ledger_id: UUID,
    minor: int = 1000,
    *,
    currency: str = "EUR",
    paid_by: dict[UUID, int] | None = None,
    split: Split | None = None,
    day: date = DAY,
    **overrides: Any,
) -> Draft:
    return Draft(
        id=overrides.pop("id", None) or new_id(),
        ledger_id=ledger_id,
        bill=Bill(Money(minor, currency), paid_by, split),
        day=day,
        **overrides,
    )


async def spend(
    db: Database, actor: Actor, ledger_id: UUID, minor: int = 1000, **overrides: Any
) -> Expense:
    """Record an expense: unless said otherwise, the actor paid 10.00 EUR for everyone on `DAY`."""
    async with db.transaction() as tx:
        wanted = draft(ledger_id, minor, **overrides)
        return (await expenses.create(tx, actor, wanted)).expense


async def convert(db: Database, debtor: Actor, trip: Group, creditor: Actor) -> Conversion:
    """Five euros that the debtor owes become six dollars."""
    euros = Money(500, "EUR")
    people = trip.seat(debtor), trip.seat(creditor)
    wanted = Exchange(new_id(), trip.id, *people, euros, "USD", DAY, Decimal("1.2"))
    async with db.transaction() as tx:
        return await conversions.convert(tx, debtor, wanted)


async def balances(db: Database, ledger_id: UUID) -> dict[tuple[UUID, str], int]:
    """Every open balance, by member id and currency."""
    query = select(Balance).where(Balance.ledger_id == ledger_id, col(Balance.net_minor) != 0)
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return {(row.member_id, row.currency): row.net_minor for row in rows}


async def log(db: Database, ledger_id: UUID) -> list[Event]:
    query = select(Event).where(Event.ledger_id == ledger_id).order_by(col(Event.seq))
    async with db.reading() as session:
        return list((await session.exec(query)).all())


async def entries(db: Database, expense_id: UUID) -> dict[UUID, tuple[int, int]]:
    """What each member paid and owes by the expense, by member id."""
    query = select(Entry).where(Entry.expense_id == expense_id)
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return {row.member_id: (row.paid_minor, row.owed_minor) for row in rows}


async def ledger_row(db: Database, ledger_id: UUID) -> Ledger:
    async with db.reading() as session:
        return await session.get_one(Ledger, ledger_id)
