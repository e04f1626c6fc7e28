"""Preferences and endpoints as clients set them: refused by name with nothing stored, secrets never shown."""

from typing import Any

import pytest

from core.db import Database
from domain.actor import Actor
from domain.endpoint import MOST_ENDPOINTS
from domain.preferences import Channel
from services import endpoints
from tests.api import Api
from tests.outreach import RING, make_outreach

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}

PREFERENCES = """
query Preferences {
  pushPublicKey
  notificationPreferences { digest available choices { kind channels } }
  endpoints { id channel name address }
}
"""
CHOOSE = """
mutation Choose($input: SetNotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) {
    ... on NotificationPreferences { digest choices { kind channels } }
  }
}
"""
SUBSCRIBE = """
mutation Subscribe($input: AddPushSubscriptionInput!) {
  addPushSubscription(input: $input) {
    __typename
    ... on Endpoint { id channel name address }
    ... on Invalid { code path }
    ... on Conflict { code }
  }
}
"""
CONNECT = """
mutation Connect($input: ConnectServiceInput!) {
  connectService(input: $input) {
    __typename
    ... on Endpoint { id channel name address }
    ... on Invalid { code path }
    ... on Conflict { code }
  }
}
"""
REMOVE = """
mutation Remove($input: RemoveEndpointInput!) {
  removeEndpoint(input: $input) {
    __typename
    ... on EndpointRemoved { id }
    ... on NotFound { code message }
  }
}
"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def browser(number: int = 1, **overrides: Any) -> dict[str, Any]:
    return {"endpoint": f"https://push.example.org/{number}", "name": "Phone", **KEYS, **overrides}


async def stored(db: Database, who: Actor) -> list[str]:
    async with db.reading() as session:
        return [
            endpoints.opened(RING, row).url for row in await endpoints.mine(session, who.user_id)
        ]


def channels(choices: list[dict[str, Any]], kind: str) -> list[str]:
    return next(choice["channels"] for choice in choices if choice["kind"] == kind)


async def test_one_kind_is_chosen_and_the_others_stay(api: Api, ann: Actor, bob: Actor) -> None:
    before = (await api.ask(ann, PREFERENCES))["notificationPreferences"]
    assert (before["digest"], before["available"]) == ("HOURLY", [one.value for one in Channel])
    assert channels(before["choices"], "MEMBER_JOINED") == ["IN_APP"]

    wanted = {"kind": "EXPENSE_ADDED", "channels": ["PUSH", "IN_APP"]}
    answer = await api.ask(ann, CHOOSE, input={"digest": "DAILY", "choices": [wanted]})
    chosen = answer["setNotificationPreferences"]
    assert chosen["digest"] == "DAILY"
    assert channels(chosen["choices"], "EXPENSE_ADDED") == ["IN_APP", "PUSH"]
    await api.ask(ann, CHOOSE, input={})

    after = (await api.ask(ann, PREFERENCES))["notificationPreferences"]
    assert {key: after[key] for key in chosen} == chosen
    assert [one for one in before["choices"] if one["kind"] != "EXPENSE_ADDED"] == [
        one for one in after["choices"] if one["kind"] != "EXPENSE_ADDED"
    ]
    assert (await api.ask(bob, PREFERENCES))["notificationPreferences"] == before


async def test_a_browser_is_the_same_one_again_and_its_address_is_not_shown(
    db: Database, api: Api, ann: Actor
) -> None:
    first = (await api.ask(ann, SUBSCRIBE, input=browser()))["addPushSubscription"]
    again = (await api.ask(ann, SUBSCRIBE, input=browser(name="Tablet")))["addPushSubscription"]

    assert first == {
        "__typename": "Endpoint",
        "id": first["id"],
        "channel": "PUSH",
        "name": "Phone",
        "address": "https://push.example.org",
    }
    assert again == first | {"name": "Tablet"}
    assert await stored(db, ann) == ["https://push.example.org/1"]
    asked = await api.ask(ann, PREFERENCES)
    assert asked["pushPublicKey"] == "BPublic"
    assert [one["id"] for one in asked["endpoints"]] == [first["id"]]


async def test_a_service_shows_only_what_it_is(db: Database, api: Api, ann: Actor) -> None:
    wanted = {"url": "ntfys://ntfy.sh/secret-topic", "name": "Ntfy"}
    answer = (await api.ask(ann, CONNECT, input=wanted))["connectService"]

    assert (answer["channel"], answer["address"]) == ("SERVICE", "ntfys://")
    assert await stored(db, ann) == [wanted["url"]]


@pytest.mark.parametrize(
    "url",
    [
        *("json://127.0.0.1/x", "jsons://localhost/", "ntfy://192.168.0.2/topic", "json://[::1]/"),
        *("syslog://", "dbus://", "file:///etc/passwd", "mailto://a:b@example.org", "nothing"),
        "discord://1234567890/abcdefgh?template=/etc/passwd",
        "https://[::1",
    ],
)
async def test_refuses_services_of_the_inside(db: Database, api: Api, ann: Actor, url: str) -> None:
    answer = (await api.ask(ann, CONNECT, input={"url": url, "name": "X"}))["connectService"]

    assert answer == {"__typename": "Invalid", "code": "ENDPOINT_NOT_ALLOWED", "path": ["url"]}
    assert await stored(db, ann) == []


async def test_refuses_browsers_of_the_inside_and_strange_keys(
    db: Database, api: Api, ann: Actor
) -> None:
    refusals: list[tuple[dict[str, Any], str, list[str]]] = [
        ({"endpoint": "https://127.0.0.1/"}, "ENDPOINT_NOT_ALLOWED", ["endpoint"]),
        ({"auth": "AAAA"}, "PUSH_KEYS_UNREADABLE", ["auth"]),
    ]
    for strange, code, path in refusals:
        answer = await api.ask(ann, SUBSCRIBE, input=browser(**strange))
        assert answer["addPushSubscription"] == {
            "__typename": "Invalid",
            "code": code,
            "path": path,
        }

    assert await stored(db, ann) == []


async def test_there_is_an_end_to_endpoints(db: Database, api: Api, ann: Actor) -> None:
    for number in range(MOST_ENDPOINTS):
        await api.ask(ann, SUBSCRIBE, input=browser(number))

    answer = await api.ask(ann, SUBSCRIBE, input=browser(MOST_ENDPOINTS))

    assert answer["addPushSubscription"] == {"__typename": "Conflict", "code": "TOO_MANY_ENDPOINTS"}
    assert len(await stored(db, ann)) == MOST_ENDPOINTS


async def test_what_is_not_set_up_is_refused(db: Database, redis_url: str, ann: Actor) -> None:
    api = Api(db, redis_url, outreach=make_outreach(Channel.IN_APP))

    pushed = await api.ask(ann, SUBSCRIBE, input=browser())
    served = await api.ask(ann, CONNECT, input={"url": "ntfys://ntfy.sh/x", "name": "X"})

    off = {"__typename": "Conflict", "code": "CHANNEL_OFF"}
    assert (pushed["addPushSubscription"], served["connectService"]) == (off, off)
    assert await stored(db, ann) == []


async def test_only_its_owner_removes_an_endpoint(
    db: Database, api: Api, ann: Actor, eve: Actor
) -> None:
    id = (await api.ask(ann, SUBSCRIBE, input=browser()))["addPushSubscription"]["id"]

    refused = (await api.ask(eve, REMOVE, input={"id": id}))["removeEndpoint"]
    assert refused["__typename"] == "NotFound"
    assert len(await stored(db, ann)) == 1

    assert (await api.ask(ann, REMOVE, input={"id": id}))["removeEndpoint"]["id"] == id
    assert await stored(db, ann) == []
    gone = (await api.ask(ann, REMOVE, input={"id": id}))["removeEndpoint"]
    assert gone["code"] == "NOT_FOUND"
