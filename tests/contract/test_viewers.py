"""Who only looks on changes nothing of a group: each mutation refuses, or stands here with a reason."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from graphql import GraphQLObjectType, build_schema, is_required_argument
from PIL import Image
from starlette.datastructures import UploadFile
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.conversion import Exchange
from domain.group import NewInvite
from domain.money import Money
from domain.role import Role
from domain.settlement import Payment
from domain.subgroup import NewSubgroup
from resolvers.root import graphql
from services import conversions, invites, settlements, subgroups
from tests.api import Api
from tests.claims import open_dinner
from tests.groups import DAY, Group, log, spend
from tests.imports import SPLITWISE, bring_in
from tests.members import placeholder, set_role
from tests.receipts import upload

ABOUT_ONESELF = {
    "acceptInvite",
    "addPushSubscription",
    "changePassword",
    "connectService",
    "createBudget",
    "createGroup",
    "deleteAccount",
    "deleteBudget",
    "deleteGuest",
    "joinAsGuest",
    "logIn",
    "logOut",
    "markNotificationsRead",
    "refreshTokens",
    "register",
    "registerGuest",
    "removeEndpoint",
    "restoreBudget",
    "revokeSession",
    "setNotificationPreferences",
    "updateBudget",
    "updateProfile",
}
"""What is the caller's own, or a group that they make or join."""

A_SAY = {
    "addComment",
    "confirmSettlement",
    "deleteComment",
    "disputeExpense",
    "disputeSettlement",
    "editComment",
    "leaveGroup",
    "withdrawDispute",
}
"""What only says what the caller thinks and moves no money; and going, which everybody may."""


_SCHEMA = build_schema(graphql.as_str())
MUTATIONS = cast("GraphQLObjectType", _SCHEMA.mutation_type).fields


async def test_every_mutation_refuses_them(
    db: Database, redis_url: str, ann: Actor, bob: Actor, trip: Group
) -> None:
    asked = await _requests(db, ann, bob, trip)
    assert set(asked) == set(MUTATIONS) - ABOUT_ONESELF - A_SAY
    await set_role(db, ann, trip, bob, Role.VIEWER)
    before = await log(db, trip.id)
    api = Api(db, redis_url)

    answers = {
        field: (await api.ask(bob, _document(field), it=argument))[field]
        for field, argument in asked.items()
    }

    assert answers == {field: {"code": "ROLE_TOO_LOW"} for field in asked}
    assert await log(db, trip.id) == before


def _document(field: str) -> str:
    """The mutation with its one argument that has to be there."""
    [(name, argument)] = (
        each for each in MUTATIONS[field].args.items() if is_required_argument(each[1])
    )
    return (
        f"mutation($it: {argument.type}) {{ {field}({name}: $it) {{ ... on Refusal {{ code }} }} }}"
    )


async def _requests(db: Database, ann: Actor, bob: Actor, trip: Group) -> dict[str, Any]:
    """For each mutation of a group, what its argument would be right with from a member."""
    a, b = trip.seat(ann), trip.seat(bob)
    expense = await spend(db, bob, trip.id)
    payment = Payment(new_id(), trip.id, b, a, Money(100, "EUR"), DAY)
    exchange = Exchange(new_id(), trip.id, b, a, Money(100, "EUR"), "USD", DAY, Decimal("1.1"))
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)
        await conversions.convert(tx, bob, exchange)
        link = await invites.create(tx, bob, NewInvite(trip.id, timedelta(hours=1), 1))
    dan = await placeholder(db, bob, trip)
    couple = NewSubgroup(new_id(), trip.id, "Home", [a, dan])
    async with db.transaction() as tx:
        await subgroups.create(tx, bob, couple)
    seat, subgroup = _id("Member", dan), _id("Subgroup", couple.id)
    receipt = _id("Receipt", (await upload(db, bob, trip.id)).id)
    claiming = _id("Claiming", (await open_dinner(db, bob, trip.id)).id)
    ledger, settlement = _id("Ledger", trip.id), _id("Settlement", payment.id)
    new = {"id": str(new_id()), "ledgerId": ledger}
    of_ledger: dict[str, Any] = {"ledgerId": ledger, "ifVersion": 1}
    of_member: dict[str, Any] = {"memberId": seat, "ifVersion": 1}
    money, day = {"minor": 100, "currency": "EUR"}, str(DAY)
    parties = {"payerId": _id("Member", b), "payeeId": _id("Member", a)}
    pair = {"debtorId": _id("Member", b), "creditorId": _id("Member", a)}
    spent = {"bill": {"amount": money}, "day": day}
    return {
        "addFriend": {**new, "personId": str(ann.user_id)},
        "addMember": {**new, "name": "Dan"},
        "archiveGroup": ledger,
        "attachReceipt": {
            "receiptId": receipt,
            "expenseId": _id("Expense", expense.id),
            "ifVersion": 1,
        },
        "cancelClaiming": claiming,
        "claimLines": {"claimingId": claiming, "lines": [{"line": 0, "parts": 1}]},
        "closeClaiming": {
            "claimingId": claiming,
            "ifVersion": 1,
            "expenseId": str(new_id()),
            "day": day,
        },
        "confirmReceipt": {"receiptId": receipt, "expenseId": str(new_id()), **spent},
        "convertBalance": {**new, **pair, "amount": money, "to": "USD", "day": day},
        "createExpense": {**new, **spent},
        "createInvite": {"ledgerId": ledger},
        "createReceiptUpload": new,
        "createSubgroup": {**new, "name": "Home", "memberIds": [_id("Member", b), seat]},
        "deleteConversion": _id("Conversion", exchange.id),
        "deleteExpense": _id("Expense", expense.id),
        "deleteReceipt": receipt,
        "deleteSettlement": settlement,
        "detachReceipt": {"receiptId": receipt, "ifVersion": 1},
        "dissolveSubgroup": subgroup,
        "enterRate": {**new, "day": day, "base": "EUR", "quote": "USD", "rate": "1.1"},
        "importFile": {**new, "file": UploadFile(BytesIO(SPLITWISE))},
        "openClaiming": {"id": str(new_id()), "receiptId": receipt},
        "reactivateMember": of_member,
        "recordSettlement": {**new, **parties, "amount": money, "day": day},
        "removeMember": of_member,
        "renameLedger": {**of_ledger, "name": "Tour"},
        "reopenGroup": ledger,
        "restoreConversion": _id("Conversion", exchange.id),
        "restoreExpense": _id("Expense", expense.id),
        "restoreSettlement": settlement,
        "retryReceipt": receipt,
        "revokeInvite": _id("Invite", link.invite.id),
        "setDefaultSplit": of_ledger,
        "setEditPolicy": {**of_ledger, "whoMayEdit": "INVOLVED"},
        "setMemberRole": {**of_member, "role": "VIEWER"},
        "setPresentationCurrency": {**of_ledger, "currency": "USD"},
        "setRemainderPolicy": {**of_ledger, "policy": "PAYER"},
        "undoImport": _id("Import", (await bring_in(db, bob, trip)).id),
        "undoLastChange": {"ledgerId": ledger, "seq": await _seq_of(db, trip, expense.id)},
        "updateExpense": {"expenseId": _id("Expense", expense.id), "ifVersion": 1, "note": "Wine"},
        "updateMember": {**of_member, "name": "Kit"},
        "updateSettlement": {"settlementId": settlement, "ifVersion": 1, "note": "Cash"},
        "updateSubgroup": {"subgroupId": subgroup, "ifVersion": 1, "name": "Us"},
        "uploadReceipt": {**new, "file": UploadFile(_photo())},
    }


async def _seq_of(db: Database, group: Group, entity_id: UUID) -> int:
    return next(event.seq for event in await log(db, group.id) if event.entity_id == entity_id)


def _photo() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (300, 200)).save(file, "JPEG")
    file.seek(0)
    return file


def _id(type_name: str, id: UUID) -> str:
    return str(GlobalID(type_name, str(id)))
