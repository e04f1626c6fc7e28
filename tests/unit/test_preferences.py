from datetime import UTC, datetime

import pytest

from domain.notification import NotificationKind
from domain.preferences import Channel, Digest, Preferences, default_channels, due


@pytest.mark.parametrize(
    ("digest", "time_zone", "expected"),
    [
        (Digest.IMMEDIATE, "UTC", datetime(2026, 3, 28, 6, 59, 30, tzinfo=UTC)),
        (Digest.HOURLY, "UTC", datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (Digest.DAILY, "UTC", datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (Digest.DAILY, "Europe/Berlin", datetime(2026, 3, 28, 7, tzinfo=UTC)),
        (Digest.DAILY, "America/New_York", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ],
)
def test_a_mail_waits_for_its_digest(digest: Digest, time_zone: str, expected: datetime) -> None:
    assert due(digest, datetime(2026, 3, 28, 6, 59, 30, tzinfo=UTC), time_zone) == expected


def test_morning_stays_at_eight_when_the_clocks_change() -> None:
    saturday_morning = datetime(2026, 3, 28, 7, tzinfo=UTC)  # 8:00 in Berlin, an hour ahead of UTC

    assert due(Digest.DAILY, saturday_morning, "Europe/Berlin") == datetime(
        2026, 3, 29, 6, tzinfo=UTC
    )


def test_only_what_differs_from_the_default_is_kept() -> None:
    kind = NotificationKind.EXPENSE_ADDED
    silent = Preferences().chosen(None, {kind: frozenset()})

    assert silent.channels(kind) == frozenset()
    assert silent.channels(NotificationKind.MENTIONED) == frozenset(Channel)
    assert silent.chosen(Digest.DAILY, {kind: default_channels(kind)}) == Preferences(Digest.DAILY)


def test_what_is_only_worth_knowing_interrupts_nobody() -> None:
    assert default_channels(NotificationKind.MEMBER_JOINED) == {Channel.IN_APP}
    assert default_channels(NotificationKind.EXPENSE_ADDED) == set(Channel)
