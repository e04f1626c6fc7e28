"""How a country writes money, days, taxes and addresses on its receipts."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from bench.drawn.language import Language


class TaxPrint(Enum):
    """Where a tax that the prices include is printed."""

    TABLE = auto()
    SENTENCES = auto()
    FISCAL = auto()  # Poland: sales and tax of each letter above the total
    ABOVE_TOTAL = auto()  # Turkey
    NONE = auto()


class ItemStyle(Enum):
    INLINE = auto()
    COUNT_BELOW = auto()
    COUNT_ABOVE = auto()
    PRICED_BELOW = auto()
    CODED = auto()
    COLUMNS_COUNT_FIRST = auto()
    COLUMNS_NAME_FIRST = auto()
    FISCAL = auto()
    NUMBERED = auto()


MOST_STYLES = (
    ItemStyle.INLINE,
    ItemStyle.COUNT_BELOW,
    ItemStyle.COUNT_ABOVE,
    ItemStyle.PRICED_BELOW,
    ItemStyle.CODED,
    ItemStyle.COLUMNS_COUNT_FIRST,
    ItemStyle.COLUMNS_NAME_FIRST,
)


@dataclass(frozen=True)
class Country:
    """`#` in a pattern stands for a digit.

    `signs` are the ways to write an amount beside its currency, `rates` the normal and the reduced rate in
    percent, `level` minor units for one cent's worth in euros, `step` what prices are rounded to and
    `cash_step` what cash is rounded to, both in minor units.
    """

    code: str
    language: Language
    currency: str
    mark: str
    group: str
    signs: tuple[str, ...]
    days: tuple[str, ...]
    cities: tuple[str, ...]
    ids: tuple[str, ...]
    phones: tuple[str, ...]
    forms: tuple[str, ...]
    tax_names: tuple[str, ...]
    rates: tuple[str, str]
    level: Decimal = Decimal(1)
    step: int = 5
    cash_step: int = 1
    tax_on_top: bool = False
    second_tax: tuple[str, str] | None = None
    tax_prints: tuple[TaxPrint, ...] = (TaxPrint.TABLE, TaxPrint.SENTENCES)
    styles: tuple[ItemStyle, ...] = (
        ItemStyle.INLINE,
        ItemStyle.COUNT_BELOW,
        ItemStyle.PRICED_BELOW,
        ItemStyle.COLUMNS_COUNT_FIRST,
        ItemStyle.COLUMNS_NAME_FIRST,
    )
    tips: float = 0.0
    service_percent: int = 0
    times: tuple[str, ...] = ("%H:%M", "%H:%M:%S")
