"""Who had what of a receipt: the worked example, the rules of claiming, and what holds for all claims."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain import claiming, split
from domain.claiming import (
    NOBODY,
    Claimable,
    Claims,
    Closing,
    NoSuchLine,
    NothingToClaim,
    NotYoursToClaim,
    Offer,
    OverClaimed,
    PartsOutOfRange,
    RemainderTooFine,
    Unclaimed,
    as_read,
)
from domain.money import Money
from domain.receipt import Field, Item, Reading
from domain.role import Role, RoleTooLow
from domain.split import (
    AdjustmentKind,
    Equal,
    HeaderAdjustment,
    Itemised,
    ItemsExceedAmount,
    Line,
    Percent,
    Proportional,
    Shares,
)
from domain.split.checks import TooManyLines

T = TypeVar("T")

ANN, BOB, CAT = PEOPLE = sorted(new_id() for _ in range(3))
DAY = date(2026, 5, 4)


def field(value: T, text: str = "") -> Field[T]:
    return Field(value, 0.9, text, ())


def item(minor: int, title: str = "Item", quantity: int | None = None) -> Field[Item]:
    return field(Item(title, None if quantity is None else Decimal(quantity), None, minor), title)


def reading(total: int, *items: Field[Item], tax: int = 0, tip: int = 0) -> Reading:
    return Reading(
        total=field(total), tax=field(tax), tip=field(tip), currency=field("EUR"), items=items
    )


def offer(total: int, *lines: Claimable, adjustments: tuple[HeaderAdjustment, ...] = ()) -> Offer:
    return Offer(Money(total, "EUR"), lines, adjustments).checked()


def beers(minor: int = 1500, parts: int | None = 3) -> Claimable:
    return Claimable(Line("Beer", minor), parts)


def minors(dues: dict[UUID, Money]) -> dict[UUID, int]:
    return {who: due.minor for who, due in dues.items()}


def due(of: Offer, claims: Claims) -> dict[UUID, int]:
    return minors(dict(of.dues(claims, new_id())))


def closed(of: Offer, claims: Claims, **choices: Any) -> Itemised:
    spec = Closing(new_id(), DAY, **choices).confirmation(of, claims, PEOPLE).bill.split
    assert isinstance(spec, Itemised)
    return spec


def test_tax_tip_and_discount_follow_what_is_claimed() -> None:
    dinner = as_read(
        reading(5263, item(1250), item(900), item(1800), item(450), item(-200), tax=363, tip=700)
    ).checked()
    claims = {0: {ANN: 1}, 1: {BOB: 1}, 2: {ANN: 1, BOB: 1, CAT: 1}, 3: {CAT: 1}}

    assert [(each.kind, each.amount_minor) for each in dinner.adjustments] == [
        (AdjustmentKind.DISCOUNT, -200),
        (AdjustmentKind.TAX, 363),
        (AdjustmentKind.TIP, 700),
    ]
    assert due(dinner, claims) == {ANN: 2213, BOB: 1794, CAT: 1256}
    spec = closed(dinner, claims, only_if_claimed=True)
    assert spec.remainder is None
    assert minors(dict(split.divide(dinner.total, spec, new_id()).parts)) == {
        ANN: 2213,
        BOB: 1794,
        CAT: 1256,
    }


def test_what_nobody_has_is_shown_with_its_tax() -> None:
    tax = HeaderAdjustment(AdjustmentKind.TAX, 300, Proportional())
    drinks = offer(1800, beers(), adjustments=(tax,))

    assert due(drinks, {}) == {NOBODY: 1800}
    assert due(drinks, {0: {ANN: 1}}) == {ANN: 600, NOBODY: 1200}
    assert due(drinks, {0: {ANN: 1, BOB: 2}}) == {ANN: 600, BOB: 1200}


def test_what_the_lines_do_not_explain_is_nobodys() -> None:
    partly = offer(2000, beers())

    assert due(partly, {0: {ANN: 3}}) == {ANN: 1500, NOBODY: 500}
    assert not partly.is_claimed({0: {ANN: 3}})


def test_a_shared_line_is_everyones_who_claims_it() -> None:
    pizza = offer(1200, beers(1200, None))

    assert due(pizza, {0: {ANN: 1}}) == {ANN: 1200}
    assert due(pizza, {0: {ANN: 1, BOB: 1}}) == {ANN: 600, BOB: 600}
    assert due(pizza, {0: {ANN: 2, BOB: 1}}) == {ANN: 800, BOB: 400}


def test_nobody_claims_what_others_have() -> None:
    drinks = offer(1500, beers())
    taken = drinks.claimed({}, ANN, {0: 2})

    with pytest.raises(OverClaimed, match="Of the 3 parts of “Beer”, 1 are left to claim"):
        drinks.claimed(taken, BOB, {0: 2})
    assert drinks.claimed(taken, BOB, {0: 1}) == {0: {ANN: 2, BOB: 1}}
    assert drinks.claimed(taken, ANN, {0: 3}) == {0: {ANN: 3}}


def test_a_claim_is_set_and_taken_back() -> None:
    drinks = offer(1500, beers())
    taken = drinks.claimed({}, ANN, {0: 2})

    assert drinks.claimed(taken, ANN, {0: 2}) == taken
    assert drinks.claimed(taken, ANN, {0: 0}) == {0: {}}


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [({1: 1}, NoSuchLine), ({-1: 1}, NoSuchLine), ({0: -1}, PartsOutOfRange)],
)
def test_a_claim_is_of_a_line_that_is_there(
    parts: dict[int, int], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        offer(1500, beers()).claimed({}, ANN, parts)


def test_a_claim_has_at_most_a_thousand_shares() -> None:
    with pytest.raises(PartsOutOfRange):
        offer(1500, beers(1500, None)).claimed({}, ANN, {0: 1001})


def test_there_are_no_more_claims_than_a_split_can_hold() -> None:
    crowd = [new_id() for _ in range(11)]
    long = offer(200, *[beers(1, None)] * 200)
    claims: Claims = {place: dict.fromkeys(crowd[:10], 1) for place in range(200)}

    with pytest.raises(TooManyLines):
        long.claimed(claims, crowd[10], {0: 1})


def test_what_is_left_of_a_line_goes_to_the_remainder() -> None:
    drinks, claims = offer(1500, beers()), {0: {ANN: 2}}

    (line,) = closed(drinks, claims).lines
    assert line.split == Shares({ANN: 700, BOB: 100, CAT: 100})
    (line,) = closed(drinks, claims, remainder=Percent({BOB: 2500, CAT: 7500})).lines
    assert line.split == Shares({ANN: 800, BOB: 100, CAT: 300})


def test_what_is_left_goes_by_incomes_in_cents() -> None:
    incomes, claims = {ANN: 4812345, BOB: 5187646}, {0: {ANN: 1}}

    (line,) = closed(offer(1500, beers()), claims, remainder=Shares(incomes)).lines

    whole = sum(incomes.values())
    assert line.split == Shares({ANN: whole + 2 * incomes[ANN], BOB: 2 * incomes[BOB]})


def test_shares_of_a_remainder_that_parts_make_too_large_are_refused_by_name() -> None:
    finest = Shares({ANN: split.HEAVIEST, BOB: split.HEAVIEST - 1})

    assert closed(offer(1500, beers()), {0: {ANN: 3}}, remainder=finest).remainder is None
    with pytest.raises(RemainderTooFine):
        closed(offer(1500, beers()), {0: {ANN: 1}}, remainder=finest)


def test_a_line_that_nobody_claims_is_the_remainders() -> None:
    spec = closed(offer(1500, beers()), {})

    assert spec.lines[0].split is None
    assert spec.remainder == Equal(tuple(PEOPLE))


def test_closing_may_insist_that_all_is_claimed() -> None:
    with pytest.raises(Unclaimed, match=r"10\.00 EUR are nobody's yet"):
        closed(offer(1500, beers()), {0: {ANN: 1}}, only_if_claimed=True)


def test_tax_within_the_prices_is_not_added() -> None:
    assert as_read(reading(1000, item(1000), tax=160)).adjustments == ()
    on_top = as_read(reading(1100, item(1000), tax=160, tip=100)).adjustments
    assert [(each.kind, each.amount_minor) for each in on_top] == [(AdjustmentKind.TIP, 100)]


def test_a_discount_on_all_and_those_on_lines_are_one() -> None:
    read = replace(reading(900, item(1000), item(-50), tax=150), discount=field(200))

    adjustments = as_read(read).checked().adjustments

    assert [(each.kind, each.amount_minor) for each in adjustments] == [
        (AdjustmentKind.DISCOUNT, -250),
        (AdjustmentKind.TAX, 150),
    ]


def test_a_discount_that_the_lines_have_in_them_is_not_taken_off_twice() -> None:
    read = replace(reading(950, item(1000), item(-50)), discount=field(50))

    assert [each.amount_minor for each in as_read(read).adjustments] == [-50]


def test_what_was_bought_several_times_has_that_many_parts() -> None:
    read = as_read(reading(1500, item(900, quantity=3), item(500, quantity=1), item(100)))

    assert [line.parts for line in read.lines] == [3, None, None]


def test_a_refund_is_claimed_like_a_charge() -> None:
    back = as_read(reading(-900, item(-1000), item(100))).checked()

    assert [(each.kind, each.amount_minor) for each in back.adjustments] == [
        (AdjustmentKind.DISCOUNT, 100)
    ]
    assert due(back, {0: {ANN: 1, BOB: 1}}) == {ANN: -450, BOB: -450}


@pytest.mark.parametrize(
    "read", [None, Reading(), Reading(total=field(1), currency=field("EUR")), reading(0, item(0))]
)
def test_without_lines_there_is_nothing_to_claim(read: Reading | None) -> None:
    with pytest.raises(NothingToClaim):
        as_read(read).checked()


def test_lines_do_not_come_to_more_than_the_total() -> None:
    with pytest.raises(ItemsExceedAmount):
        offer(1000, beers())


@pytest.mark.parametrize("parts", [0, -1, 1001])
def test_a_line_has_one_to_a_thousand_parts(parts: int) -> None:
    with pytest.raises(PartsOutOfRange):
        offer(1500, beers(parts=parts))


def test_an_offer_is_stored_and_restored() -> None:
    tax = HeaderAdjustment(AdjustmentKind.TAX, 300, Proportional())
    bottle = Claimable(Line("Wine", 900, Decimal("0.75"), 1200, "alcohol"), None)
    whole = offer(2700, beers(), bottle, adjustments=(tax,))

    columns = claiming.stored(whole)

    total = Money(columns["amount_minor"], columns["currency"])
    assert claiming.restored(total, columns["lines"], columns["adjustments"]) == whole


def test_members_claim_for_themselves_and_for_who_cannot() -> None:
    claiming.require_may_claim_for(Role.MEMBER, is_placeholder=True)
    claiming.require_may_claim_for(Role.VIEWER, is_placeholder=False)
    with pytest.raises(NotYoursToClaim):
        claiming.require_may_claim_for(Role.MEMBER, is_placeholder=False)


def test_who_opened_it_and_admins_end_it() -> None:
    claiming.require_may_end(Role.MEMBER, opener=True)
    claiming.require_may_end(Role.ADMIN, opener=False)
    with pytest.raises(RoleTooLow):
        claiming.require_may_end(Role.MEMBER, opener=False)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """With lines of few and of shared parts, extras of either sign, and a rest that nothing explains."""
    sizes = st.tuples(st.integers(1, 10**6), st.none() | st.integers(1, 12))
    lines = [beers(minor, parts) for minor, parts in draw(st.lists(sizes, min_size=1, max_size=8))]
    goods = sum(each.line.amount_minor for each in lines)
    extras = draw(st.lists(st.integers(-(goods // 4), 10**5), max_size=3))
    adjustments = tuple(
        HeaderAdjustment(AdjustmentKind.FEE, minor, Proportional()) for minor in extras
    )
    rest = draw(st.integers(0, 1000))
    return offer(goods + sum(extras) + rest, *lines, adjustments=adjustments)


@given(
    offers(),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 7), st.integers(0, 12))),
    st.sampled_from(
        [
            None,
            Equal((ANN, BOB)),
            Percent({ANN: 3333, CAT: 6667}),
            Shares({CAT: 150}),
            Shares({ANN: 4812345, BOB: 5187646}),
        ]
    ),
)
def test_whatever_is_claimed_the_parts_come_to_the_total(
    of: Offer, wishes: list[tuple[UUID, int, int]], remainder: split.Proportions | None
) -> None:
    claims: Claims = {}
    for who, place, parts in wishes:
        try:
            claims = of.claimed(claims, who, {place: parts})
        except (OverClaimed, NoSuchLine):
            continue

    spec = closed(of, claims, remainder=remainder)

    assert sum(due(of, claims).values()) == of.total.minor
    shares = split.divide(of.total, spec, new_id()).parts
    assert sum(share.minor for share in shares.values()) == of.total.minor
    assert NOBODY not in shares


@given(offers(), st.permutations([(who, place) for who in PEOPLE for place in range(3)]))
def test_claims_come_to_the_same_in_any_order(of: Offer, order: list[tuple[UUID, int]]) -> None:
    def claimed(wishes: list[tuple[UUID, int]]) -> dict[int, dict[UUID, int]]:
        claims: Claims = {}
        for who, place in wishes:
            if place < len(of.lines) and of.lines[place].parts is None:
                claims = of.claimed(claims, who, {place: 1})
        return {place: dict(parts) for place, parts in claims.items()}

    assert claimed(order) == claimed(sorted(order))
