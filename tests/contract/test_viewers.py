"""Who only looks on changes nothing of a group: each mutation refuses, or is one of those that say a word."""

import pytest

from tests import requests, sdl
from tests.api import Api
from tests.contract.test_access import INSIDERS
from tests.groups import log
from tests.world import World, of_mutation, unread


@pytest.mark.parametrize("caller", INSIDERS)
async def test_every_mutation_refuses_them(world: World, redis_url: str, caller: str) -> None:
    actor, before = world.caller(caller), await log(world.db, world.trip.id)
    newest = [event.seq for event in before if event.actor_id == actor.user_id][-1]
    undo = {"ledgerId": world.anns["Ledger"], "seq": newest}
    asked = {**requests.of_group(world.anns), "undoLastChange": undo}
    api = Api(world.db, redis_url)

    answers = {
        name: (await api.ask(actor, document, **unread(of_mutation(name, argument))))[name]
        for name, argument in asked.items()
        for document in [sdl.surface("mutation", name, "... on Refusal { code }")]
    }

    assert answers == {name: {"code": "ROLE_TOO_LOW"} for name in asked}
    assert await log(world.db, world.trip.id) == before
