"""The same promises from a folder and from a real S3-compatible server."""

from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import from_url

from adapters.storage import Storage
from core.clock import now
from tests.files import lead_to_bucket

BUCKET = "receipts"
_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3, with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    httpx.put(f"{address}/{BUCKET}").raise_for_status()
    yield address
    server.stop()


@pytest.fixture
def aws(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """AWS's own variables lead to that server."""
    lead_to_bucket(monkeypatch, s3)
    return s3


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return Storage((tmp_path / "not yet there" / "é").as_uri())
    request.getfixturevalue("aws")
    return Storage(f"s3://{BUCKET}/here")


async def test_keeps_what_it_is_given(storage: Storage) -> None:
    await storage.put("ledger/one.jpg", b"one", "image/jpeg")
    await storage.put("ledger/two.jpg", b"two", "image/jpeg")
    await storage.put("ledger/two.jpg", b"two again", "image/jpeg")

    assert await storage.get("ledger/one.jpg") == b"one"
    assert await storage.get("ledger/two.jpg") == b"two again"


async def test_keeps_pieces_or_nothing(storage: Storage) -> None:
    async def arriving(count: int, *, torn: bool) -> AsyncGenerator[bytes]:
        for _ in range(count):
            yield b"x" * 2**20
        if torn:
            raise EOFError

    await storage.put("whole.pdf", arriving(12, torn=False), "application/pdf")
    for count in (1, 12):
        with pytest.raises(EOFError):
            await storage.put("torn.pdf", arriving(count, torn=True), "application/pdf")

    assert await storage.get("whole.pdf") == b"x" * 12 * 2**20
    with pytest.raises(FileNotFoundError):
        await storage.get("torn.pdf")


async def test_forgets_what_it_is_told_to(storage: Storage) -> None:
    for key in ("a.jpg", "b.jpg", "c.jpg"):
        await storage.put(key, b"x", "image/jpeg")

    await storage.delete("a.jpg", "never-there.jpg", "b.jpg")
    await storage.delete("a.jpg")

    for key in ("a.jpg", "b.jpg", "never-there.jpg"):
        with pytest.raises(FileNotFoundError):
            await storage.get(key)
    assert await storage.get("c.jpg") == b"x"


@pytest.mark.usefixtures("aws")
async def test_a_bucket_knows_the_type_and_the_prefix() -> None:
    await Storage(f"s3://{BUCKET}/there").put("typed.jpg", b"x", "image/jpeg")

    found = await from_url(f"s3://{BUCKET}").get_async("there/typed.jpg")

    assert found.attributes == {"Content-Type": "image/jpeg"}


async def test_nothing_leaves_the_folder(tmp_path: Path) -> None:
    storage = Storage((tmp_path / "inside").as_uri())

    with pytest.raises(ValueError, match=r"\.\."):
        await storage.put("../outside.jpg", b"x", "image/jpeg")

    with pytest.raises(FileNotFoundError):
        await Storage(tmp_path.as_uri()).get("outside.jpg")


async def test_lists_what_it_has_kept_for_long(storage: Storage) -> None:
    for number in range(3):
        await storage.put(f"of old/{number}.jpg", b"x", "image/jpeg")
    later = now() + timedelta(seconds=5)

    listed = {key async for keys in storage.keys(older_than=later) for key in keys}
    older = {key async for keys in storage.keys(older_than=now() - _DAY) for key in keys}

    assert {f"of old/{number}.jpg" for number in range(3)} <= listed
    assert older == set()
