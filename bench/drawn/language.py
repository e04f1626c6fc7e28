"""A language as receipts use it. Tables separate alternatives by bars and line ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from random import Random


class Trade(Enum):
    DINING = auto()
    GROCERY = auto()
    HOUSEHOLD = auto()
    PHARMACY = auto()


@dataclass(frozen=True)
class Language:
    """`shops` are patterns with `{name}` in them; `words` are what a till calls the things it prints."""

    code: str
    names: str
    shops: Mapping[Trade, str]
    goods: Mapping[Trade, str]
    words: Mapping[str, str]
    months: str
    streets: str

    def word(self, dice: Random, key: str) -> str:
        return dice.choice(listed(self.words[key]))

    def shop(self, dice: Random, trade: Trade) -> str:
        return dice.choice(listed(self.shops[trade])).format(name=dice.choice(listed(self.names)))

    def goods_of(self, dice: Random, trade: Trade, count: int) -> list[str]:
        return dice.sample(listed(self.goods[trade]), count)


def listed(table: str) -> list[str]:
    return [entry.strip() for line in table.strip().splitlines() for entry in line.split("|")]
