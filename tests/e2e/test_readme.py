"""What the README tells people to paste does what it says."""

import asyncio
import os
import re
from pathlib import Path

import orjson

from core.db import Database
from tests.live import relaying

ROOT = Path(__file__).parents[2]
_SNIPPET = re.compile(r"<!-- tested: [a-z ]+ -->\n```bash\n(.*?)```", re.DOTALL)


async def test_the_first_query_and_the_first_subscription_can_be_pasted(
    db: Database, redis_url: str, address: str
) -> None:
    query, subscription = _SNIPPET.findall((ROOT / "README.md").read_text())

    async with relaying(db, redis_url):
        shell = await asyncio.create_subprocess_exec(
            "bash",
            "-euc",
            f"{query}\necho\n{subscription}",
            cwd=ROOT,
            env={**os.environ, "OUTGO": f"http://{address}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaints = await shell.communicate()

    assert shell.returncode == 0, complaints.decode()
    ledgers, snapshot, event = [orjson.loads(line) for line in said.splitlines()]
    (personal,) = (edge["node"] for edge in ledgers["data"]["ledgers"]["edges"])
    assert (personal["name"], personal["kind"], personal["balances"]) == (
        "Personal",
        "PERSONAL",
        [],
    )
    assert snapshot["payload"]["data"]["ledgerEvents"]["seq"] == personal["seq"]
    assert event["payload"]["data"]["ledgerEvents"] == {
        "__typename": "LedgerEvent",
        "seq": personal["seq"] + 1,
        "kind": "expense.created",
        "actorName": "Ann",
    }
