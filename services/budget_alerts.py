"""Telling the owner of a budget, once, that spending has reached a threshold.

Alerts look at what is true, not at what has just changed: a job that runs twice, late or beside another
finds the row of an alert that was given and stays silent. The period of today and the one before it are
looked at, so that a receipt of yesterday still counts on the first of the month. An expense of an older
period alerts nobody; one that is dated ahead does when its period has come and spending next changes.
A threshold that spending has reached once is never alerted of again in that period, even if spending
falls below it and rises again.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from core.db import Database, Tx
from core.prepared import Prepared, is_the, one_of
from domain import budget, split
from domain.actor import SYSTEM
from domain.budget import Alert
from domain.log import EventKind
from domain.money import Money
from domain.notification import NotificationKind
from domain.period import Period, PeriodKind, around, before
from models.account import User
from models.budget import Budget, BudgetAlert
from models.event import Event
from models.ledger import Ledger, Member
from services import access, events, notifications, spending
from services.notifications import Word


class Concerned(NamedTuple):
    """Someone with budgets: their personal ledger, and where they live."""

    ledger_id: UUID
    time_zone: str


async def concerned(db: Database, ledger_id: UUID, seqs: Collection[int]) -> Sequence[Concerned]:
    """Whose budgets events may move: everyone with a share before or after one, or who claims a seat."""
    found = await events.these(db, ledger_id, seqs)
    moved = {member_id for event in found for member_id in await _moved_by(db, event)}
    if not moved:
        return []
    rows = await _CONCERNED.rows(db, ids=list(moved))
    return [Concerned(row.id, row.time_zone) for row in rows]


async def _moved_by(db: Database, event: Event) -> Collection[UUID]:
    """The members whose spending the event moves: by a file, anybody's, gone or not.

    Whoever claims a seat has had its shares all along.
    """
    if event.kind is EventKind.MEMBER_CLAIMED:
        return {event.entity_id}
    if event.kind in {EventKind.IMPORT_COMMITTED, EventKind.IMPORT_UNDONE}:
        return [row.id for row in await _EVER_IN.rows(db, ledger_id=event.ledger_id)]
    return {
        member_id
        for facts in (event.before, event.after)
        if facts
        for member_id in split.participants(split.restored(facts["split"]))
    }


async def check(tx: Tx, ledger_id: UUID, today: date) -> None:
    """Alert the owner of a personal ledger of every threshold that is newly reached."""
    ledger = await access.lock_ledger_for_job(tx, ledger_id)
    if ledger is None:
        return
    query = select(Budget).where(*_watched(ledger.id)).order_by(col(Budget.id))
    rows = {row.id: row for row in (await tx.exec(query)).all()}
    for reached in await _newly_reached(tx, list(rows.values()), today, alerted=True):
        await _tell(tx, ledger, rows[reached.budget_id], reached)


async def pass_over(tx: Tx, row: Budget, today: date) -> None:
    """Alert nobody, ever, of what a new or changed budget's spending has reached already."""
    await _newly_reached(tx, [row], today, alerted=False)


async def _newly_reached(
    tx: Tx, rows: Sequence[Budget], today: date, *, alerted: bool
) -> Sequence[BudgetAlert]:
    """Write down every threshold that spending has reached; the answer is what was not known before."""
    kinds = {row.period for row in rows}
    asked = [(kind, period) for kind in kinds for period in _open(kind, today)]
    spent = await spending.by_period(tx, [row.id for row in rows], asked)
    reached = [
        BudgetAlert(
            ledger_id=row.ledger_id,
            budget_id=row.id,
            period=row.period,
            period_start=period.start,
            threshold=threshold,
            spent_minor=minor,
            alerted=alerted,
        )
        for row in rows
        for period in _open(row.period, today)
        if (minor := spent.get(row.id, {}).get((period, row.currency), 0))
        for threshold in budget.reached(row.thresholds, minor, row.amount_minor)
    ]
    if not reached:
        return []
    query = insert(BudgetAlert).values([alert.model_dump() for alert in reached])
    unknown = query.on_conflict_do_nothing().returning(col(BudgetAlert.id))
    new = set((await tx.exec(unknown)).scalars())
    return [alert for alert in reached if alert.id in new]


async def _tell(tx: Tx, ledger: Ledger, row: Budget, reached: BudgetAlert) -> None:
    alert = Alert(
        budget_id=row.id,
        name=row.name,
        threshold=reached.threshold,
        spent=Money(reached.spent_minor, row.currency),
        amount=Money(row.amount_minor, row.currency),
        period=around(reached.period_start, row.period),
    )
    facts = budget.stored(alert)
    event = events.record(tx, ledger, SYSTEM, EventKind.BUDGET_ALERTED, row.id, after=facts)
    await notifications.tell(tx, Word(ledger, NotificationKind.BUDGET_ALERT, event, facts))


def _open(kind: PeriodKind, today: date) -> tuple[Period, Period]:
    """The periods whose spending alerts, older first."""
    present = around(today, kind)
    return before(present, kind), present


def _watched(ledger_id: UUID | Mapped[UUID]) -> tuple[ColumnElement[bool], ...]:
    return col(Budget.ledger_id) == ledger_id, col(Budget.deleted_at).is_(None)


_EVER_IN = Prepared(select(Member.id).where(is_the(Member.ledger_id, "ledger_id")))

_CONCERNED = Prepared(
    select(Ledger.id, User.time_zone)
    .join(User, col(User.id) == Ledger.owner_id)
    .join(Member, col(Member.user_id) == User.id)
    .where(one_of(Member.id), select(Budget.id).where(*_watched(col(Ledger.id))).exists())
)
