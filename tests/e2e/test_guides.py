"""What the guides show works as it stands there."""

import asyncio
import re
from pathlib import Path

import pytest
from PIL import Image

from core.db import Database
from tests.e2e.documents import global_id
from tests.e2e.node import CLIENTS, needs_node, said_by
from tests.groups import make_group
from tests.live import relaying
from tests.people import PASSWORD, register

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "frontend.md"
_SHELL = re.compile(r"```bash\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"```js\n// (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The folder of the client that the guide writes file by file."""
    files = _FILE.findall(GUIDE.read_text())
    assert len(files) == GUIDE.read_text().count("```js")
    for name, text in files:
        (tmp_path / name).write_text(text)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "node_modules").symlink_to(CLIENTS / "node_modules")
    return tmp_path


@needs_node
async def test_the_client_of_the_guide_does_what_the_guide_says(
    db: Database, redis_url: str, address: str, client: Path
) -> None:
    signed_in = await register(db)
    group = await make_group(db, signed_in.actor)
    photo = client / "photo.png"
    Image.new("RGB", (60, 40), (200, 10, 10)).save(photo)

    async with relaying(db, redis_url):
        said = await said_by(
            "guide.mjs",
            *(str(client), f"http://{address}/graphql", f"ws://{address}/graphql"),
            *(signed_in.user.email or "", PASSWORD, global_id("Ledger", group.id), str(photo)),
        )

    assert said == {
        "refreshed": True,
        "wrong": "WRONG_CREDENTIALS",
        "refused": "Invalid",
        "apollo": ["three", "two", "one"],
        "urql": ["three", "two", "one"],
        "heard": ["LedgerSnapshot", *["expense.created"] * 3],
        "upload": ["QUEUED", "QUEUED", True],
        "offline": [0, 1],
        "busy": [0, 2],
        "outbox": [["eight", "Expense"], ["nine", "Expense"]],
        "left": 0,
    }


async def test_what_contributors_try_first_works() -> None:
    snippets = _SHELL.findall((ROOT / "CONTRIBUTING.md").read_text())
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euc",
        "\n".join(snippets),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await shell.communicate()

    assert shell.returncode == 0, said.decode()
    assert said.decode().endswith("['3.34 EUR', '3.33 EUR', '3.33 EUR']\n")
