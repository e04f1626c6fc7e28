"""All actors, for `dramatiq workers.main:broker`."""

from workers import budgets, learning, notifications, receipts, upkeep
from workers.runtime import broker

__all__ = ["broker", "budgets", "learning", "notifications", "receipts", "upkeep"]
