"""The habits of one till: how it writes amounts, days and names, the same all over its receipt."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from bench.drawn.country import Country, ItemStyle
from bench.drawn.language import listed
from bench.drawn.rows import Rule, width
from domain.currency import exponent
from domain.money import Money

_COLUMNS = (32, 40, 42, 48)
_RULES = ("-", "=", "", "*", "_", "- ", ".")
_FACTORS = (" x ", "x", " X ", " * ", " x")


@dataclass(frozen=True)
class Till:
    """`sign` is put around sums and `item_sign` around the amounts of goods."""

    country: Country
    dice: Random
    columns: int
    capitals: bool
    sign: str
    item_sign: str
    prints_letters: bool
    wraps: bool
    style: ItemStyle
    rule: str
    times: str
    factor: str

    def sum(self, minor: int) -> str:
        return self._signed(self.sign, minor)

    def amount(self, minor: int) -> str:
        return self._signed(self.item_sign, minor)

    def plain(self, minor: int) -> str:
        country = self.country
        digits = f"{abs(Money(minor, country.currency).decimal):,.{exponent(country.currency)}f}"
        written = digits.translate({ord(","): country.group, ord("."): country.mark})
        return f"-{written}" if minor < 0 else written

    def percent(self, rate: str) -> str:
        space = " " if self.country.code in ("FR", "CH") and self.columns > _COLUMNS[0] else ""
        return f"{rate.replace('.', self.country.mark)}{space}%"

    def day(self, moment: datetime) -> str:
        pattern = self.dice.choice(self.country.days)
        month = listed(self.country.language.months)[moment.month - 1]
        return moment.strftime(pattern.replace("%b", month))

    def time(self, moment: datetime) -> str:
        return moment.strftime(self.times)

    def word(self, key: str, **values: object) -> str:
        said = self.country.language.word(self.dice, key)
        return said.format(
            **{"number": number(self.dice), "few": self.dice.randint(1, 9), **values}
        )

    def digits(self, pattern: str) -> str:
        return "".join(str(self.dice.randrange(10)) if char == "#" else char for char in pattern)

    def cased(self, name: str) -> str:
        if not self.capitals:
            return name
        return (name.replace("i", "İ") if self.country.code == "TR" else name).upper()

    def fits(self, text: str, share: float) -> bool:
        return width(text) <= int(share * self.columns)

    def cut(self, text: str, share: float) -> str:
        while not self.fits(text, share):
            text = text[:-1]
        return text.strip()

    def line(self) -> Rule:
        return Rule(self.rule)

    def _signed(self, sign: str, minor: int) -> str:
        return ("-" if minor < 0 else "") + sign.format(self.plain(abs(minor)))


def till(country: Country, dice: Random) -> Till:
    sign = dice.choice((*country.signs, "{}"))
    return Till(
        country=country,
        dice=dice,
        columns=dice.choice(_COLUMNS),
        capitals=dice.random() < 0.4,
        sign=sign,
        item_sign=sign if dice.random() < 0.3 and country.code != "PL" else "{}",
        prints_letters=dice.random() < 0.4 and not country.tax_on_top,
        wraps=dice.random() < 0.6,
        style=dice.choice(country.styles),
        rule=dice.choice(_RULES),
        times=dice.choice(country.times),
        factor=dice.choice(_FACTORS),
    )


def number(dice: Random) -> str:
    """Of a receipt, a table or a point: digits that mean nothing for the sum."""
    return str(dice.randrange(10 ** dice.randint(1, 6))).zfill(dice.choice((1, 3, 4)))
