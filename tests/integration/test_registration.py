import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from core.db import Database
from core.ids import new_id
from domain.account import Client, EmailInvalid, Registration
from domain.actor import Actor
from domain.errors import Refusal
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7
from domain.role import Role
from domain.text import TextMissing
from models.account import Device, RefreshToken, Session, User
from models.event import Event
from models.ledger import Ledger, LedgerKind, Member
from services import accounts
from services.accounts import AlreadyRegistered, EmailTaken
from services.sessions import SignIn
from tests.people import LIFETIME

ANN = Registration(
    id=new_id(), email="Ann@Example.COM", name=" Ann ", time_zone="Europe/Berlin", currency="EUR"
)


async def register(db: Database, wanted: Registration = ANN, device_name: str = "Phone") -> SignIn:
    async with db.transaction() as tx:
        return await accounts.register(tx, wanted, "hash", Client(device_name), LIFETIME)


async def rows(db: Database, table: Any) -> list[Any]:
    async with db.reading() as session:
        return list((await session.exec(select(table))).all())


async def counts(db: Database) -> dict[str, int]:
    tables = (User, Device, Session, RefreshToken, Ledger, Member, Event)
    return {table.__name__: len(await rows(db, table)) for table in tables}


ONE_ACCOUNT = {
    "User": 1,
    "Device": 1,
    "Session": 1,
    "RefreshToken": 1,
    "Ledger": 1,
    "Member": 1,
    "Event": 2,
}


async def test_makes_the_user_a_device_a_session_and_a_personal_ledger(db: Database) -> None:
    signed_in = await register(db)

    assert await counts(db) == ONE_ACCOUNT
    [user] = await rows(db, User)
    assert (user.id, user.email, user.name) == (ANN.id, "ann@example.com", "Ann")
    assert user.time_zone == "Europe/Berlin"
    [device], [session] = await rows(db, Device), await rows(db, Session)
    assert device.name == "Phone"
    assert signed_in.actor == Actor(user.id, device.id, session.id)
    [ledger] = await rows(db, Ledger)
    assert (ledger.kind, ledger.owner_id, ledger.currency) == (LedgerKind.PERSONAL, user.id, "EUR")
    [seat] = await rows(db, Member)
    assert (seat.user_id, seat.name, seat.role) == (user.id, "Ann", Role.OWNER)
    log = [(event.kind.value, event.actor_id, event.device_id) for event in await rows(db, Event)]
    assert log == [
        ("ledger.created", user.id, device.id),
        ("member.joined", user.id, device.id),
    ]


async def test_asking_again_tells_that_it_is_done_and_on_which_device(db: Database) -> None:
    first = await register(db)

    with pytest.raises(AlreadyRegistered) as refusal:
        await register(db)

    assert refusal.value.replica == first.device.id
    assert await counts(db) == ONE_ACCOUNT


async def test_asking_ten_times_at_once_makes_one_account(db: Database) -> None:
    answers = await asyncio.gather(*(register(db) for _ in range(10)), return_exceptions=True)

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["AlreadyRegistered"] * 9 + ["SignIn"]
    assert await counts(db) == ONE_ACCOUNT


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (replace(ANN, id=new_id()), EmailTaken),
        (replace(ANN, id=new_id(), email="ann@example.com"), EmailTaken),
        (replace(ANN, email="anne@example.com"), IdAlreadyUsed),
        (replace(ANN, name="Anne"), IdAlreadyUsed),
        (replace(ANN, currency="USD"), IdAlreadyUsed),
        (replace(ANN, id=uuid4(), email="anne@example.com"), IdNotVersion7),
        (replace(ANN, id=new_id(), email="anne"), EmailInvalid),
    ],
)
async def test_refuses_another_account_of_the_same_id_or_address(
    db: Database, wanted: Registration, refusal: type[Refusal]
) -> None:
    await register(db)

    with pytest.raises(refusal):
        await register(db, wanted)

    assert await counts(db) == ONE_ACCOUNT


async def test_a_device_without_a_name_leaves_no_account_behind(db: Database) -> None:
    with pytest.raises(TextMissing):
        await register(db, device_name=" ")

    assert set((await counts(db)).values()) == {0}
