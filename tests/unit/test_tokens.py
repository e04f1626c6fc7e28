from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from adapters.tokens import TokenExpired, TokenInvalid, Tokens
from core.clock import now
from core.ids import new_id
from domain.actor import Actor, Identity

OLD, NEW, FOREIGN = "o" * 32, "n" * 32, "f" * 32
TEN_MINUTES = timedelta(minutes=10)
ANN = Actor(user_id=new_id(), device_id=7, session_id=new_id())


def claims(**overrides: Any) -> dict[str, Any]:
    standard = {
        "sub": str(ANN.user_id),
        "sid": str(ANN.session_id),
        "dev": 7,
        "iat": now(),
        "exp": now() + timedelta(days=1),  # some are made before the first test runs
        "iss": "outgo",
        "aud": "outgo-api",
    }
    return {name: value for name, value in (standard | overrides).items() if value is not None}


def test_speaks_for_the_actor_it_was_issued_to() -> None:
    tokens = Tokens({"new": NEW}, TEN_MINUTES)

    issued = tokens.issue(ANN)

    assert tokens.identity(issued.text) == Identity(ANN, issued.expires_at)
    assert timedelta(minutes=9) < issued.expires_at - now() <= TEN_MINUTES
    assert jwt.get_unverified_header(issued.text) == {"alg": "HS256", "kid": "new", "typ": "JWT"}
    payload = jwt.decode(issued.text, options={"verify_signature": False})
    assert set(payload) == {"sub", "sid", "dev", "iat", "exp", "iss", "aud"}
    assert datetime.fromtimestamp(payload["exp"], UTC) == issued.expires_at


def test_the_first_key_signs_and_all_verify() -> None:
    before, during, after = (
        Tokens(keys, TEN_MINUTES) for keys in ({"old": OLD}, {"new": NEW, "old": OLD}, {"new": NEW})
    )

    assert during.identity(before.issue(ANN).text).actor == ANN
    assert after.identity(during.issue(ANN).text).actor == ANN
    with pytest.raises(TokenInvalid):
        after.identity(before.issue(ANN).text)


def test_a_token_from_a_host_whose_clock_is_ahead_is_good() -> None:
    text = jwt.encode(claims(iat=now() + timedelta(minutes=1)), NEW, headers={"kid": "new"})

    assert Tokens({"new": NEW}, TEN_MINUTES).identity(text).actor == ANN


def test_an_expired_token_says_so() -> None:
    tokens = Tokens({"new": NEW}, timedelta(seconds=-1))

    with pytest.raises(TokenExpired) as error:
        tokens.identity(tokens.issue(ANN).text)

    assert error.value.code == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b.c",
        "\ud800",
        jwt.encode(claims(), FOREIGN, headers={"kid": "new"}),
        jwt.encode(claims(), NEW, headers={"kid": "other"}),
        jwt.encode(claims(), NEW),
        jwt.encode(claims(), NEW + NEW, "HS512", headers={"kid": "new"}),
        jwt.encode(claims(), "", "none", headers={"kid": "new"}),
        jwt.encode(claims(aud="another"), NEW, headers={"kid": "new"}),
        jwt.encode(claims(iss="another"), NEW, headers={"kid": "new"}),
        jwt.encode(claims(sid=None), NEW, headers={"kid": "new"}),
        jwt.encode(claims(exp=None), NEW, headers={"kid": "new"}),
    ],
)
def test_anything_else_is_invalid(text: str) -> None:
    with pytest.raises(TokenInvalid):
        Tokens({"new": NEW}, TEN_MINUTES).identity(text)
