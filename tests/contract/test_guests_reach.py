"""Whatever a guest asks the API for, they reach their group and nothing else."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from sqlalchemy import text
from sqlmodel import SQLModel
from strawberry.relay import GlobalID
from strawberry.types.base import get_object_definition

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import NewComment, Topic, Words
from domain.money import Money
from domain.settlement import Payment
from models.ledger import Ledger, Member
from resolvers.root import graphql
from schema.permissions import WithAccount
from services import comments, settlements
from tests.api import Api
from tests.budgets import make_budget
from tests.claims import open_dinner
from tests.groups import DAY, convert, make_group, personal_ledger, spend
from tests.guests import link, make_guest
from tests.people import letting_in

ACCOUNTS_ONLY = {
    *("acceptInvite", "createGroup", "createInvite", "revokeInvite"),
    *("changePassword", "deleteAccount"),
    *("budgets", "budgetStatus", "budgetAlert"),
    *("createBudget", "updateBudget", "deleteBudget", "restoreBudget"),
    *("notifications", "unreadNotificationCount", "notificationAdded", "markNotificationsRead"),
    *("notificationPreferences", "setNotificationPreferences", "pushPublicKey"),
    *("endpoints", "addPushSubscription", "connectService", "removeEndpoint"),
}
"""What is not about the group. A field that is not named here is open to guests."""

REFUSED = {"NOT_FOUND"}
ENDS_THE_GUEST = {"logOut", "deleteGuest", "registerGuest"}
SECRET = "Classified"
SDL = build_schema(graphql.as_str())
ROOTS = {
    operation: cast("GraphQLObjectType", SDL.type_map[operation.title()])
    for operation in ("query", "mutation")
}
Nodes = Mapping[str, UUID]

_SAMPLES: Mapping[str, Any] = {
    "UUID": None,  # a new one each time
    "String": "x" * 32,
    "Int": 1,
    "BigInt": 1,
    "Boolean": True,
    "Date": "2026-05-04",
    "DateTime": "2026-05-04T00:00:00Z",
    "Decimal": "1.5",
    "CurrencyCode": "EUR",
}
_DEPTH = {"query": 1, "mutation": 0}
_OF_MEMBERS = ("payer", "payee", "debtor", "creditor", "member", "mentions", "friend")


def _fields(operation: str) -> list[str]:
    return [
        name
        for name, field in ROOTS[operation].fields.items()
        if name not in ENDS_THE_GUEST and "Upload!" not in str(field.args)
    ]


@pytest.fixture
async def nodes(db: Database, ann: Actor, bob: Actor) -> Nodes:
    """One thing of each kind that lies in a group of Ann's and Bob's, or in her own ledger."""
    group = await make_group(db, ann, bob)
    own = await personal_ledger(db, ann)
    async with db.transaction() as tx:
        (await tx.get_one(Member, group.seat(ann))).name = SECRET
        (await tx.get_one(Ledger, group.id)).name = SECRET
    expense = await spend(db, ann, group.id, 1000, merchant=SECRET)
    conversion = await convert(db, bob, group, ann)
    await spend(db, ann, own.id, 1000, note=SECRET)
    payment = Payment(new_id(), group.id, group.seat(bob), group.seat(ann), Money(500, "EUR"), DAY)
    async with db.transaction() as tx:
        settlement = await settlements.record(tx, bob, payment)
        said = NewComment(new_id(), Topic.EXPENSE, expense.id, Words(SECRET))
        comment = await comments.add(tx, ann, said)
    await link(db, ann, group.id)
    claiming = await open_dinner(db, ann, group.id)
    return {
        "Ledger": group.id,
        "Member": group.seat(ann),
        "Expense": expense.id,
        "Settlement": settlement.id,
        "Conversion": conversion.id,
        "Comment": comment.id,
        "Receipt": claiming.receipt_id,
        "Claiming": claiming.id,
        "Budget": (await make_budget(db, ann, name=SECRET)).id,
        "User": ann.user_id,
        "Session": ann.session_id,
    }


@pytest.fixture
async def api(db: Database, redis_url: str) -> AsyncGenerator[Api]:
    async with letting_in(redis_url) as at_the_gate:
        yield Api(db, redis_url, gate=at_the_gate)


@pytest.fixture
async def gus(db: Database, bob: Actor) -> Actor:
    """A guest in a group of Bob's where Ann is not."""
    return await make_guest(db, bob, (await make_group(db, bob)).id)


def _gid(type_name: str, id: UUID) -> str:
    return str(GlobalID(type_name, str(id)))


def _named(name: str, root: str, nodes: Nodes) -> str:
    """The id that an argument asks for, as its name or else its field's says."""
    if name == "claim" or any(part in name.lower() for part in _OF_MEMBERS):
        return _gid("Member", nodes["Member"])
    if name == "topicId":
        return _gid("Expense", nodes["Expense"])
    said = f"{name if name != 'id' else ''} {root}".lower()
    found = [kind for kind in nodes if kind.lower() in said.split(" ")[0]]
    found += [kind for kind in nodes if kind.lower() in said]
    kind = found[0] if found else "Ledger"
    return _gid(kind, nodes[kind])


def _value(type: Any, name: str, root: str, nodes: Nodes) -> Any:
    match type:
        case GraphQLNonNull():
            return _value(cast("Any", type).of_type, name, root, nodes)
        case GraphQLList():
            return [_value(cast("Any", type).of_type, name, root, nodes)]
        case GraphQLEnumType():
            return next(iter(type.values))
        case GraphQLInputObjectType():
            wanted = {
                key: field
                for key, field in type.fields.items()
                if is_required_input_field(field) or "ID" in str(field.type)
            }
            if not wanted or type.is_one_of:
                wanted = dict(list(type.fields.items())[:1])
            return {key: _value(field.type, key, root, nodes) for key, field in wanted.items()}
        case _ if type.name == "ID":
            return _named(name, root, nodes)
        case _:
            return _SAMPLES.get(type.name) or str(new_id())


def _selection(type: Any, depth: int) -> str:
    """Everything that takes no argument, as deep as that; of what may be several things, only the surface."""
    named = cast("GraphQLNamedType", get_named_type(type))
    if is_leaf_type(named):
        return ""
    kinds: Sequence[Any] = [named]
    if is_abstract_type(named):
        kinds, depth = SDL.get_possible_types(named), 0
    seen: dict[str, str] = {}
    chosen = [f"... on {kind.name} {{ __typename {_inner(kind, depth, seen)} }}" for kind in kinds]
    return f" {{ __typename {' '.join(chosen)} }}"


def _inner(kind: GraphQLObjectType, depth: int, seen: dict[str, str]) -> str:
    """Fields of one name have one type in a document, which is the first kind's that has it."""
    return " ".join(
        name + _selection(field.type, depth - (name not in {"edges", "node"}))
        for name, field in kind.fields.items()
        if not field.args
        and (depth > 0 or is_leaf_type(get_named_type(field.type)))
        and seen.setdefault(name, str(field.type)) == str(field.type)
    )


def _document(operation: str, name: str, nodes: Nodes) -> tuple[str, dict[str, Any]]:
    field = ROOTS[operation].fields[name]
    wanted = {
        key: argument
        for key, argument in field.args.items()
        if is_required_argument(argument) or "ID" in str(argument.type)
    }
    variables = {key: _value(arg.type, key, name, nodes) for key, arg in wanted.items()}
    heads = ", ".join(f"${key}: {arg.type}" for key, arg in wanted.items())
    passed = ", ".join(f"{key}: ${key}" for key in wanted)
    asked = f"{name}({passed})" if wanted else name
    head = f"{operation}({heads})" if wanted else operation
    return f"{head} {{ {asked}{_selection(field.type, _DEPTH[operation])} }}", variables


async def _rows(db: Database, nodes: Nodes) -> dict[str, list[Any]]:
    """All that lies in the group, and everything else that was named."""
    found: dict[str, list[Any]] = {}
    async with db.engine.connect() as connection:
        for table in SQLModel.metadata.tables.values():
            key = "ledger_id" if "ledger_id" in table.columns else "id"
            if key in table.columns and table.name != "devices":
                query = (
                    f'SELECT to_jsonb(t) FROM "{table.name}" t WHERE {key} = ANY(:ids) ORDER BY 1'  # noqa: S608 - our own tables
                )
                rows = await connection.execute(text(query), {"ids": list(nodes.values())})
                found[table.name] = list(rows.scalars())
    return found


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


@pytest.mark.parametrize("operation", ROOTS)
async def test_a_guest_reaches_nothing_of_others(
    db: Database, api: Api, gus: Actor, nodes: Nodes, operation: str
) -> None:
    before = await _rows(db, nodes)

    for name in _fields(operation):
        document, variables = _document(operation, name, nodes)
        answer = await api.execute(gus, document, **variables)

        assert SECRET not in str(answer.data), name
        codes = {(error.extensions or {}).get("code") for error in answer.errors or []}
        expected = {"ACCOUNT_NEEDED"} if name in ACCOUNTS_ONLY else REFUSED
        assert codes <= expected, (name, answer.errors)
        assert await _rows(db, nodes) == before, name


async def test_whoever_sits_there_is_shown_it_by_the_same_documents(
    api: Api, ann: Actor, nodes: Nodes
) -> None:
    shown = {
        name
        for name in _fields("query")
        for document, variables in [_document("query", name, nodes)]
        if SECRET in str((await api.execute(ann, document, **variables)).data)
    }

    assert shown >= {"node", "expense", "expenses", "ledger", "ledgers", "activity", "budgets"}


async def test_no_id_of_others_leads_a_guest_anywhere(api: Api, gus: Actor, nodes: Nodes) -> None:
    document = "query($id: ID!) { node(id: $id) { id } }"

    found = {
        kind: (await api.ask(gus, document, id=_gid(kind, id)))["node"]
        for kind, id in nodes.items()
    }

    assert found == dict.fromkeys(nodes)
