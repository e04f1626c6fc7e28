"""What everyone spent on each day, kept by triggers on entries and counted once for what is there.

Ledgers are counted one after the other, each in a transaction of its own under its lock, so that nobody waits
for more than one. Interrupted, it may be run again.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# What entries, taken from anywhere, come to by day. The nil id stands for all categories.
SUMS = """
    SELECT user_id, counted.category_id, day, currency, ledger_id, sum(owed_minor) AS minor
      FROM {entries}
     CROSS JOIN LATERAL (VALUES ('00000000-0000-0000-0000-000000000000'), (category_id))
        AS counted (category_id)
     WHERE user_id IS NOT NULL AND expense_id IS NOT NULL AND owed_minor <> 0
       AND counted.category_id IS NOT NULL
     GROUP BY user_id, counted.category_id, day, currency, ledger_id
"""

# What is taken away was there: only rows that go with their person at this moment are not.
MOVE = f"""
CREATE OR REPLACE FUNCTION outgo_entries_spent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE spent_on_days AS spent SET minor = spent.minor - gone.minor
          FROM ({SUMS.format(entries="taken")}) AS gone
         WHERE (spent.user_id, spent.category_id, spent.day, spent.currency, spent.ledger_id)
             = (gone.user_id, gone.category_id, gone.day, gone.currency, gone.ledger_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO spent_on_days AS spent (user_id, category_id, day, currency, ledger_id, minor)
        {SUMS.format(entries="posted")}
        ON CONFLICT (user_id, category_id, day, currency, ledger_id)
        DO UPDATE SET minor = spent.minor + excluded.minor;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - no value is put into it

TRIGGERS = [
    """
    CREATE OR REPLACE TRIGGER entries_spent_more AFTER INSERT ON entries
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION outgo_entries_spent()
    """,
    """
    CREATE OR REPLACE TRIGGER entries_spent_otherwise AFTER UPDATE ON entries
    REFERENCING OLD TABLE AS taken NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION outgo_entries_spent()
    """,
    """
    CREATE OR REPLACE TRIGGER entries_spent_less AFTER DELETE ON entries
    REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION outgo_entries_spent()
    """,
]

# Whoever writes entries has the ledger's row locked: what is counted stays as it is.
RECOUNT = f"""
CREATE OR REPLACE FUNCTION outgo_recount_spent(ledger uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledgers WHERE id = ledger FOR UPDATE;
    DELETE FROM spent_on_days WHERE ledger_id = ledger;
    INSERT INTO spent_on_days (user_id, category_id, day, currency, ledger_id, minor)
    {SUMS.format(entries="(SELECT * FROM entries WHERE ledger_id = ledger) AS entries")};
END $$
"""  # noqa: S608 - as above

FUNCTIONS = ["outgo_recount_spent(uuid)", "outgo_entries_spent()"]


def upgrade() -> None:
    op.create_table(
        "spent_on_days",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("spent_on_days_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("spent_on_days_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            *("user_id", "category_id", "day", "currency", "ledger_id"),
            name=op.f("spent_on_days_pkey"),
        ),
        if_not_exists=True,
    )
    op.create_index("spent_on_days_ledger_idx", "spent_on_days", ["ledger_id"], if_not_exists=True)
    for statement in (MOVE, *TRIGGERS, RECOUNT):
        op.execute(statement)
    with op.get_context().autocommit_block():
        for (ledger_id,) in op.get_bind().execute(sa.text("SELECT id FROM ledgers")).all():
            op.execute(sa.text("SELECT outgo_recount_spent(:id)").bindparams(id=ledger_id))


def downgrade() -> None:
    for trigger in ("entries_spent_more", "entries_spent_otherwise", "entries_spent_less"):
        op.execute(f"DROP TRIGGER {trigger} ON entries")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("spent_on_days")
