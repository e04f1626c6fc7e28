from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import Credit, credit

DAY = date(2026, 5, 1)


def _on(*nets: tuple[int, int]) -> dict[date, int]:
    return {DAY + timedelta(days=day): net for day, net in nets}


def test_credit_is_balance_times_days() -> None:
    until = DAY + timedelta(days=10)

    assert credit(_on((0, 1000), (3, -1000)), until) == Credit(3000, 0)
    assert credit(_on((0, -500), (4, 800)), until) == Credit(300 * 6, 500 * 4)
    assert credit(_on((10, 99)), until) == Credit(0, 0)
    assert credit({}, until) == Credit(0, 0)


@given(st.dictionaries(st.integers(0, 60), st.integers(-1000, 1000)), st.integers(0, 60))
def test_credit_is_the_sum_over_every_single_day(nets: dict[int, int], length: int) -> None:
    balances = [sum(net for day, net in nets.items() if day <= today) for today in range(length)]

    assert credit(_on(*nets.items()), DAY + timedelta(days=length)) == Credit(
        sum(balance for balance in balances if balance > 0),
        -sum(balance for balance in balances if balance < 0),
    )
