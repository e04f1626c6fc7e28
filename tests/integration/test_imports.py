"""Files of other programs, brought in once and taken out again."""

import asyncio
import json
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.edit_policy import EditNotAllowed, EditPolicy, LockedByAge, WhoMayEdit
from domain.errors import NotFound
from domain.fingerprint import IdAlreadyUsed
from domain.imports.file import read
from domain.imports.plan import PeopleNotDistinct, PersonUnknown, Verdict
from domain.log import EventKind
from domain.log_export import Head, first_line, line, verify
from domain.notification import NotificationKind
from models.expense import Expense, Settlement
from services import events, expenses, ledgers, members
from services.access import LedgerArchived
from services.ledgers import PersonalLedger
from services.postings import MemberDeactivated
from tests.budgets import told
from tests.groups import Group, balances, ledger_row, log, make_group, personal_ledger, spend
from tests.imports import SPLITWISE, bring_in, names, preview, take_out
from tests.integration.test_telling import tell_all
from tests.members import placeholder, remove, update


async def _rows(db: Database, table: type[Expense | Settlement], group: Group) -> list[UUID]:
    query = select(table).where(table.ledger_id == group.id, col(table.deleted_at).is_(None))
    async with db.reading() as session:
        return [row.id for row in (await session.exec(query)).all()]


async def test_a_file_comes_in_as_it_says(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    file = await bring_in(db, ann, trip)

    who = await names(db, trip)
    assert (who["Ann"], who["Bob"]) == (trip.seat(ann), trip.seat(bob))
    assert await balances(db, trip.id) == {
        (who["Ann"], "EUR"): 1500,
        (who["Bob"], "EUR"): -500,
        (who["Zoë"], "EUR"): -1000,
        (who["Ann"], "JPY"): -15000,
        (who["Bob"], "JPY"): 15000,
    }
    assert (file.expense_count, file.settlement_count, file.conversion_count) == (2, 1, 0)
    kinds = [event.kind for event in await log(db, trip.id)][-5:]
    assert kinds == [
        EventKind.MEMBER_IMPORTED,
        EventKind.EXPENSE_IMPORTED,
        EventKind.EXPENSE_IMPORTED,
        EventKind.SETTLEMENT_IMPORTED,
        EventKind.IMPORT_COMMITTED,
    ]


async def test_its_log_is_sound_and_ends_with_the_balances(
    db: Database, ann: Actor, trip: Group
) -> None:
    await bring_in(db, ann, trip)

    ledger, rows = await ledger_row(db, trip.id), await log(db, trip.id)
    lines = [line(events.fact_of(row), row.hash) for row in rows]
    verify([first_line(Head(trip.id, ledger.seq, ledger.head_hash)), *lines])
    told_last = {
        (UUID(change["member_id"]), change["currency"]): change["net_minor"]
        for row in rows
        for change in row.balances
    }
    assert told_last == await balances(db, trip.id)


async def test_the_preview_says_what_will_happen_and_writes_nothing(
    db: Database, ann: Actor, trip: Group
) -> None:
    before = await ledger_row(db, trip.id)

    plan = await preview(db, ann, trip, SPLITWISE, {})

    ids = {person.name: person.id for person in plan.contents.people}
    assert [person.name for person in plan.newcomers] == ["Zoë"]
    assert plan.seats[ids["Ann"]] == trip.seat(ann)
    assert {key: net for key, net in plan.moved().items() if net} == {
        (ids["Ann"], "EUR"): 1500,
        (ids["Bob"], "EUR"): -500,
        (ids["Zoë"], "EUR"): -1000,
        (ids["Ann"], "JPY"): -15000,
        (ids["Bob"], "JPY"): 15000,
    }
    assert [(one.place, one.code) for one in plan.contents.malformed] == [
        ("line 5", "RECORD_UNREADABLE")
    ]
    assert (await ledger_row(db, trip.id)).seq == before.seq


async def test_the_preview_names_who_is_deactivated_and_has_new_costs(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id)
    await remove(db, ann, trip.seat(bob))
    header, *_, payment, _, _, _ = SPLITWISE.splitlines(keepends=True)
    ids = {person.name: person.id for person in read(SPLITWISE, None).people}
    before = await log(db, trip.id)

    plan = await preview(db, ann, trip, SPLITWISE, {})
    assert [person.name for person in plan.barred] == ["Bob"]
    with pytest.raises(MemberDeactivated):
        await bring_in(db, ann, trip)
    assert await log(db, trip.id) == before

    assert (await preview(db, ann, trip, SPLITWISE, {ids["Bob"]: None})).barred == []
    assert (await preview(db, ann, trip, header + payment, {})).barred == []
    assert (await bring_in(db, ann, trip, header + payment)).settlement_count == 1


async def test_checking_facts_reads_no_table_as_a_whole(
    db: Database, ann: Actor, trip: Group
) -> None:
    for _ in range(3):
        await spend(db, ann, trip.id)
    scans = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'entries'")
    check = text("SELECT outgo_assert_fact_balances(id, NULL, NULL) FROM expenses")

    async with db.engine.begin() as connection:
        await connection.execute(text("ANALYZE entries"))
        before = await connection.scalar(scans)
        assert len((await connection.execute(check)).all()) == 3
        assert await connection.scalar(scans) == before


async def test_the_same_file_again_adds_nothing(db: Database, ann: Actor, trip: Group) -> None:
    await bring_in(db, ann, trip)
    before = await balances(db, trip.id)

    plan = await preview(db, ann, trip, SPLITWISE, {})
    again = await bring_in(db, ann, trip)

    assert {one.verdict for one in plan.judged} == {Verdict.DUPLICATE}
    assert {one.entity[0] for one in plan.judged if one.entity} == {"Expense", "Settlement"}
    assert again.expense_count + again.settlement_count == 0
    assert await balances(db, trip.id) == before


async def test_the_same_file_again_seats_nobody_whoever_it_cannot_tell(
    db: Database, ann: Actor, trip: Group
) -> None:
    await bring_in(db, ann, trip)
    ids = {person.name: person.id for person in read(SPLITWISE, None).people}
    who = await names(db, trip)
    await update(db, ann, who["Zoë"], name="Zoe")  # by the file's name nobody is here
    await placeholder(db, ann, trip, "Bob")  # and two are
    before = await names(db, trip)

    plan = await preview(db, ann, trip, SPLITWISE, {ids["Ann"]: None})
    await bring_in(db, ann, trip, mapping={ids["Ann"]: None})

    assert plan.newcomers == []
    assert [*plan.seats.values()] == [None, None, None]
    assert await names(db, trip) == before
    assert (await log(db, trip.id))[-2].kind is EventKind.MEMBER_ADDED


async def test_a_longer_file_adds_what_is_new(db: Database, ann: Actor, trip: Group) -> None:
    await bring_in(db, ann, trip)

    longer = SPLITWISE + b"2026-05-09,Beer,,2.00,EUR,1.00,-1.00,0.00\n"
    added = await bring_in(db, ann, trip, longer)

    assert (added.expense_count, added.settlement_count) == (1, 0)
    assert len(await _rows(db, Expense, trip)) == 3


async def test_repeating_a_request_is_safe_and_another_under_its_id_is_refused(
    db: Database, ann: Actor, trip: Group
) -> None:
    id = new_id()
    first = await bring_in(db, ann, trip, id=id)
    seq = (await ledger_row(db, trip.id)).seq

    again = await bring_in(db, ann, trip, id=id)
    with pytest.raises(IdAlreadyUsed):
        await bring_in(db, ann, trip, SPLITWISE + b"\n", id=id)

    assert (again.id, again.expense_count) == (first.id, 2)
    assert (await ledger_row(db, trip.id)).seq == seq


async def test_two_imports_of_one_file_at_once_have_one_effect(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    files = await asyncio.gather(*(bring_in(db, who, trip) for who in (ann, bob, ann, bob)))

    assert sorted(file.expense_count for file in files) == [0, 0, 0, 2]
    assert len(await _rows(db, Expense, trip)) == 2
    assert len(await names(db, trip)) == 3


async def test_a_file_is_taken_out_as_a_whole_and_may_come_again(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    file = await bring_in(db, ann, trip)

    undone = await take_out(db, ann, file)
    seq = (await ledger_row(db, trip.id)).seq
    await take_out(db, ann, file)

    assert undone.undone_at is not None
    assert await balances(db, trip.id) == {}
    assert (await ledger_row(db, trip.id)).seq == seq
    again = await bring_in(db, bob, trip)
    assert (again.expense_count, again.settlement_count) == (2, 1)
    assert len(await balances(db, trip.id)) == 5
    assert len(await names(db, trip)) == 3


async def test_what_somebody_deleted_stays_deleted(db: Database, ann: Actor, trip: Group) -> None:
    file = await bring_in(db, ann, trip)
    first, *_ = await _rows(db, Expense, trip)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, first)

    again = await bring_in(db, ann, trip)
    await take_out(db, ann, file)

    assert again.expense_count == 0
    assert await balances(db, trip.id) == {}
    (withdrawn,) = [
        event for event in await log(db, trip.id) if event.kind is EventKind.EXPENSE_WITHDRAWN
    ]
    assert withdrawn.entity_id != first


async def test_it_is_taken_out_by_whoever_may_delete_what_it_added(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    await _choose(db, ann, group, EditPolicy(WhoMayEdit.CREATOR_OR_ADMIN, None))
    file = await bring_in(db, bob, group)
    before = await balances(db, group.id)

    with pytest.raises(EditNotAllowed):
        await take_out(db, eve, file)
    assert await balances(db, group.id) == before
    await take_out(db, ann, file)
    assert await balances(db, group.id) == {}


async def test_what_is_locked_by_age_neither_comes_nor_goes(
    db: Database, ann: Actor, trip: Group
) -> None:
    file = await bring_in(db, ann, trip)
    other = SPLITWISE.replace(b"Dinner", b"Lunch")
    await _choose(db, ann, trip, EditPolicy(WhoMayEdit.ANY_MEMBER, 7))
    seq = (await ledger_row(db, trip.id)).seq

    for refused in (take_out(db, ann, file), bring_in(db, ann, trip, other)):
        with pytest.raises(LockedByAge):
            await refused
    with pytest.raises(LockedByAge):
        await preview(db, ann, trip, other, {})

    assert (await ledger_row(db, trip.id)).seq == seq


async def _choose(db: Database, who: Actor, group: Group, policy: EditPolicy) -> None:
    version = (await ledger_row(db, group.id)).version
    async with db.transaction() as tx:
        await ledgers.choose_edit_policy(tx, who, group.id, version, policy)


async def test_people_become_whom_the_client_says(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    plan = await preview(db, ann, trip, SPLITWISE, {})
    ids = {person.name: person.id for person in plan.contents.people}
    swapped = {ids["Zoë"]: trip.seat(bob), ids["Bob"]: None}

    await bring_in(db, ann, trip, mapping=swapped)

    assert (await balances(db, trip.id))[trip.seat(bob), "EUR"] == -1000
    with pytest.raises(PeopleNotDistinct):
        await preview(
            db, ann, trip, SPLITWISE, {ids["Zoë"]: trip.seat(bob), ids["Bob"]: trip.seat(bob)}
        )
    with pytest.raises(PersonUnknown):
        await preview(db, ann, trip, SPLITWISE, {ids["Zoë"]: new_id()})
    with pytest.raises(PersonUnknown):
        await preview(db, ann, trip, SPLITWISE, {new_id(): None})


async def test_a_change_in_the_file_is_a_conflict_and_ours_stays(
    db: Database, ann: Actor, trip: Group
) -> None:
    def spliit(amount: int) -> bytes:
        parts = [{"participantId": who, "shares": 1} for who in "ab"]
        expense = {
            "id": "e",
            "expenseDate": "2026-05-04",
            "title": "Milk",
            "amount": amount,
            "paidById": "a",
            "paidFor": parts,
        }
        people = [{"id": "a", "name": "Ann"}, {"id": "b", "name": "Bob"}]
        file = {"name": "Flat", "currencyCode": "EUR", "participants": people}
        return json.dumps(file | {"expenses": [expense]}).encode()

    await bring_in(db, ann, trip, spliit(1000))
    plan = await preview(db, ann, trip, spliit(2000), {})
    await bring_in(db, ann, trip, spliit(2000))

    assert [one.verdict for one in plan.judged] == [Verdict.CONFLICT]
    assert set((await balances(db, trip.id)).values()) == {500, -500}


async def test_members_hear_of_a_file_once(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await tell_all(db, trip)
    before = len(await told(db, bob))
    file = await bring_in(db, ann, trip)
    await bring_in(db, ann, trip)
    await take_out(db, ann, file)

    await tell_all(db, trip)

    news = (await told(db, bob))[before:]
    assert [(one.kind, one.data["count"]) for one in news] == [
        (NotificationKind.FILE_IMPORTED, 3),
        (NotificationKind.IMPORT_UNDONE, 3),
    ]
    assert len(await told(db, ann)) == 1  # of Bob's joining


async def test_strangers_and_closed_ledgers_are_refused_and_nothing_is_written(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    file = await bring_in(db, ann, trip)
    own = await personal_ledger(db, ann)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    seq = (await ledger_row(db, trip.id)).seq

    for refused in (bring_in(db, eve, trip), take_out(db, eve, file)):
        with pytest.raises(NotFound):
            await refused
    with pytest.raises(NotFound):
        await preview(db, eve, trip, SPLITWISE, {})
    with pytest.raises(LedgerArchived):
        await bring_in(db, ann, trip)
    with pytest.raises(PersonalLedger):
        await bring_in(db, ann, own)

    assert (await ledger_row(db, trip.id)).seq == seq
    assert await _rows(db, Expense, own) == []


async def test_more_than_a_batch_is_whole(db: Database, ann: Actor, trip: Group) -> None:
    head = "Date,Description,Category,Cost,Currency,Ann,Bob"
    rows = [f"2026-05-04,Beer {n},,2.00,EUR,1.00,-1.00" for n in range(401)]
    await spend(db, ann, trip.id, 1000)

    file = await bring_in(db, ann, trip, "\n".join([head, *rows]).encode())

    assert file.expense_count == 401
    assert (await balances(db, trip.id))[trip.seat(ann), "EUR"] == 40100 + 500
    *_, last, _ = await log(db, trip.id)
    assert {change["net_minor"] for change in last.balances} == {40600, -40600}
    await take_out(db, ann, file)
    assert (await balances(db, trip.id))[trip.seat(ann), "EUR"] == 500


async def test_everybody_of_a_large_group_takes_part_in_all_of_a_file(
    db: Database, ann: Actor, trip: Group
) -> None:
    """Many times as many entries as one statement has room for."""
    others = [f"P{number}" for number in range(29)]
    head = ",".join(["Date,Description,Category,Cost,Currency,Ann", *others])
    rows = [",".join([f"2026-05-04,Bus {n},,30.00,EUR,29.00", *["-1.00"] * 29]) for n in range(100)]

    file = await bring_in(db, ann, trip, "\n".join([head, *rows]).encode())

    assert file.expense_count == 100
    assert (await balances(db, trip.id))[trip.seat(ann), "EUR"] == 290_000
    await take_out(db, ann, file)
    assert await balances(db, trip.id) == {}


async def test_a_request_repeated_after_weeks_has_its_first_answer_whoever_has_gone(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    id = new_id()
    (in_file,) = (person for person in read(SPLITWISE, None).people if person.name == "Bob")
    mapping = {in_file.id: trip.seat(bob)}
    file = await bring_in(db, ann, trip, id=id, mapping=mapping)
    await take_out(db, ann, file)
    async with db.transaction() as tx:
        await members.leave(tx, bob, trip.id)
    seq = (await ledger_row(db, trip.id)).seq

    again = await bring_in(db, ann, trip, id=id, mapping=mapping)

    assert (again.id, again.expense_count) == (id, 2)
    assert (await ledger_row(db, trip.id)).seq == seq
    with pytest.raises(PersonUnknown):
        await bring_in(db, ann, trip, mapping=mapping)
