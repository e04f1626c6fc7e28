"""Secrets at rest: opened by their own key, for their own place, as they were sealed."""

import pytest

from core.key_ring import KEY_BYTES, KeyRing, SecretUnreadable

OLD, NEW = {"2025": b"o" * KEY_BYTES}, {"2026": b"n" * KEY_BYTES}
PLACE = ("endpoints", "url", 7)


def test_what_is_sealed_opens_in_its_place_only() -> None:
    ring = KeyRing(NEW)
    sealed = ring.seal("tgram://token/chat", *PLACE)

    assert "token" not in sealed
    assert ring.open(sealed, *PLACE) == "tgram://token/chat"
    for elsewhere in (("endpoints", "url", 8), ("endpoints", "auth", 7), ("endpoints",)):
        with pytest.raises(SecretUnreadable):
            ring.open(sealed, *elsewhere)


def test_the_same_secret_is_sealed_otherwise_each_time() -> None:
    ring = KeyRing(NEW)

    assert len({ring.seal("same", *PLACE) for _ in range(100)}) == 100


def test_any_key_of_the_ring_opens_and_the_first_seals() -> None:
    sealed = KeyRing(OLD).seal("secret", *PLACE)
    both = KeyRing(NEW | OLD)

    assert both.open(sealed, *PLACE) == "secret"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("secret", *PLACE))
    with pytest.raises(SecretUnreadable, match="no key 2025"):
        KeyRing(NEW).open(sealed, *PLACE)


def test_a_changed_letter_is_noticed() -> None:
    ring = KeyRing(NEW)
    sealed = ring.seal("secret", *PLACE)
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    with pytest.raises(SecretUnreadable):
        ring.open(changed, *PLACE)


def test_what_was_never_sealed_opens_as_it_is() -> None:
    ring = KeyRing(NEW)

    assert ring.open("https://push.example.org/1", *PLACE) == "https://push.example.org/1"
    assert not ring.is_newest("https://push.example.org/1")
