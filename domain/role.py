"""What a member may do in a group, and to whom. Pure.

| | OWNER | ADMIN | MEMBER | VIEWER |
|---|---|---|---|---|
| look on, leave, comment, have a say in what they are part of | yes | yes | yes | yes |
| write expenses, settlements and whatever else is the group's | yes | yes | yes | no |
| invite | up to ADMIN | up to ADMIN | up to MEMBER | no |
| set roles, remove, reactivate | anyone's | up to ADMIN | no | no |
| archive, choose who may edit what | yes | yes | no | no |

Guests hold no office: they are MEMBER or VIEWER. Nobody gives, takes or overrules a role above their own.
"""

from enum import StrEnum

from domain.errors import Conflict, Forbidden, Invalid


class RoleTooLow(Forbidden):
    code = "ROLE_TOO_LOW"


class LastOwner(Conflict):
    code = "LAST_OWNER"


class NoOfficeForGuests(Invalid):
    code = "NO_OFFICE_FOR_GUESTS"


class NoOwnerByLink(Invalid):
    code = "NO_OWNER_BY_LINK"


class Role(StrEnum):
    OWNER = "OWNER"
    ADMIN = "ADMIN"
    MEMBER = "MEMBER"
    VIEWER = "VIEWER"

    def reaches(self, other: "Role") -> bool:
        """Whether it may do all that the other may."""
        return _RANK[self] >= _RANK[other]


_RANK = {role: rank for rank, role in enumerate((Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER))}


def require(mine: Role, at_least: Role) -> None:
    """Refuses: `RoleTooLow`."""
    if not mine.reaches(at_least):
        raise RoleTooLow(f"This takes the role {at_least}; yours is {mine}.")


def require_over(mine: Role, theirs: Role) -> None:
    """That someone may decide about a member. Refuses: `RoleTooLow`."""
    require(mine, Role.ADMIN)
    require(mine, theirs)


def require_may_set(mine: Role, theirs: Role, wanted: Role) -> None:
    """That someone may turn one role into another, their own included. Refuses: `RoleTooLow`."""
    require_over(mine, theirs)
    require(mine, wanted)


def require_may_invite(mine: Role, wanted: Role) -> None:
    """That someone may make a link to a role. Links get passed on, so none leads to owning.

    Refuses: `NoOwnerByLink`, `RoleTooLow`.
    """
    if wanted is Role.OWNER:
        raise NoOwnerByLink("A link makes nobody an owner.", path=("role",))
    require(mine, Role.MEMBER)
    require(mine, wanted)


def without_office(role: Role) -> Role:
    """What remains of a role for whoever is deactivated, or a guest: at most MEMBER."""
    return Role.MEMBER if role.reaches(Role.MEMBER) else role


def require_no_office(wanted: Role) -> None:
    """Refuses: `NoOfficeForGuests`."""
    if without_office(wanted) is not wanted:
        raise NoOfficeForGuests("It takes an account to run a group.", path=("role",))
