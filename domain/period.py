"""Stretches of days. Half-open, so that neighbours touch without overlap; no clock in here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class PeriodKind(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to but not including `end`."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def parted(self, today: date) -> "tuple[Period, Period]":
        """The days that have begun, `today` included, and those to come; either may be none."""
        tomorrow = min(max(today + timedelta(days=1), self.start), self.end)
        return Period(self.start, tomorrow), Period(tomorrow, self.end)


def around(day: date, kind: PeriodKind) -> Period:
    """The period of this kind that `day` is in: weeks start on Monday (ISO 8601), others on the first."""
    match kind:
        case PeriodKind.WEEKLY:
            start = day - timedelta(days=day.weekday())
            return Period(start, start + timedelta(days=7))
        case PeriodKind.MONTHLY:
            start = day.replace(day=1)
            return Period(start, (start + timedelta(days=31)).replace(day=1))
        case PeriodKind.YEARLY:
            start = day.replace(month=1, day=1)
            return Period(start, start.replace(year=start.year + 1))


def before(period: Period, kind: PeriodKind) -> Period:
    """The neighbour that ends where `period` starts."""
    return around(period.start - timedelta(days=1), kind)


def preceding(period: Period, kind: PeriodKind) -> Iterator[Period]:
    """The periods before this one, newest first."""
    while True:
        period = before(period, kind)
        yield period


def local_day(instant: datetime, time_zone: str) -> date:
    """The day that it is then in a time zone, by its IANA name."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
