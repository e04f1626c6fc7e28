"""What a reader made of a currency's sign that it does not know: the same letters before many amounts."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.receipt.amounts import is_currency
from domain.receipt.rows import Row

_MARKED = re.compile(
    r"(?P<minus>[-−]?)\s?(?P<mark>(?![xX])[^\W\d_]{1,2}[.$]?)\s?(?P<amount>[-−]?\d[\d.,’' ]*(?:\s?[A-Z*])?)"
)
_ENOUGH = 3


def without_marks(rows: Sequence[Row]) -> list[Row]:
    """The rows without letters that stand before an amount in three places or more."""
    found = [_MARKED.fullmatch(cell.text) for row in rows for cell in row.cells]
    counted = Counter(match["mark"] for match in found if match)
    marks = {mark for mark in counted if counted[mark] >= _ENOUGH and not is_currency(mark)}
    return (
        [row.with_texts(lambda text: _bare(text, marks)) for row in rows] if marks else list(rows)
    )


def _bare(text: str, marks: set[str]) -> str:
    match = _MARKED.fullmatch(text)
    return match["minus"] + match["amount"] if match and match["mark"] in marks else text
