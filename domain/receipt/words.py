"""Words made comparable, whatever their case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})")  # readers drop spaces: "TotalSales"
LOOKALIKES = str.maketrans("OoIl|SB", "0011158")
"""The digits that readers take for letters."""

_LAST_OF_ALPHABETS = "\u2e7f"  # from here on Unicode has the scripts of China and Japan


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, no accents, nothing but letters, words with single spaces between them."""
    folded = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text).casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalpha() else " " for char in bare).split())


def letters_in(text: str) -> int:
    """How many letters there are; an ideograph says as much as two."""
    return sum(1 + (char > _LAST_OF_ALPHABETS) for char in text if char.isalpha())


def phrases_in(table: str) -> Iterator[str]:
    """The phrases of a table, which separates them by bars and line ends."""
    return (phrase.strip() for line in table.strip().splitlines() for phrase in line.split("|"))


def words_pattern(table: str) -> re.Pattern[str]:
    """A pattern for any of the table's phrases in text made `plain`."""
    bounded = (rf"\b{phrase}\b" if phrase.isascii() else phrase for phrase in phrases_in(table))
    return re.compile("|".join(bounded))
