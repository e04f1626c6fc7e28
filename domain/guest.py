"""Taking part in one group without an account. Pure."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain import text
from domain.errors import Conflict, Forbidden, Invalid

SHORTEST_SECRET = 32
LONGEST_SECRET = 200


class GuestsNotAllowed(Forbidden):
    code = "GUESTS_NOT_ALLOWED"


class NameOrClaim(Invalid):
    code = "NAME_OR_CLAIM"


class NotAGuest(Conflict):
    code = "NOT_A_GUEST"


class SecretOutOfRange(Invalid):
    code = "SECRET_OUT_OF_RANGE"


@dataclass(frozen=True, slots=True)
class NewGuest:
    """Somebody who joins by an invite's token, under a name or as the placeholder `claim`.

    `id` and `secret` are the client's. Ids of guests are seen by the group; the secret makes sure that only
    who joined can ask again.
    """

    id: UUID
    invite: str
    secret: str
    name: str | None = None
    claim: UUID | None = None

    def checked(self) -> "NewGuest":
        """Itself with a clean name. Refuses: `NameOrClaim`, `SecretOutOfRange`, and see `domain.text`."""
        if (self.name is None) is (self.claim is None):
            raise NameOrClaim("Say either a name or whom you claim to be.", path=("name",))
        if not SHORTEST_SECRET <= len(self.secret) <= LONGEST_SECRET:
            raise SecretOutOfRange(
                f"A secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters.", path=("secret",)
            )
        return replace(self, name=self.name and text.required(self.name, "name"))
