"""What was bought and what it costs: every sum on the receipt, before anything is laid out."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from bench.drawn.country import Country, TaxPrint
from bench.drawn.language import Trade, listed

_CHEAPEST_AND_DEAREST = {
    Trade.DINING: (150, 2400),
    Trade.GROCERY: (45, 900),
    Trade.HOUSEHOLD: (150, 4500),
    Trade.PHARMACY: (200, 2200),
}
_FEWEST_AND_MOST = {
    Trade.DINING: (1, 8),
    Trade.GROCERY: (2, 18),
    Trade.HOUSEHOLD: (1, 7),
    Trade.PHARMACY: (1, 5),
}
_FIRST_MOMENT = datetime(2019, 1, 3)  # noqa: DTZ001 - a till prints no zone
_DAYS_OF_HISTORY = 2850
_OPENING_HOURS = (8, 22)
_LONG_ENOUGH_FOR_A_LEGAL_FORM = 0.35
_OWNED_BY_ANOTHER_NAME = 0.2


@dataclass(frozen=True, slots=True)
class Sale:
    """One line of goods; `weighed` quantities are kilograms. `reduced`: taxed at the country's lower rate."""

    description: str
    quantity: Decimal
    unit_price_minor: int
    amount_minor: int
    reduced: bool
    weighed: bool = False
    rebate_minor: int = 0


@dataclass(frozen=True, slots=True)
class Tax:
    name: str
    percent: str
    letter: str
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Bill:
    """`total_minor` is due before the tip, `paid_minor` with it. `cash_minor` is what was handed over."""

    country: Country
    trade: Trade
    merchant: str
    company: str | None
    moment: datetime
    sales: tuple[Sale, ...]
    discount_minor: int
    service_minor: int
    taxes: tuple[Tax, ...]
    tax_print: TaxPrint
    rounding_minor: int
    tip_minor: int
    cash_minor: int | None

    @property
    def subtotal_minor(self) -> int:
        return sum(sale.amount_minor - sale.rebate_minor for sale in self.sales)

    @property
    def tax_minor(self) -> int:
        return sum(tax.tax_minor for tax in self.taxes)

    @property
    def total_minor(self) -> int:
        on_top = self.tax_minor if self.country.tax_on_top else 0
        goods = self.subtotal_minor - self.discount_minor + self.service_minor
        return goods + on_top + self.rounding_minor

    @property
    def paid_minor(self) -> int:
        return self.total_minor + self.tip_minor


def bill(country: Country, dice: Random) -> Bill:
    """Something plausible to have bought in this country."""
    trade = dice.choices(list(Trade), (4, 4, 2, 1))[0]
    merchant, company = _names(country, trade, dice)
    sales = tuple(_sales(country, trade, dice))
    subtotal = sum(sale.amount_minor - sale.rebate_minor for sale in sales)
    discount = _rounded(subtotal * dice.choice((5, 10, 15)) // 100, country) * (
        dice.random() < 0.15
    )
    served = trade is Trade.DINING and dice.random() < 0.5
    service = (subtotal - discount) * country.service_percent // 100 * served
    draft = Bill(
        country=country,
        trade=trade,
        merchant=merchant,
        company=company,
        moment=_moment(dice),
        sales=sales,
        discount_minor=discount,
        service_minor=service,
        taxes=(),
        tax_print=dice.choice(country.tax_prints),
        rounding_minor=0,
        tip_minor=0,
        cash_minor=None,
    )
    return _paid(replace(draft, taxes=tuple(_taxes(draft))), dice)


def _names(country: Country, trade: Trade, dice: Random) -> tuple[str, str | None]:
    """The name at the head, and the company behind it where the receipt names one of its own."""
    language = country.language
    shop, chance = language.shop(dice, trade), dice.random()
    form, owner = dice.choice(country.forms), dice.choice(listed(language.names))
    before = form in ("株式会社", "有限会社")
    if chance < _OWNED_BY_ANOTHER_NAME:
        return shop, f"{form}{owner}" if before else f"{owner} {form}"
    if chance < _LONG_ENOUGH_FOR_A_LEGAL_FORM:
        return (f"{form} {shop}" if before else f"{shop} {form}"), None
    return shop, None


def _sales(country: Country, trade: Trade, dice: Random) -> Iterator[Sale]:
    fewest, most = _FEWEST_AND_MOST[trade]
    count = min(dice.randint(fewest, most), dice.randint(fewest, most) + 2)
    for description in country.language.goods_of(dice, trade, count):
        price = _price(country, trade, dice)
        weighed = (
            trade is Trade.GROCERY
            and not any(map(str.isdigit, description))
            and dice.random() < 0.15
        )
        quantity = (
            Decimal(dice.randint(120, 1900)).scaleb(-3)
            if weighed
            else Decimal(dice.choice((1, 1, 1, 1, 2, 2, 3, 4, 6)))
        )
        amount = int((quantity * price).quantize(Decimal(1), ROUND_HALF_UP))
        rebate = _rounded(amount * dice.choice((10, 20, 25)) // 100, country)
        reduced = trade is not Trade.HOUSEHOLD and dice.random() < 0.7
        saves = trade is not Trade.DINING and dice.random() < 0.06
        yield Sale(description, quantity, price, max(1, amount), reduced, weighed, rebate * saves)


def _price(country: Country, trade: Trade, dice: Random) -> int:
    low, high = _CHEAPEST_AND_DEAREST[trade]
    worth = low * (high / low) ** dice.random()  # cheap things are bought more often
    return max(country.step, _rounded(int(Decimal(worth) * country.level), country))


def _rounded(minor: int, country: Country) -> int:
    return minor // country.step * country.step


def _moment(dice: Random) -> datetime:
    opening, closing = _OPENING_HOURS
    day = _FIRST_MOMENT + timedelta(days=dice.randrange(_DAYS_OF_HISTORY))
    return day + timedelta(
        hours=dice.randrange(opening, closing),
        minutes=dice.randrange(60),
        seconds=dice.randrange(60),
    )


def _taxes(draft: Bill) -> Iterator[Tax]:
    """One for each rate that occurs. The discount lowers and the service raises the larger group."""
    country, groups = draft.country, defaultdict[bool, int](int)
    single = country.rates[0] == country.rates[1]
    for sale in draft.sales:
        groups[sale.reduced and not single] += sale.amount_minor - sale.rebate_minor
    groups[max(groups, key=groups.__getitem__)] += draft.service_minor - draft.discount_minor
    name = country.tax_names[draft.moment.second % len(country.tax_names)]
    for reduced in sorted(groups):
        percent = country.rates[reduced]
        yield _tax(name, percent, "AB"[reduced], groups[reduced], on_top=country.tax_on_top)
        if country.second_tax:
            second, rate = country.second_tax
            yield _tax(second, rate, "B", groups[reduced], on_top=True)


def _tax(name: str, percent: str, letter: str, minor: int, *, on_top: bool) -> Tax:
    rate = Decimal(percent.replace(",", ".")) / 100
    net = Decimal(minor) if on_top else minor / (1 + rate)
    tax = int((net * rate).quantize(Decimal(1), ROUND_HALF_UP))
    return Tax(name, percent, letter, minor if on_top else minor - tax, tax)


def _paid(due: Bill, dice: Random) -> Bill:
    """With a tip by card, or cash handed over and rounded as the country does."""
    country = due.country
    if due.trade is Trade.DINING and not due.service_minor and dice.random() < country.tips:
        tip = max(
            country.step, _rounded(due.total_minor * dice.choice((10, 15, 18, 20)) // 100, country)
        )
        return replace(due, tip_minor=tip)
    if dice.random() < 0.55:  # by card
        return due
    steps = (2 * due.total_minor + country.cash_step) // (2 * country.cash_step)
    rounded = replace(due, rounding_minor=steps * country.cash_step - due.total_minor)
    return replace(rounded, cash_minor=_handed_over(rounded.total_minor, country, dice))


def _handed_over(total: int, country: Country, dice: Random) -> int:
    """Exact, or the next round note."""
    if dice.random() < 0.15:
        return total
    note = int(500 * country.level)
    digits = 10 ** (len(str(note)) - 1)
    note = max(1, note // digits) * digits * dice.choice((1, 2, 4))
    return -(-total // note) * note
