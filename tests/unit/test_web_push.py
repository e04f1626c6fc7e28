"""The example of RFC 8291, appendix A, and that of RFC 8188's reader on the other side."""

from base64 import urlsafe_b64decode

import pytest

from adapters.web_push import Browser, encrypted, key_of, public_key

BROWSER = Browser(
    url="https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth="BTBZMqHH6r4Tts7J_aSIgg",
)
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SENDER_PUBLIC = (
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
)
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
    "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def bytes_of(base64url: str) -> bytes:
    return urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def test_encrypts_as_the_rfc_does() -> None:
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        BROWSER,
        salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
        sender=key_of(SENDER),
    )

    assert body == bytes_of(BODY)


def test_a_key_shows_browsers_its_public_half() -> None:
    assert public_key(key_of(SENDER)) == SENDER_PUBLIC


@pytest.mark.parametrize("text", ["", "A"])
def test_what_is_no_key_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_of(text)
