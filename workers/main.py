"""All actors, for `dramatiq workers.main:broker`."""

from workers import budgets, notifications, receipts
from workers.runtime import broker

__all__ = ["broker", "budgets", "notifications", "receipts"]
