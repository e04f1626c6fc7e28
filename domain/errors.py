"""Expected failures. A refusal is an answer to the user, never a bug.

Four families, as clients see them: `Invalid`, `NotFound`, `Forbidden` and `Conflict`. A refusal with a
name of its own subclasses one of them where it is discovered and sets `code`.
"""

from typing import ClassVar
from uuid import UUID


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    code: ClassVar[str]

    @property
    def extensions(self) -> dict[str, str]:
        """What a GraphQL error carries when the refusal meets a field without a result union."""
        return {"code": self.code}


class Invalid(Refusal):
    """The input can never be accepted as it is. `path` names the offending input field."""

    code = "INVALID"

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class NotFound(Refusal):
    """Not there, or not the caller's to see: the two look the same."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """Visible to the caller, but not theirs to do."""

    code = "FORBIDDEN"


class Conflict(Refusal):
    """Right in itself, but at odds with what is stored. `entity` names the row to look at, if any."""

    code = "CONFLICT"

    def __init__(self, message: str, *, entity: tuple[str, UUID] | None = None) -> None:
        super().__init__(message)
        self.entity = entity
