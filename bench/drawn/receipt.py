"""A receipt drawn and photographed."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from PIL import Image

from bench.drawn.bill import Bill, bill
from bench.drawn.camera import Photo, Shot, photograph, shot
from bench.drawn.countries import COUNTRIES
from bench.drawn.country import TaxPrint
from bench.drawn.foot import foot
from bench.drawn.goods import goods
from bench.drawn.head import head, particulars
from bench.drawn.paper import printed
from bench.drawn.rows import Gap, Printed
from bench.drawn.sums import sums
from bench.drawn.till import Till, till
from bench.drawn.truth import Item, Truth

_DAY_AT_THE_FOOT = 0.3
_SCAN = Shot(table=0.0, jpeg_quality=90)


@dataclass(frozen=True)
class Drawn:
    """What stands on a receipt; it is printed when its `paper` or its `photo` is first looked at."""

    name: str
    language: str
    truth: Truth
    rows: Sequence[Printed]
    till: Till
    shot: Shot

    @cached_property
    def paper(self) -> Image.Image:
        """Flat and whole."""
        return printed(self.rows, self.till)

    @cached_property
    def photo(self) -> Photo:
        return photograph(self.paper, self.shot, Random(self.name))


def languages() -> list[str]:
    return sorted({country.language.code for country in COUNTRIES})


def draw(seed: int, *, spoken: Collection[str] = (), photographed: bool = True) -> Drawn:
    """The receipt of this seed, in one of the languages spoken or any; flat and clean if not photographed."""
    dice = Random(seed)
    language = dice.choice(sorted(spoken) or languages())
    country = dice.choice([country for country in COUNTRIES if country.language.code == language])
    sold, habits = bill(country, dice), till(country, dice)
    rows, items = _laid_out(sold, habits)
    return Drawn(
        name=f"drawn {seed} {country.code}",
        language=language,
        truth=_truth(sold, habits, items),
        rows=rows,
        till=habits,
        shot=shot(dice) if photographed else _SCAN,
    )


def edition() -> str:
    """Changes when anything does that receipts are drawn with."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _laid_out(sold: Bill, habits: Till) -> tuple[list[Printed], list[Item]]:
    rows, items = list(head(sold, habits)), list[Item]()
    at_the_foot = habits.dice.random() < _DAY_AT_THE_FOOT
    if not at_the_foot:
        rows += particulars(sold, habits)
    rows.append(habits.line() if habits.dice.random() < 0.8 else Gap())
    for lines, told in goods(sold, habits):
        rows += lines
        items += told
    rows += [*sums(sold, habits), Gap()]
    if at_the_foot:
        rows += particulars(sold, habits)
    return [*rows, *foot(sold, habits)], items


def _truth(sold: Bill, habits: Till, items: list[Item]) -> Truth:
    says_tax = sold.country.tax_on_top or sold.tax_print is not TaxPrint.NONE
    return Truth(
        merchant=habits.cased(sold.merchant),
        company=sold.company,
        day=sold.moment.date(),
        currency=sold.country.currency,
        total_minor=sold.paid_minor,
        tax_minor=sold.tax_minor if says_tax else None,
        tip_minor=sold.tip_minor or None,
        discount_minor=sold.discount_minor or None,
        items=tuple(items),
    )
