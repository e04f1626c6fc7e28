"""One world for all tests of a module, which only look."""

import pytest

from core.db import Database
from tests import databases
from tests.world import World, make_world


@pytest.fixture(scope="module")
async def world(_worker_db: Database) -> World:
    await databases.empty(_worker_db)
    return await make_world(_worker_db)
