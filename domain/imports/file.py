"""From the bytes of a file to what it contains, whichever program wrote it. Pure."""

from collections.abc import Mapping
from typing import Any, cast

import orjson

from domain.imports import outgo, spliit, splitwise
from domain.imports.contents import (
    MOST_BYTES,
    Contents,
    FileTooLarge,
    FileUnreadable,
    FormatUnknown,
)
from domain.ledger_export import MARK


def read(data: bytes, currency: str | None) -> Contents:
    """What is in the file; `currency` is what it is in, where it does not say so itself.

    Refuses: `FileTooLarge`, `FileUnreadable`, `FormatUnknown`, `CurrencyMissing`.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge(f"A file has at most {MOST_BYTES} bytes.", path=("file",))
    text = _text(data)
    if not text.startswith(("{", "[")):
        return splitwise.read(text)
    file = _json(text)
    if MARK in file:
        return outgo.read(file)
    if "participants" in file and "expenses" in file:
        return spliit.read(file, currency)
    raise FormatUnknown("This is no export of Outgo, Splitwise or Spliit.", path=("file",))


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError as error:
        raise FileUnreadable("The file is not in UTF-8.", path=("file",)) from error
    if "\0" in text:
        raise FileUnreadable("The file is no text.", path=("file",))
    return text


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FileUnreadable("The file is no JSON, or is cut off.", path=("file",)) from error
    if not isinstance(found, dict):
        raise FormatUnknown("This is no export of Outgo, Splitwise or Spliit.", path=("file",))
    return cast("Mapping[str, Any]", found)
