"""Conversions as a third kind of fact, rates, and what a settlement has to tell.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Per currency, since a conversion has two. A fact that is deleted, or not there, has nothing due.
FACT_BALANCES = """
CREATE FUNCTION outgo_assert_fact_balances(expense uuid, settlement uuid, conversion uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT currency, due.minor, posted.paid, posted.owed INTO wrong
      FROM (SELECT currency, amount_minor AS minor
              FROM expenses WHERE id = expense AND deleted_at IS NULL
             UNION ALL
            SELECT currency, amount_minor
              FROM settlements WHERE id = settlement AND deleted_at IS NULL
             UNION ALL
            SELECT from_currency, from_minor
              FROM conversions WHERE id = conversion AND deleted_at IS NULL
             UNION ALL
            SELECT to_currency, to_minor
              FROM conversions WHERE id = conversion AND deleted_at IS NULL) AS due
      FULL JOIN
           (SELECT currency, sum(paid_minor) AS paid, sum(owed_minor) AS owed
              FROM entries
             WHERE expense_id = expense OR settlement_id = settlement OR conversion_id = conversion
             GROUP BY currency) AS posted
     USING (currency)
     WHERE (due.minor, due.minor) IS DISTINCT FROM (posted.paid, posted.owed)
     LIMIT 1;
    IF FOUND AND wrong.minor IS NULL THEN
        RAISE EXCEPTION 'a deleted fact has entries' USING ERRCODE = 'check_violation';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'entries do not balance: paid %, owed %, amount % %',
            wrong.paid, wrong.owed, wrong.minor, wrong.currency
            USING ERRCODE = 'check_violation';
    END IF;
END $$
"""

THREE_KINDS = [
    """
    CREATE OR REPLACE FUNCTION outgo_entries_posted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(expense_id, settlement_id, conversion_id)
           FROM (SELECT DISTINCT expense_id, settlement_id, conversion_id FROM posted) AS facts;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_entry_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(OLD.expense_id, OLD.settlement_id, OLD.conversion_id);
        RETURN NULL;
    END $$
    """,
    "DROP TRIGGER entry_removed ON entries",
    """
    CREATE CONSTRAINT TRIGGER entry_removed
    AFTER DELETE OR UPDATE OF
        currency, paid_minor, owed_minor, expense_id, settlement_id, conversion_id ON entries
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_entry_removed()
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_expense_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NEW.id, NULL, NULL);
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_settlement_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NULL, NEW.id, NULL);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION outgo_conversion_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NULL, NULL, NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER conversion_has_entries
    AFTER INSERT OR UPDATE OF from_minor, to_minor, deleted_at ON conversions
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_conversion_settled()
    """,
    "DROP FUNCTION outgo_assert_fact_balances(uuid, uuid)",
]

RATES_STAY = [
    """
    CREATE FUNCTION outgo_rates_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a rate never changes' USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER rates_stay BEFORE UPDATE ON rates
    FOR EACH ROW EXECUTE FUNCTION outgo_rates_stay()
    """,
]

TWO_KINDS = [
    """
    CREATE FUNCTION outgo_assert_fact_balances(expense uuid, settlement uuid) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        due bigint := COALESCE(
            (SELECT amount_minor FROM expenses WHERE id = expense AND deleted_at IS NULL),
            (SELECT amount_minor FROM settlements WHERE id = settlement AND deleted_at IS NULL));
        parts bigint;
        paid bigint;
        owed bigint;
    BEGIN
        SELECT count(*), COALESCE(sum(paid_minor), 0), COALESCE(sum(owed_minor), 0)
          INTO parts, paid, owed
          FROM entries
         WHERE expense_id = expense OR settlement_id = settlement;
        IF due IS NULL AND parts > 0 THEN
            RAISE EXCEPTION 'a deleted fact has entries' USING ERRCODE = 'check_violation';
        ELSIF due IS NOT NULL AND (parts = 0 OR paid <> due OR owed <> due) THEN
            RAISE EXCEPTION 'entries do not balance: paid %, owed %, amount %', paid, owed, due
                USING ERRCODE = 'check_violation';
        END IF;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_entries_posted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(expense_id, settlement_id)
           FROM (SELECT DISTINCT expense_id, settlement_id FROM posted) AS facts;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_entry_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(OLD.expense_id, OLD.settlement_id);
        RETURN NULL;
    END $$
    """,
    "DROP TRIGGER entry_removed ON entries",
    """
    CREATE CONSTRAINT TRIGGER entry_removed
    AFTER DELETE OR UPDATE OF paid_minor, owed_minor, expense_id, settlement_id ON entries
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_entry_removed()
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_expense_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NEW.id, NULL);
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION outgo_settlement_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NULL, NEW.id);
        RETURN NULL;
    END $$
    """,
    "DROP FUNCTION outgo_assert_fact_balances(uuid, uuid, uuid)",
]

# Without conversions, balances are what the other facts sum to.
BALANCES_WITHOUT_CONVERSIONS = """
UPDATE balances SET net_minor = COALESCE(
    (SELECT sum(paid_minor - owed_minor) FROM entries
      WHERE entries.ledger_id = balances.ledger_id
        AND entries.member_id = balances.member_id
        AND entries.currency = balances.currency), 0)
"""

_STATES = sa.Enum(
    "RECORDED", "CONFIRMED", "DISPUTED", name="settlementstate", native_enum=False, length=32
)


def upgrade() -> None:
    op.add_column(
        "ledgers", sa.Column("presentation_currency", AutoString(length=3), nullable=True)
    )
    _extend_settlements()
    _create_tables()
    for table in ("entries", "debts"):
        _point_to_conversions(table)
    for statement in (FACT_BALANCES, *THREE_KINDS, *RATES_STAY):
        op.execute(statement)


def _extend_settlements() -> None:
    for column in (
        sa.Column("paid_as_minor", sa.BigInteger(), nullable=True),
        sa.Column("paid_as_currency", AutoString(length=3), nullable=True),
        sa.Column("rate", sa.Numeric(36, 18), nullable=True),
        sa.Column("overpaid_minor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("state", _STATES, nullable=False, server_default="RECORDED"),
        sa.Column("dispute_reason", AutoString(), nullable=True),
    ):
        op.add_column("settlements", column)
    op.alter_column("settlements", "overpaid_minor", server_default=None)
    op.alter_column("settlements", "state", server_default=None)
    op.create_check_constraint(
        op.f("settlements_rate_is_frozen_check"),
        "settlements",
        "num_nonnulls(paid_as_minor, paid_as_currency, rate) IN (0, 3)",
    )
    op.create_check_constraint(
        op.f("settlements_dispute_has_a_reason_check"),
        "settlements",
        "(state = 'DISPUTED') = (dispute_reason IS NOT NULL)",
    )


def _create_tables() -> None:
    op.create_table(
        "rates",
        *_asked_columns(),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("base", AutoString(length=3), nullable=False),
        sa.Column("quote", AutoString(length=3), nullable=False),
        sa.Column(
            "source",
            sa.Enum("MANUAL", name="ratesource", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("rate", sa.Numeric(36, 18), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("rates_rate_is_positive_check")),
        sa.CheckConstraint("base <> quote", name=op.f("rates_two_currencies_check")),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("rates_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("rates_pkey")),
    )
    op.create_table(
        "conversions",
        *_asked_columns(),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("debtor_id", sa.Uuid(), nullable=False),
        sa.Column("creditor_id", sa.Uuid(), nullable=False),
        sa.Column("from_minor", sa.BigInteger(), nullable=False),
        sa.Column("from_currency", AutoString(length=3), nullable=False),
        sa.Column("to_minor", sa.BigInteger(), nullable=False),
        sa.Column("to_currency", AutoString(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(36, 18), nullable=False),
        sa.Column("rate_day", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("debtor_id <> creditor_id", name=op.f("conversions_two_people_check")),
        sa.CheckConstraint(
            "from_currency <> to_currency", name=op.f("conversions_two_currencies_check")
        ),
        sa.CheckConstraint(
            "from_minor > 0 AND to_minor > 0", name=op.f("conversions_amounts_are_positive_check")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("conversions_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["debtor_id"], ["members.id"], name=op.f("conversions_debtor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"], ["members.id"], name=op.f("conversions_creditor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("conversions_pkey")),
    )
    for table in ("rates", "conversions"):
        op.create_index(
            f"{table}_newest_idx",
            table,
            ["ledger_id", sa.literal_column("day DESC"), sa.literal_column("id DESC")],
        )


def _asked_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
    ]


def _point_to_conversions(table: str) -> None:
    op.add_column(table, sa.Column("conversion_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(f"{table}_conversion_id_fkey"),
        table,
        "conversions",
        ["conversion_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f(f"{table}_conversion_id_idx"), table, ["conversion_id"])
    op.drop_constraint(op.f(f"{table}_of_one_fact_check"), table)
    op.create_check_constraint(
        op.f(f"{table}_of_one_fact_check"),
        table,
        "num_nonnulls(expense_id, settlement_id, conversion_id) = 1",
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER conversion_has_entries ON conversions")
    op.execute("DROP FUNCTION outgo_conversion_settled()")
    for statement in TWO_KINDS:
        op.execute(statement)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending when tables change
    op.execute("DELETE FROM debts WHERE conversion_id IS NOT NULL")
    op.execute("DELETE FROM entries WHERE conversion_id IS NOT NULL")
    for table in ("debts", "entries"):
        op.drop_constraint(op.f(f"{table}_of_one_fact_check"), table)
        op.drop_column(table, "conversion_id")
        op.create_check_constraint(
            op.f(f"{table}_of_one_fact_check"), table, "num_nonnulls(expense_id, settlement_id) = 1"
        )
    op.execute(BALANCES_WITHOUT_CONVERSIONS)
    op.drop_table("conversions")
    op.drop_table("rates")
    op.execute("DROP FUNCTION outgo_rates_stay()")
    op.drop_constraint(op.f("settlements_rate_is_frozen_check"), "settlements")
    op.drop_constraint(op.f("settlements_dispute_has_a_reason_check"), "settlements")
    for column in (
        "paid_as_minor",
        "paid_as_currency",
        "rate",
        "overpaid_minor",
        "state",
        "dispute_reason",
    ):
        op.drop_column("settlements", column)
    op.drop_column("ledgers", "presentation_currency")
