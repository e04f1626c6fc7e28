"""Receipts are kept as they came, opened by whoever reads them, and may share a photograph.

Revision ID: 0016
Revises: 0020
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from alembic import op

revision = "0016"
down_revision = "0020"
branch_labels = None
depends_on = None

_CODES = {
    "The image is not there any more. Upload it again.": "IMAGE_GONE",
    "The image cannot be opened. Take another photograph.": "IMAGE_UNREADABLE",
    "There is no text on the image. Take another photograph, or type it in.": "NO_TEXT",
    "Reading was tried several times and did not come to its end. Type it in, or try again.": "GIVEN_UP",
}
_FAILURES = sa.Enum(
    "IMAGE_GONE",
    "IMAGE_UNREADABLE",
    "TOO_MANY_PIXELS",
    "TOO_MANY_PAGES",
    "ENCRYPTED_PDF",
    "DECODER_TIMEOUT",
    "DECODER_OUT_OF_MEMORY",
    "DECODER_CRASHED",
    "NO_TEXT",
    "GIVEN_UP",
    name="failure",
    native_enum=False,
    length=32,
)
_UNKNOWN_AT_FIRST = ("width", "height", "sha256")

_receipts = sa.table(
    "receipts",
    sa.column("failure", sa.String()),
    sa.column("image_key", sa.String()),
    sa.column("object_key", sa.String()),
)


def upgrade() -> None:
    op.add_column("receipts", sa.Column("image_key", AutoString(), nullable=True))
    op.add_column("receipts", sa.Column("part_of", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("receipts_part_of_fkey"),
        "receipts",
        "receipts",
        ["part_of"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("receipts_part_of_idx"), "receipts", ["part_of"])
    for column in _UNKNOWN_AT_FIRST:
        op.alter_column("receipts", column, nullable=True)
    op.execute(_receipts.update().values(image_key=_receipts.c.object_key))
    _rewrite(_CODES)
    op.alter_column("receipts", "failure", type_=_FAILURES, existing_type=AutoString())


def _rewrite(failures: dict[str, str]) -> None:
    for old, new in failures.items():
        op.execute(_receipts.update().where(_receipts.c.failure == old).values(failure=new))


def downgrade() -> None:
    op.alter_column("receipts", "failure", type_=AutoString(), existing_type=_FAILURES)
    _rewrite({code: words for words, code in _CODES.items()})
    op.execute(
        "UPDATE receipts SET width = coalesce(width, 0), height = coalesce(height, 0),"
        " sha256 = coalesce(sha256, uuid_send(id))"
    )
    for column in _UNKNOWN_AT_FIRST:
        op.alter_column("receipts", column, nullable=False)
    op.drop_column("receipts", "part_of")
    op.drop_column("receipts", "image_key")
