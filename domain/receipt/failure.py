"""Why a receipt could not be read, as its owner is told."""

from collections.abc import Mapping
from enum import StrEnum


class Failure(StrEnum):
    IMAGE_GONE = "IMAGE_GONE"
    IMAGE_UNREADABLE = "IMAGE_UNREADABLE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    ENCRYPTED_PDF = "ENCRYPTED_PDF"
    DECODER_TIMEOUT = "DECODER_TIMEOUT"
    DECODER_OUT_OF_MEMORY = "DECODER_OUT_OF_MEMORY"
    DECODER_CRASHED = "DECODER_CRASHED"
    NO_TEXT = "NO_TEXT"
    GIVEN_UP = "GIVEN_UP"

    @property
    def words(self) -> str:
        """In English, for people, with what they can do."""
        return _WORDS[self]

    @property
    def is_harmful(self) -> bool:
        """Whether the file did something to who read it, so that an operator should know."""
        return self in _HARMFUL


_HARMFUL = frozenset(
    {
        Failure.DECODER_TIMEOUT,
        Failure.DECODER_OUT_OF_MEMORY,
        Failure.DECODER_CRASHED,
        Failure.GIVEN_UP,
    }
)

_WORDS: Mapping[Failure, str] = {
    Failure.IMAGE_GONE: "The image is not there any more. Upload it again.",
    Failure.IMAGE_UNREADABLE: "The image cannot be opened. Take another photograph.",
    Failure.TOO_MANY_PIXELS: "The image is too large. Take a smaller photograph.",
    Failure.TOO_MANY_PAGES: "The document has too many pages. Upload the receipt's pages alone.",
    Failure.ENCRYPTED_PDF: "The document is locked with a password. Upload it without one.",
    Failure.DECODER_TIMEOUT: "Opening the file took too long. Take another photograph.",
    Failure.DECODER_OUT_OF_MEMORY: "Opening the file took too much memory. Take another photograph.",
    Failure.DECODER_CRASHED: "The file broke the program that opens it. Take another photograph.",
    Failure.NO_TEXT: "There is no text on the image. Take another photograph, or type it in.",
    Failure.GIVEN_UP: (
        "Reading was tried several times and did not come to its end. Type it in, or try again."
    ),
}
