"""How new expenses are split when nobody says so, for as long as the same people are there."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from core.prepared import Prepared, is_the
from domain import split
from domain.actor import Actor
from domain.default_split import DefaultSplitStale, NewDefault, Scope
from domain.fingerprint import Stale
from domain.log import EventKind
from models.base import select_shown
from models.category import Category
from models.default_split import DefaultSplit, seats
from models.ledger import Ledger, Member
from services import access, categories, events
from services.ledgers import require_group
from services.postings import NotMembers

_MEMBERS = Prepared(
    select_shown(Member)
    .add_columns(
        select(DefaultSplit.id)
        .where(is_the(DefaultSplit.ledger_id, "ledger_id"), col(DefaultSplit.split).is_not(None))
        .exists()
        .label("has_defaults")
    )
    .where(is_the(Member.ledger_id, "ledger_id"))
    .order_by(col(Member.id))
)


async def put(tx: Tx, actor: Actor, wanted: NewDefault, if_version: int) -> DefaultSplit:
    """Agree on a default, or take it back. It counts for the people who are there now.

    Setting what is set already, and not stale, changes nothing. Refuses: `NotFound`, `RoleTooLow`,
    `LedgerArchived`, `PersonalLedger`, `NoSuchCategory`, `NotMembers`, `Stale` unless `if_version` is the
    stored one's (0 when there is none), and see `NewDefault` and `Scope`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.scope.ledger_id)
    require_group(seat.ledger)
    if wanted.scope.category_id is not None:
        await categories.require(tx, [wanted.scope.category_id])
    pair = wanted.scope.pair(seat.member.id)
    wanted.require_between(pair)
    seated = seats(await _members(tx, seat.ledger.id), pair)
    _require_seated(wanted, pair, seated)
    row = await _of_scope(tx, wanted.scope, pair) or _new(wanted.scope, pair)
    spec = wanted.split and split.stored(wanted.split)
    if row.version and (row.split, row.seats) == (spec, seated):
        return row
    if row.version != if_version:
        raise Stale("Somebody has changed this default.", entity=("DefaultSplit", row.id))
    before = row.facts() if row.version else None
    row.split, row.seats = spec, seated
    tx.add(row.written_by(actor.device_id, *([] if before is None else ["split"])))
    kind = EventKind.DEFAULT_SPLIT_SET if spec else EventKind.DEFAULT_SPLIT_CLEARED
    events.record_row(tx, seat, kind, row, before)
    await tx.flush()
    return row


async def of_scope(session: AsyncSession, viewer: UUID, scope: Scope) -> DefaultSplit | None:
    """What splits an expense of the scope: a category's own, or else its parent's, or else the group's.

    Refuses: `NotFound`, `OneScopeOnly`, `NotBetweenThem`.
    """
    scope = scope.checked()
    ledger = await access.ledger_of(session, viewer, scope.ledger_id)
    me = select(Member.id).where(Member.ledger_id == ledger.id, Member.user_id == viewer)
    pair = scope.pair((await session.exec(me)).one())
    if pair is not None:
        return await of_pair(session, ledger, pair)
    return await of_category(session, ledger, scope.category_id)


async def members_and_defaults(
    session: AsyncSession, ledger: Ledger
) -> tuple[dict[UUID, Any], bool]:
    """Everyone who has or had a seat in the ledger, by id, and whether it has any default at all."""
    rows = await _MEMBERS.rows(session, ledger_id=ledger.id)
    return {row.id: row for row in rows}, rows[0].has_defaults


async def of_category(
    session: AsyncSession, ledger: Ledger, category_id: UUID | None
) -> DefaultSplit | None:
    """The nearest to a new expense of this category. The caller has checked access."""
    parent = select(Category.parent_id).where(Category.id == category_id).scalar_subquery()
    category = col(DefaultSplit.category_id)
    query = (
        select(DefaultSplit)
        .where(
            DefaultSplit.ledger_id == ledger.id,
            col(DefaultSplit.first_member_id).is_(None),
            col(DefaultSplit.split).is_not(None),
            category.is_(None) | (category == category_id) | (category == parent),
        )
        .order_by(category.is_(None), category != category_id)
        .limit(1)
    )
    return (await session.exec(query)).first()


async def of_pair(
    session: AsyncSession, ledger: Ledger, pair: AbstractSet[UUID]
) -> DefaultSplit | None:
    """The caller has checked access."""
    query = select(DefaultSplit).where(
        DefaultSplit.ledger_id == ledger.id, _is_of(pair), col(DefaultSplit.split).is_not(None)
    )
    return (await session.exec(query)).one_or_none()


async def require_fresh(session: AsyncSession, default: DefaultSplit | None) -> None:
    """Refuses: `DefaultSplitStale`, which carries the default, so that people can be asked about it."""
    if default and default.is_stale(await _members(session, default.ledger_id)):
        raise DefaultSplitStale(
            "Who is here has changed since this default was set. Set it again, or say how to split.",
            entity=("DefaultSplit", default.id),
        )


def _require_seated(
    wanted: NewDefault, pair: AbstractSet[UUID] | None, seated: dict[str, bool]
) -> None:
    named = {*(pair or ()), *(split.participants(wanted.split) if wanted.split else ())}
    if strangers := {str(who) for who in named} - set(seated):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")


def _new(scope: Scope, pair: AbstractSet[UUID] | None) -> DefaultSplit:
    first, second = sorted(pair) if pair else (None, None)
    return DefaultSplit(
        ledger_id=scope.ledger_id,
        category_id=scope.category_id,
        first_member_id=first,
        second_member_id=second,
    )


async def _of_scope(tx: Tx, scope: Scope, pair: AbstractSet[UUID] | None) -> DefaultSplit | None:
    query = select(DefaultSplit).where(
        DefaultSplit.ledger_id == scope.ledger_id,
        col(DefaultSplit.category_id).is_not_distinct_from(scope.category_id),
        _is_of(pair),
    )
    return (await tx.exec(query)).one_or_none()


def _is_of(pair: AbstractSet[UUID] | None) -> ColumnElement[bool]:
    first, second = sorted(pair) if pair else (None, None)
    return and_(
        col(DefaultSplit.first_member_id).is_not_distinct_from(first),
        col(DefaultSplit.second_member_id).is_not_distinct_from(second),
    )


async def _members(session: AsyncSession, ledger_id: UUID) -> Sequence[Member]:
    return (await session.exec(select(Member).where(Member.ledger_id == ledger_id))).all()
