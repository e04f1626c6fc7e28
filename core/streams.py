"""How many streams each user has open, at this process: one of several counts only its own."""

from collections import Counter
from uuid import UUID


class Streams:
    def __init__(self, *, most: int) -> None:
        self.most = most
        self._open: Counter[UUID] = Counter()

    def open(self, user: UUID) -> bool:
        """Whether the user may have one more, which is then to be closed."""
        if self._open[user] >= self.most:
            return False
        self._open[user] += 1
        return True

    def close(self, user: UUID) -> None:
        self._open[user] -= 1
        if not self._open[user]:
            del self._open[user]
