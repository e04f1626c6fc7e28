"""Files opened by a process of their own: whatever they do to it, there is a sheet or a named refusal."""

import json
import random
import socket
import subprocess
import sys
from io import BytesIO

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.decoding.decoder import Decoder
from adapters.decoding.sheet import Limits, Sheet, Unopened
from domain.receipt.failure import Failure
from tests.pdf import Text, pdf

_LIMITS = Limits(max_pixels=4_000_000, max_pages=3)
_PAGE = (Text(10, 260, "Harbour Lane Bakery"), Text(10, 200, "TOTAL EUR 12.50"))


def _image(form: str) -> bytes:
    noise, file = Image.effect_noise((120, 160), 60).convert("RGB"), BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(noise).save(file)  # pyright: ignore[reportUnknownMemberType] - half typed
    else:
        noise.save(file, form)
    return file.getvalue()


_HONEST = {form: _image(form) for form in ("JPEG", "PNG", "WEBP", "HEIF", "PDF")}
_HONEST["PDF with text"] = pdf(_PAGE, _PAGE)


def outcome(data: bytes, decoder: Decoder | None = None) -> Sheet | Failure:
    try:
        return (decoder or Decoder(_LIMITS)).open(data)
    except Unopened as refusal:
        return refusal.failure


@pytest.mark.parametrize("name", _HONEST)
def test_opens_an_honest_file(name: str) -> None:
    sheet = outcome(_HONEST[name])

    assert isinstance(sheet, Sheet)
    assert len(sheet.pixels) == sheet.width * sheet.height * 3
    assert Image.open(BytesIO(sheet.jpeg)).size == (sheet.width, sheet.height)


@settings(
    max_examples=15,  # each is a process of its own
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(name=st.sampled_from(sorted(_HONEST)), seed=st.integers(0, 2**32), hits=st.integers(1, 40))
def test_a_spoiled_file_is_opened_or_refused_by_name(name: str, seed: int, hits: int) -> None:
    dice, data = random.Random(seed), bytearray(_HONEST[name])
    for _ in range(hits):
        place = dice.randrange(len(data))
        match dice.randrange(4):
            case 0:
                data[place] = dice.randrange(256)
            case 1:
                del data[place : place + dice.randrange(1, 20)]
            case 2:
                data[place:place] = dice.randbytes(8)
            case _:
                data[place : place + 4] = b"\xff\xff\xff\xff"

    assert isinstance(outcome(bytes(data)), Sheet | Failure)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(name=st.sampled_from(sorted(_HONEST)), share=st.floats(0, 0.99))
def test_a_torn_file_is_opened_or_refused_by_name(name: str, share: float) -> None:
    data = _HONEST[name]

    assert isinstance(outcome(data[: int(len(data) * share)]), Sheet | Failure)


def test_files_within_files_are_what_their_first_bytes_say() -> None:
    jpeg, png = _HONEST["JPEG"], _HONEST["PNG"]

    assert isinstance(outcome(jpeg + png + pdf(_PAGE)), Sheet)
    assert outcome(png[:8] + jpeg) is Failure.IMAGE_UNREADABLE
    assert outcome(b"") is Failure.IMAGE_UNREADABLE


def test_a_small_file_of_many_pixels_is_refused() -> None:
    file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")

    assert len(file.getvalue()) < 100_000
    assert outcome(file.getvalue()) is Failure.TOO_MANY_PIXELS


def test_a_page_that_takes_for_ever_is_given_up() -> None:
    endless = Text(0, 0, ") Tj ET " + "0 0 226 300 re f\n" * 300_000 + "BT (")

    assert outcome(pdf((endless,)), Decoder(_LIMITS, seconds=3)) is Failure.DECODER_TIMEOUT


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit memory")
def test_what_takes_too_much_memory_is_given_up() -> None:
    file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    limits = ("400_000_000", "1", "400_000_000", "20")  # pixels, pages, bytes, seconds

    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "adapters.decoding", *limits],
        input=file.getvalue(),
        stdout=subprocess.PIPE,
        check=True,
    )

    assert json.loads(ended.stdout) == {"refused": "DECODER_OUT_OF_MEMORY"}


@pytest.mark.parametrize("program", ["/bin/false", "/bin/echo", "/bin/true"])
def test_a_decoder_that_breaks_is_no_more_than_a_refusal(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", program)

    assert outcome(_HONEST["PNG"]) is Failure.DECODER_CRASHED


_CALL_HOME = """
import socket, sys
from adapters.decoding.__main__ import leave_network
if leave_network():
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5)
"""


def test_who_opens_files_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _CALL_HOME, port], capture_output=True, text=True, check=False
        )

    if ended.returncode == 0:
        pytest.skip("This system lets nobody make namespaces.")
    assert "Network is unreachable" in ended.stderr
