"""Programs for Node that tests play against a real server."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

CLIENTS = Path(__file__).parents[1] / "clients"

needs_node = pytest.mark.skipif(
    not (CLIENTS / "node_modules").is_dir() or shutil.which("node") is None,
    reason="needs Node: `make test` then installs the clients",
)


async def run(*command: str, cwd: Path = CLIENTS) -> str:
    process = await asyncio.create_subprocess_exec(
        "node", *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, complaints = await process.communicate()
    assert process.returncode == 0, (out + complaints).decode()
    return out.decode()


async def said_by(script: str, *arguments: str) -> Any:
    return json.loads(await run(script, *arguments))
