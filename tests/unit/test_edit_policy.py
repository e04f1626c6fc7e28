from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.edit_policy import EditPolicy, LockedByAge, LockOutOfRange, WhoMayEdit
from domain.role import Role

TODAY = date(2026, 5, 4)
MANAGERS = {Role.OWNER, Role.ADMIN}


@pytest.mark.parametrize(
    ("role", "creator", "involved"), [*product(Role, [False, True], [False, True])]
)
def test_who_may_edit(role: Role, creator: bool, involved: bool) -> None:  # noqa: FBT001 - a table
    def lets(who: WhoMayEdit) -> bool:
        return EditPolicy(who, None).lets(role, creator=creator, involved=involved)

    assert lets(WhoMayEdit.ANY_MEMBER)
    assert lets(WhoMayEdit.INVOLVED) is (involved or creator or role in MANAGERS)
    assert lets(WhoMayEdit.CREATOR_OR_ADMIN) is (creator or role in MANAGERS)


@pytest.mark.parametrize(
    ("lock_after_days", "days_ago", "locked"),
    [
        (None, 100_000, False),
        (0, -1, False),
        (0, 0, False),
        (0, 1, True),
        (30, 30, False),
        (30, 31, True),
    ],
)
def test_a_day_is_locked_once_it_is_old_enough(
    lock_after_days: int | None,
    days_ago: int,
    locked: bool,  # noqa: FBT001 - a table
) -> None:
    policy = EditPolicy(WhoMayEdit.ANY_MEMBER, lock_after_days)
    day = TODAY - timedelta(days=days_ago)

    if not locked:
        policy.require_open(day, TODAY)
        return
    with pytest.raises(LockedByAge):
        policy.require_open(day, TODAY)


@given(st.integers(0, 3650), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_first_open_day_is_as_many_days_back_as_the_lock_says(days: int, today: date) -> None:
    policy = EditPolicy(WhoMayEdit.ANY_MEMBER, days)
    first = today - timedelta(days=days)

    policy.require_open(first, today)
    with pytest.raises(LockedByAge):
        policy.require_open(first - timedelta(days=1), today)


@pytest.mark.parametrize("days", [-1, 3651])
def test_refuses_a_lock_out_of_range(days: int) -> None:
    with pytest.raises(LockOutOfRange):
        EditPolicy(WhoMayEdit.INVOLVED, days).checked()
