import pytest

from domain import text


def test_surrounding_space_goes_and_emptiness_is_nothing() -> None:
    assert text.required("  Rosa's  ", "name") == "Rosa's"
    assert text.optional("  ", "note") is None
    assert text.optional(None, "note") is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (" ", "TEXT_MISSING"),
        ("x" * 101, "TEXT_TOO_LONG"),
        ("a\x00b", "TEXT_UNREADABLE"),
        ("\ud800", "TEXT_UNREADABLE"),
    ],
)
def test_refuses_by_name(given: str, code: str) -> None:
    with pytest.raises(text.Invalid) as refused:
        text.required(given, "name")

    assert refused.value.code == code
    assert refused.value.path == ("name",)
