"""Every operation runs at the same time as itself: what comes second is told so, by name."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from core.db import Database, Tx
from core.ids import new_id
from domain.actor import Actor
from domain.errors import Refusal
from domain.expense import Changes, To
from domain.group import NewGroup, NewInvite, NewMember
from services import budgets, expenses, invites, ledgers, members, receipts
from tests.budgets import TODAY, make_budget
from tests.budgets import draft as budget_draft
from tests.groups import Group, draft, log, make_group, spend
from tests.people import make_user
from tests.receipts import as_read, read, upload

Work = Callable[[Tx], Awaitable[Any]]
TIMES = 6


async def _at_once(db: Database, *works: Work) -> Counter[str]:
    """How often it was done, and how often it was refused by which code. Anything else is raised."""

    async def attempt(work: Work) -> str:
        try:
            async with db.transaction() as tx:
                await work(tx)
        except Refusal as refusal:
            return refusal.code
        return "DONE"

    return Counter(await asyncio.gather(*(attempt(work) for work in works)))


async def test_a_receipt_is_deleted_once(db: Database, ann: Actor, trip: Group) -> None:
    receipt = await upload(db, ann, trip.id)

    def delete(tx: Tx) -> Awaitable[None]:
        return receipts.delete(tx, ann, receipt.id)

    outcome = await _at_once(db, *[delete] * TIMES)

    assert outcome == {"DONE": 1, "NOT_FOUND": TIMES - 1}


@pytest.mark.parametrize("deed", ["confirm", "retry"])
async def test_what_is_deleted_meanwhile_is_not_there(
    db: Database, ann: Actor, bob: Actor, trip: Group, deed: str
) -> None:
    receipt = await upload(db, ann, trip.id)
    made = as_read()
    if deed == "confirm":
        await read(db, receipt.id)

    async def act(tx: Tx) -> None:
        if deed == "confirm":
            await receipts.confirm(tx, bob, receipt.id, made)
        else:
            await receipts.retry(tx, bob, receipt.id)

    def delete(tx: Tx) -> Awaitable[None]:
        return receipts.delete(tx, ann, receipt.id)

    outcome = await _at_once(db, *[act] * 3, delete, *[act] * 3)

    assert set(outcome) <= {"DONE", "NOT_FOUND"}


async def test_whatever_is_asked_at_once_is_done_or_refused_by_name(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)
    budget = await make_budget(db, ann)
    eve = await make_user(db, "Eve")
    async with db.transaction() as tx:
        issued = await invites.create(tx, ann, NewInvite(trip.id, timedelta(hours=1), 1))
    seat = NewMember(new_id(), trip.id, "Cat")
    async with db.transaction() as tx:
        await ledgers.add_placeholder(tx, ann, seat)
    lonely = await make_group(db, ann)
    new, group, wish = draft(trip.id), NewGroup(new_id(), "Flat", "EUR"), budget_draft()
    edit = Changes(note=To("Dinner"))
    works: dict[str, Work] = {
        "create an expense": lambda tx: expenses.create(tx, ann, new),
        "edit": lambda tx: expenses.update(tx, bob, expense.id, 1, edit),
        "delete": lambda tx: expenses.delete(tx, ann, expense.id),
        "restore": lambda tx: expenses.restore(tx, bob, expense.id),
        "create a group": lambda tx: ledgers.create_group(tx, ann, group),
        "join": lambda tx: invites.accept(tx, eve, issued.token, seat.id),
        "revoke": lambda tx: invites.revoke(tx, ann, issued.invite.id),
        "make a budget": lambda tx: budgets.create(tx, ann, wish, TODAY),
        "delete a budget": lambda tx: budgets.delete(tx, ann, budget.id),
        "leave": lambda tx: members.leave(tx, ann, lonely.id),
    }

    outcome = await _at_once(db, *[work for work in works.values() for _ in range(TIMES)])

    assert set(outcome) <= {
        "DONE",
        "NOT_FOUND",
        "EXPENSE_DELETED",
        "STALE",
        "INVITE_REVOKED",
        "INVITE_USED_UP",
        "LEDGER_ARCHIVED",
    }
    for ledger in (trip, lonely):
        events = await log(db, ledger.id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
