import asyncio
import hashlib
from typing import Annotated

import strawberry
from strawberry import relay

from domain.imports.contents import MOST_BYTES, Contents
from domain.imports.file import read
from domain.pages import Slice
from resolvers import deadlines
from resolvers.intake import bytes_of
from schema.context import Info
from schema.file_import import (
    Import,
    ImportConnection,
    ImportFileInput,
    ImportPreview,
    ImportPreviewResult,
    ImportResult,
    PreviewImportInput,
)
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from services import imports


@strawberry.type
class ImportQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="Files imported into a ledger, newest first."
    )
    async def imports(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")],
        first: First = 50,
        after: After = None,
    ) -> ImportConnection:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        async with info.context.db.reading() as session:
            page = await imports.page(session, viewer, ledger, Slice.of(first, after))
        return ImportConnection.over(page)

    @strawberry.field(
        permission_classes=[SignedIn],
        description="Say what importing a file would do, and do nothing: an export of ours (JSON), of "
        "Splitwise (CSV) or of Spliit (JSON).",
    )
    async def preview_import(self, info: Info, input: PreviewImportInput) -> ImportPreviewResult:
        viewer, ledger_id, mapping = actor(info).user_id, input.ledger, input.mapping
        contents = await _contents(await _bytes(input.file), input.currency)
        async with info.context.db.reading() as session:
            plan = await imports.preview(session, viewer, ledger_id, contents, mapping)
        return ImportPreview.of(plan)


@strawberry.type
class ImportMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Import what is new in a file. The same file again adds nothing.",
    )
    async def import_file(self, info: Info, input: ImportFileInput) -> ImportResult:
        deadlines.take(info.context.limits.import_seconds)
        data = await _bytes(input.file)
        wanted = input.to_domain(hashlib.sha256(data).hexdigest())
        contents = await _contents(data, input.currency)
        async with info.context.db.transaction() as tx:
            row = await imports.commit(tx, actor(info), wanted, contents)
        return Import.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete all that an import added, edited since or not. The file may be imported again.",
    )
    async def undo_import(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which import.")],
    ) -> ImportResult:
        deadlines.take(info.context.limits.import_seconds)
        import_id = row_id(id, "Import")
        async with info.context.db.transaction() as tx:
            row = await imports.undo(tx, actor(info), import_id)
        return Import.of(row)


async def _bytes(upload: object) -> bytes:
    return await bytes_of(upload, at_most=MOST_BYTES)


async def _contents(data: bytes, currency: str | None) -> Contents:
    """Read beside the event loop, which others wait for."""
    return await asyncio.to_thread(read, data, currency)
