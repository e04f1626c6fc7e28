"""Importing `models` registers every table: Alembic and the tests rely on it."""

from models import (
    account,
    budget,
    category,
    comment,
    conversion,
    default_split,
    event,
    expense,
    file_import,
    ledger,
    notification,
    receipt,
    subgroup,
)

__all__ = [
    "account",
    "budget",
    "category",
    "comment",
    "conversion",
    "default_split",
    "event",
    "expense",
    "file_import",
    "ledger",
    "notification",
    "receipt",
    "subgroup",
]
