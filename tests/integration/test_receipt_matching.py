"""A receipt is offered the expenses it may be of, is attached to one, and knows its duplicates."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core.db import Database
from domain.actor import Actor
from domain.edit_policy import EditNotAllowed, EditPolicy, LockedByAge, WhoMayEdit
from domain.errors import Conflict, NotFound, Refusal
from domain.fingerprint import IdAlreadyUsed, Stale
from domain.log import EventKind
from domain.receipt.failure import Failure
from domain.receipt.matching import Likeness, Match, Unspent, facts_of
from domain.receipt.stored import restored
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import calibrations, expenses, ledgers, receipt_duplicates, receipt_matches, undo
from services.access import LedgerArchived
from services.expenses import ExpenseDeleted
from services.receipt_attachments import ExpenseHasReceipt, ReceiptOfAnotherLedger
from services.receipts import ReceiptAlreadyConfirmed, ReceiptNotReadYet
from tests.groups import DAY, Group, balances, ledger_row, log, make_group, personal_ledger, spend
from tests.receipts import (
    SEEN,
    as_read,
    attach,
    begin,
    bill,
    confirm,
    detach,
    fail,
    finish,
    stored,
    upload,
    uploaded_and_read,
)
from tests.unit.receipt.paper import paper

A_WEEK = timedelta(days=7)


async def matches(db: Database, receipt_id: UUID) -> list[tuple[UUID, Match]]:
    row = await stored(db, receipt_id)
    assert row is not None
    assert row.reading is not None
    asked = Unspent(row.ledger_id, facts_of(restored(row.reading)))
    async with db.reading() as session:
        found = await receipt_matches.of(session, [asked])
    return [(expense.id, match) for expense, match in found.get(asked, [])]


async def duplicates(
    db: Database, viewer: Actor, receipt: Receipt
) -> list[tuple[UUID, list[Likeness]]]:
    async with db.reading() as session:
        found = await receipt_duplicates.of(session, viewer.user_id, [receipt.id])
    return [(row.id, list(reasons)) for row, reasons in found.get(receipt.id, [])]


async def expense_of(db: Database, id: UUID) -> Expense:
    async with db.reading() as session:
        return await session.get_one(Expense, id)


async def status_of(db: Database, receipt: Receipt) -> ReceiptStatus | None:
    row = await stored(db, receipt.id)
    return row and row.status


async def test_what_fits_is_offered_the_best_first(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    later = await spend(db, ann, trip.id, 1250, day=DAY + timedelta(days=2))
    tipped = await spend(db, bob, trip.id, 1400, merchant="Harbour Lane")
    same = await spend(db, bob, trip.id, 1250, merchant="harbour lane bakery")
    receipt = await uploaded_and_read(db, ann, trip.id)

    assert await matches(db, receipt.id) == [
        (same.id, Match(1.0, 0, 0, 1.0)),
        (later.id, Match(0.825, 0, 2, None)),
        (tipped.id, Match(0.77, 150, 0, 1.0)),
    ]


async def test_what_cannot_be_it_is_not_offered(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"minor": 1249},
        {"minor": 1626},
        {"currency": "USD"},
        {"day": DAY + A_WEEK + timedelta(days=1)},
        {"day": DAY - A_WEEK - timedelta(days=1)},
    )
    for changed in changes:
        await spend(db, ann, trip.id, **{"minor": 1250, **changed})
    deleted = await spend(db, ann, trip.id, 1250)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, deleted.id)
    other = await uploaded_and_read(db, bob, trip.id)
    await confirm(db, bob, other.id, as_read(1250))
    await spend(db, ann, (await make_group(db, ann, bob)).id, 1250)
    await spend(db, ann, (await personal_ledger(db, ann)).id, 1250)
    receipt = await uploaded_and_read(db, ann, trip.id)

    assert await matches(db, receipt.id) == []


async def test_what_does_not_say_enough_is_offered_nothing(
    db: Database, ann: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1250)
    undated = await upload(db, ann, trip.id)
    await begin(db, undated.id)
    await finish(db, undated.id)
    beyond_money = await uploaded_and_read(db, ann, trip.id, bill(9 * 10**18))

    assert await matches(db, undated.id) == []
    assert await matches(db, beyond_money.id) == []


async def test_attaching_keeps_the_expense_and_tells_both_stories(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, bob, trip.id, 1400, merchant="Lunch", note="with tip")
    receipt = await uploaded_and_read(db, ann, trip.id)
    owed = await balances(db, trip.id)

    attached = await attach(db, ann, receipt.id, expense.id)

    assert (attached.status, attached.correction) == (ReceiptStatus.CONFIRMED, None)
    after = await expense_of(db, expense.id)
    assert (after.receipt_id, after.version) == (receipt.id, 2)
    kept = ("amount_minor", "merchant", "note", "day", "source", "payers", "split")
    assert all(getattr(after, name) == getattr(expense, name) for name in kept)
    assert await balances(db, trip.id) == owed
    of_expense, of_receipt = (await log(db, trip.id))[-2:]
    assert (of_expense.kind, of_expense.entity_id, of_expense.actor_id) == (
        EventKind.EXPENSE_RECEIPT_ATTACHED,
        expense.id,
        ann.user_id,
    )
    assert of_expense.before is not None
    assert of_expense.after == {**of_expense.before, "receipt_id": str(receipt.id)}
    assert (of_receipt.kind, of_receipt.entity_id) == (EventKind.RECEIPT_CONFIRMED, receipt.id)
    assert await matches(db, receipt.id) == []


async def test_repeating_it_is_no_different(db: Database, ann: Actor, trip: Group) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    receipt = await uploaded_and_read(db, ann, trip.id)
    await attach(db, ann, receipt.id, expense.id)
    before = await log(db, trip.id)

    again = await attach(db, ann, receipt.id, expense.id)

    assert again.status is ReceiptStatus.CONFIRMED
    assert await log(db, trip.id) == before
    await detach(db, ann, receipt.id)
    before = await log(db, trip.id)
    assert (await detach(db, ann, receipt.id)).status is ReceiptStatus.READ
    assert await log(db, trip.id) == before


async def test_two_who_attach_at_once_meet_one_conflict(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    first, second = [await spend(db, ann, trip.id, 1250) for _ in range(2)]
    one, other = [await uploaded_and_read(db, who, trip.id) for who in (ann, bob)]

    async def attempt(doing: Awaitable[Receipt]) -> type[Conflict] | None:
        try:
            await doing
        except Conflict as refused:
            return type(refused)
        return None

    of_one_receipt = await asyncio.gather(
        attempt(attach(db, ann, one.id, first.id)), attempt(attach(db, bob, one.id, second.id))
    )
    assert set(of_one_receipt) == {None, ReceiptAlreadyConfirmed}
    taken = first if of_one_receipt[0] is None else second
    left = second if taken is first else first
    with pytest.raises(ExpenseHasReceipt) as refused:
        await attach(db, bob, other.id, taken.id, if_version=2)
    assert refused.value.entity == ("Receipt", one.id)

    third = await uploaded_and_read(db, ann, trip.id)
    of_one_expense = await asyncio.gather(
        attempt(attach(db, ann, other.id, left.id)), attempt(attach(db, bob, third.id, left.id))
    )
    assert set(of_one_expense) == {None, ExpenseHasReceipt}


async def test_what_cannot_be_attached_is_refused_and_nothing_changes(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    deleted = await spend(db, ann, trip.id, 1250)
    elsewhere = await spend(db, ann, (await make_group(db, ann)).id, 1250)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, deleted.id)
    receipt = await uploaded_and_read(db, ann, trip.id)
    queued = await upload(db, ann, trip.id)
    before = await log(db, trip.id)

    async def refused(
        actor: Actor, receipt: Receipt, expense: Expense, if_version: int = 1
    ) -> type[Refusal]:
        with pytest.raises(Refusal) as refusal:
            await attach(db, actor, receipt.id, expense.id, if_version)
        return refusal.type

    assert await refused(eve, receipt, expense) is NotFound
    assert await refused(bob, receipt, elsewhere) is NotFound
    assert await refused(ann, receipt, elsewhere) is ReceiptOfAnotherLedger
    assert await refused(ann, queued, expense) is ReceiptNotReadYet
    assert await refused(ann, receipt, deleted, 2) is ExpenseDeleted
    assert await refused(ann, receipt, expense, 2) is Stale
    assert await log(db, trip.id) == before
    assert (await expense_of(db, expense.id)).receipt_id is None


async def test_whoever_may_not_edit_the_expense_attaches_nothing(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    receipt = await uploaded_and_read(db, bob, trip.id)
    await set_policy(db, ann, trip, EditPolicy(WhoMayEdit.CREATOR_OR_ADMIN, None))

    with pytest.raises(EditNotAllowed):
        await attach(db, bob, receipt.id, expense.id)
    await attach(db, ann, receipt.id, expense.id)
    with pytest.raises(EditNotAllowed):
        await detach(db, bob, receipt.id)
    await set_policy(db, ann, trip, EditPolicy(WhoMayEdit.ANY_MEMBER, lock_after_days=1))
    with pytest.raises(LockedByAge):
        await detach(db, ann, receipt.id)

    assert (await expense_of(db, expense.id)).receipt_id == receipt.id
    assert await status_of(db, receipt) is ReceiptStatus.CONFIRMED


async def test_detaching_brings_the_receipt_back_as_it_was_read(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await uploaded_and_read(db, ann, trip.id)
    made = as_read(1250)
    await confirm(db, ann, receipt.id, made)
    with pytest.raises(Stale):
        await detach(db, bob, receipt.id, if_version=2)

    reopened = await detach(db, bob, receipt.id, if_version=1)

    assert (reopened.status, reopened.correction) == (ReceiptStatus.READ, None)
    assert [match[0] for match in await matches(db, receipt.id)] == [made.expense_id]
    kinds = [event.kind for event in (await log(db, trip.id))[-2:]]
    assert kinds == [EventKind.EXPENSE_RECEIPT_DETACHED, EventKind.RECEIPT_REOPENED]
    with pytest.raises(IdAlreadyUsed):
        await confirm(db, ann, receipt.id, made)  # a request that was repeated very late
    assert await status_of(db, receipt) is ReceiptStatus.READ
    await attach(db, ann, receipt.id, made.expense_id, if_version=2)
    assert await status_of(db, receipt) is ReceiptStatus.CONFIRMED


async def test_an_expense_that_was_there_teaches_nothing_about_reading(
    db: Database, ann: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, 1250, merchant="Lunch")
    receipt = await uploaded_and_read(db, ann, trip.id)
    await attach(db, ann, receipt.id, expense.id)

    async with db.reading() as session:
        assert await calibrations.examples(session) == []


async def test_one_that_could_not_be_read_is_attached_too(
    db: Database, ann: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    receipt = await upload(db, ann, trip.id)
    await begin(db, receipt.id)
    await fail(db, receipt.id, Failure.NO_TEXT)

    await attach(db, ann, receipt.id, expense.id)
    assert (await detach(db, ann, receipt.id)).status is ReceiptStatus.FAILED


async def test_attaching_and_detaching_are_undone(db: Database, ann: Actor, trip: Group) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    receipt = await uploaded_and_read(db, ann, trip.id)

    async def take_back(kind: EventKind) -> UUID | None:
        seq = max(event.seq for event in await log(db, trip.id) if event.kind is kind)
        for _ in range(2):  # repeating it is no different
            async with db.transaction() as tx:
                undone = await undo.last_change(tx, ann, trip.id, seq)
            assert isinstance(undone, Expense)
        return (await expense_of(db, expense.id)).receipt_id

    await attach(db, ann, receipt.id, expense.id)
    assert await take_back(EventKind.EXPENSE_RECEIPT_ATTACHED) is None
    assert await status_of(db, receipt) is ReceiptStatus.READ
    await attach(db, ann, receipt.id, expense.id, if_version=3)
    await detach(db, ann, receipt.id, if_version=4)
    assert await take_back(EventKind.EXPENSE_RECEIPT_DETACHED) == receipt.id
    assert await status_of(db, receipt) is ReceiptStatus.CONFIRMED


async def test_an_archived_group_attaches_nothing(db: Database, ann: Actor, trip: Group) -> None:
    expense = await spend(db, ann, trip.id, 1250)
    receipt = await uploaded_and_read(db, ann, trip.id)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    with pytest.raises(LedgerArchived):
        await attach(db, ann, receipt.id, expense.id)
    assert (await expense_of(db, expense.id)).receipt_id is None


async def test_two_members_who_photograph_one_bill_learn_of_it(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    first = await uploaded_and_read(db, ann, trip.id, looks=0)
    second = await uploaded_and_read(db, bob, trip.id, bill(merchant="HARBOUR LANE"), looks=2**62)
    third = await uploaded_and_read(db, bob, trip.id, bill(merchant=None), looks=2**30 - 1)
    await uploaded_and_read(db, bob, trip.id, bill(1251), looks=0)
    await uploaded_and_read(db, bob, trip.id, bill(day=DAY + A_WEEK))

    assert await duplicates(db, ann, first) == [
        (second.id, [Likeness.SAME_PICTURE, Likeness.SAME_BILL])
    ]
    assert await duplicates(db, bob, second) == [
        (first.id, [Likeness.SAME_PICTURE, Likeness.SAME_BILL])
    ]
    assert await duplicates(db, ann, third) == []


async def test_of_many_duplicates_the_ten_newest_are_told(
    db: Database, ann: Actor, trip: Group
) -> None:
    first, *others = [await uploaded_and_read(db, ann, trip.id) for _ in range(12)]

    told = [id for id, _ in await duplicates(db, ann, first)]

    assert told == [other.id for other in reversed(others)][:10]


async def test_what_was_confirmed_counts_more_than_what_was_read(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    misread = await uploaded_and_read(db, ann, trip.id, bill(7250))
    right = await uploaded_and_read(db, bob, trip.id)
    assert await duplicates(db, ann, misread) == []

    await confirm(db, ann, misread.id, as_read(1250, merchant="Harbour Lane Bakery"))

    assert await duplicates(db, ann, misread) == [(right.id, [Likeness.SAME_BILL])]
    assert await duplicates(db, bob, right) == [(misread.id, [Likeness.SAME_BILL])]


async def test_a_merchant_whom_nobody_named_is_the_one_that_was_read(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    first = await uploaded_and_read(db, ann, trip.id)
    second = await uploaded_and_read(db, bob, trip.id)

    await confirm(db, ann, first.id, as_read(1250))

    assert await duplicates(db, ann, first) == [(second.id, [Likeness.SAME_BILL])]
    assert await duplicates(db, bob, second) == [(first.id, [Likeness.SAME_BILL])]


async def test_the_same_picture_is_known_even_unread(db: Database, ann: Actor, trip: Group) -> None:
    first = await uploaded_and_read(db, ann, trip.id, looks=5)
    second = await upload(db, ann, trip.id)
    await begin(db, second.id)
    await fail(db, second.id, Failure.NO_TEXT, SEEN._replace(looks=4))

    assert await duplicates(db, ann, second) == [(first.id, [Likeness.SAME_PICTURE])]


async def test_a_second_photograph_is_known_though_its_total_was_read_wrong(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    lines = paper(
        "Rye  04.05.2026  12:31\nBread      4.20\nCake      13.10\nTea      5.60\nSum      22.90"
    )
    worse = [replace(line, text=line.text.replace("22.90", "229O")) for line in lines]
    first = await uploaded_and_read(db, ann, trip.id, bill(2290)._replace(lines=lines))
    second = await uploaded_and_read(db, bob, trip.id, bill(7250)._replace(lines=worse))
    await uploaded_and_read(db, bob, trip.id, bill(4440)._replace(lines=lines[:4]))

    assert await duplicates(db, ann, first) == [(second.id, [Likeness.SAME_NUMBERS])]
    assert await duplicates(db, bob, second) == [(first.id, [Likeness.SAME_NUMBERS])]


async def test_receipts_on_one_photograph_are_no_duplicates(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await uploaded_and_read(db, ann, trip.id, bill(), bill(), looks=5)

    assert await duplicates(db, ann, receipt) == []


async def test_duplicates_are_shown_only_where_the_viewer_sits(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    own = await uploaded_and_read(db, ann, (await personal_ledger(db, ann)).id, looks=5)
    eves = await uploaded_and_read(db, eve, (await make_group(db, eve)).id, looks=5)
    shared = await uploaded_and_read(db, ann, trip.id, looks=5)

    both = [Likeness.SAME_PICTURE, Likeness.SAME_BILL]
    assert await duplicates(db, ann, shared) == [(own.id, both)]
    assert await duplicates(db, ann, own) == [(shared.id, both)]
    assert await duplicates(db, bob, shared) == []
    assert await duplicates(db, eve, eves) == []


async def set_policy(db: Database, actor: Actor, group: Group, policy: EditPolicy) -> None:
    version = (await ledger_row(db, group.id)).version
    async with db.transaction() as tx:
        await ledgers.choose_edit_policy(tx, actor, group.id, version, policy)
