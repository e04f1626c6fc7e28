from hypothesis import given
from hypothesis import strategies as st

from domain.causality import Clock, Hlc, restored, stored, written

writes = st.lists(
    st.tuples(
        st.sets(st.sampled_from(["money", "note", "day"]), min_size=1),
        st.integers(1, 4),
        st.integers(0, 10**12),
    ),
    max_size=12,
)


def _played(history: list[tuple[set[str], int, int]]) -> Clock:
    clock: Clock = {}
    for registers, device, wall in history:
        clock = written(clock, sorted(registers), device, wall)
    return clock


@given(writes)
def test_every_write_knows_all_before_it(history: list[tuple[set[str], int, int]]) -> None:
    clock: Clock = {}
    for registers, device, wall in history:
        after = written(clock, sorted(registers), device, wall)
        stamp = after[min(registers)]
        for earlier in clock.values():
            assert earlier.hlc < stamp.hlc
            assert all(stamp.context[who] >= count for who, count in earlier.context.items())
        assert stamp.context[device] == stamp.dot.writes
        assert {name for name in after if after[name] != clock.get(name)} == registers
        clock = after


@given(writes)
def test_a_stored_clock_comes_back_as_it_was(history: list[tuple[set[str], int, int]]) -> None:
    clock = _played(history)

    assert restored(stored(clock)) == clock


def test_a_clock_that_jumps_back_still_moves_forward() -> None:
    assert Hlc(50, 3, 1).tick(10, 2) == Hlc(50, 4, 2)
    assert Hlc(50, 3, 1).tick(51, 2) == Hlc(51, 0, 2)
