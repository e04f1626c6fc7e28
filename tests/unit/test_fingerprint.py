"""Requests are known again, those of older versions too."""

from dataclasses import asdict, replace
from datetime import date

from core.ids import new_id
from domain.fingerprint import fingerprint
from domain.money import Money
from domain.settlement import Payment

ANN, BOB = new_id(), new_id()
PAYMENT = Payment(new_id(), new_id(), ANN, BOB, Money(1234, "EUR"), date(2026, 5, 1))


def test_the_same_is_the_same() -> None:
    assert fingerprint(ANN, PAYMENT) == fingerprint(ANN, replace(PAYMENT))


def test_who_asks_and_what_they_say_count() -> None:
    asked = {
        fingerprint(ANN, PAYMENT),
        fingerprint(BOB, PAYMENT),
        fingerprint(ANN, replace(PAYMENT, note="Cash")),
        fingerprint(ANN, replace(PAYMENT, external_ref="TR-1")),
    }

    assert len(asked) == 4


def test_what_came_later_and_says_nothing_does_not_count() -> None:
    of_an_older_version = asdict(PAYMENT)
    del of_an_older_version["external_ref"]

    assert fingerprint(ANN, PAYMENT) == fingerprint(ANN, of_an_older_version)
