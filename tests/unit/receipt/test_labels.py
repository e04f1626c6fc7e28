"""What labels say, in the wordings of many registers."""

import pytest

from domain.receipt.labels import Role, role_of


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("TOTAL", Role.TOTAL),
        ("Total Sales (Inclusive of GST) :", Role.TOTAL),
        ("Total Sales (Excluding GST)", Role.SUBTOTAL),
        ("Total 6% supplies (excl. GST):", Role.SUBTOTAL),
        ("SubTotal", Role.SUBTOTAL),
        ("(Excluded GST) Sub Total (RM) :", Role.SUBTOTAL),
        ("Total Rounded", Role.FINAL_TOTAL),
        ("Total Amount Due", Role.FINAL_TOTAL),
        ("NETT TOTAL", Role.FINAL_TOTAL),
        ("TOTALINCL.GST", Role.TOTAL),
        ("iotal", Role.TOTAL),
        ("Total Qty", Role.COUNT),
        ("Item(s) :", Role.COUNT),
        ("K.P Chicken Item", None),
        ("GST @6% included in total", Role.TAX),
        ("GST ID No", None),
        ("Cash Change", Role.CHANGE),
        ("Total Paid", Role.CASH),
        ("Rounding Adjustment", Role.ROUNDING),
        ("Serv. Charge (10%)", Role.SERVICE),
        ("Espresso Cup Service", None),
        ("zu zahlen", Role.FINAL_TOTAL),
        ("Rückgeld", Role.CHANGE),
        ("Total à payer", Role.FINAL_TOTAL),
        ("dont TVA", Role.TAX),
        ("Propina", Role.TIP),
        ("合計", Role.TOTAL),
        ("小計 (税抜)", Role.SUBTOTAL),
        ("お釣り", Role.CHANGE),
        ("Chocolate cake", None),
        ("Carne picada 500g", None),
        ("Bon de réduction", Role.DISCOUNT),
        ("", None),
    ],
)
def test_tells_what_a_label_means(label: str, expected: Role | None) -> None:
    assert role_of(label) is expected
