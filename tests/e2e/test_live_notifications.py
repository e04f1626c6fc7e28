"""Notifications over a real socket: a snapshot, then each as it is told, and resumed without a gap."""

from core.db import Database
from domain.actor import Actor
from services import telling
from tests.e2e.conftest import TokenOf
from tests.e2e.live_client import live
from tests.groups import Group, log, personal_ledger, spend

ADDED = """
subscription Added($after: BigInt) {
  notificationAdded(after: $after) {
    __typename
    ... on NotificationSnapshot { seq unreadCount }
    ... on NotificationAdded {
      seq
      notification {
        kind
        text
        readAt
        about { ... on LedgerNews { ledgerName actorName title amount { decimal } ledger { name } } }
      }
    }
  }
}
"""


async def tell_the_last(db: Database, trip: Group) -> None:
    *_, event = await log(db, trip.id)
    for one in await telling.concerned(db, trip.id, [event.seq]):
        async with db.transaction() as tx:
            await telling.tell(tx, one)


async def test_whoever_is_concerned_hears_of_it_at_once_and_can_resume(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    own = await personal_ledger(db, bob)
    before = (await log(db, own.id))[-1].seq
    async with live(address, token_of(bob)) as client:
        stream = await client.subscribe(ADDED)
        assert await stream.next() == {
            "__typename": "NotificationSnapshot",
            "seq": before,
            "unreadCount": 0,
        }
        await spend(db, ann, trip.id, 1000, merchant="Dinner")
        await tell_the_last(db, trip)
        told = await stream.next()
        resumed = await client.subscribe(ADDED, after=before)

        assert told == {
            "__typename": "NotificationAdded",
            "seq": before + 1,
            "notification": {
                "kind": "EXPENSE_ADDED",
                "text": "Ann added “Dinner” (10.00 EUR) in Trip.",
                "readAt": None,
                "about": {
                    "ledgerName": "Trip",
                    "actorName": "Ann",
                    "title": "Dinner",
                    "amount": {"decimal": "10.00"},
                    "ledger": {"name": "Trip"},
                },
            },
        }
        assert await resumed.next() == told
