"""Which amount is the total, and what arithmetic has to say about it."""

import pytest

from domain.receipt import Field, Reading, read
from tests.unit.receipt.paper import paper


def total(text: str) -> int | None:
    field = read(paper(text), fallback_currency="EUR").total
    return field.value if field else None


def test_takes_what_was_really_paid_after_rounding() -> None:
    assert (
        total("Tea      7.72\nTotal Amount      7.72\nRounding      -0.02\nTotal      7.70") == 770
    )


def test_takes_the_total_with_extras_over_the_one_they_were_added_to() -> None:
    text = """
    Subtotal      79.60
    Discount      -30.00
    Total Amount      49.60
    Serv Charge 10%      4.96
    GST 6%      3.27
    Rounding Adj      -0.03
    Total Amount      57.80
    """
    assert total(text) == 5780


def test_adds_the_goods_of_two_tax_rates() -> None:
    text = """
    Bread  2.13  12      25.56
    Flour  2.78  5      13.90
    Jam  2.97  5      14.85
    Total 0% supplies      54.31
    Twigs  1.33  10      13.30
    Total 6% supplies (excl. GST)      13.30
    GST      0.80
    Total Payable      68.41
    """
    assert total(text) == 6841


def test_believes_cash_and_change_where_the_label_is_lost() -> None:
    assert (
        total("Soup      8.20\nTea      1.80\nT·t/l      10.00\nCash      50.00\nChange      40.00")
        == 1000
    )


def test_works_out_what_was_paid_when_the_total_was_not_read() -> None:
    text = (
        "Mocha      12.99\nService      1.30\nGST 6%      0.86\nCash      100.15\nChange      85.00"
    )

    assert total(text) == 1515


def test_does_not_take_the_cash_for_the_total() -> None:
    assert total("Soup      8.20\nTotal      8.20\nCash      20.00\nChange      11.80") == 820


def test_takes_the_label_half_a_line_above_its_amount() -> None:
    lines = paper("Cake      12.00\nGrand Total\n12.00\nThank you")

    field = read(lines, fallback_currency="EUR").total

    assert field
    assert (field.value, field.text) == (1200, "12.00")


def test_mends_an_amount_that_lost_its_mark_only_where_it_fits() -> None:
    assert total("Cement  3.00 X 2.00      6.00\nTotal      600\nCash      6.00") == 600
    assert total("Points      600\nTea      2.50\nTotal      2.50") == 250


def test_is_surer_the_more_evidence_agrees() -> None:
    alone = read(paper("Total      8.20"), fallback_currency="EUR").total
    confirmed = read(
        paper("Soup      8.20\nTotal      8.20\nCash      20.00\nChange      11.80"),
        fallback_currency="EUR",
    ).total
    guessed = read(paper("Soup      8.20\nTea      3.10"), fallback_currency="EUR").total

    assert alone
    assert confirmed
    assert guessed
    assert guessed.confidence < alone.confidence < confirmed.confidence


@pytest.mark.parametrize(
    ("text", "tax"),
    [
        ("Tea      10.00\nTax 7%      0.70\nTotal      10.70", 70),
        ("Tea      10.00\nTotal      10.00\nGST @6% included in total      0.57", 57),
        ("GST No. 000123\nTotal      10.00", None),
        ("Tea 10.00\nState tax      0.50\nCity tax      0.25\nTotal      10.75", 75),
        (
            "Tea 10.00\nState tax      0.50\nCity tax      0.25\nTotal tax      0.75\nTotal      10.75",
            75,
        ),
        ("Total      10.00\nGST Summary  Amount      Tax\nSR 6%  9.43      0.57", 57),
        ("Total      12.00\n23%  5.00\n6%  3.77  0.23\nSum  10.84  1.16      12.00", 116),
    ],
)
def test_reads_the_tax(text: str, tax: int | None) -> None:
    assert _value(read(paper(text), fallback_currency="USD").tax) == tax


def test_reads_a_tip_but_not_the_empty_line_for_one() -> None:
    tipped = "Steak      20.00\nSubtotal      20.00\nTip      4.00\nTotal      24.00"
    empty = "Steak      20.00\nTip ______\nTotal      20.00"

    assert _value(read(paper(tipped), fallback_currency="USD").tip) == 400
    assert read(paper(empty), fallback_currency="USD").tip is None


@pytest.mark.parametrize(
    ("text", "discount"),
    [
        ("Tea      10.00\nSubtotal      10.00\nDiscount 10%      -1.00\nTotal      9.00", 100),
        (
            "Tea      10.00\nSubtotal      10.00\nCoupon      1.00\nTax      0.90\nTotal      9.90",
            100,
        ),
        ("Tea      6.00\nBun      4.00\nMember discount 10%      -1.00\nTotal      9.00", 100),
        (
            "Tea      6.00\nBun      4.00\n----------------\nVoucher      -2.50\nTotal      7.50",
            250,
        ),
        (
            "Tea      10.00\nSubtotal      10.00\nVoucher      -1.00\nRebate      -2.00\nTotal      7.00",
            300,
        ),
        ("Tea      10.00\nSubtotal      10.00\nTotal savings      3.00\nTotal      7.00", 300),
        ("Tea      10.00\nSubtotal      10.00\nThree kings      -3.00\nTotal      7.00", 300),
        ("Tea      10.00\nTotal      10.00\nYou saved      2.00", None),
        ("Tea      6.00\nPrice cut      -1.00\nBun      4.00\nTotal      9.00", None),
        ("Tea      10.00\nTotal      10.00", None),
    ],
)
def test_reads_what_was_taken_off_the_whole(text: str, discount: int | None) -> None:
    assert _value(read(paper(text), fallback_currency="USD").discount) == discount


def test_what_is_taken_off_the_whole_is_no_item() -> None:
    text = "Tea      6.00\nBun      4.00\nMember discount 10%      -1.00\nTotal      9.00"

    items = read(paper(text), fallback_currency="USD").items

    assert [item.value.amount_minor for item in items] == [600, 400]


def test_finds_nothing_on_paper_without_amounts() -> None:
    assert read(paper("Hello\nWorld")).total is None
    assert read([]) == Reading()


def _value(field: Field[int] | None) -> int | None:
    return field.value if field else None


def test_tells_what_else_the_total_could_be() -> None:
    field = read(
        paper("Soup      8.20\nTotal      8.20\nCash      20.00"), fallback_currency="EUR"
    ).total

    assert field
    assert (field.value, field.alternatives) == (820, (2000,))


def test_believes_the_table_of_taxes_where_an_item_was_misread() -> None:
    text = (
        "Battery  2 x  2.50      5.03\nTotal      5.00\nCash      10.03\nCHANGE      5.00\n"
        "GST Rate  Net      Tax\nS = 6%  4.72      0.28"
    )
    assert total(text) == 500
