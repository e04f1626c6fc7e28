"""Whatever moves money is safe to ask for again: by an id of the client's, a version, or its very nature."""

from collections.abc import Iterator
from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLObjectType

from core.db import Database
from tests import requests, sdl
from tests.api import Api
from tests.groups import log
from tests.world import World, make_world, of_mutation, unread

UNDER_AN_ID = {
    **dict.fromkeys(("createExpense", "recordSettlement", "convertBalance", "importFile"), "id"),
    **dict.fromkeys(("confirmReceipt", "closeClaiming"), "expenseId"),
}
"""What makes money facts, and where the client names the id that it made."""

OF_A_VERSION = {
    *("updateExpense", "deleteExpense", "restoreExpense"),
    *("updateSettlement", "deleteSettlement", "restoreSettlement"),
    *("deleteConversion", "restoreConversion"),
}
"""What changes money facts that are there."""

ONCE_BY_NATURE = {
    "undoImport": "an import is undone for good",
    "undoLastChange": "the event that is undone is named, and only the newest can be",
}

MOVES_NO_MONEY = {
    *("register", "logIn", "refreshTokens", "logOut", "revokeSession", "changePassword"),
    *("deleteAccount", "updateProfile", "joinAsGuest", "registerGuest", "deleteGuest"),
    *("createBudget", "updateBudget", "deleteBudget", "restoreBudget"),
    *("openClaiming", "claimLines", "cancelClaiming", "addComment", "editComment", "deleteComment"),
    *("enterRate", "setDefaultSplit", "setRemainderPolicy", "disputeExpense", "withdrawDispute"),
    *("createGroup", "renameLedger", "setPresentationCurrency", "setEditPolicy", "archiveGroup"),
    *("reopenGroup", "addMember", "createInvite", "revokeInvite", "acceptInvite", "addFriend"),
    *("updateMember", "setMemberRole", "removeMember", "reactivateMember", "leaveGroup"),
    *("markNotificationsRead", "setNotificationPreferences", "addPushSubscription"),
    *("connectService", "removeEndpoint", "uploadReceipt", "createReceiptUpload", "retryReceipt"),
    *("attachReceipt", "detachReceipt", "deleteReceipt", "confirmSettlement", "disputeSettlement"),
    *("createSubgroup", "updateSubgroup", "dissolveSubgroup"),
}

BUT_MAKES_SOMETHING = {
    *("register", "joinAsGuest", "createBudget", "openClaiming", "addComment", "enterRate"),
    *("createGroup", "addMember", "addFriend", "uploadReceipt", "createReceiptUpload"),
    "createSubgroup",
}
"""Of those, what is made under an id of the client's all the same."""

BUT_CHANGES_SOMETHING = {
    *("updateBudget", "deleteBudget", "restoreBudget", "claimLines", "editComment"),
    *("setDefaultSplit", "setRemainderPolicy", "disputeExpense", "withdrawDispute"),
    *("renameLedger", "setPresentationCurrency", "setEditPolicy", "archiveGroup", "reopenGroup"),
    *("updateMember", "setMemberRole", "removeMember", "reactivateMember", "leaveGroup"),
    *("attachReceipt", "detachReceipt", "confirmSettlement", "disputeSettlement"),
    "updateSubgroup",
}
"""Of those, what is changed as of a version all the same, and could be changed back."""

IN_ORDER = (
    *("createExpense", "recordSettlement", "convertBalance", "confirmReceipt", "closeClaiming"),
    *("updateExpense", "deleteExpense", "restoreExpense"),
    *("updateSettlement", "deleteSettlement", "restoreSettlement"),
    *("deleteConversion", "restoreConversion", "undoLastChange", "importFile", "undoImport"),
)
"""All that moves money, so that each has an effect after those before it."""

_MUTATIONS = cast("GraphQLObjectType", sdl.SCHEMA.mutation_type).fields


def test_every_mutation_says_whether_it_moves_money() -> None:
    sets = (UNDER_AN_ID.keys(), OF_A_VERSION, ONCE_BY_NATURE.keys(), MOVES_NO_MONEY)

    assert sorted(_MUTATIONS) == sorted(name for each in sets for name in each)
    assert sorted(IN_ORDER) == sorted(name for each in sets[:-1] for name in each)


def test_what_is_made_is_made_under_an_id_of_the_clients() -> None:
    made = UNDER_AN_ID | dict.fromkeys(BUT_MAKES_SOMETHING, "id")

    assert {name: _type_of(name, field) for name, field in made.items()} == dict.fromkeys(
        made, "UUID!"
    )


def test_what_is_changed_is_changed_as_of_a_version() -> None:
    changed = OF_A_VERSION | BUT_CHANGES_SOMETHING
    types = {name: _type_of(name, "ifVersion") for name in changed}

    assert set(types.values()) <= {"BigInt", "BigInt!"}


async def test_asked_again_it_is_answered_in_full_as_before_and_nothing_is_written(
    db: Database, redis_url: str
) -> None:
    world = await make_world(db)
    api = Api(db, redis_url)
    asked = dict(requests.of_anything(world.anns))

    await _answer(api, world, "setDefaultSplit", asked["setDefaultSplit"])  # it names who has left
    then = await world.stored()

    for name in IN_ORDER:
        before = then
        if name == "undoLastChange":
            newest = (await log(db, world.trip.id))[-1]
            asked[name] = {"ledgerId": world.anns["Ledger"], "seq": newest.seq}
        first = await _answer(api, world, name, asked[name])
        then = await world.stored()

        assert "code" not in first[name], (name, first)
        assert then != before, name
        assert await _answer(api, world, name, asked[name]) == first, name
        assert await world.stored() == then, name


async def _answer(api: Api, world: World, name: str, argument: Any) -> Any:
    (document,) = sdl.documents("mutation", name)
    return await api.ask(world.ann, document, **unread(of_mutation(name, argument)))


def _type_of(mutation: str, field: str) -> str:
    return dict(_fields(mutation))[field]


def _fields(mutation: str) -> Iterator[tuple[str, str]]:
    """The arguments, and the fields of input objects among them, each with its type."""
    for name, argument in _MUTATIONS[mutation].args.items():
        yield name, str(argument.type)
        named = sdl.SCHEMA.type_map[str(argument.type).rstrip("!")]
        if isinstance(named, GraphQLInputObjectType):
            for field, of_input in named.fields.items():
                yield field, f"{of_input.type!s}"
