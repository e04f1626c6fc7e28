"""Whatever people do to a group at the same time, its books are right: at every look, and at the end."""

from bench.books import faults
from bench.crowd import Crowd
from core.db import Database
from domain.actor import Actor
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import global_id
from tests.groups import make_group
from tests.live import relaying

CLIENTS, FOLLOWERS, DEEDS = 16, 4, 240


async def test_sixteen_clients_leave_one_group_with_books_that_everybody_agrees_on(
    db: Database,
    redis_url: str,
    address: str,
    ann: Actor,
    bob: Actor,
    eve: Actor,
    token_of: TokenOf,
) -> None:
    group = await make_group(db, ann, bob, eve)
    url, ledger_id = f"http://{address}", global_id("Ledger", group.id)
    tokens = [token_of(who) for who in (ann, bob, eve)]
    crowd = Crowd(url, ledger_id, tokens, clients=CLIENTS, followers=FOLLOWERS, seed=1)
    to_do = iter(range(DEEDS))

    async with relaying(db, redis_url):
        nets = await crowd.mingle(lambda: next(to_do, None) is not None)

    assert nets
    assert [follower.nets for follower in crowd.followers] == [nets] * FOLLOWERS
    assert [fault async for fault in faults(db, url, tokens[0], ledger_id, nets)] == []
    assert crowd.tally.done["CreateExpense"] > CLIENTS  # or the dice never got anywhere
    assert crowd.tally.done["RecordSettlement"] > 0
    assert crowd.tally.done["UndoLastChange"] > 0
