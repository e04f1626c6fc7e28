from dataclasses import replace

import pytest

from domain.endpoint import (
    EndpointNotAllowed,
    PushKeysUnreadable,
    PushSubscription,
    is_public,
)
from domain.errors import Invalid

BROWSER = PushSubscription(
    url="https://push.example.org/abc",
    p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth="BTBZMqHH6r4Tts7J_aSIgg",
    name=" Phone ",
)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_the_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_internet_is(address: str) -> None:
    assert is_public(address)


def test_a_subscription_comes_out_tidy() -> None:
    assert BROWSER.checked(private_too=False) == replace(BROWSER, name="Phone")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://push.example.org/",
            "ftp://push.example.org/",
            "https://",
            "nothing",
            "https://[::1",
        ),
        *("https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://printer.local./"),
        *("https://169.254.169.254/latest", "https://db.internal/"),
    ],
)
def test_refuses_addresses_of_the_inside_and_plain_text(url: str) -> None:
    with pytest.raises(EndpointNotAllowed):
        replace(BROWSER, url=url).checked(private_too=False)


def test_a_private_network_is_allowed_where_the_operator_says_so() -> None:
    browser = replace(BROWSER, url="http://127.0.0.1:1/", name="Phone")

    assert browser.checked(private_too=True) == browser
    with pytest.raises(EndpointNotAllowed):
        replace(browser, url="file:///etc/passwd").checked(private_too=True)


@pytest.mark.parametrize(
    ("field", "value"), [("p256dh", "AAAA"), ("auth", "ä"), ("auth", "A"), ("name", " ")]
)
def test_refuses_keys_of_another_size(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(BROWSER, **{field: value}).checked(private_too=False)

    assert isinstance(refused.value, PushKeysUnreadable) is (field != "name")
    assert refused.value.path == (field,)
