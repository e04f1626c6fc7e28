from dataclasses import replace

import pytest

from core.ids import new_id
from domain.account import (
    Client,
    EmailInvalid,
    PasswordIsEmail,
    PasswordTooLong,
    PasswordTooShort,
    Registration,
    UnknownTimeZone,
    known_time_zone,
    normalised_email,
    require_good_password,
)
from domain.currency import UnknownCurrency
from domain.text import TextMissing, TextTooLong


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("ann@example.com", "ann@example.com"),
        ("Ann.Lee@Example.COM", "ann.lee@example.com"),
        ("ann+outgo@example.com", "ann+outgo@example.com"),
        ("u\u0308ber@example.com", "über@example.com"),
        ("ann@BÜCHER.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
    ],
)
def test_an_address_has_one_spelling(typed: str, mailbox: str) -> None:
    assert normalised_email(typed) == mailbox
    assert normalised_email(mailbox) == mailbox


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "a b@example.com",
        "ann@example.com\n",
        "ann\x00@example.com",
        "\ud800@example.com",
        "ann@\ud800.com",
        "ann@" + "a" * 250 + ".com",
    ],
)
def test_refuses_what_is_no_address(typed: str) -> None:
    with pytest.raises(EmailInvalid) as refusal:
        normalised_email(typed)

    assert refusal.value.path == ("email",)


@pytest.mark.parametrize("password", ["0123456789", "x" * 200, "пароль как надо", "          a"])
def test_takes_any_password_of_ten_to_two_hundred_characters(password: str) -> None:
    require_good_password(password, "ann@example.com")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("012345678", PasswordTooShort),
        ("x" * 201, PasswordTooLong),
        ("ann@example.com", PasswordIsEmail),
        (" Ann@Example.com ", PasswordIsEmail),
    ],
)
def test_refuses_a_bad_password(password: str, refusal: type[PasswordTooShort]) -> None:
    with pytest.raises(refusal) as caught:
        require_good_password(password, "ann@example.com", "newPassword")

    assert caught.value.path == ("newPassword",)


def test_knows_the_iana_time_zones() -> None:
    assert [known_time_zone(name) for name in ("UTC", "Europe/Berlin", "Asia/Kolkata")]
    for name in ("", "Europe", "Berlin", "../etc/passwd", "europe/berlin", "\x00"):
        with pytest.raises(UnknownTimeZone):
            known_time_zone(name)


def test_a_registration_is_cleaned_or_refused() -> None:
    wanted = Registration(new_id(), "Ann@Example.com", "  Ann ", "Europe/Berlin", "EUR")

    assert wanted.checked() == Registration(
        wanted.id, "ann@example.com", "Ann", "Europe/Berlin", "EUR"
    )
    for field, value, refusal in [
        ("name", " ", TextMissing),
        ("name", "x" * 101, TextTooLong),
        ("currency", "XXX", UnknownCurrency),
        ("time_zone", "Mars/Base", UnknownTimeZone),
    ]:
        with pytest.raises(refusal):
            replace(wanted, **{field: value}).checked()


def test_a_client_has_a_name() -> None:
    assert Client("  Phone ", 7).checked() == Client("Phone", 7)
    with pytest.raises(TextMissing):
        Client("").checked()
