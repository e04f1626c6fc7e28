"""All actors, for `dramatiq workers.main:broker`."""

from workers import budgets, dead_letters, learning, notifications, receipts, upkeep
from workers.runtime import broker

__all__ = ["broker", "budgets", "dead_letters", "learning", "notifications", "receipts", "upkeep"]
