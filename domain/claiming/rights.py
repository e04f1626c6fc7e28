"""Who may claim for whom, and who may end a claiming."""

from domain import role
from domain.errors import Forbidden
from domain.role import Role


class NotYoursToClaim(Forbidden):
    code = "NOT_YOURS_TO_CLAIM"


def require_may_claim_for(theirs: Role, *, is_placeholder: bool) -> None:
    """Members claim for themselves, and for who cannot: placeholders, and those who only look on.

    Refuses: `NotYoursToClaim`.
    """
    if not is_placeholder and theirs.reaches(Role.MEMBER):
        raise NotYoursToClaim("They claim for themselves.")


def require_may_end(rights: Role, *, opener: bool) -> None:
    """Refuses: `RoleTooLow` to all but who opened it and admins."""
    role.require(rights, Role.MEMBER if opener else Role.ADMIN)
