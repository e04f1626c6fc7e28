"""Settlements as clients change, confirm and dispute them; conversions, rates and friends."""

from typing import Any

import pytest
from strawberry import relay

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.split import Equal
from tests.api import Api
from tests.groups import Group, balances, log, make_group, spend
from tests.people import make_user

SETTLEMENT = """__typename
... on Settlement {
    id version state disputeReason rate amount { minor } paidAs { decimal } overpaid { minor } note
    externalRef
}
... on Refusal { code } ... on Invalid { path }"""


def _settling(field: str) -> str:
    of_type = f"{field[0].upper()}{field[1:]}Input!"
    return f"mutation($input: {of_type}) {{ {field}(input: $input) {{ {SETTLEMENT} }} }}"


RECORD = _settling("recordSettlement")
UPDATE = _settling("updateSettlement")
CONFIRM = _settling("confirmSettlement")
DISPUTE = _settling("disputeSettlement")
UNDO = _settling("undoLastChange")
CONVERT = """mutation($input: ConvertBalanceInput!) { convertBalance(input: $input) { __typename
... on Conversion { id rate rateDay becomes { decimal currency } }
... on Refusal { code message } ... on RateMissing { base quote nearestDay } } }"""
ENTER = """mutation($input: EnterRateInput!) { enterRate(input: $input) { __typename
... on Rate { id rate day } ... on Refusal { code } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def gid(type_name: str, id: Any) -> str:
    return str(relay.GlobalID(type_name, str(id)))


async def tell(api: Api, caller: Actor, document: str, **input: Any) -> dict[str, Any]:
    """The one answer of a mutation with an input."""
    (answer,) = (await api.ask(caller, document, input=input)).values()
    return answer


async def record(
    api: Api, trip: Group, payer: Actor, payee: Actor, minor: int, **more: Any
) -> dict[str, Any]:
    return await tell(
        api,
        payer,
        RECORD,
        id=str(new_id()),
        ledgerId=gid("Ledger", trip.id),
        payerId=gid("Member", trip.seat(payer)),
        payeeId=gid("Member", trip.seat(payee)),
        amount={"minor": minor, "currency": "EUR"},
        day="2026-05-05",
        **more,
    )


async def test_overpaying_is_allowed_with_a_warning(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)

    first = await record(api, trip, bob, ann, 300)
    second = await record(api, trip, bob, ann, 300)

    assert (first["overpaid"]["minor"], second["overpaid"]["minor"]) == (0, 100)
    assert (await balances(db, trip.id))[trip.seat(bob), "EUR"] == 100


async def test_the_payee_confirms_and_nobody_else(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    paid = await record(api, trip, bob, ann, 300)
    seen = {"settlementId": paid["id"], "ifVersion": paid["version"]}

    assert (await tell(api, bob, CONFIRM, **seen))["code"] == "NOT_THE_PAYEE"
    assert (await tell(api, ann, CONFIRM, **{**seen, "ifVersion": 9}))["code"] == "STALE"
    assert (await tell(api, ann, CONFIRM, **seen))["state"] == "CONFIRMED"
    assert (await tell(api, ann, CONFIRM, **seen))["version"] == paid["version"] + 1


async def test_a_dispute_is_answered_by_its_recorder(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group, eve: Actor
) -> None:
    paid = await record(api, trip, bob, ann, 300)
    seen = {"settlementId": paid["id"], "ifVersion": paid["version"]}
    before = await log(db, trip.id)

    assert (await tell(api, eve, DISPUTE, **seen, reason="Not mine"))["code"] == "NOT_FOUND"
    assert (await tell(api, ann, DISPUTE, **seen, reason=" "))["path"] == ["reason"]
    assert await log(db, trip.id) == before
    disputed = await tell(api, ann, DISPUTE, **seen, reason="It was 200")
    assert (disputed["state"], disputed["disputeReason"]) == ("DISPUTED", "It was 200")
    seen["ifVersion"] = disputed["version"]
    noted = await tell(api, ann, UPDATE, **seen, note="See the receipt")
    assert noted["state"] == "DISPUTED"
    seen["ifVersion"] = noted["version"]
    answered = await tell(api, bob, UPDATE, **seen, amountMinor=200)

    assert (answered["state"], answered["disputeReason"]) == ("RECORDED", None)
    assert await balances(db, trip.id) == {
        (trip.seat(ann), "EUR"): -200,
        (trip.seat(bob), "EUR"): 200,
    }
    assert [event.kind for event in await log(db, trip.id)][-3:] == [
        "settlement.disputed",
        "settlement.updated",
        "settlement.updated",
    ]


async def test_another_amount_has_to_be_confirmed_anew(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    paid = await record(api, trip, bob, ann, 300)
    seen = {"settlementId": paid["id"], "ifVersion": paid["version"]}
    seen["ifVersion"] = (await tell(api, ann, CONFIRM, **seen))["version"]

    noted = await tell(api, bob, UPDATE, **seen, note="By bank", method="BANK_TRANSFER")
    again = await tell(api, bob, UPDATE, **{**seen, "ifVersion": noted["version"]}, amountMinor=250)

    assert (noted["state"], again["state"]) == ("CONFIRMED", "RECORDED")


async def test_a_payment_keeps_what_it_is_called_elsewhere(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    paid = await record(api, trip, bob, ann, 300, externalRef=" TR-7 ")
    another = await record(api, trip, bob, ann, 200, externalRef="TR-7")
    seen = {"settlementId": paid["id"], "ifVersion": paid["version"]}
    seen["ifVersion"] = (await tell(api, ann, CONFIRM, **seen))["version"]

    corrected = await tell(api, bob, UPDATE, **seen, externalRef="TR-8")
    seen["ifVersion"] = corrected["version"]
    long = await tell(api, bob, UPDATE, **seen, externalRef="T" * 201)
    emptied = await tell(api, bob, UPDATE, **seen, externalRef=None)
    emptying = (await log(db, trip.id))[-1].seq
    back = await tell(api, bob, UNDO, ledgerId=gid("Ledger", trip.id), seq=str(emptying))

    refs = [one["externalRef"] for one in (paid, another, corrected, emptied, back)]
    assert refs == ["TR-7", "TR-7", "TR-8", None, "TR-8"]
    assert (corrected["state"], emptied["state"]) == ("CONFIRMED", "CONFIRMED")
    assert (long["__typename"], long["path"]) == ("Invalid", ["externalRef"])


async def test_editing_never_rates_anew(api: Api, ann: Actor, bob: Actor, trip: Group) -> None:
    paid = await record(api, trip, bob, ann, 900, paidAs={"minor": 1000, "currency": "USD"})
    assert (paid["rate"], paid["paidAs"]["decimal"]) == ("0.9", "10.00")
    seen = {"settlementId": paid["id"], "ifVersion": paid["version"]}

    edited = await tell(api, bob, UPDATE, **seen, amountMinor=1350, day="2026-05-06")

    assert (edited["rate"], edited["paidAs"]["decimal"]) == ("0.9", "15.00")
    refused = await record(api, trip, bob, ann, 900, paidAs={"minor": 1, "currency": "EUR"})
    assert refused["code"] == "SAME_CURRENCY"


async def _convert(api: Api, trip: Group, debtor: Actor, creditor: Actor, **more: Any) -> Any:
    return await tell(
        api,
        debtor,
        CONVERT,
        **{
            "id": str(new_id()),
            "ledgerId": gid("Ledger", trip.id),
            "debtorId": gid("Member", trip.seat(debtor)),
            "creditorId": gid("Member", trip.seat(creditor)),
            "amount": {"minor": 500, "currency": "EUR"},
            "to": "USD",
            "day": "2026-05-05",
            **more,
        },
    )


async def _enter(api: Api, trip: Group, who: Actor, rate: str, day: str, **more: Any) -> Any:
    wanted = {"id": str(new_id()), "ledgerId": gid("Ledger", trip.id), "rate": rate, "day": day}
    return await tell(api, who, ENTER, **{"base": "EUR", "quote": "USD", **wanted, **more})


async def test_a_balance_moves_into_another_currency_and_back(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    a, b = trip.seat(ann), trip.seat(bob)

    converted = await _convert(api, trip, bob, ann, rate="1.10")

    assert converted["becomes"] == {"decimal": "5.50", "currency": "USD"}
    assert await balances(db, trip.id) == {(a, "USD"): 550, (b, "USD"): -550}
    await api.ask(
        ann,
        "mutation($id: ID!) { deleteConversion(id: $id) { __typename } }",
        id=converted["id"],
    )
    assert await balances(db, trip.id) == {(a, "EUR"): 500, (b, "EUR"): -500}
    document = """mutation($id: ID!) { restoreConversion(id: $id) {
        ... on Conversion { deleted version rate } ... on Refusal { code } } }"""
    restored = (await api.ask(bob, document, id=converted["id"]))["restoreConversion"]
    assert restored == {"deleted": False, "version": 3, "rate": "1.1"}
    assert await balances(db, trip.id) == {(a, "USD"): 550, (b, "USD"): -550}


async def test_a_missing_rate_is_refused_and_never_one(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    assert (await _convert(api, trip, bob, ann))["code"] == "RATE_MISSING"
    await _enter(api, trip, bob, "1.2", "2026-05-09")

    refused = await _convert(api, trip, bob, ann)
    assert (refused["__typename"], refused["nearestDay"]) == ("RateMissing", "2026-05-09")
    assert len(await balances(db, trip.id)) == 2
    await _enter(api, trip, bob, "1.05", "2026-05-02")
    converted = await _convert(api, trip, bob, ann)

    assert (converted["rate"], converted["rateDay"]) == ("1.05", "2026-05-02")


async def test_balances_are_shown_in_one_currency(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    await spend(db, bob, trip.id, 300, currency="USD")
    document = """query($id: ID!) { ledger(id: $id) { balancesIn(on: "2026-05-05") { __typename
        ... on RateMissing { base quote nearestDay }
        ... on PresentedBalances { currency rates { day rate base } balances { total { minor } } } } } }"""
    id = gid("Ledger", trip.id)

    missing = (await api.ask(ann, document, id=id))["ledger"]["balancesIn"]
    await _enter(api, trip, ann, "1.25", "2026-05-01")
    shown = (await api.ask(ann, document, id=id))["ledger"]["balancesIn"]

    assert missing == {
        "__typename": "RateMissing",
        "base": "USD",
        "quote": "EUR",
        "nearestDay": None,
    }
    assert shown["rates"] == [{"day": "2026-05-01", "rate": "0.8", "base": "USD"}]
    assert sorted(one["total"]["minor"] for one in shown["balances"]) == [-380, 380]


async def test_rates_are_for_members_and_sensible(
    db: Database, api: Api, ann: Actor, eve: Actor, trip: Group
) -> None:
    before = await log(db, trip.id)

    assert (await _enter(api, trip, eve, "1.1", "2026-05-01"))["code"] == "NOT_FOUND"
    assert (await _enter(api, trip, ann, "0", "2026-05-01"))["code"] == "RATE_OUT_OF_RANGE"
    same = await _enter(api, trip, ann, "1", "2026-05-01", quote="EUR")
    assert same["code"] == "SAME_CURRENCY"

    assert await log(db, trip.id) == before


async def test_a_suggested_transfer_is_explained_by_the_debts_it_cuts_short(
    db: Database, api: Api, ann: Actor, bob: Actor
) -> None:
    cat = await make_user(db, "Cat")
    trip = await make_group(db, ann, bob, cat)
    one, two = trip.seat(bob), trip.seat(cat)
    await spend(db, ann, trip.id, 600, paid_by={trip.seat(ann): 600}, split=Equal((one,)))
    await spend(db, bob, trip.id, 600, paid_by={trip.seat(bob): 600}, split=Equal((two,)))
    document = """query($id: ID!) { ledger(id: $id) { suggestedTransfers {
        payer { name } payee { name } because {
        routes { amount { minor } steps { debtor { name } creditor { name } owed { minor }
            because(first: 10) { edges { node { contribution { minor } fact { __typename } } } } } }
        between { edges { node { day } } }
        payer { edges { node { runningSum { minor } oddUnits } } } } } } }"""

    answer = await api.ask(ann, document, id=gid("Ledger", trip.id))

    (transfer,) = answer["ledger"]["suggestedTransfers"]
    (route,) = transfer["because"]["routes"]
    assert (transfer["payer"]["name"], transfer["payee"]["name"]) == ("Cat", "Ann")
    assert [(step["debtor"]["name"], step["creditor"]["name"]) for step in route["steps"]] == [
        ("Cat", "Bob"),
        ("Bob", "Ann"),
    ]
    assert [step["owed"]["minor"] for step in route["steps"]] == [600, 600]
    assert transfer["because"]["between"]["edges"] == []
    (line,) = transfer["because"]["payer"]["edges"]
    assert line["node"] == {"runningSum": {"minor": -600}, "oddUnits": "0"}


async def test_friends_over_all_ledgers(
    db: Database, api: Api, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip, flat = await make_group(db, ann, bob), await make_group(db, ann, bob)
    await make_group(db, bob, eve)
    await spend(db, ann, trip.id, 1000)
    await spend(db, bob, flat.id, 400)
    await spend(db, bob, flat.id, 200, currency="USD")
    document = """{ friends(first: 10) { edges { node { name balances { net { minor currency }
        parts { net { minor } ledger { id }
            because(first: 10) { edges { node { contribution { minor } } } } } } } } } }"""

    (friend,) = (await api.ask(ann, document))["friends"]["edges"]

    euros, dollars = friend["node"]["balances"]
    assert friend["node"]["name"] == "Bob"
    assert (euros["net"], dollars["net"]) == (
        {"minor": 300, "currency": "EUR"},
        {"minor": -100, "currency": "USD"},
    )
    assert {part["ledger"]["id"]: part["net"]["minor"] for part in euros["parts"]} == {
        gid("Ledger", trip.id): 500,
        gid("Ledger", flat.id): -200,
    }
    strangers = (await api.ask(eve, document))["friends"]["edges"]
    assert [one["node"]["balances"] for one in strangers] == [[]]
