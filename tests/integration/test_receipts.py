import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.expense import Bill, Source
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7
from domain.log import EventKind
from domain.money import Money
from domain.pages import CursorUnreadable, Slice
from domain.receipt.failure import Failure
from domain.receipt.stored import restored, restored_correction
from domain.receipt.upload import NewReceipt, ReceiptPriority
from domain.role import Role, RoleTooLow
from domain.split import AdjustmentKind, Equal, HeaderAdjustment, Itemised, Line, Proportional
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import access, ledgers, receipt_list, receipt_reading, receipts
from services.access import LedgerArchived
from services.postings import NotMembers
from services.receipt_reading import MOST_ATTEMPTS, Proposal
from services.receipts import (
    DuplicateReceipt,
    ReceiptAlreadyConfirmed,
    ReceiptAlreadyRead,
    ReceiptNotReadYet,
)
from tests.groups import Group, balances, log, make_group
from tests.receipts import (
    LINES,
    PROPOSAL,
    READING,
    SEEN,
    all_of,
    as_read,
    begin,
    confirm,
    fail,
    finish,
    kept_file,
    read,
    stored,
    upload,
    uploaded_and_read,
)


async def kinds_of(db: Database, receipt: Receipt) -> list[EventKind]:
    events = await log(db, receipt.ledger_id)
    return [event.kind for event in events if event.entity_id == receipt.id]


async def test_the_way_of_a_receipt(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    receipt = await upload(db, ann, trip.id)
    task = await begin(db, receipt.id)
    assert task == (receipt.object_key, "EUR")
    await finish(db, receipt.id)
    made = as_read(1300, merchant="Harbour Lane Bakery")
    confirmed = await confirm(db, bob, receipt.id, made)

    assert confirmed.status is ReceiptStatus.CONFIRMED
    assert confirmed.correction == {
        "merchant": "Harbour Lane Bakery",
        "day": "2026-05-04",
        "total_minor": 1300,
        "currency": "EUR",
        "category_id": None,
        "discount_minor": None,
    }
    assert confirmed.reading is not None
    assert restored(confirmed.reading) == READING
    assert confirmed.lines == [
        {
            "text": "TOTAL 12.50",
            "confidence": 0.97,
            "box": [[1.0, 2.0], [30.5, 2.0], [30.5, 12.0], [1.0, 12.0]],
        }
    ]
    assert (confirmed.reading_millis, confirmed.read_at is not None) == (1500, True)
    async with db.reading() as session:
        expense = await session.get_one(Expense, made.expense_id)
    assert (expense.source, expense.receipt_id) == (Source.RECEIPT, receipt.id)
    assert await balances(db, trip.id) == {
        (trip.seat(bob), "EUR"): 650,
        (trip.seat(ann), "EUR"): -650,
    }
    assert await kinds_of(db, receipt) == [
        EventKind.RECEIPT_UPLOADED,
        EventKind.RECEIPT_READING,
        EventKind.RECEIPT_READ,
        EventKind.RECEIPT_CONFIRMED,
    ]


async def test_a_wrong_discount_is_put_right_by_the_bill(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await uploaded_and_read(db, ann, trip.id)
    off_all = HeaderAdjustment(AdjustmentKind.DISCOUNT, -250, Proportional())
    lines = Itemised((Line("Rye bread", 1500),), (off_all,), Equal((trip.seat(ann),)))
    made = as_read(bill=Bill(Money(1250, "EUR"), split=lines))

    confirmed = await confirm(db, ann, receipt.id, made)

    assert confirmed.correction
    assert restored_correction(confirmed.correction).discount_minor == 250


async def test_the_log_says_where_it_stands_and_who_moved_it(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id, priority=ReceiptPriority.BULK)
    await begin(db, receipt.id)
    await fail(db, receipt.id, Failure.NO_TEXT)

    uploaded, reading, failed = (await log(db, trip.id))[-3:]
    assert (uploaded.actor_id, uploaded.before) == (ann.user_id, None)
    assert uploaded.after == {
        "status": "QUEUED",
        "failure": None,
        "priority": "BULK",
        "correction": None,
    }
    assert (reading.actor_id, reading.actor_name) == (None, "Outgo")
    assert failed.before == reading.after
    assert failed.after is not None
    assert (failed.after["status"], failed.after["failure"]) == ("FAILED", Failure.NO_TEXT)
    row = await stored(db, receipt.id)
    assert row is not None
    assert (row.version, row.failure) == (3, Failure.NO_TEXT)


async def test_the_same_upload_again_keeps_the_first_object(
    db: Database, ann: Actor, trip: Group
) -> None:
    id, file = new_id(), kept_file()
    again = [file._replace(object_key=f"{number}.jpg") for number in range(6)]

    answers = await asyncio.gather(*(upload(db, ann, trip.id, one, id=id) for one in again))

    assert len({answer.object_key for answer in answers}) == 1
    assert len(await all_of(db, trip.id)) == 1
    assert await kinds_of(db, answers[0]) == [EventKind.RECEIPT_UPLOADED]


async def test_one_that_was_deleted_is_not_made_anew_however_late_it_is_uploaded_again(
    db: Database, ann: Actor, trip: Group
) -> None:
    file = kept_file()
    first = await upload(db, ann, trip.id, file)
    async with db.transaction() as tx:
        await receipts.delete(tx, ann, first.id)
    before = await log(db, trip.id)

    with pytest.raises(IdAlreadyUsed):
        await upload(db, ann, trip.id, file, id=first.id)
    async with db.transaction() as tx:
        with pytest.raises(IdAlreadyUsed):
            await receipts.allow_upload(tx, ann, NewReceipt(first.id, trip.id))

    assert await log(db, trip.id) == before
    assert await all_of(db, trip.id) == []
    assert (await upload(db, ann, trip.id, file)).sha256 == file.sha256


async def test_the_same_id_for_something_else_is_a_conflict(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    file = kept_file()
    first = await upload(db, ann, trip.id, file)
    before = await log(db, trip.id)

    with pytest.raises(IdAlreadyUsed):
        await upload(db, ann, trip.id, kept_file(), id=first.id)
    with pytest.raises(IdAlreadyUsed):
        await upload(db, bob, trip.id, file, id=first.id)
    with pytest.raises(IdAlreadyUsed):
        await upload(db, ann, trip.id, file, id=first.id, priority=ReceiptPriority.BULK)

    assert await all_of(db, trip.id) == [first]
    assert await log(db, trip.id) == before


async def test_a_file_is_one_receipt_in_a_ledger(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    file = kept_file()

    async def attempt(actor: Actor) -> Receipt | DuplicateReceipt:
        try:
            return await upload(db, actor, trip.id, file)
        except DuplicateReceipt as refused:
            return refused

    answers = await asyncio.gather(*(attempt(actor) for actor in (ann, bob) * 3))

    [first] = [answer for answer in answers if isinstance(answer, Receipt)]
    assert {answer.entity for answer in answers if isinstance(answer, DuplicateReceipt)} == {
        ("Receipt", first.id)
    }
    assert await all_of(db, trip.id) == [first]

    elsewhere = await make_group(db, ann)
    assert (await upload(db, ann, elsewhere.id, file)).id != first.id


async def test_strangers_and_lookers_on_upload_nothing(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    before = await log(db, trip.id)
    async with db.transaction() as tx:
        seat = await access.lock_ledger(tx, bob, trip.id)
        seat.member.role = Role.VIEWER
        tx.add(seat.member)

    with pytest.raises(NotFound):
        await upload(db, eve, trip.id)
    with pytest.raises(RoleTooLow):
        await upload(db, bob, trip.id)
    with pytest.raises(IdNotVersion7):
        await upload(db, ann, trip.id, id=UUID(int=1))

    assert await all_of(db, trip.id) == []
    assert await log(db, trip.id) == before


async def test_an_archived_group_takes_no_receipt_but_answers_a_retry(
    db: Database, ann: Actor, trip: Group
) -> None:
    id, file = new_id(), kept_file()
    first = await upload(db, ann, trip.id, file, id=id)
    await read(db, first.id)
    made = as_read()
    await confirm(db, ann, first.id, made)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    assert (await upload(db, ann, trip.id, file, id=id)).id == id
    assert (await confirm(db, ann, id, made)).status is ReceiptStatus.CONFIRMED
    with pytest.raises(LedgerArchived):
        await upload(db, ann, trip.id)
    assert len(await all_of(db, trip.id)) == 1


async def test_two_readers_of_one_receipt_make_one_reading(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)

    tasks = await asyncio.gather(*(begin(db, receipt.id) for _ in range(2)))
    assert tasks[0] == tasks[1] is not None
    await asyncio.gather(*(finish(db, receipt.id) for _ in range(2)), fail(db, receipt.id))

    counted = Counter(await kinds_of(db, receipt))
    assert counted[EventKind.RECEIPT_READING] == 1
    assert counted[EventKind.RECEIPT_READ] + counted[EventKind.RECEIPT_FAILED] == 1
    assert await begin(db, receipt.id) is None


async def test_what_kills_every_reader_is_given_up(db: Database, ann: Actor, trip: Group) -> None:
    receipt = await upload(db, ann, trip.id)

    taken = [await begin(db, receipt.id) for _ in range(MOST_ATTEMPTS)]
    assert None not in taken
    assert await begin(db, receipt.id) is Failure.GIVEN_UP

    row = await stored(db, receipt.id)
    assert row is not None
    assert (row.status, row.failure) == (ReceiptStatus.FAILED, Failure.GIVEN_UP)
    await finish(db, receipt.id)
    row = await stored(db, receipt.id)
    assert row is not None
    assert (row.status, row.reading) == (ReceiptStatus.FAILED, None)


async def test_a_failed_receipt_can_be_read_again(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await begin(db, receipt.id)
    await fail(db, receipt.id)

    async with db.transaction() as tx:
        again = await receipts.retry(tx, bob, receipt.id)
    assert (again.status, again.failure, again.attempts) == (ReceiptStatus.QUEUED, None, 0)
    await finish(db, receipt.id)  # a reader from before the retry comes too late
    row = await stored(db, receipt.id)
    assert row is not None
    assert row.status is ReceiptStatus.QUEUED

    await read(db, receipt.id)
    with pytest.raises(ReceiptAlreadyRead):
        async with db.transaction() as tx:
            await receipts.retry(tx, ann, receipt.id)
    assert await kinds_of(db, receipt) == [
        EventKind.RECEIPT_UPLOADED,
        EventKind.RECEIPT_READING,
        EventKind.RECEIPT_FAILED,
        EventKind.RECEIPT_RETRIED,
        EventKind.RECEIPT_READING,
        EventKind.RECEIPT_READ,
    ]


async def test_one_that_failed_is_typed_in(db: Database, ann: Actor, trip: Group) -> None:
    receipt = await upload(db, ann, trip.id)
    await begin(db, receipt.id)
    await fail(db, receipt.id)

    confirmed = await confirm(db, ann, receipt.id, as_read())

    assert (confirmed.status, confirmed.reading) == (ReceiptStatus.CONFIRMED, None)


async def test_confirming_twice_makes_one_expense(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    with pytest.raises(ReceiptNotReadYet):
        await confirm(db, ann, receipt.id, as_read())
    await read(db, receipt.id)
    made = as_read()

    await asyncio.gather(*(confirm(db, ann, receipt.id, made) for _ in range(4)))
    with pytest.raises(IdAlreadyUsed):
        await confirm(db, ann, receipt.id, as_read(999, expense_id=made.expense_id))
    with pytest.raises(ReceiptAlreadyConfirmed) as refused:
        await confirm(db, bob, receipt.id, as_read())

    assert refused.value.entity == ("Expense", made.expense_id)
    counted = Counter(event.kind for event in await log(db, trip.id))
    assert counted[EventKind.EXPENSE_CREATED] == 1
    assert counted[EventKind.RECEIPT_CONFIRMED] == 1


async def test_what_the_expense_refuses_leaves_the_receipt_as_it_was(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await read(db, receipt.id)
    before, row = await log(db, trip.id), await stored(db, receipt.id)
    paid_by_nobody_here = Bill(Money(100, "EUR"), paid_by={new_id(): 100})

    with pytest.raises(NotMembers):
        await confirm(db, ann, receipt.id, as_read(bill=paid_by_nobody_here))
    with pytest.raises(NotFound):
        await confirm(db, eve, receipt.id, as_read())

    assert await stored(db, receipt.id) == row
    assert await log(db, trip.id) == before


async def test_deleting_forgets_the_receipt_and_keeps_the_expense(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await read(db, receipt.id)
    made = as_read()
    await confirm(db, ann, receipt.id, made)
    owed = await balances(db, trip.id)

    with pytest.raises(NotFound):
        await delete(db, eve, receipt.id)
    assert await stored(db, receipt.id) is not None
    await delete(db, bob, receipt.id)

    assert await stored(db, receipt.id) is None
    async with db.reading() as session:
        expense = await session.get_one(Expense, made.expense_id)
    assert (expense.receipt_id, expense.version, expense.deleted_at) == (None, 2, None)
    assert await balances(db, trip.id) == owed
    let_go, deleted = (await log(db, trip.id))[-2:]
    assert (let_go.kind, let_go.entity_id) == (EventKind.EXPENSE_RECEIPT_DETACHED, expense.id)
    assert deleted.kind is EventKind.RECEIPT_DELETED
    async with db.reading() as session:
        keys = await receipt_reading.erased_objects(session, trip.id, deleted.seq)
    assert keys == [receipt.object_key, SEEN.image_key]
    with pytest.raises(NotFound):
        await delete(db, bob, receipt.id)


async def test_a_reader_of_a_deleted_receipt_writes_nothing(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await begin(db, receipt.id)
    await delete(db, ann, receipt.id)
    before = await log(db, trip.id)

    assert not await finish(db, receipt.id)
    assert not await fail(db, receipt.id)

    assert await begin(db, receipt.id) is None
    assert await log(db, trip.id) == before


async def test_receipts_on_one_photograph_are_receipts_of_their_own(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    uploaded = await upload(db, ann, trip.id, priority=ReceiptPriority.BULK)
    await begin(db, uploaded.id)
    other = Proposal(LINES, replace(READING, total=None))
    before = await log(db, trip.id)

    assert await finish(db, uploaded.id, PROPOSAL, other)
    assert await finish(db, uploaded.id, PROPOSAL, other), "late, and nothing is written"

    first, second = sorted(await all_of(db, trip.id), key=lambda row: row.part_of is not None)
    assert (first.id, first.part_of, second.part_of) == (uploaded.id, None, first.id)
    for row, proposal in ((first, PROPOSAL), (second, other)):
        assert (row.image_key, row.width, row.height, row.looks) == SEEN
        assert (row.object_key, row.uploaded_by) == (uploaded.object_key, ann.user_id)
        assert (row.status, row.priority) == (ReceiptStatus.READ, ReceiptPriority.BULK)
        assert row.reading is not None
        assert restored(row.reading) == proposal.reading
    assert (first.sha256, second.sha256) == (uploaded.sha256, None)
    read_events = (await log(db, trip.id))[len(before) :]
    assert [event.kind for event in read_events] == [EventKind.RECEIPT_READ] * 2
    assert read_events[1].before is None
    assert read_events[1].entity_id == second.id
    made = [as_read(), as_read(1300)]
    for row, one in zip((first, second), made, strict=True):
        assert (await confirm(db, bob, row.id, one)).status is ReceiptStatus.CONFIRMED


async def test_what_kept_it_from_being_read_is_no_attempt(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)

    for _ in range(MOST_ATTEMPTS + 1):
        assert isinstance(await begin(db, receipt.id), receipt_reading.ToRead)
        async with db.transaction() as tx:
            await receipt_reading.put_back(tx, receipt.id)

    assert await finish(db, receipt.id)


async def test_a_photograph_goes_with_the_last_of_its_receipts(
    db: Database, ann: Actor, trip: Group
) -> None:
    uploaded = await upload(db, ann, trip.id)
    await begin(db, uploaded.id)
    await finish(db, uploaded.id, PROPOSAL, PROPOSAL)
    [part] = [row for row in await all_of(db, trip.id) if row.part_of]

    await delete(db, ann, uploaded.id)
    row = await stored(db, part.id)
    assert row is not None
    assert row.part_of is None
    await delete(db, ann, part.id)

    erased = [
        event.after and event.after["object_keys"]
        for event in await log(db, trip.id)
        if event.kind is EventKind.RECEIPT_DELETED
    ]
    assert erased == [[], [uploaded.object_key, SEEN.image_key]]


async def test_what_has_no_text_can_still_be_looked_at(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await begin(db, receipt.id)

    assert await fail(db, receipt.id, Failure.NO_TEXT, SEEN)

    row = await stored(db, receipt.id)
    assert row is not None
    assert (row.image_key, row.width, row.height, row.looks) == SEEN


async def test_the_list_is_newest_first_page_by_page(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    uploaded = [await upload(db, ann, trip.id) for _ in range(5)]
    await upload(db, ann, (await make_group(db, ann)).id)
    await read(db, uploaded[1].id)
    newest = [receipt.id for receipt in reversed(uploaded)]

    assert await ids(db, ann, trip) == newest
    assert await ids(db, ann, trip, first=2) == newest
    assert await ids(db, ann, trip, status=ReceiptStatus.READ) == [uploaded[1].id]
    with pytest.raises(NotFound):
        await ids(db, eve, trip)
    with pytest.raises(CursorUnreadable):
        async with db.reading() as session:
            await receipt_list.page(session, ann.user_id, trip.id, None, Slice(1, (1, 2)))


async def delete(db: Database, actor: Actor, receipt_id: UUID) -> None:
    async with db.transaction() as tx:
        await receipts.delete(tx, actor, receipt_id)


async def ids(
    db: Database,
    actor: Actor,
    ledger: Group,
    *,
    status: ReceiptStatus | None = None,
    first: int = 100,
) -> list[UUID]:
    """All of the list's ids, read in pages of `first`."""
    found: list[UUID] = []
    after: str | None = None
    async with db.reading() as session:
        while True:
            place = Slice.of(first, after)
            page = await receipt_list.page(session, actor.user_id, ledger.id, status, place)
            found += [row.id for _, row in page.rows]
            if not page.has_next:
                return found
            after = page.rows[-1][0]
