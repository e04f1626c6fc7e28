"""What Python can do at best: the same answers by Starlette, asyncpg and JSON written out by hand.

It keeps the same promises (whose token it is, whether the session is live, who may see the ledger) on the
same database, and knows nothing of GraphQL: each document that it is asked has a function here. Starlette,
uvicorn and asyncpg's pool are as they come; the pool resets a connection after each request, which is one
statement more than these functions name.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import base64
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from adapters.tokens import Tokens
from bench import asked, create_expense, limit_budget, limit_create, list_expenses, server
from bench.limit_push import Followers
from core.settings import Settings
from domain.actor import Actor

Answer = Callable[[asyncpg.Connection, Actor, Mapping[str, Any]], Awaitable[Any]]

_LIVE = "SELECT 1 FROM sessions WHERE id = $1 AND ended_at IS NULL"

_IS_MEMBER = """EXISTS (
    SELECT FROM members WHERE ledger_id = $1 AND user_id = $2 AND left_at IS NULL)"""

_PAGE = f"""
    SELECT e.id, e.day, e.merchant, e.amount_minor, e.currency, c.name AS category
    FROM expenses e LEFT JOIN categories c ON c.id = e.category_id
    WHERE e.ledger_id = $1 AND e.deleted_at IS NULL AND {_IS_MEMBER}
      AND (e.day, e.id) < ($3, $4)
    ORDER BY e.day DESC, e.id DESC LIMIT $5"""  # noqa: S608 - no value is put into it

_SHARES = """
    SELECT s.expense_id, s.paid_minor, s.owed_minor, m.name
    FROM entries s JOIN members m ON m.id = s.member_id
    WHERE s.expense_id = ANY($1)
    ORDER BY s.paid_minor DESC, s.owed_minor DESC, s.member_id"""

_BALANCES = f"""
    SELECT l.id, l.seq, b.net_minor, b.currency, m.id AS member_id, m.name
    FROM ledgers l
    LEFT JOIN balances b ON b.ledger_id = l.id AND b.net_minor <> 0
    LEFT JOIN members m ON m.id = b.member_id
    WHERE l.id = $1 AND {_IS_MEMBER}
    ORDER BY b.currency, b.net_minor DESC, b.member_id"""  # noqa: S608 - as above

_ME = "SELECT name, time_zone FROM users WHERE id = $1"

_LEDGERS = """
    SELECT l.id, l.name, l.currency FROM ledgers l JOIN members m ON m.ledger_id = l.id
    WHERE m.user_id = $1 AND m.left_at IS NULL ORDER BY l.owner_id IS NULL, l.name, l.id
    LIMIT 20"""

_SETTLEMENTS = f"""
    SELECT id, day, amount_minor FROM settlements
    WHERE ledger_id = $1 AND deleted_at IS NULL AND {_IS_MEMBER}
    ORDER BY day DESC, id DESC LIMIT $3"""  # noqa: S608 - as above

_ACTIVITY = f"""
    SELECT seq, kind, actor_name, at FROM events WHERE ledger_id = $1 AND {_IS_MEMBER}
    ORDER BY seq DESC LIMIT $3"""  # noqa: S608 - as above

_BUDGETS = """
    SELECT b.id, b.name, b.amount_minor FROM budgets b JOIN ledgers l ON l.id = b.ledger_id
    WHERE l.owner_id = $1 AND b.deleted_at IS NULL ORDER BY b.name, b.id LIMIT $2"""

_CATEGORIES = "SELECT id, key, name FROM categories ORDER BY key"

_UNREAD = """
    SELECT count(*) FROM notifications n JOIN ledgers l ON l.id = n.ledger_id
    WHERE l.owner_id = $1 AND n.in_app AND n.read_at IS NULL"""

_FAR_DAY, _FAR_ID = date(9999, 1, 1), UUID(int=2**128 - 1)


def create() -> Starlette:
    settings = Settings()
    assert settings.database_url
    assert settings.redis_url
    redis_url = settings.redis_url.get_secret_value()
    dsn = server.dsn(settings.database_url.get_secret_value())
    tokens = Tokens(settings.signing_keys, timedelta(hours=1))
    pools: list[asyncpg.Pool] = []
    followers: list[Followers] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with asyncpg.create_pool(dsn, max_size=settings.database_pool_size) as pool:
            pools.append(pool)
            followers.append(Followers(pool, redis_url))
            yield

    async def graphql(request: Request) -> Response:
        body = orjson.loads(await request.body())
        bearer = request.headers["authorization"].removeprefix("Bearer ")
        actor = tokens.identity(bearer).actor
        async with pools[0].acquire() as connection:
            if await connection.fetchval(_LIVE, actor.session_id) is None:
                return Response(status_code=401)
            data = await _ANSWERS[body["query"]](connection, actor, body["variables"])
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    async def follow(websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        bearer = (await websocket.receive_json())["payload"]["authorization"]
        actor = tokens.identity(bearer.removeprefix("Bearer ")).actor
        assert await pools[0].fetchval(_LIVE, actor.session_id)
        await websocket.send_text('{"type":"connection_ack"}')
        wanted = await websocket.receive_json()
        ledger_id = row_id(wanted["payload"]["variables"]["ledgerId"])
        await followers[0].follow(websocket, actor.user_id, ledger_id, wanted["id"])

    async def ready(_request: Request) -> Response:
        return Response()

    routes = [
        Route("/graphql", graphql, methods=["POST"]),
        WebSocketRoute("/graphql", follow),
        Route("/readyz", ready),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _page(
    connection: asyncpg.Connection, actor: Actor, variables: Mapping[str, Any]
) -> dict[str, Any]:
    first = variables["first"]
    rows = await _expenses(
        connection, actor, variables["filter"]["ledgerId"], first + 1, variables["after"]
    )
    page = rows[:first]
    shares: dict[UUID, list[Any]] = {row["id"]: [] for row in page}
    for expense_id, paid, owed, name in await connection.fetch(_SHARES, list(shares)):
        shares[expense_id].append(
            {"paid": {"minor": paid}, "owed": {"minor": owed}, "member": {"name": name}}
        )
    edges = [
        {"cursor": _cursor(row), "node": _node(row) | {"shares": shares[row["id"]]}} for row in page
    ]
    more = {"hasNextPage": len(rows) > first, "endCursor": edges[-1]["cursor"]}
    return {"expenses": {"pageInfo": more, "edges": edges}}


async def _balances(
    connection: asyncpg.Connection, actor: Actor, variables: Mapping[str, Any]
) -> dict[str, Any]:
    rows = await connection.fetch(_BALANCES, row_id(variables["ledgerId"]), actor.user_id)
    return {
        "ledger": {
            "id": variables["ledgerId"],
            "seq": rows[0]["seq"],
            "balances": [
                {
                    "net": {
                        "minor": net,
                        "currency": currency,
                        "decimal": f"{'-' if net < 0 else ''}{abs(net) // 100}.{abs(net) % 100:02}",
                    },
                    "member": {"id": global_id("Member", member_id), "name": name},
                }
                for _, _, net, currency, member_id, name in rows
            ],
        }
    }


async def _status(
    connection: asyncpg.Connection, actor: Actor, variables: Mapping[str, Any]
) -> dict[str, Any]:
    found = await limit_budget.status(connection, actor, row_id(variables["budgetId"]))
    return {"budgetStatus": found}


async def _dashboard(
    connection: asyncpg.Connection, actor: Actor, variables: Mapping[str, Any]
) -> dict[str, Any]:
    me, ledger_id = actor.user_id, row_id(variables["ledgerId"])
    person = await connection.fetchrow(_ME, me)
    assert person
    ledger = (await _balances(connection, actor, variables))["ledger"]
    for balance in ledger["balances"]:
        del balance["net"]["decimal"], balance["member"]["id"]
    expenses = await _expenses(connection, actor, variables["filter"]["ledgerId"], 5, None)
    settlements = await connection.fetch(_SETTLEMENTS, ledger_id, me, 5)
    status = await limit_budget.status(connection, actor, row_id(variables["budgetId"]))
    return {
        "me": {"name": person["name"], "timeZone": person["time_zone"]},
        "ledgers": _edges(
            {"id": global_id("Ledger", id), "name": name, "currency": currency}
            for id, name, currency in await connection.fetch(_LEDGERS, me)
        ),
        "ledger": ledger,
        "expenses": _edges(map(_node, expenses)),
        "settlements": _edges(
            {"id": global_id("Settlement", id), "day": day, "amount": {"minor": minor}}
            for id, day, minor in settlements
        ),
        "activity": _edges(
            {"seq": seq, "kind": kind, "actorName": name, "at": _instant(at)}
            for seq, kind, name, at in await connection.fetch(_ACTIVITY, ledger_id, me, 5)
        ),
        "budgets": _edges(
            {"id": global_id("Budget", id), "name": name, "amount": {"minor": minor}}
            for id, name, minor in await connection.fetch(_BUDGETS, me, 5)
        ),
        "budgetStatus": {name: status[name] for name in ("spent", "remaining", "percent")},
        "categories": [
            {"id": global_id("Category", id), "key": key, "name": name}
            for id, key, name in await connection.fetch(_CATEGORIES)
        ],
        "unreadNotificationCount": await connection.fetchval(_UNREAD, me),
    }


async def _create(
    connection: asyncpg.Connection, actor: Actor, variables: Mapping[str, Any]
) -> dict[str, Any]:
    wanted = variables["input"]
    ledger_id = row_id(wanted["ledgerId"])
    shares = await limit_create.expense(connection, actor, ledger_id, wanted)
    return {
        "createExpense": {
            "__typename": "Expense",
            "id": global_id("Expense", wanted["id"]),
            "amount": {"minor": wanted["bill"]["amount"]["minor"]},
            "shares": [
                {"owed": {"minor": owed}, "member": {"id": global_id("Member", who)}}
                for who, owed in shares
            ],
        }
    }


_ANSWERS: dict[str, Answer] = {
    list_expenses.LIST: _page,
    create_expense.CREATE: _create,
    asked.BALANCES: _balances,
    asked.BUDGET_STATUS: _status,
    asked.DASHBOARD: _dashboard,
}


async def _expenses(
    connection: asyncpg.Connection, actor: Actor, ledger_id: str, count: int, after: str | None
) -> list[asyncpg.Record]:
    day, id = _FAR_DAY, _FAR_ID
    if after is not None:
        day, id = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        day, id = date.fromisoformat(day), UUID(id)
    return await connection.fetch(_PAGE, row_id(ledger_id), actor.user_id, day, id, count)


def _node(row: asyncpg.Record) -> dict[str, Any]:
    id, day, merchant, minor, currency, category = row
    return {
        "id": global_id("Expense", id),
        "day": day,
        "merchant": merchant,
        "amount": {"minor": minor, "currency": currency},
        "category": {"name": category} if category else None,
    }


def _edges(nodes: Iterable[Any]) -> dict[str, Any]:
    return {"edges": [{"node": node} for node in nodes]}


def _cursor(row: asyncpg.Record) -> str:
    place = orjson.dumps([row["day"], str(row["id"])])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def global_id(type_name: str, id: object) -> str:
    return base64.b64encode(f"{type_name}:{id}".encode()).decode()


def row_id(id: str) -> UUID:
    return UUID(base64.b64decode(id).decode().partition(":")[2])


def serve(fd: int) -> None:
    """Serve on a socket that is bound already, with what `outgo serve` tells uvicorn too."""
    config = uvicorn.Config(
        "bench.limit:create",
        factory=True,
        access_log=False,
        log_level="error",
        ws_per_message_deflate=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])
