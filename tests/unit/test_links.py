from datetime import UTC, datetime, timedelta

import pytest

from adapters import links as module
from adapters.links import LinkInvalid, Links
from core.clock import now
from core.ids import new_id
from domain.actor import Actor
from domain.receipt.upload import NewReceipt, ReceiptPriority

URL = "https://outgo.example"
MINUTE = timedelta(minutes=1)
ANN = Actor(user_id=new_id(), device_id=7, session_id=new_id())
WANTED = NewReceipt(new_id(), new_id(), ReceiptPriority.BULK)


def signed(key: str = "k" * 32) -> Links:
    return Links(URL, key, lifetime=MINUTE)


def test_links_are_for_one_thing_and_one_key_only() -> None:
    image = signed().image("a.jpg").url.removeprefix(f"{URL}/images/")
    upload = signed().upload(ANN, WANTED).url.removeprefix(f"{URL}/uploads/")

    assert signed().image_key(image) == "a.jpg"
    assert signed().uploaded(upload) == (ANN, WANTED)
    for refused in (image, "x.y.z"):
        with pytest.raises(LinkInvalid):
            signed().uploaded(refused)
    for refused in (upload, "x.y.z"):
        with pytest.raises(LinkInvalid):
            signed().image_key(refused)
    with pytest.raises(LinkInvalid):
        signed("q" * 32).image_key(image)


def test_a_link_to_upload_is_good_for_a_lifetime() -> None:
    asked_at = now()

    expires_at = signed().upload(ANN, WANTED).expires_at

    assert asked_at + MINUTE - timedelta(seconds=1) < expires_at <= now() + MINUTE


def test_a_link_to_an_image_is_the_same_for_a_lifetime_and_good_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = datetime(2100, 1, 1, tzinfo=UTC)

    def at(seconds: float) -> module.Link:
        monkeypatch.setattr(module, "now", lambda: began + timedelta(seconds=seconds))
        return signed().image("a.jpg")

    assert at(0) == at(0.5) == at(59.999)
    assert at(0).expires_at == began + 2 * MINUTE
    assert at(60) != at(0)
    assert at(60).expires_at == began + 3 * MINUTE
