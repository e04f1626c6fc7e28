"""The only way from an id to a row that the caller may see, and the lock that every write starts with."""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, exists
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.db import Tx
from core.prepared import Prepared, Where, given, is_the, one_of
from domain import role
from domain.actor import Actor, Author
from domain.errors import Conflict, NotFound
from domain.role import Role
from models.base import select_shown
from models.budget import Budget
from models.claim import Claiming
from models.comment import Comment
from models.conversion import Conversion, Rate
from models.default_split import DefaultSplit
from models.expense import Expense, Settlement
from models.file_import import Import
from models.ledger import Invite, Ledger, LedgerKind, Member
from models.notification import Endpoint, Notification
from models.receipt import Receipt
from models.subgroup import Subgroup

InLedger = TypeVar(
    "InLedger",
    Conversion,
    Rate,
    Expense,
    Settlement,
    Receipt,
    Claiming,
    Budget,
    Comment,
    DefaultSplit,
    Import,
    Invite,
    Member,
    Notification,
    Endpoint,
    Subgroup,
)


_TO_SHOW = Prepared(
    select_shown(Ledger)
    .join(Member, col(Member.ledger_id) == Ledger.id)
    .where(
        one_of(Ledger.id),
        is_the(Member.user_id, "viewer"),
        col(Member.left_at).is_(None),
    )
)


_SEATED = Prepared(
    select(Member.id).where(is_the(Member.ledger_id, "ledger_id"), col(Member.left_at).is_(None))
)


_LOCK = Prepared(select(Ledger).where(one_of(Ledger.id)).order_by(col(Ledger.id)).with_for_update())

_LOCK_SEAT = Prepared(
    select(Ledger, Member)
    .join(Member, col(Member.ledger_id) == Ledger.id)
    .where(
        is_the(Ledger.id, "ledger_id"),
        is_the(Member.user_id, "viewer"),
        col(Member.left_at).is_(None),
    )
    .with_for_update(of=[Ledger, Member])
)


class LedgerArchived(Conflict):
    code = "LEDGER_ARCHIVED"


class Seat(NamedTuple):
    """The caller's place in a ledger that this transaction has locked."""

    ledger: Ledger
    member: Member
    author: Author


async def ledger_of(session: AsyncSession, viewer: UUID, ledger_id: UUID) -> Ledger:
    """Refuses: `NotFound` for anyone who is not a member now."""
    found = await ledgers_of(session, viewer, [ledger_id])
    if ledger_id not in found:
        raise not_found(Ledger)
    return found[ledger_id]


async def ledgers_of(
    session: AsyncSession, viewer: UUID, ids: Iterable[UUID]
) -> dict[UUID, Ledger]:
    """Those of the ledgers that the viewer is a member of, by id."""
    query = (
        select(Ledger)
        .join(Member, col(Member.ledger_id) == Ledger.id)
        .where(col(Ledger.id).in_(ids), *_sits(viewer))
    )
    return {row.id: row for row in (await session.exec(query)).all()}


async def ledgers_to_show(where: Where, viewer: UUID, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """What clients see of those of the ledgers that the viewer is a member of, by id."""
    rows = await _TO_SHOW.rows(where, ids=list(ids), viewer=viewer)
    return {row.id: row for row in rows}


async def ledger_to_show(where: Where, viewer: UUID, ledger_id: UUID) -> Any:
    """What clients see of it. Refuses: `NotFound` for anyone who is not a member now."""
    found = await ledgers_to_show(where, viewer, [ledger_id])
    if ledger_id not in found:
        raise not_found(Ledger)
    return found[ledger_id]


async def require_ledger(where: Where, viewer: UUID, ledger_id: UUID) -> None:
    """Refuses: `NotFound` for anyone who is not a member now."""
    await ledger_to_show(where, viewer, ledger_id)


async def personal_ledger_of(session: AsyncSession, viewer: UUID) -> Ledger:
    return (await session.exec(select(Ledger).where(Ledger.owner_id == viewer))).one()


def ledger_ids_of(viewer: UUID | BindParameter[UUID]) -> SelectOfScalar[UUID]:
    """A subquery of the ledgers that the viewer is a member of."""
    return select(Member.ledger_id).where(*_sits(viewer))


def personal_ledger_id_of(viewer: BindParameter[UUID]) -> ScalarSelect[UUID]:
    """A subquery of the ledger in which the viewer's own affairs live."""
    return select(Ledger.id).where(Ledger.owner_id == viewer).scalar_subquery()


async def row_of(session: AsyncSession, viewer: UUID, table: type[InLedger], id: UUID) -> InLedger:
    """Refuses: `NotFound` unless the row lies in a ledger of the viewer's."""
    found = await rows_of(session, viewer, table, [id])
    if id not in found:
        raise not_found(table)
    return found[id]


async def rows_of(
    session: AsyncSession, viewer: UUID, table: type[InLedger], ids: Iterable[UUID]
) -> dict[UUID, InLedger]:
    """Those of the rows that lie in ledgers of the viewer's, by id."""
    query = select(table).where(
        col(table.id).in_(ids), col(table.ledger_id).in_(ledger_ids_of(viewer))
    )
    return {row.id: row for row in (await session.exec(query)).all()}


async def lock_ledger(
    tx: Tx,
    actor: Actor,
    ledger_id: UUID,
    *,
    at_least: Role = Role.MEMBER,
    archived_too: bool = False,
) -> Seat:
    """Lock the ledger for this transaction.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`.
    """
    found = await _LOCK_SEAT.entities(tx, ledger_id=ledger_id, viewer=actor.user_id)
    if not found:
        raise not_found(Ledger)
    return _seated(actor, *found[0], at_least=at_least, archived_too=archived_too)


async def lock_row(
    tx: Tx,
    actor: Actor,
    table: type[InLedger],
    id: UUID,
    *,
    at_least: Role = Role.MEMBER,
    archived_too: bool = False,
) -> tuple[Seat, InLedger]:
    """Lock a row together with its ledger.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`.
    """
    ledger_id = (await row_of(tx, actor.user_id, table, id)).ledger_id
    seat = await lock_ledger(tx, actor, ledger_id, at_least=at_least, archived_too=archived_too)
    row = await tx.get(table, id, populate_existing=True)
    if row is None:  # it went while we waited for the lock
        raise not_found(table)
    return seat, row


async def lock_personal_ledger(tx: Tx, actor: Actor) -> Seat:
    """Lock the ledger in which the caller's own affairs live: budgets and notifications too."""
    query = select(Ledger.id).where(Ledger.owner_id == actor.user_id)
    return await lock_ledger(tx, actor, (await tx.exec(query)).one())


async def lock_ledger_for_job(tx: Tx, ledger_id: UUID) -> Ledger | None:
    """Lock a ledger for work that no caller asked for; None when it is not there any more."""
    return (await lock_ledgers_for_job(tx, [ledger_id])).get(ledger_id)


async def lock_ledgers_for_job(tx: Tx, ledger_ids: Collection[UUID]) -> dict[UUID, Ledger]:
    """Lock ledgers in the order of their ids, as everybody does who locks several. Those that are there."""
    found = await _LOCK.entities(tx, ids=list(ledger_ids))
    return {ledger.id: ledger for (ledger,) in found}


async def seated_in(where: Where, ledger_id: UUID) -> Sequence[UUID]:
    """The ids of the ledger's members of today, placeholders too."""
    return [row.id for row in await _SEATED.rows(where, ledger_id=ledger_id)]


async def active_in(session: AsyncSession, ledger: Ledger) -> Sequence[UUID]:
    """The ids of those whom new costs may name."""
    query = select(Member.id).where(Member.ledger_id == ledger.id, *is_active())
    return (await session.exec(query)).all()


def is_active() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a member is active, as conditions of a statement."""
    return col(Member.left_at).is_(None), col(Member.deactivated_at).is_(None)


async def places_of(
    session: AsyncSession, viewer: UUID, ids: Iterable[UUID]
) -> dict[UUID, tuple[Ledger, Member]]:
    """Those of the ledgers that the viewer is a member of, each with their seat, by ledger id."""
    query = (
        select(Ledger, Member)
        .join(Member, col(Member.ledger_id) == Ledger.id)
        .where(col(Ledger.id).in_(ids), *_sits(viewer))
    )
    return {ledger.id: (ledger, seat) for ledger, seat in (await session.exec(query)).all()}


async def unseated(
    where: Where, asked: Iterable[tuple[UUID, UUID]]
) -> AbstractSet[tuple[UUID, UUID]]:
    """Of ledgers and users, each pair of which the user does not sit in the ledger now."""
    pairs = [{"ledger_id": ledger_id, "user_id": user_id} for ledger_id, user_id in asked]
    found = await _UNSEATED.rows(where, pairs=pairs)
    return {(pair.ledger_id, pair.user_id) for pair in found}


def is_seated(ledger_id: Any, user_id: Any) -> ColumnElement[bool]:
    """That somebody sits in a ledger now, as a condition of a statement over both columns."""
    return exists().where(
        col(Member.ledger_id) == ledger_id,
        col(Member.user_id) == user_id,
        col(Member.left_at).is_(None),
    )


_pair = given(Member, ("ledger_id", "user_id"), rows="pairs")
_UNSEATED = Prepared(  # of many thousands by one statement, whose answer is short
    select(_pair.c.ledger_id, _pair.c.user_id).where(~is_seated(_pair.c.ledger_id, _pair.c.user_id))
)


def require_open(ledger: Ledger) -> None:
    """Refuses: `LedgerArchived`."""
    if ledger.archived_at is not None:
        raise LedgerArchived("This ledger is archived.", entity=("Ledger", ledger.id))


def is_personal(ledger: Ledger) -> bool:
    return ledger.kind is LedgerKind.PERSONAL


def _seated(
    actor: Actor, ledger: Ledger, member: Member, *, at_least: Role, archived_too: bool
) -> Seat:
    role.require(member.rights, at_least)
    if not archived_too:
        require_open(ledger)
    return Seat(ledger, member, Author(actor.user_id, member.name, actor.device_id))


def _sits(viewer: UUID | BindParameter[UUID]) -> tuple[Any, ...]:
    return Member.user_id == viewer, col(Member.left_at).is_(None)


def not_found(table: type[SQLModel]) -> NotFound:
    """What says as much of what is not there as of what is not theirs."""
    return NotFound(f"No such {table.__name__.lower()}.")
