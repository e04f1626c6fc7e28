"""Token buckets: never more than the capacity at once, nor more than the rate for long."""

from hypothesis import given
from hypothesis import strategies as st

from domain.bucket import Bucket, full_after, left, wait_for

BUCKETS = st.builds(
    Bucket, key=st.just("k"), capacity=st.integers(1, 10**6), window_seconds=st.integers(1, 10**4)
)


@given(bucket=BUCKETS, now=st.floats(0, 10**7))
def test_a_bucket_that_nobody_touched_is_full(bucket: Bucket, now: int) -> None:
    assert left(bucket, 0, now) == bucket.capacity
    assert wait_for(bucket, 0, now, bucket.capacity) == 0
    assert wait_for(bucket, 0, now, bucket.capacity + 1) > 0


@given(
    bucket=BUCKETS,
    asked=st.lists(st.tuples(st.floats(0, 1000), st.integers(1, 10**5)), max_size=50),
)
def test_never_more_than_what_was_there_and_what_came_in(
    bucket: Bucket, asked: list[tuple[float, int]]
) -> None:
    now, full_at, taken = 0.0, 0.0, 0
    for passes, amount in asked:
        now += passes
        if not wait_for(bucket, full_at, now, amount):
            full_at = full_after(bucket, full_at, now, amount)
            taken += amount

    came_in = now * bucket.capacity / bucket.window_seconds
    assert taken <= (bucket.capacity + came_in) * (1 + 1e-6)


@given(bucket=BUCKETS, now=st.floats(0, 10**7), parts=st.integers(1, 50))
def test_a_full_bucket_gives_all_that_it_holds_in_any_parts(
    bucket: Bucket, now: float, parts: int
) -> None:
    amounts = [bucket.capacity // parts] * (parts - 1)
    full_at = 0.0
    for amount in [*amounts, bucket.capacity - sum(amounts)]:
        assert wait_for(bucket, full_at, now, amount) == 0
        full_at = full_after(bucket, full_at, now, amount)

    assert left(bucket, full_at, now) == 0
    assert wait_for(bucket, full_at, now, 1) > 0


@given(bucket=BUCKETS, amount=st.integers(1, 10**6), gone=st.floats(0, 10**4))
def test_after_the_wait_there_is_enough(bucket: Bucket, amount: int, gone: float) -> None:
    amount = min(amount, bucket.capacity)
    full_at = gone + bucket.window_seconds  # empty

    wait = wait_for(bucket, full_at, gone, amount)

    assert wait > 0
    assert wait_for(bucket, full_at, gone + wait, amount) < 1e-6
    assert left(bucket, full_at, gone + wait + 1e-3) >= amount - 1


@given(bucket=BUCKETS, amount=st.integers(1, 10**6))
def test_what_is_given_back_is_there_again_and_no_more(bucket: Bucket, amount: int) -> None:
    amount = min(amount, bucket.capacity)
    taken = full_after(bucket, 0, 5, amount)

    assert left(bucket, taken, 5) == bucket.capacity - amount
    assert left(bucket, full_after(bucket, taken, 5, -amount), 5) == bucket.capacity
    assert left(bucket, full_after(bucket, taken, 5, -2 * amount), 5) == bucket.capacity
