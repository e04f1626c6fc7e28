"""Whoever asks for what is not theirs, by whatever field, argument and id, learns not even that it exists.

What there is to ask is read from the SDL, by `tests.sdl`. What the SDL cannot say about a new type, mutation
or argument, a test here asks for.
"""

import base64
import json
import re
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)
from strawberry.relay import GlobalID
from strawberry.types.base import get_object_definition

from core.ids import new_id
from domain.actor import Actor
from resolvers.root import graphql
from schema.permissions import WithAccount
from tests import requests, sdl
from tests.api import LIMITS, Api
from tests.belongings import SECRET, Things, global_id
from tests.comparing import without_the_library
from tests.live import statements
from tests.people import letting_in
from tests.world import Thing, World, asked, unread

EVERYBODYS = {"Category"}
"""Kinds of things that are nobody's own."""

ACCOUNTS_ONLY = {
    *("acceptInvite", "createGroup", "createInvite", "revokeInvite"),
    *("changePassword", "deleteAccount"),
    *("budgets", "budgetStatus", "budgetAlert"),
    *("createBudget", "updateBudget", "deleteBudget", "restoreBudget"),
    *("notifications", "unreadNotificationCount", "notificationAdded", "markNotificationsRead"),
    *("notificationPreferences", "setNotificationPreferences", "pushPublicKey"),
    *("endpoints", "addPushSubscription", "connectService", "removeEndpoint"),
}
"""What is not about a guest's group. A field that is not named here is open to guests."""

OUTSIDERS = ("a stranger", "a former member", "a member of another group", "a guest elsewhere")
INSIDERS = ("a viewer", "a deactivated member")
THOROUGH = "a member of another group"
"""Who asks with every kind of thing by each argument and input field, the others with what it is for."""


_CONNECTIONS = 10
"""Of the pool. Each prepares a statement when it first meets it, which is a statement, too."""

_WHY_NOT = "... on Refusal { code message } ... on Conflict { current { __typename } }"


class Question(NamedTuple):
    """A field of a root, the arguments that it is right with, and where one of them takes an id."""

    operation: str
    name: str
    right: dict[str, Any]
    place: sdl.Place

    @property
    def kind(self) -> str:
        """Of what the id is: what the right arguments have there, or else somebody in what they describe."""
        if not self.place.is_global:
            return "User"
        found: Any = self.right
        with suppress(KeyError, TypeError, IndexError):
            for key in self.place.path:
                found = found[0] if key == "*" else found[key]
            return GlobalID.from_id(found).type_name
        return "Member"

    def documents(self, kind: str) -> Sequence[str]:
        return [_NODES[kind]] if self.name == "node" else sdl.documents(self.operation, self.name)


_NODES = {
    kind.name: document
    for kind, document in zip(
        sdl.kinds_of(sdl.ROOTS["query"]["node"].type), sdl.documents("query", "node"), strict=True
    )
}


def questions(own: Things, *operations: str) -> Iterator[Question]:
    """Every one about something that is there: by each input field once, and by each of a root's own."""
    declared: set[str] = set()
    for operation, name in sdl.fields():
        for place in sdl.places(operation, name):
            known = {place.declared, f"{name} {place.path[:2]}"}
            if operation in operations and not place.is_new and not known <= declared:
                declared |= known
                yield Question(operation, name, asked(operation, name, own), place)


@pytest.fixture
async def api(world: World, redis_url: str) -> AsyncGenerator[Api]:
    async with letting_in(redis_url, per_account=10**6, per_address=10**6) as gate:
        with without_the_library():
            yield Api(world.db, redis_url, gate=gate, limits=replace(LIMITS, most_cost=10**9))


def test_there_is_a_thing_of_every_kind_and_a_request_for_every_mutation(world: World) -> None:
    assert {*world.of_trip.ids, *world.of_ann} == sdl.NODES - EVERYBODYS
    assert {*world.own.ids} == sdl.NODES - EVERYBODYS
    assert {*requests.of_anything(world.own)} == {*sdl.ROOTS["mutation"]}
    assert ((*world.outsiders,), (*world.insiders,)) == (OUTSIDERS, INSIDERS)


def test_every_field_of_every_type_is_asked_for() -> None:
    documents = [parse(document) for each in sdl.fields() for document in sdl.documents(*each)]

    assert {field for document in documents for field in _fields_in(document)} == {
        (kind.name, name)
        for kind in sdl.SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }


def test_what_takes_an_account_is_known() -> None:
    converter = graphql.schema_converter
    roots = [root for root in (graphql.query, graphql.mutation, graphql.subscription) if root]
    fields = [field for root in roots for field in get_object_definition(root, strict=True).fields]

    closed = {
        converter.config.name_converter.from_field(field)
        for field in fields
        if WithAccount in field.permission_classes
    }

    assert closed == ACCOUNTS_ONLY


async def test_their_owner_is_shown_all_of_it_by_the_same_documents(world: World, api: Api) -> None:
    """Or documents that tell nobody anything would prove nothing."""
    anns = world.anns

    nodes = {
        kind: (await api.ask(world.ann, _NODES[kind], id=anns[kind]))["node"] for kind in anns.ids
    }
    shown = {
        name
        for name in sdl.ROOTS["query"]
        for document in sdl.documents("query", name)
        if SECRET in str(await api.ask(world.ann, document, **asked("query", name, anns)))
    }

    assert {kind: node["__typename"] for kind, node in nodes.items()} == {
        kind: kind for kind in anns.ids
    }
    assert shown >= {"expense", "expenses", "ledger", "ledgers", "activity", "budgets", "invite"}


@pytest.mark.parametrize("caller", [*OUTSIDERS, *INSIDERS])
async def test_an_id_of_others_is_answered_like_one_of_nothing(
    world: World, api: Api, caller: str
) -> None:
    """In the midst of ids that are right: byte for byte, and with the same statements to the database."""
    actor, hidden = world.caller(caller), world.hidden_from(caller)
    before = await world.stored()

    with statements(world.db) as sent:
        for question in questions(world.own, "query", "mutation"):
            of_any_kind = dict(hidden).items() if caller == THOROUGH else ()
            fitting = [thing for thing in hidden if thing[0] == question.kind]
            for kind, id in {*fitting, *of_any_kind}:
                for _ in range(_CONNECTIONS):
                    theirs, took = (
                        await _answers(world, api, actor, question, kind, id),
                        _taken(sent),
                    )
                    nothing = await _answers(world, api, actor, question, kind, new_id())
                    assert theirs == nothing, (question, kind)
                    if took == _taken(sent):
                        break
                else:
                    pytest.fail(f"It takes other statements: {question} {kind}")

    assert await world.stored() == before


async def _answers(
    world: World, api: Api, actor: Actor, question: Question, kind: str, id: UUID
) -> list[str]:
    sent = global_id(kind, id) if question.place.is_global else str(id)
    variables = sdl.with_id(*question, sent, world.own["Member"])
    answers = [
        await api.execute(actor, document, **unread(variables))
        for document in question.documents(kind)
    ]
    return [
        json.dumps([answer.data, [error.formatted for error in answer.errors or []]])
        .replace(sent, "the id")
        .replace(str(id), "the id")
        for answer in answers
    ]


def _taken(seen: list[str]) -> list[str]:
    """In no order: edges are loaded at the same time."""
    taken = sorted(seen)
    seen.clear()
    return taken


@pytest.mark.parametrize("caller", [*OUTSIDERS, *INSIDERS])
async def test_no_list_holds_what_is_of_others(world: World, api: Api, caller: str) -> None:
    actor, hidden = world.caller(caller), world.hidden_from(caller)
    if caller in INSIDERS:  # whom they share a group with are their friends
        hidden = [(kind, id) for kind, id in hidden if kind != "User"]

    for name, document in _lists():
        answer = await _page(api, actor, document, asked("query", name, world.own))
        assert not _any_of(hidden, answer), name


async def test_a_cursor_of_others_is_a_place_in_an_order_and_no_more(
    world: World, api: Api
) -> None:
    """In the caller's own list it leads where one beside it leads, which nobody was ever given."""
    mia, hidden = world.caller(THOROUGH), world.hidden_from(THOROUGH)
    tried = 0

    for name, document in _lists():
        if "$after" not in document:
            continue
        anns = await _page(api, world.ann, document, asked("query", name, world.anns))
        right = asked("query", name, world.own)
        for cursor in {*re.findall(r'"endCursor": "([^"]+)"', anns)}:
            theirs = await _page(api, mia, document, right, cursor)
            assert not _any_of(hidden, theirs), name
            assert theirs == await _page(api, mia, document, right, _beside(cursor)), name
            tried += 1

    assert tried > 10


async def test_of_a_new_id_that_others_have_is_told_at_most_that_it_is_taken(
    world: World, api: Api
) -> None:
    """Nobody meets one by chance: they are as long as a key, and random."""
    mia, hidden, before = (
        world.caller(THOROUGH),
        world.hidden_from(THOROUGH),
        await world.stored(),
    )
    codes: list[str] = []

    for name, place in _new_ids():
        document = sdl.surface("mutation", name, _WHY_NOT)
        for _, id in (thing for thing in hidden if thing[0] in _made_by(name, place)):
            right, member = asked("mutation", name, world.own), world.own["Member"]
            variables = sdl.with_id("mutation", name, right, place, str(id), member)
            refusal = (await api.ask(mia, document, **unread(variables)))[name]
            codes.append(refusal["code"])
            assert refusal.get("current") is None, name
            assert not _any_of(hidden, str(refusal)), name

    assert codes.count("ID_ALREADY_USED") > 10
    assert await world.stored() == before


def _fields_in(document: DocumentNode) -> set[tuple[str, str]]:
    types, seen = TypeInfo(sdl.SCHEMA), set[tuple[str, str]]()

    class _Note(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = types.get_parent_type()
            if parent and not node.name.value.startswith("__"):
                seen.add((parent.name, node.name.value))

    visit(document, TypeInfoVisitor(types, _Note()))
    return seen


def _lists() -> list[tuple[str, str]]:
    return [(name, one) for name in sdl.ROOTS["query"] for one in sdl.documents("query", name)]


async def _page(
    api: Api, actor: Actor, document: str, right: dict[str, Any], cursor: str | None = None
) -> str:
    after = {"after": cursor} if cursor else {}
    answer = await api.execute(actor, document, **unread(right), **after)
    return json.dumps([answer.data, [error.formatted for error in answer.errors or []]])


def _any_of(hidden: Iterable[Thing], answer: str) -> list[Thing]:
    return [(kind, id) for kind, id in hidden if str(id) in answer or global_id(kind, id) in answer]


def _beside(cursor: str) -> str:
    """The next place to it, where nothing is."""
    place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    moved = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", _next, place)
    return base64.urlsafe_b64encode(moved.encode()).decode().rstrip("=")


def _next(found: re.Match[str]) -> str:
    return str(UUID(int=UUID(found[0]).int ^ 1))


def _new_ids() -> list[tuple[str, sdl.Place]]:
    return [
        (name, place)
        for operation, name in sdl.fields()
        for place in sdl.places(operation, name)
        if place.is_new
    ]


def _made_by(name: str, place: sdl.Place) -> set[str]:
    """The kinds that an argument makes a new id of: what it says, or else what is answered."""
    said = place.path[-1].removesuffix("Id").capitalize()
    answered = {kind.name for kind in sdl.kinds_of(sdl.ROOTS["mutation"][name].type)}
    return {said} & sdl.NODES or answered & sdl.NODES
