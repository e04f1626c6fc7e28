"""What a mail about one or many notifications says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_HOW_TO_STOP = "You choose in Outgo what you are told of, and where."


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def letter(sentences: Sequence[str]) -> Letter:
    """One line each, in the order in which it happened. A single one is the subject itself."""
    assert sentences
    subject = sentences[0] if len(sentences) == 1 else f"{len(sentences)} news from Outgo"
    lines = "\n".join(f"- {sentence}" for sentence in sentences)
    return Letter(subject, f"{lines}\n\n{_HOW_TO_STOP}\n")
