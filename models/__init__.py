"""Importing `models` registers every table: Alembic and the tests rely on it."""

from models import (
    account,
    budget,
    calibration,
    category,
    claim,
    comment,
    conversion,
    default_split,
    event,
    expense,
    file_import,
    ledger,
    notification,
    receipt,
    shop,
    subgroup,
)

__all__ = [
    "account",
    "budget",
    "calibration",
    "category",
    "claim",
    "comment",
    "conversion",
    "default_split",
    "event",
    "expense",
    "file_import",
    "ledger",
    "notification",
    "receipt",
    "shop",
    "subgroup",
]
