"""Claiming on the real database: who may, what stays of it, and twelve at once."""

import asyncio

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.claiming import Claimable, NotYoursToClaim, Offer, OverClaimed, Unclaimed
from domain.errors import NotFound, Refusal
from domain.fingerprint import IdAlreadyUsed, Stale
from domain.money import Money
from domain.role import Role, RoleTooLow
from domain.split import AdjustmentKind, HeaderAdjustment, Line, Shares, ToMember
from models.claim import Claiming, ClaimingStatus
from models.receipt import ReceiptStatus
from services import access, ledgers, receipt_attachments, receipts
from services.claims import ClaimingOver
from services.ledgers import PersonalLedger
from services.postings import MemberDeactivated, MemberHasLeft, NotMembers
from services.receipts import (
    ReceiptAlreadyConfirmed,
    ReceiptNotReadYet,
    ReceiptOpenForClaiming,
)
from tests.claims import (
    cancel,
    claim,
    claimed,
    close,
    dinner,
    open_dinner,
    open_receipt,
    stored,
)
from tests.groups import (
    Group,
    balances,
    entries,
    log,
    make_group,
    personal_ledger,
    spend,
)
from tests.members import invite, join, leave, placeholder, remove, set_role
from tests.people import make_user
from tests.receipts import as_read, begin, confirm, fail, upload
from tests.receipts import stored as stored_receipt


def beers(minor: int = 1200, parts: int | None = 12) -> Offer:
    return Offer(Money(minor, "EUR"), (Claimable(Line("Beer", minor), parts),))


async def kinds(db: Database, trip: Group, start: str = "claiming.") -> list[str]:
    return [event.kind for event in await log(db, trip.id) if event.kind.startswith(start)]


async def test_claims_become_the_split_of_the_expense(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1, 2: 1})
    await claim(db, bob, row.id, {1: 1, 2: 1})
    await claim(db, eve, row.id, {2: 1, 3: 1})

    done = await close(db, ann, row.id, only_if_claimed=True, merchant="Café Rio")

    assert done.status is ClaimingStatus.CLOSED
    assert done.expense_id
    assert await entries(db, done.expense_id) == {
        trip.seat(ann): (5263, 2213),
        trip.seat(bob): (0, 1794),
        trip.seat(eve): (0, 1256),
    }
    receipt = await stored_receipt(db, row.receipt_id)
    assert receipt
    assert receipt.status is ReceiptStatus.CONFIRMED
    assert receipt.correction
    assert receipt.correction["total_minor"] == 5263
    assert receipt.correction["discount_minor"] == 200
    assert await kinds(db, trip, "") == [
        *["ledger.created", "member.joined", "invite.created", "member.joined", "member.joined"],
        *["receipt.uploaded", "receipt.reading", "receipt.read", "claiming.opened"],
        *["claiming.claimed"] * 3,
        *["expense.created", "receipt.confirmed", "claiming.closed"],
    ]


async def test_what_nobody_claims_is_everyones(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await dinner(db, ann, trip.id)
    row = await open_receipt(db, ann, receipt.id, offer=beers(parts=3))
    await claim(db, bob, row.id, {0: 2})

    with pytest.raises(Unclaimed):
        await close(db, ann, row.id, only_if_claimed=True)
    assert await balances(db, trip.id) == {}
    done = await close(db, ann, row.id)

    assert done.expense_id
    assert await entries(db, done.expense_id) == {
        trip.seat(ann): (1200, 200),
        trip.seat(bob): (0, 1000),
    }


async def test_the_closer_says_who_shares_what_nobody_claims(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)

    done = await close(db, ann, row.id, remainder=Shares({trip.seat(bob): 100}))

    assert done.expense_id
    assert await entries(db, done.expense_id) == {
        trip.seat(ann): (5263, 0),
        trip.seat(bob): (0, 5263),
    }


async def test_twelve_claim_at_once_and_none_is_lost(db: Database, ann: Actor) -> None:
    others = [await make_user(db, f"Guest{number}") for number in range(11)]
    party = await make_group(db, ann, *others)
    receipt = await dinner(db, ann, party.id)
    row = await open_receipt(db, ann, receipt.id, offer=beers(parts=12))

    await asyncio.gather(*[claim(db, one, row.id, {0: 1}) for one in (ann, *others)])

    assert await claimed(db, row.id) == {0: dict.fromkeys(party.seats.values(), 1)}
    with pytest.raises(OverClaimed):
        await claim(db, ann, row.id, {0: 2})
    done = await close(db, ann, row.id, only_if_claimed=True)
    assert done.version == 14
    assert done.expense_id
    owed = await entries(db, done.expense_id)
    assert {minor for _, minor in owed.values()} == {100}


async def test_what_several_want_at_once_is_not_given_twice(db: Database, ann: Actor) -> None:
    others = [await make_user(db, f"Guest{number}") for number in range(5)]
    party = await make_group(db, ann, *others)
    receipt = await dinner(db, ann, party.id)
    row = await open_receipt(db, ann, receipt.id, offer=beers(parts=3))

    answers = await asyncio.gather(
        *[claim(db, one, row.id, {0: 1}) for one in (ann, *others)], return_exceptions=True
    )

    assert sum(isinstance(answer, OverClaimed) for answer in answers) == 3
    assert sum((await claimed(db, row.id))[0].values()) == 3


async def test_repeating_changes_nothing(db: Database, ann: Actor, trip: Group) -> None:
    receipt, id, expense_id = await dinner(db, ann, trip.id), new_id(), new_id()
    await open_receipt(db, ann, receipt.id, id=id)
    await claim(db, ann, id, {0: 1})
    done = await close(db, ann, id, expense_id=expense_id)
    before = await log(db, trip.id)

    assert (await open_receipt(db, ann, receipt.id, id=id)).status is ClaimingStatus.CLOSED
    again = await close(db, ann, id, expense_id=expense_id, if_version=0)

    assert again.version == done.version
    assert await log(db, trip.id) == before
    with pytest.raises(IdAlreadyUsed):
        await open_receipt(db, ann, receipt.id, id=id, offer=beers())


async def test_setting_what_is_set_changes_nothing(db: Database, ann: Actor, trip: Group) -> None:
    row = await open_dinner(db, ann, trip.id)
    once = await claim(db, ann, row.id, {0: 1})

    twice = await claim(db, ann, row.id, {0: 1, 1: 0})

    assert twice.version == once.version
    assert await kinds(db, trip) == ["claiming.opened", "claiming.claimed"]


async def test_a_late_claim_overwrites_none_that_came_since(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    seen = row.version
    first = await claim(db, ann, row.id, {0: 1}, if_version=seen)
    await claim(db, bob, row.id, {0: 2}, if_version=seen)  # who claims for himself loses nothing
    again = await claim(db, ann, row.id, {0: 1}, if_version=seen)
    assert await claimed(db, row.id) == {0: {trip.seat(ann): 1, trip.seat(bob): 2}}

    since = await claim(db, ann, row.id, {0: 3}, if_version=again.version)
    before = await log(db, trip.id)
    for late in (-1, seen, first.version, again.version):
        with pytest.raises(Stale):
            await claim(db, ann, row.id, {0: 1}, if_version=late)

    assert await log(db, trip.id) == before
    assert (await stored(db, row.id)).version == since.version == seen + 3


async def test_a_claim_is_taken_back(db: Database, ann: Actor, trip: Group) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1, 1: 1})

    await claim(db, ann, row.id, {0: 0})

    assert await claimed(db, row.id) == {1: {trip.seat(ann): 1}}
    last = (await log(db, trip.id))[-1]
    assert last.before == {"member_id": str(trip.seat(ann)), "parts": {"0": 1, "1": 1}}
    assert last.after == {"member_id": str(trip.seat(ann)), "parts": {"1": 1}}


async def test_members_claim_for_themselves_and_for_who_cannot(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    cat = await placeholder(db, ann, trip)
    await set_role(db, ann, trip, eve, Role.VIEWER)
    row = await open_dinner(db, ann, trip.id)

    await claim(db, bob, row.id, {0: 1}, member_id=cat)
    await claim(db, bob, row.id, {0: 1}, member_id=trip.seat(eve))
    with pytest.raises(NotYoursToClaim):
        await claim(db, bob, row.id, {0: 1}, member_id=trip.seat(ann))
    with pytest.raises(RoleTooLow):
        await claim(db, eve, row.id, {0: 1})
    with pytest.raises(NotMembers):
        await claim(db, bob, row.id, {0: 1}, member_id=new_id())

    assert await claimed(db, row.id) == {0: {cat: 1, trip.seat(eve): 1}}


async def test_strangers_see_nothing(db: Database, ann: Actor, eve: Actor, trip: Group) -> None:
    row = await open_dinner(db, ann, trip.id)
    before = await log(db, trip.id)

    with pytest.raises(NotFound):
        await claim(db, eve, row.id, {0: 1})
    with pytest.raises(NotFound):
        await close(db, eve, row.id)
    with pytest.raises(NotFound):
        await cancel(db, eve, row.id)
    with pytest.raises(NotFound):
        await open_receipt(db, eve, row.receipt_id)
    assert await log(db, trip.id) == before


async def test_who_opened_it_or_an_admin_ends_it(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    row = await open_dinner(db, bob, trip.id)

    with pytest.raises(RoleTooLow):
        await cancel(db, eve, row.id)
    with pytest.raises(RoleTooLow):
        await close(db, eve, row.id)
    assert (await cancel(db, ann, row.id)).status is ClaimingStatus.CANCELLED
    mine = await open_receipt(db, bob, row.receipt_id)
    assert (await close(db, bob, mine.id)).status is ClaimingStatus.CLOSED


async def test_one_that_is_cancelled_is_over_and_can_be_opened_anew(
    db: Database, ann: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1})
    await cancel(db, ann, row.id)

    await cancel(db, ann, row.id)
    with pytest.raises(ClaimingOver):
        await claim(db, ann, row.id, {0: 1})
    with pytest.raises(ClaimingOver):
        await close(db, ann, row.id)
    again = await open_receipt(db, ann, row.receipt_id)

    assert await claimed(db, again.id) == {}
    assert await kinds(db, trip) == [
        *["claiming.opened", "claiming.claimed", "claiming.cancelled", "claiming.opened"]
    ]
    done = await close(db, ann, again.id)
    with pytest.raises(ClaimingOver):
        await cancel(db, ann, done.id)


async def test_nobody_takes_the_receipt_away_meanwhile(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    typed = await spend(db, bob, trip.id)
    before = await log(db, trip.id)

    with pytest.raises(ReceiptOpenForClaiming):
        async with db.transaction() as tx:
            await receipt_attachments.attach(tx, bob, row.receipt_id, typed.id, 1)
    with pytest.raises(ReceiptOpenForClaiming) as refused:
        await confirm(db, bob, row.receipt_id, as_read())
    assert refused.value.entity == ("Claiming", row.id)
    with pytest.raises(ReceiptOpenForClaiming):
        await open_receipt(db, bob, row.receipt_id)
    with pytest.raises(ReceiptOpenForClaiming):
        async with db.transaction() as tx:
            await receipts.retry(tx, bob, row.receipt_id)
    with pytest.raises(ReceiptOpenForClaiming):
        async with db.transaction() as tx:
            await receipts.delete(tx, bob, row.receipt_id)
    assert await log(db, trip.id) == before


async def test_it_goes_with_its_receipt_once_it_is_over(
    db: Database, ann: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1})
    done = await close(db, ann, row.id)

    async with db.transaction() as tx:
        await receipts.delete(tx, ann, row.receipt_id)

    async with db.reading() as session:
        assert await session.get(Claiming, row.id) is None
    assert await claimed(db, row.id) == {}
    assert done.expense_id
    assert len(await entries(db, done.expense_id)) == 2


async def test_a_closing_that_did_not_see_the_last_claim_is_refused(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, bob, row.id, {0: 1})

    with pytest.raises(Stale):
        await close(db, ann, row.id, if_version=row.version)
    assert (await stored(db, row.id)).status is ClaimingStatus.OPEN


async def test_who_leaves_gives_their_claims_back(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    await spend(db, ann, trip.id, split=Shares({trip.seat(eve): 100}))
    row = await open_dinner(db, ann, trip.id)
    for one in (ann, bob, eve):
        await claim(db, one, row.id, {2: 1})

    await leave(db, bob, trip)
    await remove(db, ann, trip.seat(eve))

    assert await claimed(db, row.id) == {2: {trip.seat(ann): 1}}
    with pytest.raises(NotFound):
        await claim(db, bob, row.id, {2: 1})
    with pytest.raises(RoleTooLow):
        await claim(db, eve, row.id, {2: 1})
    assert (await close(db, ann, row.id)).expense_id


async def test_nobody_claims_for_who_has_gone(db: Database, ann: Actor, trip: Group) -> None:
    cat, dan = await placeholder(db, ann, trip), await placeholder(db, ann, trip, "Dan")
    await spend(db, ann, trip.id, split=Shares({dan: 100}))
    row = await open_dinner(db, ann, trip.id)
    await remove(db, ann, cat)
    await remove(db, ann, dan)

    with pytest.raises(MemberHasLeft):
        await claim(db, ann, row.id, {0: 1}, member_id=cat)
    with pytest.raises(MemberDeactivated):
        await claim(db, ann, row.id, {0: 1}, member_id=dan)


async def test_who_takes_a_placeholders_seat_has_its_claims(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1}, member_id=cat)
    await join(db, eve, (await invite(db, ann, trip)).token, cat)

    await claim(db, eve, row.id, {1: 1})

    assert await claimed(db, row.id) == {0: {cat: 1}, 1: {cat: 1}}


async def test_an_archived_group_waits(db: Database, ann: Actor, trip: Group) -> None:
    row = await open_dinner(db, ann, trip.id)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    for refused in (
        claim(db, ann, row.id, {0: 1}),
        close(db, ann, row.id),
        cancel(db, ann, row.id),
    ):
        with pytest.raises(access.LedgerArchived):
            await refused
    async with db.transaction() as tx:
        await ledgers.reopen(tx, ann, trip.id)
    assert (await close(db, ann, row.id)).expense_id


async def test_only_what_was_read_or_typed_in_is_opened(
    db: Database, ann: Actor, trip: Group
) -> None:
    waiting, failed = await upload(db, ann, trip.id), await upload(db, ann, trip.id)
    await begin(db, failed.id)
    await fail(db, failed.id)
    sold = await dinner(db, ann, trip.id)
    await confirm(db, ann, sold.id, as_read())
    own = await dinner(db, ann, (await personal_ledger(db, ann)).id)
    before = await log(db, trip.id)

    for receipt_id, refusal in (
        (waiting.id, ReceiptNotReadYet),
        (sold.id, ReceiptAlreadyConfirmed),
        (own.id, PersonalLedger),
    ):
        with pytest.raises(refusal):
            await open_receipt(db, ann, receipt_id)
    with pytest.raises(Refusal, match="not read"):
        await open_receipt(db, ann, failed.id)
    assert await log(db, trip.id) == before
    typed = await open_receipt(db, ann, failed.id, offer=beers())
    assert typed.amount_minor == 1200


async def test_only_members_bear_an_adjustment(db: Database, ann: Actor, trip: Group) -> None:
    receipt = await dinner(db, ann, trip.id)
    tip = HeaderAdjustment(AdjustmentKind.TIP, 100, ToMember(new_id()))
    wanted = Offer(Money(1300, "EUR"), beers().lines, (tip,))

    with pytest.raises(NotMembers):
        await open_receipt(db, ann, receipt.id, offer=wanted)
    assert await kinds(db, trip) == []


async def test_no_claim_is_no_event(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    """Leaving without any claim says nothing about claiming."""
    row = await open_dinner(db, ann, trip.id)

    await leave(db, bob, trip)

    assert await kinds(db, trip) == ["claiming.opened"]
    assert (await stored(db, row.id)).version == row.version
