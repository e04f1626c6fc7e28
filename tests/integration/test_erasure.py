"""What a deleted account leaves behind, looked for in every table there is."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from core.db import Database
from core.ids import new_id
from domain.account import Client, Registration, WrongCredentials
from domain.actor import Actor
from domain.fingerprint import IdAlreadyUsed
from domain.group import NewInvite
from domain.log import GENESIS, chained
from domain.money import Money
from domain.role import Role
from domain.settlement import Payment
from models.expense import Entry
from models.ledger import Member
from models.receipt import Receipt
from services import accounts, erasure, events, invites, members, sessions, settlements
from services.accounts import Proof
from services.erasure import MembershipChanging
from services.sessions import SessionNotLive, SignIn
from tests.budgets import make_budget
from tests.groups import DAY, Group, balances, ledger_row, log, make_group, personal_ledger, spend
from tests.live import until
from tests.people import make_user, register


@pytest.fixture
async def ann(db: Database) -> SignIn:
    return await register(db, "Annabel", email="annabel@example.com")


@pytest.fixture
async def trip(db: Database, ann: SignIn, bob: Actor) -> Group:
    return await make_group(db, ann.actor, bob)


async def delete(db: Database, who: SignIn) -> None:
    async with db.transaction() as tx:
        await erasure.delete_account(tx, who.actor, await _proof(tx, who))


async def _proof(tx: Any, who: SignIn) -> Proof:
    proof = await accounts.proof_wanted(tx, who.user.email or "")
    assert proof is not None
    return proof


async def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as JSON."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with db.engine.connect() as connection:
        for table in SQLModel.metadata.tables:
            rows = await connection.execute(text(f'SELECT to_jsonb(t) FROM "{table}" t'))  # noqa: S608 - our own tables
            found[table] = list(rows.scalars())
    return found


def mentions(stored: Mapping[str, list[dict[str, Any]]], wanted: object) -> set[str]:
    """The columns, as table.column, in which the text of `wanted` is found."""
    return {
        f"{table}.{column}"
        for table, rows in stored.items()
        for row in rows
        for column, value in row.items()
        if str(wanted) in str(value)
    }


async def add_receipt(db: Database, actor: Actor, ledger_id: UUID, key: str) -> None:
    receipt = Receipt(
        ledger_id=ledger_id,
        uploaded_by=actor.user_id,
        object_key=key,
        content_type="image/jpeg",
        size_bytes=1,
        sha256=key.encode(),
        image_key=f"{key}.seen.jpg",
    )
    async with db.transaction() as tx:
        tx.add(receipt)


async def fill_personal_ledger(db: Database, actor: Actor) -> UUID:
    ledger = await personal_ledger(db, actor)
    await spend(db, actor, ledger.id, merchant="Annabel's secret")
    await make_budget(db, actor)
    await add_receipt(db, actor, ledger.id, "receipts/b.jpg")
    await add_receipt(db, actor, ledger.id, "receipts/a.jpg")
    return ledger.id


async def test_nothing_personal_is_left_in_any_table(
    db: Database, ann: SignIn, bob: Actor, trip: Group
) -> None:
    personal = await fill_personal_ledger(db, ann.actor)
    await spend(db, ann.actor, trip.id)
    await spend(db, bob, trip.id)
    assert mentions(await everything(db), "secret") >= {"expenses.merchant", "events.after"}

    await delete(db, ann)

    stored = await everything(db)
    assert mentions(stored, ann.user.email) == set()
    assert mentions(stored, ann.user.password_hash) == set()
    assert mentions(stored, "secret") == set()
    assert mentions(stored, ann.session.id) == set()
    assert mentions(stored, ann.user.name) == {"members.name", "events.actor_name"} | {
        "events.before",
        "events.after",
    }
    assert mentions(stored, ann.user.id) == {
        "events.actor_id",  # who wrote the history of the group, which is chained
        "events.before",
        "events.after",
        "expenses.created_by",
        "invites.created_by",
    }
    assert {
        (table, row["ledger_id"])
        for table, rows in stored.items()
        for row in rows
        if str(ann.user.id) in str(row)
    } == {(table, str(trip.id)) for table in ("events", "expenses", "invites")}
    assert {
        table
        for table, rows in stored.items()
        for row in rows
        if row.get("ledger_id") == str(personal)
    } == {"events"}


async def test_the_personal_ledger_stays_as_a_nameless_row_that_says_which_files_to_delete(
    db: Database, ann: SignIn
) -> None:
    ledger_id = await fill_personal_ledger(db, ann.actor)
    before = await ledger_row(db, ledger_id)

    await delete(db, ann)

    after = await ledger_row(db, ledger_id)
    assert (after.name, after.owner_id, after.fingerprint, after.clock) == ("", None, b"", {})
    [erased] = await log(db, ledger_id)
    assert (erased.kind.value, erased.seq, erased.actor_id) == (
        "ledger.erased",
        before.seq + 1,
        None,
    )
    assert erased.after == {
        "object_keys": [f"receipts/{name}.jpg{seen}" for name in "ab" for seen in ("", ".seen.jpg")]
    }
    assert erased.hash == chained(before.head_hash, events.fact_of(erased)) == after.head_hash


async def test_a_group_keeps_its_history_and_its_balances(
    db: Database, ann: SignIn, bob: Actor, trip: Group
) -> None:
    await spend(db, ann.actor, trip.id, 1001)
    open_before = await balances(db, trip.id)
    log_before = await log(db, trip.id)

    await delete(db, ann)

    assert await balances(db, trip.id) == open_before
    assert open_before[trip.seat(bob), "EUR"] < 0
    log_after = await log(db, trip.id)
    assert [event.hash for event in log_after[: len(log_before)]] == [
        event.hash for event in log_before
    ]
    assert [event.kind.value for event in log_after[len(log_before) :]] == [
        "member.left",
        "member.updated",
    ]
    head = GENESIS
    for event in log_after:
        head = chained(head, events.fact_of(event))
        assert head == event.hash
    async with db.reading() as session:
        seat = await session.get_one(Member, trip.seat(ann.actor))
        entries = (await session.exec(select(Entry).where(Entry.member_id == seat.id))).all()
    assert (seat.user_id, seat.name, seat.role) == (None, "Annabel", Role.MEMBER)
    assert seat.left_at is None
    assert [entry.user_id for entry in entries] == [None]


async def test_the_others_settle_up_with_the_placeholder_and_whoever_returns_can_claim_it(
    db: Database, ann: SignIn, bob: Actor, trip: Group
) -> None:
    await spend(db, ann.actor, trip.id, 1000)
    await delete(db, ann)
    seat = trip.seat(ann.actor)

    payment = Payment(new_id(), trip.id, trip.seat(bob), seat, Money(500, "EUR"), DAY)
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)
    again = await register(db, "Annabel", email="annabel@example.com")
    async with db.transaction() as tx:
        issued = await invites.create(tx, bob, NewInvite(trip.id, timedelta(hours=1), 1))
    async with db.transaction() as tx:
        await invites.accept(tx, again.actor, issued.token, claim=seat)

    assert await balances(db, trip.id) == {}
    async with db.reading() as session:
        entries = (await session.exec(select(Entry).where(Entry.member_id == seat))).all()
    assert {entry.user_id for entry in entries} == {again.user.id}


async def roles(db: Database, group: Group) -> dict[UUID | None, Role]:
    query = select(Member).where(Member.ledger_id == group.id)
    async with db.reading() as session:
        return {row.user_id: row.role for row in (await session.exec(query)).all()}


async def test_the_member_of_the_highest_role_who_came_first_becomes_owner(
    db: Database, ann: SignIn, bob: Actor
) -> None:
    cleo, dan = await make_user(db, "Cleo"), await make_user(db, "Dan")
    group = await make_group(db, ann.actor, bob, cleo, dan)
    async with db.transaction() as tx:
        for actor in (cleo, dan):
            (await tx.get_one(Member, group.seat(actor))).role = Role.ADMIN

    await delete(db, ann)

    assert await roles(db, group) == {
        None: Role.MEMBER,
        bob.user_id: Role.MEMBER,
        cleo.user_id: Role.OWNER,
        dan.user_id: Role.ADMIN,
    }


async def test_who_is_no_owner_leaves_the_owner_alone(
    db: Database, ann: SignIn, bob: Actor
) -> None:
    group = await make_group(db, bob, ann.actor)

    await delete(db, ann)

    assert await roles(db, group) == {None: Role.MEMBER, bob.user_id: Role.OWNER}
    assert (await log(db, group.id))[-1].kind.value == "member.left"


async def test_a_group_that_nobody_can_see_any_more_is_archived(db: Database, ann: SignIn) -> None:
    group = await make_group(db, ann.actor)

    await delete(db, ann)

    assert (await ledger_row(db, group.id)).archived_at is not None
    assert [event.kind.value for event in (await log(db, group.id))[-2:]] == [
        "member.left",
        "ledger.archived",
    ]


async def test_a_group_that_was_left_before_only_loses_the_link(
    db: Database, ann: SignIn, bob: Actor
) -> None:
    group = await make_group(db, bob, ann.actor)
    async with db.transaction() as tx:
        await members.leave(tx, ann.actor, group.id)
    before = len(await log(db, group.id))

    await delete(db, ann)

    async with db.reading() as session:
        seat = await session.get_one(Member, group.seat(ann.actor))
    assert seat.user_id is None
    assert seat.left_at is not None
    assert len(await log(db, group.id)) == before


async def test_others_who_write_meanwhile_neither_wait_for_ever_nor_bring_the_user_back(
    db: Database, ann: SignIn, bob: Actor, trip: Group
) -> None:
    await asyncio.gather(delete(db, ann), *(spend(db, bob, trip.id, 1000) for _ in range(8)))

    assert await balances(db, trip.id) == {
        (trip.seat(bob), "EUR"): 4000,
        (trip.seat(ann.actor), "EUR"): -4000,
    }
    async with db.reading() as session:
        entries = (await session.exec(select(Entry.user_id))).all()
    assert set(entries) == {None, bob.user_id}


async def test_refuses_while_the_user_is_joining_another_group(
    db: Database, ann: SignIn, bob: Actor, trip: Group
) -> None:
    other = await make_group(db, bob)
    async with db.transaction() as tx:
        issued = await invites.create(tx, bob, NewInvite(other.id, timedelta(hours=1), 1))
    async with db.transaction() as tx:
        await invites.accept(tx, ann.actor, issued.token)
        deleting = asyncio.create_task(delete(db, ann))
        await until(lambda: somebody_waits(db))

    with pytest.raises(MembershipChanging):
        await deleting

    assert (await roles(db, trip))[ann.user.id] is Role.OWNER
    await delete(db, ann)


async def somebody_waits(db: Database) -> bool:
    async with db.engine.connect() as connection:
        waiting = await connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
    return waiting == 1


async def test_every_session_ends_and_the_address_is_free_again(db: Database, ann: SignIn) -> None:
    await delete(db, ann)

    async with db.reading() as session:
        with pytest.raises(SessionNotLive):
            await sessions.require_live(session, ann.session.id)
    again = await register(db, "Annabel", email=ann.user.email)
    assert again.user.id != ann.user.id


async def test_a_registration_that_comes_again_late_brings_nobody_back(
    db: Database, ann: SignIn
) -> None:
    await delete(db, ann)
    before = await everything(db)

    again = Registration(ann.user.id, ann.user.email or "", "Annabel", "UTC", "EUR")
    with pytest.raises(IdAlreadyUsed):
        async with db.transaction() as tx:
            await accounts.register(tx, again, "hash", Client("Phone"), timedelta(days=1))

    assert await everything(db) == before


async def test_nothing_goes_without_the_right_password(
    db: Database, ann: SignIn, trip: Group
) -> None:
    await spend(db, ann.actor, trip.id)
    before = await everything(db)

    async with db.transaction() as tx:
        proof = (await _proof(tx, ann))._replace(password_hash="another")
        with pytest.raises(WrongCredentials):
            await erasure.delete_account(tx, ann.actor, proof)

    assert await everything(db) == before
