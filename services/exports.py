"""A whole ledger, page by page: a reader of any speed holds no session and no memory of ours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.ledger_export import Record
from models.base import Edited
from models.category import Category
from models.comment import Comment
from models.conversion import Conversion, Rate
from models.default_split import DefaultSplit
from models.expense import Entry, Expense, Settlement
from models.ledger import Balance, Ledger, Member
from models.subgroup import Subgroup
from services import access, categories

AT_A_TIME = 500

Section = type[
    Member | Subgroup | DefaultSplit | Expense | Settlement | Conversion | Rate | Comment
]
SECTIONS: Mapping[str, Section] = {
    "members": Member,
    "subgroups": Subgroup,
    "default_splits": DefaultSplit,
    "expenses": Expense,
    "settlements": Settlement,
    "conversions": Conversion,
    "rates": Rate,
    "comments": Comment,
}
"""Whatever a ledger has of its members' doing. A new kind of thing is a new line here."""

Place = tuple[Any, ...] | None
"""Where the page before ended; None for the beginning."""


class Book(NamedTuple):
    """What every page of an export needs to know of its ledger, as of one moment."""

    ledger: Ledger
    members: Sequence[Member]
    balances: Sequence[Balance]
    categories: Mapping[UUID, Category]

    @property
    def seats(self) -> Mapping[UUID, UUID]:
        """The members who are people, by user."""
        return {member.user_id: member.id for member in self.members if member.user_id}

    def facts(self) -> Record:
        ledger = self.ledger
        return {"id": ledger.id, "kind": ledger.kind, "created_at": ledger.created_at} | (
            ledger.facts()
        )


async def opened(session: AsyncSession, viewer: UUID, ledger_id: UUID) -> Book:
    """Refuses: `NotFound` for anyone who is not a member now."""
    ledger = await access.ledger_of(session, viewer, ledger_id)
    members = select(Member).where(Member.ledger_id == ledger_id)
    balances = select(Balance).where(Balance.ledger_id == ledger_id, col(Balance.net_minor) != 0)
    return Book(
        ledger,
        (await session.exec(members.order_by(col(Member.created_at), col(Member.id)))).all(),
        (
            await session.exec(balances.order_by(col(Balance.member_id), col(Balance.currency)))
        ).all(),
        {row.id: row for row in await categories.all_of(session)},
    )


async def records(
    book: Book, table: Section, session: AsyncSession, after: Place
) -> tuple[Sequence[Record], Place]:
    """The next records of a section, deleted ones too, and the place that they end at."""
    order = [name for name in ("day", "id") if name in table.model_fields]
    rows = await _page(session, book, table, order, after)
    expense_ids = [row.id for row in rows if isinstance(row, Expense)]
    shares = await _shares(session, expense_ids)
    place = tuple(getattr(rows[-1], name) for name in order) if rows else None
    return [_record(book, row, shares) for row in rows], place


def _record(book: Book, row: Edited, shares: Mapping[UUID, Sequence[Record]]) -> Record:
    """A row's registers as its log has them, and what the log does not repeat."""
    known: dict[str, Any] = {"id": row.id, "created_at": row.created_at} | row.facts()
    if (by := getattr(row, "created_by", None)) is not None:
        known["created_by"] = book.seats.get(by)
    if isinstance(row, Comment):
        known |= {"author_id": row.author_id, "author_name": row.author_name, "text": row.text}
    if isinstance(row, Expense):
        key = book.categories[row.category_id].key if row.category_id else None
        known |= {"category": key, "shares": shares.get(row.id, [])}
    return known


async def _shares(
    session: AsyncSession, expense_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[Record]]:
    query = select(Entry).where(col(Entry.expense_id).in_(expense_ids))
    shares: defaultdict[UUID, list[Record]] = defaultdict(list)
    for entry in (await session.exec(query.order_by(col(Entry.member_id)))).all():
        assert entry.expense_id is not None, "asked for by it"
        shares[entry.expense_id].append(
            {
                "member_id": entry.member_id,
                "paid_minor": entry.paid_minor,
                "owed_minor": entry.owed_minor,
                "spare_minor": entry.spare_minor,
            }
        )
    return shares


async def _page(
    session: AsyncSession, book: Book, table: Section, order: Sequence[str], after: Place
) -> Sequence[Edited]:
    columns = [getattr(table, name) for name in order]
    query = select(table).where(table.ledger_id == book.ledger.id).order_by(*columns)
    if after is not None:
        query = query.where(tuple_(*columns) > after)
    return (await session.exec(query.limit(AT_A_TIME))).all()
