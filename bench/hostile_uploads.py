"""Files made to harm whoever opens them, and bodies that lie about their length, while somebody works.

Every file is uploaded and waited for, until its receipt has been read or has failed. Criteria: everything is
read or refused by name, no process dies, and what is sent does not make them grow.
"""

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil

from adapters.ocr import models
from app.demo import documents
from app.demo.client import Api, Refused
from bench import machine, people, server
from bench.faults.verdict import Verdict, at_most, conclude, none_of
from bench.hostile_files import Hostile, hostile
from bench.load import ask_beside, request, spread
from bench.reading.journey import peak_mib
from core.ids import new_id

_PATIENCE_SECONDS = 120
_AT_ONCE = 4
_QUIET_SECONDS = 2
_MOST_READER_MIB = 512
_MOST_WEB_MIB = 5  # for each upload at once
_MIB = 2**20
_CHUNK_BYTES = 2**16

WORK = request("query Work { me { id name } }")
PREPARE = """\
mutation Prepare($input: CreateReceiptUploadInput!) {
  createReceiptUpload(input: $input) {
    ... on ReceiptUpload { url }
    ... on Refusal { code message }
  }
}"""


def main() -> None:
    options = _options()
    machine.introduce()
    models.ensure(options.models, progress=print)
    with server.running(model_dir=options.models) as system:
        verdicts = asyncio.run(_measure(system, options))
    conclude(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--lies", type=int, default=100, help="how many bodies lie at once")
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    return parser.parse_args()


async def _measure(system: server.System, options: argparse.Namespace) -> list[Verdict]:
    person, attacker = [await people.register(system.url) for _ in range(2)]
    processes = system.processes
    web, (reader, *_) = (
        processes["web-1"],
        [processes[name] for name in processes if "reader" in name],
    )
    files = hostile(options.files)
    async with Api(system.url) as api:
        api.token = attacker.token
        outcomes = _Outcomes(api, attacker.ledger_id)
        await outcomes.add(files[4])  # harmless enough; it waits until the models are loaded
        web_mib, reader_mib = _mib(web), peak_mib(reader.pid)
        alone = await ask_beside(system.url, person.token, WORK, asyncio.sleep(_QUIET_SECONDS))
        beside_files = await ask_beside(system.url, person.token, WORK, outcomes.add_all(files))
        reader_grown, web_grown = peak_mib(reader.pid) - reader_mib, _mib(web) - web_mib
        lies = [
            (await outcomes.link(), _LIES[number % len(_LIES)]) for number in range(options.lies)
        ]
        heard: Counter[str] = Counter()
        beside_lies = await ask_beside(system.url, person.token, WORK, _tell_all(lies, heard))
    outcomes.print()
    for what, count in heard.most_common():
        print(f"  {count:>4} × {what}")
    print(f"  whoever works, alone   {spread(alone.latencies)}")
    print(f"  beside the files       {spread(beside_files.latencies)}")
    print(f"  beside the lies        {spread(beside_lies.latencies)}")
    died = [name for name, process in processes.items() if not process.is_running()]
    return [
        none_of("processes that died", died),
        none_of("files without an outcome", outcomes.of.get("", [])),
        none_of("lies that were believed", [what for what in heard if ": 2" in what]),
        at_most("memory that opening them took the reader, MiB", reader_grown, _MOST_READER_MIB),
        at_most("memory that the web process grew by, MiB", web_grown, _MOST_WEB_MIB * _AT_ONCE),
        at_most("after the lies, MiB", _mib(web) - web_mib, _MOST_WEB_MIB * options.lies),
    ]  # fmt: skip


def _mib(process: psutil.Process) -> float:
    return process.memory_info().rss / _MIB


class _Outcomes:
    """What became of files, by what was said of them: READ, or why not."""

    def __init__(self, api: Api, ledger_id: str) -> None:
        self._api, self._ledger_id = api, ledger_id
        self.of: defaultdict[str, list[str]] = defaultdict(list)

    async def add_all(self, files: Sequence[Hostile]) -> None:
        waiting = iter(files)

        async def one_after_the_other() -> None:
            for file in waiting:
                await self.add(file)

        await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))

    async def add(self, file: Hostile) -> None:
        try:
            receipt = await self._api.upload(documents.UPLOAD_RECEIPT, file.data, input=self._new())
        except Refused as refusal:
            self.of[str(refusal)].append(file.kind)
        else:
            self.of[await self._end(receipt["id"])].append(file.kind)

    async def _end(self, receipt_id: str) -> str:
        with suppress(TimeoutError):
            async with self._api.socket() as socket, asyncio.timeout(_PATIENCE_SECONDS):
                async for step in await socket.subscribe(
                    documents.FOLLOW_RECEIPT, receiptId=receipt_id
                ):
                    if step["status"] in ("READ", "FAILED"):
                        return step["failure"] or step["status"]
        return ""

    async def link(self) -> str:
        """Where one more could be put, on this server whatever it is called outside."""
        link = (await self._api.ask(PREPARE, input=self._new()))["url"]
        return self._api.url + urlsplit(link).path

    def print(self) -> None:
        for said, kinds in sorted(self.of.items()):
            some = ", ".join(f"{count} × {kind}" for kind, count in Counter(kinds).most_common(4))
            print(f"  {len(kinds):>4} × {said}: {some}")

    def _new(self) -> dict[str, str]:
        return {"id": str(new_id()), "ledgerId": self._ledger_id}


class _Lie(NamedTuple):
    """What the head says of the body, and how many bytes come then."""

    name: str
    head: str
    comes: int


_LIES = (
    _Lie("20 MB, as it says", "Content-Length: 20000000", 20_000_000),
    _Lie("20 MB in chunks", "Transfer-Encoding: chunked", 20_000_000),
    _Lie("a kilobyte of ten megabytes", "Content-Length: 10000000", 1_000),
    _Lie("a megabyte instead of ten bytes", "Content-Length: 10", 1_000_000),
)


async def _tell_all(lies: Sequence[tuple[str, _Lie]], heard: Counter[str]) -> None:
    heard.update(await asyncio.gather(*(_tell(url, lie) for url, lie in lies)))


async def _tell(url: str, lie: _Lie) -> str:
    """What was answered, if anything, before the server hung up."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"PUT {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lie.head}\r\n\r\n".encode()
    )
    answered = asyncio.create_task(_first_line(reader))
    with suppress(OSError):
        for piece in _pieces(lie):
            writer.write(piece)
            await writer.drain()
    line = await answered
    writer.close()
    return f"{lie.name}: {line or 'hung up'}"


def _pieces(lie: _Lie) -> Iterator[bytes]:
    """The first bytes are those of an image."""
    sent = b"\xff\xd8\xff" + b"x" * (lie.comes - 3)
    for start in range(0, lie.comes, _CHUNK_BYTES):
        piece = sent[start : start + _CHUNK_BYTES]
        is_chunked = "chunked" in lie.head
        yield b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece


async def _first_line(reader: asyncio.StreamReader) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            line = (await reader.readline()).decode()
    except OSError:
        return ""
    return line.removeprefix("HTTP/1.1").strip()


if __name__ == "__main__":
    main()
