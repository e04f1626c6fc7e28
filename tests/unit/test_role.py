"""The whole table of who may do what to whom."""

from collections.abc import Callable
from itertools import product

import pytest

from domain import role
from domain.role import NoOwnerByLink, Role, RoleTooLow

OWNER, ADMIN, MEMBER, VIEWER = Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER
UP_TO_ADMIN = {ADMIN, MEMBER, VIEWER}

MAY_SET = {
    OWNER: set(product(Role, Role)),
    ADMIN: set(product(UP_TO_ADMIN, UP_TO_ADMIN)),
    MEMBER: set[tuple[Role, Role]](),
    VIEWER: set[tuple[Role, Role]](),
}
MAY_DECIDE_ABOUT = {OWNER: set(Role), ADMIN: UP_TO_ADMIN, MEMBER: set[Role](), VIEWER: set[Role]()}
MAY_INVITE = {
    OWNER: UP_TO_ADMIN,
    ADMIN: UP_TO_ADMIN,
    MEMBER: {MEMBER, VIEWER},
    VIEWER: set[Role](),
}

mine = pytest.mark.parametrize("mine", Role)


def _allowed(rule: Callable[..., None], *roles: Role) -> bool:
    try:
        rule(*roles)
    except (RoleTooLow, NoOwnerByLink):
        return False
    return True


@mine
def test_who_sets_which_role_to_which(mine: Role) -> None:
    allowed = {
        change for change in product(Role, Role) if _allowed(role.require_may_set, mine, *change)
    }

    assert allowed == MAY_SET[mine]


@mine
def test_who_decides_about_whom(mine: Role) -> None:
    assert {other for other in Role if _allowed(role.require_over, mine, other)} == (
        MAY_DECIDE_ABOUT[mine]
    )


@mine
def test_who_invites_as_what(mine: Role) -> None:
    assert {wanted for wanted in Role if _allowed(role.require_may_invite, mine, wanted)} == (
        MAY_INVITE[mine]
    )


def test_a_link_to_owning_is_never_right_whoever_asks() -> None:
    for one in Role:
        with pytest.raises(NoOwnerByLink):
            role.require_may_invite(one, OWNER)


def test_roles_reach_from_owning_down() -> None:
    order = [OWNER, ADMIN, MEMBER, VIEWER]

    for one, other in product(Role, Role):
        assert one.reaches(other) is (order.index(one) <= order.index(other))


def test_who_is_deactivated_keeps_no_office() -> None:
    assert {one: role.without_office(one) for one in Role} == {
        OWNER: MEMBER,
        ADMIN: MEMBER,
        MEMBER: MEMBER,
        VIEWER: VIEWER,
    }
