"""What members write about an expense, a settlement or a conversion. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import text
from domain.errors import Forbidden, Invalid

EDIT_WINDOW = timedelta(minutes=15)
"""How long its author may put a comment in other words. Deleting it has no limit."""

MOST_MENTIONS = 50


class TooManyMentions(Invalid):
    code = "TOO_MANY_MENTIONS"


class EditWindowClosed(Forbidden):
    code = "EDIT_WINDOW_CLOSED"


class Topic(StrEnum):
    """What can be commented on, by the name of its type in the API."""

    EXPENSE = "Expense"
    SETTLEMENT = "Settlement"
    CONVERSION = "Conversion"


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the members whom it speaks to, by member id."""

    text: str
    mentions: Collection[UUID] = ()

    def checked(self) -> "Words":
        """Itself, clean and without doubles. Refuses: `TooManyMentions`, and see `domain.text`."""
        mentions = sorted(set(self.mentions))
        if len(mentions) > MOST_MENTIONS:
            raise TooManyMentions(
                f"A comment mentions at most {MOST_MENTIONS} members.", path=("mentions",)
            )
        return Words(text.required(self.text, "text", limit=2000), mentions)


@dataclass(frozen=True, slots=True)
class NewComment:
    """`id` is the client's, so that asking twice adds it once."""

    id: UUID
    topic: Topic
    topic_id: UUID
    words: Words

    def checked(self) -> "NewComment":
        """Refuses: see `Words.checked`."""
        return replace(self, words=self.words.checked())


def editable_until(written_at: datetime) -> datetime:
    return written_at + EDIT_WINDOW


def require_editable(written_at: datetime, now: datetime) -> None:
    """Refuses: `EditWindowClosed`."""
    if now >= editable_until(written_at):
        minutes = EDIT_WINDOW // timedelta(minutes=1)
        raise EditWindowClosed(f"A comment can be edited for {minutes} minutes.")
