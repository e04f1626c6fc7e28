"""What a group's figures say about its members. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Credit:
    """Interest-free credit in minor units · days: given while ahead, taken while behind."""

    given: int
    taken: int


def credit(net_minor_by_day: Mapping[date, int], until: date) -> Credit:
    """What a member's balance amounts to over time, until (not including) a day.

    A balance counts from the day of the fact that moved it: the integral of its positive part is what
    the member fronted for the others, that of its negative part what the others fronted for them.
    """
    days = sorted(day for day in net_minor_by_day if day < until)
    balance = given = taken = 0
    for day, following in pairwise([*days, until]):
        balance += net_minor_by_day[day]
        minor_days = balance * (following - day).days
        given += max(minor_days, 0)
        taken += max(-minor_days, 0)
    return Credit(given, taken)
