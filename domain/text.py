"""Text that people type, checked once on the way in."""

import re

from domain.errors import Invalid

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class TextTooLong(Invalid):
    code = "TEXT_TOO_LONG"


class TextMissing(Invalid):
    code = "TEXT_MISSING"


class TextUnreadable(Invalid):
    code = "TEXT_UNREADABLE"


def required(text: str, field: str, *, limit: int = 100) -> str:
    """The text without surrounding space; at least one and at most `limit` characters.

    Refuses: `TextMissing`, `TextTooLong`, `TextUnreadable` (null characters, halves of surrogate pairs).
    """
    checked = text.strip()
    if not checked:
        raise TextMissing(f"{field} cannot be empty.", path=(field,))
    if len(checked) > limit:
        raise TextTooLong(
            f"{field} has {len(checked)} of at most {limit} characters.", path=(field,)
        )
    if _UNSTORABLE.search(checked):
        raise TextUnreadable(f"{field} has characters that are not text.", path=(field,))
    return checked


def storable(text: str) -> str:
    """The same, with a replacement for each character that no database keeps."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def optional(text: str | None, field: str, *, limit: int = 1000) -> str | None:
    """Like `required`, but nothing (or only space) is fine and becomes None."""
    return required(text, field, limit=limit) if text and text.strip() else None
