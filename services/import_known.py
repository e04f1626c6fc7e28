"""What a ledger knows of the records of a file, from earlier imports or because they are its own."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.imports.contents import Found
from domain.imports.plan import Known
from models.conversion import Conversion
from models.expense import Expense, Settlement
from models.file_import import Import, ImportedFact
from models.ledger import Ledger
from services.postings import Fact

_TABLES = (Expense, Settlement, Conversion)


async def of(
    session: AsyncSession, ledger: Ledger, found: Sequence[Found]
) -> Mapping[bytes, Known]:
    """By key. What was withdrawn with its file is not known any more; what somebody deleted is."""
    imported = await _imported(session, ledger, [each.key for each in found])
    own = await _own(session, ledger, [each.own_id for each in found if each.own_id])
    known = {
        each.key: Known(each.content, own[each.own_id]) for each in found if each.own_id in own
    }
    return {**known, **imported}


async def standing(session: AsyncSession, file: Import) -> Sequence[Fact]:
    """What an import added and nobody has deleted since, in the order of ids."""
    return [
        fact
        for table, column in (
            (Expense, ImportedFact.expense_id),
            (Settlement, ImportedFact.settlement_id),
            (Conversion, ImportedFact.conversion_id),
        )
        for fact in (
            await session.exec(
                select(table)
                .join(ImportedFact, col(column) == table.id)
                .where(ImportedFact.import_id == file.id, col(table.deleted_at).is_(None))
                .order_by(col(table.id))
            )
        ).all()
    ]


async def _imported(
    session: AsyncSession, ledger: Ledger, keys: Sequence[bytes]
) -> Mapping[bytes, Known]:
    query = (
        select(ImportedFact)
        .join(Import, col(Import.id) == ImportedFact.import_id)
        .join(Expense, col(Expense.id) == ImportedFact.expense_id, isouter=True)
        .join(Settlement, col(Settlement.id) == ImportedFact.settlement_id, isouter=True)
        .join(Conversion, col(Conversion.id) == ImportedFact.conversion_id, isouter=True)
        .where(
            ImportedFact.ledger_id == ledger.id,
            col(ImportedFact.key).in_(keys),
            or_(
                col(Import.undone_at).is_(None),
                func.coalesce(
                    col(Expense.deleted_at),
                    col(Settlement.deleted_at),
                    col(Conversion.deleted_at),
                ).is_(None),
            ),
        )
    )
    return {row.key: Known(row.content, _entity(row)) for row in (await session.exec(query)).all()}


def _entity(row: ImportedFact) -> tuple[str, UUID]:
    for table, id in zip(
        _TABLES, (row.expense_id, row.settlement_id, row.conversion_id), strict=True
    ):
        if id is not None:
            return table.__name__, id
    raise AssertionError("an imported record is one fact")


async def _own(
    session: AsyncSession, ledger: Ledger, ids: Sequence[UUID]
) -> Mapping[UUID | None, tuple[str, UUID]]:
    """The ledger's own facts among these ids."""
    return {
        id: (table.__name__, id)
        for table in _TABLES
        for id in (
            await session.exec(
                select(table.id).where(table.ledger_id == ledger.id, col(table.id).in_(ids))
            )
        ).all()
    }
