"""Why a receipt could not be read, as its owner is told."""

from enum import StrEnum


class Failure(StrEnum):
    IMAGE_GONE = "The image is not there any more. Upload it again."
    IMAGE_UNREADABLE = "The image cannot be opened. Take another photograph."
    NO_TEXT = "There is no text on the image. Take another photograph, or type it in."
    GIVEN_UP = (
        "Reading was tried several times and did not come to its end. Type it in, or try again."
    )
