"""The facts of a ledger that stand, in the order of their days: the rows of a spreadsheet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select, tuple_, union_all
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.money import Money
from domain.spreadsheet import PAYMENT, Row
from models.conversion import Conversion
from models.expense import Entry, Expense, Settlement
from services.exports import AT_A_TIME, Book, Place
from services.postings import Fact

_TABLES = (Expense, Settlement, Conversion)
_CONVERSION = "Conversion"


async def rows(book: Book, session: AsyncSession, place: Place) -> tuple[Sequence[Row], Place]:
    """The rows of the next facts, and the place that they end at; None once there are none."""
    places = await _places(session, book.ledger.id, place)
    ids = [id for _, id in places]
    facts = {fact.id: fact for table in _TABLES for fact in await _facts(session, table, ids)}
    nets = await _nets(session, ids)  # none of what has been deleted since
    found = [row for id in ids if id in nets for row in _rows(book, facts[id], nets[id])]
    return found, tuple(places[-1]) if places else None


async def _places(
    session: AsyncSession, ledger_id: UUID, place: Place
) -> Sequence[tuple[date, UUID]]:
    standing = union_all(
        *(
            select(col(table.day), col(table.id)).where(
                table.ledger_id == ledger_id, col(table.deleted_at).is_(None)
            )
            for table in _TABLES
        )
    ).subquery()
    query = select(standing.c.day, standing.c.id).order_by(standing.c.day, standing.c.id)
    if place is not None:
        query = query.where(tuple_(standing.c.day, standing.c.id) > place)
    return (await session.exec(query.limit(AT_A_TIME))).all()


async def _facts(session: AsyncSession, table: type[Fact], ids: Sequence[UUID]) -> Sequence[Fact]:
    return (await session.exec(select(table).where(col(table.id).in_(ids)))).all()


async def _nets(
    session: AsyncSession, ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, Mapping[UUID, int]]]:
    """What each fact moved each member by, per currency."""
    query = select(Entry).where(
        or_(
            col(Entry.expense_id).in_(ids),
            col(Entry.settlement_id).in_(ids),
            col(Entry.conversion_id).in_(ids),
        )
    )
    nets: defaultdict[UUID, defaultdict[str, dict[UUID, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for entry in (await session.exec(query)).all():
        fact_id = entry.expense_id or entry.settlement_id or entry.conversion_id
        assert fact_id is not None, "an entry is of one fact"
        nets[fact_id][entry.currency][entry.member_id] = entry.paid_minor - entry.owed_minor
    return nets


def _rows(book: Book, fact: Fact, nets: Mapping[str, Mapping[UUID, int]]) -> Sequence[Row]:
    match fact:
        case Expense():
            described = fact.merchant or fact.note or ""
            category = book.categories[fact.category_id].name if fact.category_id else ""
            costs = [Money(fact.amount_minor, fact.currency)]
        case Settlement():
            described, category = fact.note or PAYMENT, PAYMENT
            costs = [Money(fact.amount_minor, fact.currency)]
        case Conversion():
            described = category = _CONVERSION
            costs = [
                Money(fact.from_minor, fact.from_currency),
                Money(fact.to_minor, fact.to_currency),
            ]
    return [Row(fact.day, described, category, cost, nets[cost.currency]) for cost in costs]
