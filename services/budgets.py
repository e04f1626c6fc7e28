"""Budgets. They live in their owner's personal ledger, where nobody else sees them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from core.prepared import Where, an_id
from domain import budget, text
from domain.actor import Actor
from domain.budget import Changes, Draft
from domain.errors import Conflict
from domain.fingerprint import NothingToChange, Stale, fingerprint
from domain.log import EventKind
from domain.pages import Page, Slice, words
from domain.period import local_day
from models.account import User
from models.base import select_shown
from models.budget import Budget
from services import access, budget_alerts, categories, events
from services.access import Seat
from services.once import insert_once
from services.paging import Key, Paged
from services.versions import require_seen

_BY_NAME = Paged(
    select_shown(Budget).where(
        Budget.ledger_id == access.personal_ledger_id_of(an_id("viewer")),
        col(Budget.deleted_at).is_(None),
    ),
    Key(col(Budget.name), words),
    Key(col(Budget.id), UUID),
    descending=False,
)

MOST_BUDGETS = 100
"""Per person. Every expense of theirs is held against each."""

_WATCHED = frozenset({"money", "period", "categories", "thresholds"})
"""The registers that decide what reaches a threshold."""


class BudgetDeleted(Conflict):
    code = "BUDGET_DELETED"


class TooManyBudgets(Conflict):
    code = "TOO_MANY_BUDGETS"


async def create(tx: Tx, actor: Actor, draft: Draft, today: date) -> Budget:
    """Make the budget once, however often the client repeats itself. What is spent alerts nobody.

    Refuses: `IdNotVersion7`, `IdAlreadyUsed`, `NoSuchCategory`, `TooManyBudgets`, and whatever the draft
    refuses.
    """
    draft = draft.checked()
    seat = await access.lock_personal_ledger(tx, actor)
    row = _new(seat, actor, draft)
    if first := await insert_once(tx, row):
        return first
    await _require_room(tx, seat)
    await categories.require(tx, draft.category_ids)
    await budget_alerts.pass_over(tx, row, today)
    events.record_row(tx, seat, EventKind.BUDGET_CREATED, row, before=None)
    return row


async def update(
    tx: Tx, actor: Actor, budget_id: UUID, if_version: int, changes: Changes, today: date
) -> Budget:
    """Change some registers of a budget that nobody has changed since `if_version`.

    Repeating an edit that is already in place answers with the budget, whatever its version. What is
    spent already alerts nobody, even where the edit puts it above a threshold.
    Refuses: `NotFound`, `BudgetDeleted`, `Stale`, `NothingToChange`, and what `create` refuses of a field.
    """
    columns = _columns(changes)
    seat, row = await access.lock_row(tx, actor, Budget, budget_id)
    if row.deleted_at is not None:
        raise BudgetDeleted("This budget was deleted.", entity=("Budget", row.id))
    if all(getattr(row, name) == value for name, value in columns.items()):
        return row
    if row.version != if_version:
        raise Stale("This budget was changed on another device.", entity=("Budget", row.id))
    await categories.require(tx, columns.get("category_ids", ()))
    before = row.facts()
    for name, value in columns.items():
        setattr(row, name, value)
    row.written_by(actor.device_id, *changes.registers)
    await tx.flush()
    if _WATCHED & {*changes.registers}:
        await budget_alerts.pass_over(tx, row, today)
    events.record_row(tx, seat, EventKind.BUDGET_UPDATED, row, before)
    return row


async def delete(tx: Tx, actor: Actor, budget_id: UUID, if_version: int | None = None) -> Budget:
    """Put the budget aside; its alerts stay. Doing so twice is no different.

    `if_version` is as in `deletion.delete`. Refuses: `NotFound`, `Stale`.
    """
    seat, row = await access.lock_row(tx, actor, Budget, budget_id)
    if row.deleted_at is not None:
        return row
    require_seen(row, if_version)
    before = row.facts()
    row.deleted_at = now()
    row.written_by(actor.device_id, "deleted")
    events.record_row(tx, seat, EventKind.BUDGET_DELETED, row, before)
    return row


async def restore(
    tx: Tx, actor: Actor, budget_id: UUID, today: date, if_version: int | None = None
) -> Budget:
    """Bring a deleted budget back. What was spent meanwhile alerts nobody.

    `if_version` is as in `deletion.delete`. Refuses: `NotFound`, `Stale`, `TooManyBudgets`.
    """
    seat, row = await access.lock_row(tx, actor, Budget, budget_id)
    if row.deleted_at is None:
        return row
    require_seen(row, if_version)
    before = row.facts()
    row.deleted_at = None
    row.written_by(actor.device_id, "deleted")
    await tx.flush()
    await _require_room(tx, seat)
    await budget_alerts.pass_over(tx, row, today)
    events.record_row(tx, seat, EventKind.BUDGET_RESTORED, row, before)
    return row


async def page(where: Where, viewer: UUID, slice: Slice) -> Page[Budget]:
    """The viewer's budgets by name. Refuses: `CursorUnreadable`."""
    return await _BY_NAME.page(where, slice, viewer=viewer)


async def today_of(session: AsyncSession, user_id: UUID) -> date:
    """What day it is where the person lives."""
    query = select(User.time_zone).where(User.id == user_id)
    return local_day(now(), (await session.exec(query)).one())


def _new(seat: Seat, actor: Actor, draft: Draft) -> Budget:
    return Budget(
        id=draft.id,
        ledger_id=seat.ledger.id,
        name=draft.name,
        amount_minor=draft.amount.minor,
        currency=draft.amount.currency,
        period=draft.period,
        category_ids=list(draft.category_ids),
        thresholds=list(draft.thresholds),
        fingerprint=fingerprint(actor.user_id, draft),
    ).written_by(actor.device_id)


def _columns(changes: Changes) -> dict[str, Any]:
    """The columns that an edit sets, with their checked values. Refuses: `NothingToChange`."""
    columns: dict[str, Any] = {}
    if changes.name is not None:
        columns["name"] = text.required(changes.name, "name")
    if changes.amount is not None:
        amount = budget.positive(changes.amount)
        columns |= {"amount_minor": amount.minor, "currency": amount.currency}
    if changes.period is not None:
        columns["period"] = changes.period
    if changes.category_ids is not None:
        columns["category_ids"] = list(budget.clean_categories(changes.category_ids))
    if changes.thresholds is not None:
        columns["thresholds"] = list(budget.clean_thresholds(changes.thresholds))
    if not columns:
        raise NothingToChange("Name at least one field to change.")
    return columns


async def _require_room(tx: Tx, seat: Seat) -> None:
    query = select(func.count()).where(
        col(Budget.ledger_id) == seat.ledger.id, col(Budget.deleted_at).is_(None)
    )
    if (await tx.exec(query)).one() > MOST_BUDGETS:
        raise TooManyBudgets(f"You can have up to {MOST_BUDGETS} budgets.")
