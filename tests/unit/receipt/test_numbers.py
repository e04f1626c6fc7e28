"""The numbers of a bill, whoever photographed it and whatever came between its digits."""

from domain.receipt.numbers import numbers_on, same_numbers
from tests.unit.receipt.paper import paper

BILL = """
Harbour Lane Bakery  555-0191
04.05.2026  12:31:07
Rye bread      4.20
Almond cake      13.10
Coffee  2      5.60
Total      22.90
Receipt 8810
"""


def test_marks_and_letters_make_no_difference() -> None:
    clean, read = numbers_on(paper("Total 1,234.50")), numbers_on(paper("Total I.234,5O"))

    assert clean == read
    assert len(clean) == 1


def test_words_and_short_numbers_say_nothing() -> None:
    assert numbers_on(paper("Bill SOS\n2 x 12\nTable 7")) == []


def test_tells_a_second_photograph_from_a_second_bill() -> None:
    first = {*numbers_on(paper(BILL))}
    again = {*numbers_on(paper(BILL.replace("13.10", "18.10"), angle_degrees=90))}
    later = {*numbers_on(paper(BILL.replace("12:31:07", "12:58:44").replace("8810", "8823")))}

    assert same_numbers(first, first)
    assert same_numbers(first, again)
    assert not same_numbers(first, later)
