"""Creating what a client asked for once, however often it asks."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import instance_dict
from sqlmodel import col, select

from core.db import Tx
from core.prepared import Prepared, insert_many
from domain.fingerprint import IdAlreadyUsed, require_version_7
from models.budget import Budget
from models.claim import Claiming
from models.comment import Comment
from models.conversion import Conversion, Rate
from models.expense import Expense, Settlement
from models.file_import import Import
from models.ledger import Ledger, Member
from models.receipt import Receipt
from models.subgroup import Subgroup

Created = TypeVar(
    "Created",
    Expense,
    Settlement,
    Budget,
    Comment,
    Ledger,
    Member,
    Receipt,
    Claiming,
    Conversion,
    Rate,
    Subgroup,
    Import,
)


async def insert_once(tx: Tx, row: Created) -> Created | None:
    """Insert the row and answer None; or, if this very request did so before, the row it made then.

    Refuses: `IdNotVersion7`; `IdAlreadyUsed` when another request made a row with this id.
    """
    table = type(row)
    if await _INSERT[table].rows(tx, rows=[values_of(row)]):
        return None
    return await made_before(tx, table, row.id, row.fingerprint)


async def made_before(tx: Tx, table: type[Created], id: UUID, fingerprint: bytes) -> Created | None:
    """The row that this very request made before, whatever has become of it; None if there is none.

    To be asked first where what else a request needs may have gone since. Refuses: `IdAlreadyUsed`.
    """
    first = (await tx.exec(select(table).where(table.id == id))).one_or_none()
    if first is not None and first.fingerprint != fingerprint:
        raise IdAlreadyUsed(f"Another {table.__name__.lower()} has this id.")
    return first


def values_of(row: Created) -> dict[str, Any]:
    """What `inserting_once` takes of a row. Refuses: `IdNotVersion7`."""
    require_version_7(row.id)
    new = instance_dict(row)
    return {name: new[name] for name in _NAMES[type(row)]}


def inserting_once(table: type[Created]) -> Any:
    """A statement that says the ids of those of the `rows` that were not there."""
    inserting = insert_many(table, _NAMES[table]).on_conflict_do_nothing(index_elements=["id"])
    return inserting.returning(col(table.id))


_NAMES: dict[Any, list[str]] = {
    table: [column.key for column in inspect(table).columns if column.computed is None]
    for table in Created.__constraints__
}
_INSERT = {table: Prepared(inserting_once(table)) for table in Created.__constraints__}
