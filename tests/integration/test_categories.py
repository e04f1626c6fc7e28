from core.db import Database
from core.ids import new_id
from models.category import Category
from services import categories


async def test_a_category_that_came_with_a_newer_version_is_found(db: Database) -> None:
    known = await categories.to_show(db)
    async with db.transaction() as tx:
        new = Category(key="moon", name="Trips to the moon")
        tx.add(new)
    try:
        assert new.id not in known
        assert (await categories.to_show_of(db, [new.id]))[new.id].name == "Trips to the moon"
    finally:
        async with db.transaction() as tx:
            await tx.delete(new)
        await categories.to_show_of(db, [new_id()])  # as it was before
