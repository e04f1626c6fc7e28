"""Clients cannot make the metrics grow."""

import pytest

from app.observed import name_operation
from core.telemetry import metrics, trail
from core.telemetry.trail import Trail


def test_only_so_many_names_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_operations", set[str]())
    names = [f"Name{number}" for number in range(metrics.MOST_OPERATIONS)]

    assert [metrics.operation_label(name) for name in names] == names
    assert metrics.operation_label("OneMore") == metrics.OTHER
    assert metrics.operation_label("Name0") == "Name0"


@pytest.mark.parametrize(
    ("document", "name", "operation", "is_lasting"),
    [
        ("query List($id: ID!) { me { id } }", None, "List", False),
        ("\n  mutation Spend { x }", "Spend", "Spend", False),
        ("query One { me { id } } query Two { me { id } }", "Two", "Two", False),
        ("{ me { id } }", None, "unnamed", False),
        ("subscription Follow { x }", None, "Follow", True),
        ("query { me { id } }", "no name at all", "unnamed", False),
        ("query " + "x" * 65 + " { me { id } }", "x" * 65, "x" * 64, False),
        ("queryList { me { id } }", None, "unnamed", False),
        (None, None, "unnamed", False),
    ],
)
def test_an_operation_is_what_its_client_calls_it(
    document: str | None, name: str | None, operation: str, *, is_lasting: bool
) -> None:
    with trail.following(Trail("abcdefgh")) as its:
        name_operation(document, name)

    assert (its.operation, its.is_lasting) == (operation, is_lasting)
