from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.imports.contents import Contents, ImportSource
from domain.imports.deed import Deed, Paying, Spending
from domain.imports.file import read
from domain.imports.splitwise import sides
from domain.money import Money
from domain.split import Exact

HEADER = "Date,Description,Category,Cost,Currency,Ann,Bob,Eve"


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, "", *rows, ""]).encode()


def contents(*rows: str, header: str = HEADER) -> Contents:
    return read(file(*rows, header=header), None)


def one(*rows: str, header: str = HEADER) -> tuple[Deed, dict[str, UUID]]:
    found = contents(*rows, header=header)
    assert found.malformed == []
    (record,) = found.found
    return record.deed, {person.name: person.id for person in found.people}


def test_a_single_payer_paid_all_and_owes_the_rest() -> None:
    deed, who = one('2026-05-04,"Dinner, late",Dining out,30.00,EUR,20.00,-10.00,-10.00')

    assert isinstance(deed, Spending)
    assert deed.cost.amount == Money(3000, "EUR")
    assert deed.cost.paid_by == {who["Ann"]: 3000}
    assert deed.cost.split == Exact({who["Ann"]: 1000, who["Bob"]: 1000, who["Eve"]: 1000})
    assert (deed.day, deed.merchant) == (date(2026, 5, 4), "Dinner, late")
    assert deed.category == "food.restaurants"


def test_who_paid_for_others_alone_owes_nothing() -> None:
    deed, who = one("2026-05-04,Taxi,Taxi,9.00,EUR,9.00,0.00,-9.00")

    assert isinstance(deed, Spending)
    assert (deed.cost.paid_by, deed.cost.split) == ({who["Ann"]: 900}, Exact({who["Eve"]: 900}))


def test_several_payers_share_what_they_paid_for_themselves() -> None:
    deed, who = one("2026-05-04,Hotel,Hotel,100.00,EUR,40.00,20.00,-60.00")

    assert isinstance(deed, Spending)
    assert deed.cost.paid_by == {who["Ann"]: 6667, who["Bob"]: 3333}
    assert deed.cost.split == Exact({who["Ann"]: 2667, who["Bob"]: 1333, who["Eve"]: 6000})
    assert deed.nets == {
        (who["Ann"], "EUR"): 4000,
        (who["Bob"], "EUR"): 2000,
        (who["Eve"], "EUR"): -6000,
    }


def test_a_payment_goes_from_who_gained_to_who_lost() -> None:
    deed, who = one("2026-05-04,Payment,Payment,12.50,EUR,-12.50,12.50,0.00")

    assert deed == Paying(who["Bob"], who["Ann"], Money(1250, "EUR"), date(2026, 5, 4))


@pytest.mark.parametrize(
    ("cost", "currency", "nets", "minor"),
    [
        ("3000", "JPY", "2000,-1000,-1000", 3000),
        ("3000.00", "JPY", "2000.00,-1000.00,-1000.00", 3000),
        ("1.250", "KWD", "1.000,-0.500,-0.500", 1250),
        ("-30.00", "EUR", "-20.00,10.00,10.00", -3000),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    cost: str, currency: str, nets: str, minor: int
) -> None:
    deed, who = one(f"2026-05-04,X,,{cost},{currency},{nets}")

    assert isinstance(deed, Spending)
    assert (deed.cost.amount, deed.cost.paid_by) == (Money(minor, currency), {who["Ann"]: minor})


def test_totals_and_empty_lines_are_no_records() -> None:
    found = contents(
        ",,,,,,,",
        "2026-05-04,Total balance, , ,EUR,20.00,-10.00,-10.00",
        ",Total balance,,,USD,0.00,0.00,0.00",
    )

    assert (found.found, found.malformed, found.source) == ([], [], ImportSource.SPLITWISE)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("4.5.2026,X,,30.00,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-02-30,X,,30.00,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("1026-02-20,X,,30.00,EUR,20.00,-10.00,-10.00", "DAY_OUT_OF_RANGE"),
        ("2026-05-04,X,,NaN,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,1e9,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,٣٠.00,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,99999999999999999,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,9999999999999999,EUR,20.00,-10.00,-10.00", "AMOUNT_TOO_LARGE"),
        ("2026-05-04,X,,30.005,EUR,20.00,-10.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,30.00,XAU,20.00,-10.00,-10.00", "UNKNOWN_CURRENCY"),
        ("2026-05-04,X,,30.00,EUR,20.00,-10.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,30.00,EUR,20.00,-10.00,-10.00,0.00", "RECORD_UNREADABLE"),
        ("2026-05-04,X,,30.00,EUR,0.00,0.00,0.00", "NOBODY_OWES"),
        ("2026-05-04,X,,0.00,EUR,20.00,-10.00,-10.00", "NETS_DO_NOT_ADD_UP"),
        ("2026-05-04,X,,30.00,EUR,20.00,-10.00,-9.99", "NETS_DO_NOT_ADD_UP"),
        ("2026-05-04,X,,10.00,EUR,20.00,-10.00,-10.00", "NETS_DO_NOT_ADD_UP"),
        (f"2026-05-04,{'x' * 201},,30.00,EUR,20.00,-10.00,-10.00", "TEXT_TOO_LONG"),
    ],
)
def test_a_malformed_row_is_named_and_the_others_are_read(row: str, code: str) -> None:
    found = contents(row, "2026-05-04,Fine,,30.00,EUR,20.00,-10.00,-10.00")

    assert [(one.place, one.code) for one in found.malformed] == [("line 3", code)]
    assert [one.place for one in found.found] == ["line 4"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FORMAT_UNKNOWN"),
        (b"Date,Amount\n2026-05-04,3\n", "FORMAT_UNKNOWN"),
        (b"Date,Description,Category,Cost,Currency\n", "FORMAT_UNKNOWN"),
        (file('2026-05-04,"X'), "FILE_UNREADABLE"),
        (file('2026-05-04,"X"y,,30.00,EUR,20.00,-10.00,-10.00'), "FILE_UNREADABLE"),
        (file(f"2026-05-04,{'x' * 140_000},,30.00,EUR,20.00,-10.00,-10.00"), "FILE_UNREADABLE"),
        (file(header=f"{HEADER},"), "FILE_UNREADABLE"),
        (HEADER.encode("utf-16"), "FILE_UNREADABLE"),
        (HEADER.encode("utf-16-le"), "FILE_UNREADABLE"),
        ((HEADER + "é").encode("latin-1"), "FILE_UNREADABLE"),
        (file(*["2026-05-04,X,,3.00,EUR,2.00,-1.00,-1.00"] * 10_001), "FILE_TOO_LARGE"),
        (bytes(10 * 2**20 + 1), "FILE_TOO_LARGE"),
    ],
    ids=str,
)
def test_what_is_no_such_file_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(data, None)

    assert refusal.value.code == code


def test_a_byte_order_mark_and_carriage_returns_do_no_harm() -> None:
    row = "2026-05-04,Fine,,30.00,EUR,20.00,-10.00,-10.00"
    plain, windows = file(row), b"\xef\xbb\xbf" + file(row).replace(b"\n", b"\r\n")

    assert read(windows, None).found[0].key == read(plain, None).found[0].key


def test_namesakes_are_told_apart() -> None:
    found = contents(header="Date,Description,Category,Cost,Currency,Ann,Ann")

    assert [person.name for person in found.people] == ["Ann", "Ann (2)"]
    assert len({person.id for person in found.people}) == 2


def test_equal_rows_are_two_records_and_a_new_column_changes_none() -> None:
    row = "2026-05-04,Beer,,10.00,EUR,5.00,-5.00"
    before = contents(row, row, header="Date,Description,Category,Cost,Currency,Ann,Bob")
    after = contents(f"{row},0.00", f"{row},0.00")

    keys = [one.key for one in before.found]
    assert len(set(keys)) == 2
    assert [one.key for one in after.found] == keys


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=8), st.integers(0, 10**9))
def test_every_net_comes_out_to_the_cent(parts: list[int], own: int) -> None:
    nets = {UUID(int=number): net for number, net in enumerate([*parts, -sum(parts)]) if net}
    gained = sum(net for net in nets.values() if net > 0)
    if not gained:
        return

    for sign in (1, -1):
        cost = Money(sign * (gained + own), "EUR")
        signed = {who: sign * net for who, net in nets.items()}
        paid, owed = sides(cost, signed)
        assert sum(paid.values()) == sum(owed.values()) == cost.minor
        assert {who: paid.get(who, 0) - owed.get(who, 0) for who in nets} == signed
