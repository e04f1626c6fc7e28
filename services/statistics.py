"""A ledger in figures: what each member, category and day comes to, and who fronts money for how long."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns_of
from sqlalchemy.orm import Mapped
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.money import Money
from domain.statistics import Credit, credit
from models.expense import Entry, Expense
from services import access

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at, half-open; None leaves an end open."""

    from_day: date | None
    before_day: date | None

    def covers(self, day: Mapped[date]) -> list[ColumnElement[bool]]:
        """The conditions on a column of days."""
        conditions: list[ColumnElement[bool]] = []
        if self.from_day is not None:
            conditions.append(day >= self.from_day)
        if self.before_day is not None:
            conditions.append(day < self.before_day)
        return conditions


@dataclass(frozen=True, slots=True)
class MemberTotal:
    member_id: UUID
    paid: Money
    owed: Money
    spare_minor: int


@dataclass(frozen=True, slots=True)
class CategoryTotal:
    category_id: UUID | None
    total: Money


@dataclass(frozen=True, slots=True)
class DayTotal:
    day: date
    total: Money


@dataclass(frozen=True, slots=True)
class MemberCredit:
    member_id: UUID
    currency: str
    credit: Credit


@dataclass(frozen=True, slots=True)
class Statistics:
    members: Sequence[MemberTotal]
    categories: Sequence[CategoryTotal]
    days: Sequence[DayTotal]
    credits: Sequence[MemberCredit]


async def of_ledger(
    session: AsyncSession, viewer: UUID, ledger_id: UUID, span: Span, until: date
) -> Statistics:
    """The ledger's figures over a span of days; credit counts up to `until`. Refuses: `NotFound`."""
    await access.require_ledger(session, viewer, ledger_id)
    return Statistics(
        members=await _by_member(session, ledger_id, span),
        categories=await _by_category(session, ledger_id, span),
        days=await _by_day(session, ledger_id, span),
        credits=await _credits(session, ledger_id, until),
    )


async def _by_member(session: AsyncSession, ledger_id: UUID, span: Span) -> Sequence[MemberTotal]:
    """Who paid most comes first."""
    paid = func.sum(Entry.paid_minor)
    query = (
        columns_of(
            col(Entry.member_id),
            col(Entry.currency),
            paid,
            func.sum(Entry.owed_minor),
            func.sum(Entry.spare_minor),
        )
        .where(
            col(Entry.ledger_id) == ledger_id,
            col(Entry.expense_id).is_not(None),
            *span.covers(col(Entry.day)),
        )
        .group_by(col(Entry.member_id), col(Entry.currency))
        .order_by(col(Entry.currency), paid.desc(), col(Entry.member_id))
    )
    rows: Sequence[Any] = (await (await session.connection()).execute(query)).all()
    return [
        MemberTotal(member_id, Money(int(put_in), currency), Money(int(theirs), currency), int(odd))
        for member_id, currency, put_in, theirs, odd in rows
    ]


async def _by_category(
    session: AsyncSession, ledger_id: UUID, span: Span
) -> Sequence[CategoryTotal]:
    """What comes to most comes first."""
    rows = await _totals(session, ledger_id, span, col(Expense.category_id))
    totals = [CategoryTotal(category_id, total) for category_id, total in rows]
    return sorted(totals, key=lambda row: (row.total.currency, -row.total.minor))


async def _by_day(session: AsyncSession, ledger_id: UUID, span: Span) -> Sequence[DayTotal]:
    rows = await _totals(session, ledger_id, span, col(Expense.day))
    totals = [DayTotal(day, total) for day, total in rows]
    return sorted(totals, key=lambda row: (row.day, row.total.currency))


async def _credits(session: AsyncSession, ledger_id: UUID, until: date) -> Sequence[MemberCredit]:
    """Who fronted most, settlements included, comes first."""
    query = (
        select(
            col(Entry.member_id),
            col(Entry.currency),
            col(Entry.day),
            func.sum(col(Entry.paid_minor) - col(Entry.owed_minor)),
        )
        .where(Entry.ledger_id == ledger_id, col(Entry.day) < until)
        .group_by(col(Entry.member_id), col(Entry.currency), col(Entry.day))
    )
    nets: defaultdict[tuple[str, UUID], dict[date, int]] = defaultdict(dict)
    for member_id, currency, day, net in (await session.exec(query)).all():
        nets[currency, member_id][day] = int(net)
    found = [
        MemberCredit(member_id, currency, credit(by_day, until))
        for (currency, member_id), by_day in nets.items()
    ]
    return sorted(found, key=lambda row: (row.currency, -row.credit.given, row.member_id))


async def _totals(
    session: AsyncSession, ledger_id: UUID, span: Span, by: Mapped[Key]
) -> Sequence[tuple[Key, Money]]:
    query = (
        select(by, Expense.currency, func.sum(Expense.amount_minor))
        .where(
            Expense.ledger_id == ledger_id,
            col(Expense.deleted_at).is_(None),
            *span.covers(col(Expense.day)),
        )
        .group_by(by, col(Expense.currency))
    )
    rows = (await session.exec(query)).all()
    return [(key, Money(int(minor), currency)) for key, currency, minor in rows]
