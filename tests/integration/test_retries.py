"""Asked twice, at once or weeks later: one effect, and the first answer or a refusal by name."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.edit_policy import EditPolicy, WhoMayEdit
from domain.expense import Changes, To
from domain.rate import NewRate, Quote
from domain.role import Role
from models.expense import Expense
from models.ledger import Member
from services import expenses, ledgers, rates
from tests.api import Api
from tests.claims import dinner, open_dinner
from tests.groups import DAY, Group, ledger_row, make_group, spend
from tests.members import invite, join, leave, placeholder, remove, seat, set_role
from tests.receipts import uploaded_and_read

Asked = dict[str, tuple[dict[str, Any], dict[str, Any]]]
"""What Ann asks for, by mutation, and how another request under the same id differs from it."""

_TIMES = 5
_NAMED = {"confirmReceipt": "expenseId", "closeClaiming": "expenseId"}  # others name an `id`

_WRITTEN = """
SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM entries) AS entries,
  (SELECT count(*) FROM debts) AS debts, (SELECT count(*) FROM members) AS members,
  (SELECT count(*) FROM expenses) AS expenses, (SELECT count(*) FROM settlements) AS settlements,
  (SELECT count(*) FROM conversions) AS conversions,
  (SELECT sum(net_minor * net_minor) FROM balances) AS squares
"""


class Cast(NamedTuple):
    db: Database
    ann: Actor
    bob: Actor
    eve: Actor
    trip: Group


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


@pytest.fixture
async def asked(db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group) -> Asked:
    await make_group(db, ann, eve)
    await spend(db, ann, trip.id, 5000)
    await enter_rate(db, ann, trip, "1.25")
    receipt = await uploaded_and_read(db, ann, trip.id)
    claiming = await open_dinner(db, ann, trip.id)
    supper = await dinner(db, ann, trip.id)
    cat = await placeholder(db, ann, trip)
    ledger, a, b = _id("Ledger", trip.id), *(_id("Member", trip.seat(who)) for who in (ann, bob))
    money, day = {"minor": 500, "currency": "EUR"}, DAY.isoformat()
    spent: dict[str, Any] = {"bill": {"amount": money}, "day": day}
    paid = {"ledgerId": ledger, "payerId": b, "payeeId": a, "amount": money, "day": day}
    pair = {"ledgerId": ledger, "debtorId": b, "creditorId": a, "amount": money, "day": day}
    end = {"claimingId": _id("Claiming", claiming.id), "ifVersion": claiming.version, "day": day}
    treat = {"kind": "DISCOUNT", "amountMinor": -100, "spread": "TO_MEMBER", "memberId": b}
    offer = {"total": money, "lines": [{"title": "Soup", "amountMinor": 600}]}
    claimed = {
        "receiptId": _id("Receipt", supper.id),
        "offer": {**offer, "adjustments": [treat]},
    }
    couple = {"ledgerId": ledger, "name": "Home", "memberIds": [a, _id("Member", cat)]}
    yen = {"ledgerId": ledger, "day": day, "base": "EUR", "quote": "JPY", "rate": "160"}
    bodies: Asked = {
        "createExpense": ({"ledgerId": ledger, **spent}, {"note": "Wine"}),
        "recordSettlement": (paid, {"note": "Cash"}),
        "convertBalance": ({**pair, "to": "USD"}, {"rate": "2"}),
        "confirmReceipt": ({"receiptId": _id("Receipt", receipt.id), **spent}, {"note": "Wine"}),
        "closeClaiming": (end, {"note": "Wine"}),
        "openClaiming": (claimed, {"offer": None}),
        "createGroup": ({"name": "Flat", "currency": "EUR"}, {"name": "House"}),
        "addMember": ({"ledgerId": ledger, "name": "Dan"}, {"name": "Don"}),
        "addFriend": (
            {"ledgerId": ledger, "personId": str(eve.user_id)},
            {"personId": str(bob.user_id)},
        ),
        "createSubgroup": (couple, {"name": "Us"}),
        "enterRate": (yen, {"rate": "161"}),
        "createBudget": ({"name": "All", "amount": money, "period": "MONTHLY"}, {"name": "Any"}),
    }
    return {
        field: ({_NAMED.get(field, "id"): str(new_id()), **body}, change)
        for field, (body, change) in bodies.items()
    }


async def enter_rate(db: Database, actor: Actor, group: Group, rate: str) -> None:
    """What a euro is worth in dollars on `DAY`."""
    quote = Quote(DAY, "EUR", "USD", Decimal(rate))
    async with db.transaction() as tx:
        await rates.enter(tx, actor, NewRate(new_id(), group.id, quote))


async def ask(api: Api, who: Actor, field: str, body: Mapping[str, Any]) -> dict[str, Any]:
    name = field[0].upper() + field[1:]
    document = (
        f"mutation($it: {name}Input!) {{ done: {field}(input: $it) {{ "
        "__typename ... on Node { id } ... on Refusal { code } } }"
    )
    return (await api.ask(who, document, it=body))["done"]


async def written(db: Database) -> dict[str, int]:
    """How much of everything there is that a request could have added to."""
    async with db.engine.connect() as connection:
        return dict((await connection.execute(text(_WRITTEN))).mappings().one())


async def test_asked_again_it_is_answered_as_before_and_another_body_is_refused(
    db: Database, api: Api, ann: Actor, asked: Asked
) -> None:
    for field, (body, change) in asked.items():
        first = await ask(api, ann, field, body)
        assert "code" not in first, (field, first)
        then = await written(db)

        assert await ask(api, ann, field, body) == first, field
        assert (await ask(api, ann, field, body | change))["code"] == "ID_ALREADY_USED", field
        assert await ask(api, ann, field, body) == first, field
        assert await written(db) == then, field


async def test_asked_several_times_at_once_it_is_done_once(
    db: Database, api: Api, ann: Actor, asked: Asked
) -> None:
    for field, (body, _) in asked.items():
        first, *others = await asyncio.gather(*(ask(api, ann, field, body) for _ in range(_TIMES)))
        then = await written(db)

        assert "code" not in first, (field, first)
        assert others == [first] * (_TIMES - 1), field
        assert await ask(api, ann, field, body) == first, field
        assert await written(db) == then, field


async def test_two_bodies_under_one_id_at_once_are_one_effect_and_one_refusal(
    api: Api, ann: Actor, asked: Asked
) -> None:
    for field, (body, change) in asked.items():
        answers = await asyncio.gather(
            *(ask(api, ann, field, body | more) for more in ({}, change))
        )

        assert [one.get("code") for one in answers].count(None) == 1, (field, answers)
        refusals = {one["code"] for one in answers if "code" in one}
        assert refusals <= {"ID_ALREADY_USED", "ALREADY_A_MEMBER"}, (
            field
        )  # Bob has a seat, if asked first


async def _edited(cast: Cast) -> None:
    """Every expense was taken back for a while, and says something else now."""
    for id in await _expenses(cast.db):
        async with cast.db.transaction() as tx:
            await expenses.delete(tx, cast.bob, id)
        async with cast.db.transaction() as tx:
            row = await expenses.restore(tx, cast.bob, id)
        async with cast.db.transaction() as tx:
            await expenses.update(tx, cast.bob, id, row.version, Changes(note=To("Edited")))


async def _deleted(cast: Cast) -> None:
    for id in await _expenses(cast.db):
        async with cast.db.transaction() as tx:
            await expenses.delete(tx, cast.bob, id)


async def _repriced(cast: Cast) -> None:
    """By today's rate the conversion would come to nothing."""
    await enter_rate(cast.db, cast.bob, cast.trip, "0.0001")


async def _parted(cast: Cast) -> None:
    """Nobody whom the requests name is a member any more, and Ann and Eve share no group."""
    async with cast.db.reading() as session:
        query = select(Member).where(Member.user_id == cast.eve.user_id)
        seats = (await session.exec(query)).all()
    for each in seats:
        if (await ledger_row(cast.db, each.ledger_id)).owner_id is None:
            await remove(cast.db, cast.ann, each.id)
    await remove(cast.db, cast.ann, cast.trip.seat(cast.bob))


async def _closed(cast: Cast) -> None:
    """The group has closed its past, and then itself."""
    version = (await ledger_row(cast.db, cast.trip.id)).version
    policy = EditPolicy(WhoMayEdit.INVOLVED, lock_after_days=1)
    async with cast.db.transaction() as tx:
        await ledgers.choose_edit_policy(tx, cast.ann, cast.trip.id, version, policy)
    async with cast.db.transaction() as tx:
        await ledgers.archive(tx, cast.ann, cast.trip.id)


async def _expenses(db: Database) -> Sequence[UUID]:
    async with db.reading() as session:
        return (await session.exec(select(Expense.id))).all()


@pytest.mark.parametrize(
    "meanwhile",
    [_edited, _deleted, _repriced, _parted, _closed],
    ids=["edited", "deleted", "repriced", "parted", "closed"],
)
async def test_asked_weeks_later_it_is_answered_as_before(
    db: Database,
    api: Api,
    ann: Actor,
    bob: Actor,
    eve: Actor,
    trip: Group,
    asked: Asked,
    meanwhile: Callable[[Cast], Awaitable[None]],
) -> None:
    first = {field: await ask(api, ann, field, body) for field, (body, _) in asked.items()}
    await meanwhile(Cast(db, ann, bob, eve, trip))
    then = await written(db)

    again = {field: await ask(api, ann, field, body) for field, (body, _) in asked.items()}

    assert again == first
    assert await written(db) == then


async def test_who_may_do_it_no_more_is_refused_by_name(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group, asked: Asked
) -> None:
    first = {field: await ask(api, ann, field, body) for field, (body, _) in asked.items()}
    await set_role(db, ann, trip, bob, Role.OWNER)
    await set_role(db, bob, trip, ann, Role.VIEWER)
    looking_on = {field: await ask(api, ann, field, body) for field, (body, _) in asked.items()}
    then = await written(db)
    await leave(db, ann, trip)
    gone = {field: await ask(api, ann, field, body) for field, (body, _) in asked.items()}

    elsewhere = {"createGroup", "createBudget"}
    assert looking_on == {
        field: answer if field in elsewhere else {"__typename": "Forbidden", "code": "ROLE_TOO_LOW"}
        for field, answer in first.items()
    }
    assert gone["createExpense"]["code"] in {"ROLE_TOO_LOW", "NOT_FOUND"}
    assert (await written(db))["entries"] == then["entries"]


@pytest.mark.parametrize(
    ("kind", "make", "put_aside", "bring_back"),
    [
        ("Expense", "createExpense", "deleteExpense", "restoreExpense"),
        ("Settlement", "recordSettlement", "deleteSettlement", "restoreSettlement"),
        ("Conversion", "convertBalance", "deleteConversion", "restoreConversion"),
        ("Budget", "createBudget", "deleteBudget", "restoreBudget"),
        ("Ledger", "createGroup", "archiveGroup", "reopenGroup"),
    ],
)
async def test_a_late_deletion_or_restoration_undoes_nothing_that_came_since(
    db: Database,
    api: Api,
    ann: Actor,
    asked: Asked,
    kind: str,
    make: str,
    put_aside: str,
    bring_back: str,
) -> None:
    id = (await ask(api, ann, make, asked[make][0]))["id"]

    async def do(field: str, **version: int) -> dict[str, Any]:
        document = (
            f"mutation($id: ID!, $v: BigInt) {{ done: {field}(id: $id, ifVersion: $v) {{ "
            f"... on {kind} {{ version }} ... on Conflict {{ code }} }} }}"
        )
        return (await api.ask(ann, document, id=id, v=version.get("seen")))["done"]

    assert await do(put_aside, seen=1) == {"version": 2}
    assert await do(put_aside, seen=1) == {"version": 2}
    assert await do(bring_back, seen=2) == {"version": 3}
    assert await do(bring_back, seen=2) == {"version": 3}
    then = await written(db)

    assert await do(put_aside, seen=1) == {"code": "STALE"}
    assert await written(db) == then
    assert await do(put_aside) == {"version": 4}
    assert await do(bring_back, seen=2) == {"code": "STALE"}


async def test_who_came_back_stays_whenever_they_asked_to_leave_before(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    leaving = (
        "mutation($id: ID!, $v: BigInt) { done: leaveGroup(id: $id, ifVersion: $v) { "
        "__typename ... on Refusal { code } } }"
    )
    seen = {"id": _id("Ledger", trip.id), "v": (await seat(db, trip.seat(bob))).version}

    left = (await api.ask(bob, leaving, **seen))["done"]
    again = (await api.ask(bob, leaving, **seen))["done"]
    await join(db, bob, (await invite(db, ann, trip)).token)
    then = await written(db)
    late = (await api.ask(bob, leaving, **seen))["done"]

    assert left == {"__typename": "Ledger"}
    assert again == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert late == {"__typename": "Conflict", "code": "STALE"}
    assert await written(db) == then


async def test_a_late_upload_of_a_deleted_receipt_brings_it_not_back(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    receipt = await uploaded_and_read(db, ann, trip.id)
    upload = (
        "mutation($it: CreateReceiptUploadInput!) { done: createReceiptUpload(input: $it) { "
        "__typename ... on Refusal { code } } }"
    )
    body = {"id": str(receipt.id), "ledgerId": _id("Ledger", trip.id)}
    delete = "mutation($id: ID!) { deleteReceipt(id: $id) { __typename } }"
    await api.ask(ann, delete, id=_id("Receipt", receipt.id))
    then = await written(db)

    late = (await api.ask(ann, upload, it=body))["done"]

    assert late == {"__typename": "Conflict", "code": "ID_ALREADY_USED"}
    assert await written(db) == then


async def test_an_upload_that_was_let_begin_is_so_after_the_group_is_archived(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    receipt = await uploaded_and_read(db, ann, trip.id)
    upload = (
        "mutation($it: CreateReceiptUploadInput!) { done: createReceiptUpload(input: $it) { "
        "__typename ... on Refusal { code } } }"
    )
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    made, new = [
        (await api.ask(ann, upload, it={"id": str(id), "ledgerId": _id("Ledger", trip.id)}))["done"]
        for id in (receipt.id, new_id())
    ]

    assert made == {"__typename": "ReceiptUpload"}
    assert new == {"__typename": "Conflict", "code": "LEDGER_ARCHIVED"}


async def test_a_late_claim_undoes_none_that_came_since(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    claiming = await open_dinner(db, ann, trip.id)
    body = {"claimingId": _id("Claiming", claiming.id), "ifVersion": claiming.version}
    early, later = ({"lines": [{"line": 0, "parts": parts}]} for parts in (1, 2))
    first = await ask(api, ann, "claimLines", body | early)
    assert await ask(api, ann, "claimLines", body | early) == first
    assert await ask(api, ann, "claimLines", body | later | {"ifVersion": 2}) == first
    then = await written(db)

    late = await ask(api, ann, "claimLines", body | early)

    assert late == {"__typename": "Conflict", "code": "STALE"}
    assert await written(db) == then


async def test_on_request_the_same_cost_is_not_recorded_under_another_id(
    db: Database, api: Api, ann: Actor, bob: Actor, asked: Asked
) -> None:
    body = {**asked["createExpense"][0], "merchant": "Café Ätna", "note": "Lunch"}
    careful = {**body, "unlessDuplicate": True}
    first = await ask(api, ann, "createExpense", careful)
    assert first["__typename"] == "Expense"
    then = await written(db)

    def another(**changes: Any) -> dict[str, Any]:
        return careful | {"id": str(new_id())} | changes

    same = another(merchant="CAFÉ ÄTNA")
    assert await ask(api, ann, "createExpense", careful) == first
    assert await ask(api, ann, "createExpense", body) == first
    assert await ask(api, ann, "createExpense", same) == {
        "__typename": "Conflict",
        "code": "POSSIBLE_DUPLICATE",
    }
    assert await written(db) == then
    for changes in ({"note": "Supper"}, {"day": "2026-05-05"}, {"merchant": None}):
        assert (await ask(api, ann, "createExpense", another(**changes)))["__typename"] == "Expense"
    assert (await ask(api, bob, "createExpense", another()))["__typename"] == "Expense"  # who pays
    again = await ask(api, ann, "createExpense", same | {"unlessDuplicate": False})
    assert again["__typename"] == "Expense"


async def test_of_two_who_record_the_same_cost_at_once_one_is_told(
    api: Api, ann: Actor, asked: Asked
) -> None:
    body = asked["createExpense"][0] | {"unlessDuplicate": True}
    twins = [body | {"id": str(new_id())} for _ in range(_TIMES)]

    answers = await asyncio.gather(*(ask(api, ann, "createExpense", twin) for twin in twins))

    codes = [answer.get("code") for answer in answers]
    assert sorted(map(str, codes)) == sorted(["None", *["POSSIBLE_DUPLICATE"] * (_TIMES - 1)])


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))
