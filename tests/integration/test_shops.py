"""What confirmed receipts teach of shops, and whom."""

import asyncio
from uuid import UUID

import pytest
from sqlmodel import select
from strawberry.relay import GlobalID

from core.db import Database
from domain.actor import Actor
from domain.receipt import Field, Line, read
from domain.receipt.confirmation import Confirmation
from domain.receipt.stored import restored
from models.category import Category
from models.receipt import Receipt
from models.shop import ShopMemory
from services import erasure, receipts
from services.accounts import proof_wanted
from services.receipt_reading import Proposal
from services.shops import FEWEST_WHO_AGREE
from tests.api import Api
from tests.groups import Group, personal_ledger
from tests.people import make_user
from tests.people import register as sign_up
from tests.receipts import as_read, begin, confirm, finish, stored, upload
from tests.unit.receipt.paper import paper

SHOP = """
~ fresh every morning ~
12 Harbour Lane
VAT No: GB 123 4567 82
Tel: 01632 960123
Rye bread  {bread}
TOTAL  {bread}
"""
NAME = "Harbour Lane Bakery"


def printed(bread: str = "12.50", *, without: str = "", but: str = "") -> list[Line]:
    """What a reader sees on a receipt of the shop, whose name is only a picture."""
    return paper(SHOP.format(bread=bread).replace(without or but, but))


async def scanned(
    db: Database, actor: Actor, ledger_id: UUID, lines: list[Line] | None = None
) -> Receipt:
    """A receipt of these lines, read as workers read it."""
    lines = lines or printed()
    receipt = await upload(db, actor, ledger_id)
    await begin(db, receipt.id)
    await finish(db, receipt.id, Proposal(lines, read(lines, fallback_currency="EUR")))
    row = await stored(db, receipt.id)
    assert row is not None
    return row


async def bought(
    db: Database, actor: Actor, ledger_id: UUID, *, merchant: str | None = NAME
) -> Receipt:
    """A receipt of the shop, confirmed to be of this merchant."""
    receipt = await scanned(db, actor, ledger_id)
    return await confirm(db, actor, receipt.id, as_read(merchant=merchant))


def merchant(row: Receipt) -> Field[str]:
    assert row.reading is not None
    found = restored(row.reading).merchant
    assert found is not None
    return found


async def memories(db: Database) -> list[ShopMemory]:
    async with db.reading() as session:
        return list((await session.exec(select(ShopMemory).order_by(ShopMemory.key))).all())


SHOWN = """query($id: ID!) { receipt(id: $id) {
  suggestedCategory { key }
  reading { merchant { value alternatives } total { alternatives { minor } } }
} }"""


@pytest.fixture
async def home(db: Database, ann: Actor) -> UUID:
    return (await personal_ledger(db, ann)).id


async def test_the_second_receipt_of_a_shop_read_wrong_is_right(
    db: Database, redis_url: str, ann: Actor, home: UUID
) -> None:
    async with db.reading() as session:
        food = (await session.exec(select(Category.id).where(Category.key == "food"))).one()
    first = await scanned(db, ann, home)
    wrong = merchant(first)
    assert wrong.value != NAME
    await confirm(db, ann, first.id, as_read(merchant=NAME, category_id=food))

    second = await scanned(db, ann, home, printed("3.40"))

    found = merchant(second)
    assert (found.value, found.confidence) == (NAME, 0.97)
    assert found.alternatives == (wrong.value, *wrong.alternatives)
    assert (found.text, found.box) == (wrong.text, wrong.box)
    assert second.suggested_category_id == food
    assert first.suggested_category_id is None
    shown = await Api(db, redis_url).ask(ann, SHOWN, id=str(GlobalID("Receipt", str(second.id))))
    assert shown["receipt"] == {
        "suggestedCategory": {"key": "food"},
        "reading": {
            "merchant": {"value": NAME, "alternatives": [*found.alternatives]},
            "total": {"alternatives": []},
        },
    }


@pytest.mark.parametrize(
    ("without", "but", "confidence"),
    [
        ("GB 123 4567 82", "GB l23 4567 B2", 0.97),
        ("VAT No: GB 123 4567 82", "Thank you", 0.95),
        ("GB 123 4567 82\nTel: 01632 960123", "", 0.9),
    ],
)
async def test_what_is_smudged_leaves_other_keys(
    db: Database, ann: Actor, home: UUID, without: str, but: str, confidence: float
) -> None:
    await bought(db, ann, home)

    again = await scanned(db, ann, home, printed("3.40", without=without, but=but))

    assert (merchant(again).value, merchant(again).confidence) == (NAME, confidence)


async def test_nobody_learns_from_one_other_user(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await bought(db, ann, trip.id)

    theirs = await scanned(db, bob, trip.id)

    assert merchant(theirs).value != NAME
    assert theirs.suggested_category_id is None


async def test_everybody_learns_from_several(db: Database, bob: Actor, trip: Group) -> None:
    users = [await make_user(db, name) for name in ("Kim", "Lou", "Max")]
    assert len(users) == FEWEST_WHO_AGREE
    for user, name in zip(users, (NAME, NAME.upper(), NAME), strict=True):
        assert merchant(await scanned(db, bob, trip.id)).value != NAME
        await bought(db, user, (await personal_ledger(db, user)).id, merchant=name)

    theirs = await scanned(db, bob, trip.id)

    assert (merchant(theirs).value, merchant(theirs).confidence) == (NAME, 0.97)
    assert theirs.suggested_category_id is None


async def test_ones_own_name_comes_before_that_of_others(
    db: Database, bob: Actor, trip: Group
) -> None:
    await bought(db, bob, trip.id, merchant="The baker")
    for name in ("Kim", "Lou", "Max"):
        user = await make_user(db, name)
        await bought(db, user, (await personal_ledger(db, user)).id)

    assert merchant(await scanned(db, bob, trip.id)).value == "The baker"


async def test_those_who_disagree_share_nothing(db: Database, bob: Actor, trip: Group) -> None:
    for number in range(2 * FEWEST_WHO_AGREE + 1):
        user = await make_user(db, f"User{number}")
        name = NAME if number < FEWEST_WHO_AGREE else f"Shop {number}"
        await bought(db, user, (await personal_ledger(db, user)).id, merchant=name)

    assert merchant(await scanned(db, bob, trip.id)).value != NAME


async def test_the_last_name_counts_until_names_only_change(
    db: Database, ann: Actor, home: UUID
) -> None:
    """A number that comes back under many names is not the shop's."""
    await bought(db, ann, home)
    await bought(db, ann, home, merchant="Bakery of Harbour Lane")
    renamed = await scanned(db, ann, home)
    await confirm(db, ann, renamed.id, as_read(merchant="Quay Books"))
    unknown = await scanned(db, ann, home)

    assert (merchant(renamed).value, merchant(renamed).confidence) == (
        "Bakery of Harbour Lane",
        0.485,
    )
    assert merchant(unknown).value not in {NAME, "Bakery of Harbour Lane", "Quay Books"}


async def test_confirming_twice_teaches_once(db: Database, ann: Actor, home: UUID) -> None:
    receipt, made = await scanned(db, ann, home), as_read(merchant=NAME)

    await asyncio.gather(*(confirm(db, ann, receipt.id, made) for _ in range(3)))

    assert {(row.confirmations, row.changes) for row in await memories(db)} == {(1, 0)}
    assert len(await memories(db)) == 3


async def test_two_at_once_teach_twice(db: Database, ann: Actor, home: UUID, trip: Group) -> None:
    both = [await scanned(db, ann, ledger_id) for ledger_id in (home, trip.id)]

    await asyncio.gather(*(_confirmed(db, ann, one, as_read(merchant=NAME)) for one in both))

    assert {(row.confirmations, row.changes) for row in await memories(db)} == {(2, 0)}


async def _confirmed(db: Database, who: Actor, receipt: Receipt, made: Confirmation) -> None:
    await confirm(db, who, receipt.id, made)


async def test_a_receipt_without_a_merchant_teaches_nothing(
    db: Database, ann: Actor, home: UUID
) -> None:
    await bought(db, ann, home, merchant=None)

    assert await memories(db) == []


async def test_a_deleted_receipt_leaves_what_it_taught(
    db: Database, ann: Actor, home: UUID
) -> None:
    receipt = await bought(db, ann, home)
    async with db.transaction() as tx:
        await receipts.delete(tx, ann, receipt.id)

    assert merchant(await scanned(db, ann, home)).value == NAME


async def test_a_deleted_account_is_forgotten(db: Database, bob: Actor) -> None:
    ann = await sign_up(db, "Ann", email="ann@example.com")
    await bought(db, ann.actor, (await personal_ledger(db, ann.actor)).id)
    await bought(db, bob, (await personal_ledger(db, bob)).id)
    async with db.transaction() as tx:
        proof = await proof_wanted(tx, "ann@example.com")
        assert proof is not None
        await erasure.delete_account(tx, ann.actor, proof)

    assert {row.user_id for row in await memories(db)} == {bob.user_id}
