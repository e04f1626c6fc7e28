"""The numbers printed on a receipt: times, amounts and what tills count, together as good as a fingerprint.

Two photographs of a bill have nearly all in common, however askew and dark they are; two bills of one shop
have its own numbers in common, and a few prices.
"""

import re
import zlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from domain.receipt.line import Line
from domain.receipt.words import LOOKALIKES

_RUN = re.compile(r"(?=[^\d\s]*\d)[\dOoIl|SB][\dOoIl|SB.,:/-]*")
_FEWEST_DIGITS, _MOST_DIGITS = 3, 16
FEWEST = 6
"""Numbers in common, of which less may be chance."""

_SHARE = (7, 10)  # of the numbers on either, in common
_BITS_31 = 0x7FFF_FFFF


def numbers_on(lines: Iterable[Line]) -> list[int]:
    """A hash of 31 bits of each number of three digits or more, ascending, whatever marks part its digits."""
    runs = (run[0] for line in lines for run in _RUN.finditer(line.text))
    digits = {re.sub(r"\D", "", run.translate(LOOKALIKES)) for run in runs}
    return sorted(
        {
            zlib.crc32(number.encode()) & _BITS_31
            for number in digits
            if _FEWEST_DIGITS <= len(number) <= _MOST_DIGITS
        }
    )


def same_numbers(one: AbstractSet[int], other: AbstractSet[int]) -> bool:
    """Whether these are the numbers of one bill, read twice."""
    shared, all_in_all = len(one & other), len(one | other)
    return shared >= FEWEST and shared * _SHARE[1] >= all_in_all * _SHARE[0]
