"""A whole ledger as a file, over real HTTP."""

import csv
import io
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import NewComment, Topic, Words
from domain.conversion import Exchange
from domain.money import Money
from domain.settlement import Payment
from domain.split import Exact
from models.ledger import Ledger
from services import access, comments, conversions, expenses, exports, settlements
from tests.e2e.conftest import TokenOf
from tests.groups import DAY, Group, ledger_row, make_group, personal_ledger, spend


def _path(ledger: Group, kind: str = "json", type_name: str = "Ledger") -> str:
    return f"/ledgers/{GlobalID(type_name, str(ledger.id))}/export.{kind}"


def _as(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
async def full(db: Database, ann: Actor, bob: Actor, trip: Group) -> Group:
    """A trip with one of everything; Ann paid 10.00, Bob 4.00 back, and a deleted expense."""
    a, b = trip.seat(ann), trip.seat(bob)
    dinner = await spend(db, ann, trip.id, 1000, merchant="=HYPERLINK(1)", tags=["rome"])
    gone = await spend(db, bob, trip.id, 500, merchant="Mistake")
    await spend(db, bob, trip.id, 30000, currency="JPY", split=Exact({a: 10000, b: 20000}))
    async with db.transaction() as tx:
        await expenses.delete(tx, bob, gone.id)
        four = Money(400, "EUR")
        payment = Payment(new_id(), trip.id, b, a, four, DAY, note="-1 beer", external_ref="TR-7")
        await settlements.record(tx, bob, payment)
        exchange = Exchange(
            new_id(), trip.id, a, b, Money(10000, "JPY"), "EUR", DAY, Decimal("0.006")
        )
        await conversions.convert(tx, ann, exchange)
        words = Words("Nice, “Bob”", [b])
        await comments.add(tx, ann, NewComment(new_id(), Topic.EXPENSE, dinner.id, words))
    return trip


async def test_the_json_file_has_everything(
    http: httpx.AsyncClient, db: Database, ann: Actor, bob: Actor, full: Group, token_of: TokenOf
) -> None:
    answer = await http.get(_path(full), headers=_as(token_of(bob)))

    known: dict[str, Any] = answer.json()
    a, b = str(full.seat(ann)), str(full.seat(bob))
    seq = (await ledger_row(db, full.id)).seq
    assert (known["outgo_export"], known["seq"], known["seq_at_end"]) == (1, seq, seq)
    assert known["ledger"]["name"] == "Trip"
    assert {one["id"]: one["name"] for one in known["members"]} == {a: "Ann", b: "Bob"}
    assert sorted(
        (one["member_id"], one["currency"], one["net_minor"]) for one in known["balances"]
    ) == (sorted([(a, "EUR", -5900), (b, "EUR", 5900)]))
    dinner, gone, ryokan = sorted(known["expenses"], key=lambda one: one["created_at"])
    assert (dinner["amount_minor"], dinner["currency"], dinner["tags"]) == (1000, "EUR", ["rome"])
    assert (dinner["payers"], dinner["created_by"]) == ({a: 1000}, a)
    assert dinner["split"]["kind"] == "EQUAL"
    assert sorted(share["owed_minor"] for share in dinner["shares"]) == [500, 500]
    assert (gone["merchant"], gone["deleted_at"] is None, gone["shares"]) == ("Mistake", False, [])
    assert {share["member_id"]: share["owed_minor"] for share in ryokan["shares"]} == {
        a: 10000,
        b: 20000,
    }
    (paid,) = known["settlements"]
    assert (paid["payer_id"], paid["amount_minor"], paid["note"]) == (b, 400, "-1 beer")
    assert paid["external_ref"] == "TR-7"
    (converted,) = known["conversions"]
    assert (converted["rate"], converted["to_minor"]) == ("0.006", 6000)
    (comment,) = known["comments"]
    assert (comment["text"], comment["author_id"]) == ("Nice, “Bob”", a)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].endswith('.json"')


async def test_the_spreadsheet_has_a_row_per_fact_and_runs_no_formula(
    http: httpx.AsyncClient, ann: Actor, full: Group, token_of: TokenOf
) -> None:
    answer = await http.get(_path(full, "csv"), headers=_as(token_of(ann)))

    header, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""), strict=True)
    assert header == ["Date", "Description", "Category", "Cost", "Currency", "Ann", "Bob"]
    by_name = {(row[1], row[4]): row for row in rows if row}
    assert by_name["'=HYPERLINK(1)", "EUR"][3] == "10.00"
    assert by_name["", "JPY"][2:] == ["", "30000", "JPY", "-10000", "10000"]
    assert by_name["'-1 beer", "EUR"][2:] == ["Payment", "4.00", "EUR", "-4.00", "4.00"]
    assert by_name["Conversion", "JPY"][3:] == ["10000", "JPY", "10000", "-10000"]
    assert by_name["Conversion", "EUR"][3:] == ["60.00", "EUR", "-60.00", "60.00"]
    assert by_name["Total balance", "JPY"][5:] == ["0", "0"]
    assert by_name["Total balance", "EUR"][5:] == ["-59.00", "59.00"]
    assert not any("Mistake" in row for row in rows)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


async def test_more_than_a_page_is_whole(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    monkeypatch.setattr("services.export_rows.AT_A_TIME", 2)
    made = {str((await spend(db, ann, trip.id, 100 + n)).id) for n in range(5)}

    whole = (await http.get(_path(trip), headers=_as(token_of(ann)))).json()
    sheet = await http.get(_path(trip, "csv"), headers=_as(token_of(ann)))

    assert {one["id"] for one in whole["expenses"]} == made
    assert len(sheet.content.splitlines()) == 1 + 5 + 2


async def test_balances_are_as_of_seq_whatever_is_spent_meanwhile(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = access.ledger_of

    async def found_and_spent(session: AsyncSession, viewer: UUID, ledger_id: UUID) -> Ledger:
        ledger = await found(session, viewer, ledger_id)
        await spend(db, ann, trip.id)
        return ledger

    monkeypatch.setattr(access, "ledger_of", found_and_spent)
    known = (await http.get(_path(trip), headers=_as(token_of(ann)))).json()

    assert known["balances"] == []
    assert (len(known["expenses"]), known["seq_at_end"]) == (1, known["seq"] + 1)


async def test_a_personal_ledger_is_exported_too(
    http: httpx.AsyncClient, db: Database, ann: Actor, token_of: TokenOf
) -> None:
    own = await personal_ledger(db, ann)

    answer = await http.get(_path(own), headers=_as(token_of(ann)))

    assert (answer.status_code, answer.json()["ledger"]["kind"]) == (200, "PERSONAL")


async def test_strangers_learn_nothing(
    http: httpx.AsyncClient, db: Database, ann: Actor, eve: Actor, token_of: TokenOf
) -> None:
    trip, absent = await make_group(db, ann), Group(new_id(), {})

    answers = [
        await http.get(_path(ledger, kind, type_name), headers=_as(token_of(eve)))
        for kind in ("json", "csv")
        for ledger, type_name in ((trip, "Ledger"), (absent, "Ledger"), (trip, "Expense"))
    ]
    unsigned = await http.get(_path(trip))

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.text for answer in answers} == {
        '{"code":"NOT_FOUND","message":"No such ledger."}'
    }
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "UNAUTHENTICATED")
