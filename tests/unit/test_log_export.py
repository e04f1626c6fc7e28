"""An export is sound exactly when nobody has touched it, and the first thing touched is named."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.log import GENESIS, EventKind, Fact, chained
from domain.log_export import Head, Tampered, Trouble, first_line, line, verify

LEDGER = UUID("0198f0c0-0000-7000-8000-000000000001")
EXPENSE = UUID("0198f0c0-0000-7000-8000-000000000002")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
facts = st.dictionaries(texts, texts | st.integers(-(2**63), 2**63 - 1) | st.none(), max_size=4)


def _fact(seq: int, actor: str = "Ann", after: dict[str, Any] | None = None) -> Fact:
    return Fact(
        ledger_id=LEDGER,
        seq=seq,
        kind=EventKind.EXPENSE_CREATED,
        entity_id=EXPENSE,
        actor_id=None,
        actor_name=actor,
        device_id=7,
        before=None,
        after=after,
        balances=[],
        at=datetime(2026, 1, 2, tzinfo=UTC) + timedelta(microseconds=seq),
    )


def export(afters: Sequence[dict[str, Any]], actor: str = "Zoë 🧾\u2028") -> list[bytes]:
    hash, written = GENESIS, list[bytes]()
    for seq, after in enumerate(afters, start=1):
        fact = _fact(seq, actor, after)
        hash = chained(hash, fact)
        written.append(line(fact, hash))
    return [first_line(Head(LEDGER, len(written), hash)), *written]


def found(lines: Sequence[bytes]) -> tuple[Trouble, int, int]:
    with pytest.raises(Tampered) as tampered:
        verify(lines)
    return tampered.value.trouble, tampered.value.line, tampered.value.seq


FIVE = export([{"amount_minor": number} for number in range(5)])


@given(st.lists(facts, max_size=6), texts)
def test_what_we_write_is_sound_whatever_people_write(
    afters: list[dict[str, Any]], actor: str
) -> None:
    lines = export(afters, actor)

    head = verify(lines)

    assert first_line(head) == lines[0]
    assert (head.ledger_id, head.seq) == (LEDGER, len(afters))
    assert all(text.count(b"\n") == 1 for text in lines)


@given(st.integers(1, 5), st.data())
def test_any_other_byte_is_noticed_where_it_is(number: int, data: st.DataObject) -> None:
    text = FIVE[number]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != text[at]))

    _, where, seq = found(
        [*FIVE[:number], text[:at] + bytes([other]) + text[at + 1 :], *FIVE[number + 1 :]]
    )

    assert (where, seq) == (number + 1, number)


@given(st.permutations(range(1, 6)).filter(lambda order: order != sorted(order)))
def test_any_other_order_is_noticed_where_it_begins(order: list[int]) -> None:
    first = next(place for place, number in enumerate(order, start=1) if place != number)

    assert found([FIVE[0], *(FIVE[number] for number in order)]) == (Trouble.GAP, first + 1, first)


@given(st.integers(1, 5))
def test_a_line_that_is_left_out_is_noticed(number: int) -> None:
    trouble = Trouble.TRUNCATED if number == 5 else Trouble.GAP

    assert found([*FIVE[:number], *FIVE[number + 1 :]]) == (trouble, number + 1, number)


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_line_that_comes_twice_is_noticed(number: int, place: int) -> None:
    lines = [*FIVE[: place + 1], FIVE[number], *FIVE[place + 1 :]]

    trouble, line_number, _ = found(lines)

    expected = Trouble.ADDED if place == 5 else Trouble.GAP if number > place + 1 else Trouble.ORDER
    if number == place + 1:  # the copy is in its place, so the original is one too many
        expected, place = (Trouble.ADDED if number == 5 else Trouble.ORDER), place + 1
    assert (trouble, line_number) == (expected, place + 2)


@given(st.integers(0, sum(map(len, FIVE)) - 1))
@example(len(FIVE[0]) - 1)  # all of the first line but its end
def test_an_end_that_is_cut_off_is_noticed(length: int) -> None:
    cut = b"".join(FIVE)[:length].splitlines(keepends=True)
    whole = sum(text.endswith(b"\n") for text in cut)

    trouble, where, _ = found(cut)

    assert where == whole + 1
    assert trouble is (
        Trouble.TRUNCATED if whole and cut == FIVE[: len(cut)] else Trouble.UNREADABLE
    )


def test_an_event_that_is_put_in_is_noticed_even_when_its_own_hash_is_right() -> None:
    forged = _fact(3, "Eve", {"amount_minor": 1})
    previous = bytes.fromhex(FIVE[2][-67:-3].decode())
    put_in = line(forged, chained(previous, forged))

    assert found([*FIVE[:3], put_in, *FIVE[3:]]) == (Trouble.ORDER, 5, 4)
    assert found([*FIVE[:3], put_in, *FIVE[4:]]) == (Trouble.HASH, 5, 4)


def test_an_event_after_the_end_is_noticed_even_when_it_follows() -> None:
    forged = _fact(6, "Eve")
    previous = bytes.fromhex(FIVE[5][-67:-3].decode())

    assert found([*FIVE, line(forged, chained(previous, forged))]) == (Trouble.ADDED, 7, 6)


def test_another_ledgers_event_is_noticed() -> None:
    other = str(EXPENSE).encode()

    lines = [*FIVE[:2], FIVE[2].replace(str(LEDGER).encode(), other), *FIVE[3:]]

    assert found(lines) == (Trouble.FOREIGN, 3, 2)


def test_the_first_line_is_held_to_what_it_promises() -> None:
    another_end = first_line(Head(LEDGER, 5, GENESIS))

    assert found([another_end, *FIVE[1:]]) == (Trouble.HASH, 1, 5)
    for text in (b"", b"\n", b"{}\n", b"[1]\n", b"\xff\n", FIVE[1], FIVE[0].replace(b"1", b"2", 1)):
        assert found([text, *FIVE[1:]]) == (Trouble.UNREADABLE, 1, 0)


def test_words_say_what_is_wrong() -> None:
    with pytest.raises(Tampered) as tampered:
        verify([*FIVE[:2], *FIVE[3:]])

    assert str(tampered.value) == ("Line 3, event 2: GAP. This event is missing; number 3 is here.")
