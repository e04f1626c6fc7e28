"""Accounts by the documents that clients send."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlmodel import func, select
from strawberry.relay import GlobalID
from strawberry.types import ExecutionResult

from adapters.passwords import Passwords
from adapters.planning import Planner
from adapters.tokens import TokenExpired, TokenInvalid, Tokens
from app.authentication import authenticate, bearer_token
from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from models.account import User
from resolvers.loaders import build
from resolvers.root import graphql
from schema.context import Context, Gate
from services.sessions import SessionNotLive
from tests.api import LIMITS
from tests.files import make_files
from tests.outreach import make_outreach
from tests.people import PASSWORD, gate, make_user

CREDENTIALS = """
fragment Given on Credentials {
  accessToken accessTokenExpiresAt refreshToken
  session { id isCurrent endedAt device { name replica } }
  user { email name timeZone personalLedger { kind currency } }
}
fragment Refused on Refusal { code ... on Invalid { path } ... on TooManyAttempts { retryAfterSeconds } }
"""
REGISTER = (
    CREDENTIALS
    + "mutation ($input: RegisterInput!) { register(input: $input) { __typename ...Given ...Refused } }"
)
LOG_IN = (
    CREDENTIALS
    + "mutation ($input: LogInInput!) { logIn(input: $input) { __typename ...Given ...Refused } }"
)
REFRESH = (
    CREDENTIALS
    + """mutation ($token: String!) {
      refreshTokens(input: {refreshToken: $token}) { __typename ...Given ...Refused }
    }"""
)
SESSIONS = "{ sessions { edges { node { id isCurrent device { name } } } } }"


class Client:
    """Someone's app: it keeps the credentials it was given and sends them along."""

    def __init__(self, db: Database, gate: Gate, *, address: str = "192.0.2.1") -> None:
        self.db, self.gate, self.address = db, gate, address
        self.credentials: dict[str, Any] = {}

    async def execute(self, document: str, **variables: Any) -> ExecutionResult:
        actor = await self.actor()
        planner = Planner()
        loaders = build(self.db, planner, actor.user_id if actor else None)
        context = Context(
            db=self.db,
            gate=self.gate,
            files=make_files(),
            outreach=make_outreach(),
            planner=planner,
            limits=LIMITS,
            loaders=loaders,
            actor=actor,
            address=self.address,
        )
        answer = await graphql.execute(document, variables, context_value=context)
        assert isinstance(answer, ExecutionResult)
        return answer

    async def ask(self, document: str, **variables: Any) -> Any:
        """The answer of the only root field."""
        answer = await self.execute(document, **variables)
        assert answer.errors is None, answer.errors
        assert answer.data is not None
        [field] = answer.data.values()
        if "accessToken" in field:
            self.credentials = field
        return field

    async def actor(self) -> Actor | None:
        token = self.credentials.get("accessToken")
        identity = await authenticate(self.db, self.gate.tokens, token)
        return identity.actor if identity else None

    async def register(self, **wanted: Any) -> Any:
        standard = {
            "id": str(new_id()),
            "email": "Ann@Example.com",
            "password": PASSWORD,
            "name": "Ann",
            "currency": "EUR",
            "timeZone": "Europe/Berlin",
            "deviceName": "Phone",
        }
        return await self.ask(REGISTER, input=standard | wanted)

    async def log_in(self, **wanted: Any) -> Any:
        standard = {"email": "ann@example.com", "password": PASSWORD, "deviceName": "Laptop"}
        return await self.ask(LOG_IN, input=standard | wanted)

    async def devices(self) -> list[tuple[str, bool]]:
        found = await self.ask(SESSIONS)
        return [
            (edge["node"]["device"]["name"], edge["node"]["isCurrent"]) for edge in found["edges"]
        ]


@pytest.fixture
async def cheap_gate(redis_url: str) -> AsyncIterator[Gate]:
    made = gate(redis_url, per_account=3, per_address=6)
    yield made
    await made.throttle.buckets.close()


@pytest.fixture
def phone(db: Database, cheap_gate: Gate) -> Client:
    return Client(db, cheap_gate)


@pytest.fixture
def laptop(db: Database, cheap_gate: Gate) -> Client:
    return Client(db, cheap_gate)


async def user_count(db: Database) -> int:
    async with db.reading() as session:
        return (await session.exec(select(func.count()).select_from(User))).one()


async def test_registers_and_is_signed_in(phone: Client) -> None:
    given = await phone.register()

    assert given["__typename"] == "Credentials"
    assert given["user"] == {
        "email": "ann@example.com",
        "name": "Ann",
        "timeZone": "Europe/Berlin",
        "personalLedger": {"kind": "PERSONAL", "currency": "EUR"},
    }
    assert given["session"]["device"]["name"] == "Phone"
    assert await phone.ask("{ me { email personalLedger { name } } }") == {
        "email": "ann@example.com",
        "personalLedger": {"name": "Personal"},
    }
    assert await phone.devices() == [("Phone", True)]


async def test_repeating_a_registration_signs_in_on_the_same_device(
    phone: Client, db: Database
) -> None:
    id = str(new_id())
    first = await phone.register(id=id)

    again = await phone.register(id=id)

    assert again["user"] == first["user"]
    assert again["session"]["device"] == first["session"]["device"]
    assert again["session"]["id"] != first["session"]["id"]
    assert await phone.devices() == [("Phone", True)]
    assert await user_count(db) == 1


async def test_refuses_a_registration_that_is_not_the_same(
    phone: Client, laptop: Client, db: Database
) -> None:
    id = str(new_id())
    await phone.register(id=id)

    refused = [
        await laptop.register(id=id, password="another password"),
        await laptop.register(id=id, name="Anne"),
        await laptop.register(),
        await laptop.register(email="bob@example.com", password="short"),
        await laptop.register(email="bob", name="Bob"),
    ]

    assert [(answer["__typename"], answer["code"]) for answer in refused] == [
        ("Conflict", "ID_ALREADY_USED"),
        ("Conflict", "ID_ALREADY_USED"),
        ("Conflict", "EMAIL_TAKEN"),
        ("Invalid", "PASSWORD_TOO_SHORT"),
        ("Invalid", "EMAIL_INVALID"),
    ]
    assert await user_count(db) == 1
    assert await phone.devices() == [("Phone", True)]


async def test_a_wrong_password_and_an_unknown_address_look_the_same(
    phone: Client, laptop: Client
) -> None:
    await phone.register()

    wrong = await laptop.log_in(password="another password")
    unknown = await laptop.log_in(email="nobody@example.com")

    assert wrong == unknown == {"__typename": "Forbidden", "code": "WRONG_CREDENTIALS"}
    assert await phone.devices() == [("Phone", True)]


async def test_logs_in_on_another_device_or_again_on_the_same(
    phone: Client, laptop: Client
) -> None:
    given = await phone.register()

    assert (await laptop.log_in(email="ANN@example.com"))["__typename"] == "Credentials"
    assert await laptop.devices() == [("Laptop", True), ("Phone", False)]

    again = await phone.log_in(deviceName="Phone", replica=given["session"]["device"]["replica"])
    assert again["session"]["device"] == given["session"]["device"]
    assert await laptop.devices() == [("Phone", False), ("Laptop", True)]


async def test_refuses_after_too_many_attempts_even_the_right_password(
    phone: Client, laptop: Client
) -> None:
    await phone.register()
    for _ in range(3):
        await laptop.log_in(password="another password")

    refused = await laptop.log_in()

    assert (refused["__typename"], refused["code"]) == ("TooManyAttempts", "TOO_MANY_ATTEMPTS")
    assert 0 < refused["retryAfterSeconds"] <= 900
    assert await phone.ask("{ me { name } }") == {"name": "Ann"}


async def test_attempts_of_an_address_count_over_all_accounts(
    phone: Client, laptop: Client, db: Database, cheap_gate: Gate
) -> None:
    await phone.register()
    for n in range(6):
        await laptop.log_in(email=f"{n}@example.com")

    assert (await laptop.log_in())["__typename"] == "TooManyAttempts"
    elsewhere = Client(db, cheap_gate, address="198.51.100.1")
    assert (await elsewhere.log_in())["__typename"] == "Credentials"


async def test_a_used_refresh_token_ends_the_session_for_good(phone: Client, db: Database) -> None:
    given = await phone.register()
    renewed = await phone.ask(REFRESH, token=given["refreshToken"])
    assert renewed["session"]["id"] == given["session"]["id"]
    async with db.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE refresh_tokens SET used_at = used_at - interval '31 seconds'"
        )

    reused = await phone.ask(REFRESH, token=given["refreshToken"])

    assert reused == {"__typename": "Forbidden", "code": "REFRESH_TOKEN_REUSED"}
    with pytest.raises(SessionNotLive):
        await phone.actor()
    phone.credentials = {}
    ended = await phone.ask(REFRESH, token=renewed["refreshToken"])
    assert ended == {"__typename": "Forbidden", "code": "SESSION_ENDED"}


async def test_logs_out_and_signs_another_device_out(phone: Client, laptop: Client) -> None:
    given = await phone.register()
    await laptop.log_in()

    revoked = await laptop.ask(
        """mutation ($id: ID!) { revokeSession(input: {sessionId: $id}) {
          ... on Session { endedBecause isCurrent } } }""",
        id=given["session"]["id"],
    )
    assert revoked == {"endedBecause": "REVOKED", "isCurrent": False}
    with pytest.raises(SessionNotLive):
        await phone.actor()

    assert await laptop.ask("mutation { logOut { endedBecause isCurrent } }") == {
        "endedBecause": "LOGGED_OUT",
        "isCurrent": True,
    }
    with pytest.raises(SessionNotLive):
        await laptop.actor()


async def test_sessions_and_users_are_seen_by_their_owner_only(
    phone: Client, laptop: Client
) -> None:
    given = await phone.register()
    await laptop.register(email="bob@example.com", name="Bob")
    user = await phone.actor()
    assert user is not None
    ids = [given["session"]["id"], str(GlobalID("User", str(user.user_id)))]
    node = "query ($id: ID!) { node(id: $id) { __typename } }"

    assert [await phone.ask(node, id=id) for id in ids] == [
        {"__typename": "Session"},
        {"__typename": "User"},
    ]
    answers = [await laptop.execute(node, id=id) for id in ids]
    assert [answer.data for answer in answers] == [{"node": None}, {"node": None}]
    refused = await laptop.ask(
        "mutation ($id: ID!) { revokeSession(input: {sessionId: $id}) { __typename } }", id=ids[0]
    )
    assert refused == {"__typename": "NotFound"}
    assert await phone.devices() == [("Phone", True)]


CHANGE = """mutation ($old: String!, $new: String!) {
  changePassword(input: {currentPassword: $old, newPassword: $new}) {
    __typename ... on Refusal { code } ... on Invalid { path }
  }
}"""


async def test_changes_the_password_and_signs_the_others_out(phone: Client, laptop: Client) -> None:
    await phone.register()
    await laptop.log_in()

    assert await laptop.ask(CHANGE, old=PASSWORD, new="a new password") == {"__typename": "User"}

    with pytest.raises(SessionNotLive):
        await phone.actor()
    assert await laptop.devices() == [("Laptop", True)]
    phone.credentials = {}
    assert (await phone.log_in())["code"] == "WRONG_CREDENTIALS"
    assert (await phone.log_in(password="a new password"))["__typename"] == "Credentials"


async def test_refuses_a_change_without_the_password_or_to_a_bad_one(
    phone: Client, laptop: Client
) -> None:
    await phone.register()
    await laptop.log_in()

    assert await phone.ask(CHANGE, old="another password", new="a new password") == {
        "__typename": "Forbidden",
        "code": "WRONG_CREDENTIALS",
    }
    assert await phone.ask(CHANGE, old=PASSWORD, new="ann@example.com") == {
        "__typename": "Invalid",
        "code": "PASSWORD_IS_EMAIL",
        "path": ["newPassword"],
    }
    assert await phone.devices() == [("Laptop", False), ("Phone", True)]


async def test_deletes_the_account_for_whoever_knows_the_password(
    phone: Client, db: Database
) -> None:
    id = str(new_id())
    await phone.register(id=id)
    delete = """mutation ($password: String!) { deleteAccount(input: {password: $password}) {
      ... on DeletedAccount { email } ... on Refusal { code } } }"""

    refused = await phone.ask(delete, password="another password")
    assert refused == {"code": "WRONG_CREDENTIALS"}
    assert await user_count(db) == 1

    assert await phone.ask(delete, password=PASSWORD) == {"email": "ann@example.com"}
    assert await user_count(db) == 0
    with pytest.raises(SessionNotLive):
        await phone.actor()
    phone.credentials = {}
    assert (await phone.register(id=id))["code"] == "ID_ALREADY_USED"
    assert await user_count(db) == 0


async def test_changes_name_and_time_zone(phone: Client) -> None:
    await phone.register()
    update = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
      ... on User { name timeZone } ... on Refusal { code } } }"""

    assert await phone.ask(update, input={"name": " Anne "}) == {
        "name": "Anne",
        "timeZone": "Europe/Berlin",
    }
    refused = await phone.ask(update, input={"timeZone": "Mars/Base"})
    assert refused == {"code": "UNKNOWN_TIME_ZONE"}
    answer = await phone.ask(update, input={"timeZone": "Asia/Tokyo", "name": None})
    assert answer == {"name": "Anne", "timeZone": "Asia/Tokyo"}
    seat = await phone.ask("{ ledgers { edges { node { me { name } } } } }")
    assert seat == {"edges": [{"node": {"me": {"name": "Ann"}}}]}


async def test_receipts_train_nobody_without_leave(phone: Client) -> None:
    await phone.register()
    update = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
      ... on User { sharesReceiptsForTraining } } }"""

    for wanted, expected in ((None, False), (True, True), (None, True), (False, False)):
        answer = await phone.ask(update, input={"sharesReceiptsForTraining": wanted})
        assert answer == {"sharesReceiptsForTraining": expected}


async def test_a_log_in_renews_a_hash_of_other_parameters(phone: Client, db: Database) -> None:
    await phone.register()
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    today = Client(db, replace(phone.gate, passwords=stronger))

    await today.log_in()
    await today.log_in()

    actor = await today.actor()
    assert actor is not None
    async with db.reading() as session:
        user = await session.get_one(User, actor.user_id)
    assert user.password_hash is not None
    assert "t=2" in user.password_hash


async def test_without_signing_in_only_signing_in_answers(phone: Client) -> None:
    answer = await phone.execute("{ me { name } }")

    assert answer.data is None
    assert answer.errors is not None
    assert answer.errors[0].extensions == {"code": "UNAUTHENTICATED"}


async def test_a_bearer_token_is_authenticated_by_its_signature_and_its_session(
    db: Database, cheap_gate: Gate
) -> None:
    ann = await make_user(db)
    issued = cheap_gate.tokens.issue(ann)

    identity = await authenticate(db, cheap_gate.tokens, bearer_token(f"bearer {issued.text}"))

    assert identity is not None
    assert identity == (ann, issued.expires_at)
    assert identity.expires_at > now()
    assert await authenticate(db, cheap_gate.tokens, bearer_token(None)) is None
    expired = Tokens({"test": "k" * 32}, timedelta(0)).issue(ann)
    for text, error in [(expired.text, TokenExpired), ("x", TokenInvalid)]:
        with pytest.raises(error):
            await authenticate(db, cheap_gate.tokens, text)
    with pytest.raises(TokenInvalid):
        bearer_token("Basic dXNlcjpwYXNz")


async def test_neither_tokens_nor_passwords_are_ever_logged(
    phone: Client, laptop: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    given = await phone.register()
    renewed = await phone.ask(REFRESH, token=given["refreshToken"])
    await laptop.log_in(password="another password")
    await laptop.log_in()

    secrets = [PASSWORD, "another password"]
    secrets += [
        answer[name] for answer in (given, renewed) for name in ("accessToken", "refreshToken")
    ]
    assert [secret for secret in secrets if secret in caplog.text] == []
