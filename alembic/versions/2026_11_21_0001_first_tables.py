"""The first tables: accounts, ledgers, expenses, the log, receipts and budgets.

Revision ID: 0001
Revises:
"""

from uuid import NAMESPACE_DNS, uuid5

import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAMESPACE = uuid5(NAMESPACE_DNS, "categories.outgo")

CATEGORIES = {
    "food": (
        "Food",
        {
            "groceries": "Groceries",
            "restaurants": "Restaurants",
            "coffee": "Coffee and bakery",
            "takeaway": "Takeaway and delivery",
            "drinks": "Drinks and bars",
        },
    ),
    "home": (
        "Home",
        {
            "rent": "Rent",
            "mortgage": "Mortgage",
            "furniture": "Furniture",
            "maintenance": "Repairs and maintenance",
            "supplies": "Household supplies",
            "services": "Cleaning and services",
        },
    ),
    "utilities": (
        "Utilities",
        {
            "electricity": "Electricity",
            "water": "Water and waste",
            "heating": "Heating and gas",
            "internet": "Internet and television",
            "phone": "Phone",
        },
    ),
    "transport": (
        "Transport",
        {
            "fuel": "Fuel and charging",
            "public": "Public transport",
            "taxi": "Taxi and ride sharing",
            "parking": "Parking and tolls",
            "car": "Car and repairs",
            "bicycle": "Bicycle",
        },
    ),
    "travel": (
        "Travel",
        {
            "flights": "Flights",
            "trains": "Trains and coaches",
            "lodging": "Lodging",
            "activities": "Activities and tickets",
        },
    ),
    "health": (
        "Health",
        {
            "doctor": "Doctor and dentist",
            "pharmacy": "Pharmacy",
            "fitness": "Sport and fitness",
            "care": "Personal care",
        },
    ),
    "leisure": (
        "Leisure",
        {
            "entertainment": "Cinema, music and games",
            "books": "Books and media",
            "subscriptions": "Subscriptions",
            "hobbies": "Hobbies",
        },
    ),
    "shopping": (
        "Shopping",
        {
            "clothing": "Clothing and shoes",
            "electronics": "Electronics",
            "gifts": "Gifts",
        },
    ),
    "family": (
        "Family",
        {
            "childcare": "Childcare",
            "education": "Education",
            "pets": "Pets",
            "donations": "Donations",
        },
    ),
    "finance": (
        "Finance",
        {
            "fees": "Bank fees",
            "interest": "Interest",
            "insurance": "Insurance",
            "taxes": "Taxes",
        },
    ),
    "other": (
        "Other",
        {
            "general": "Everything else",
        },
    ),
}

FACT_BALANCES = """
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
"""

# An insert posts all entries of a fact at once, so one check per statement is enough there;
# what removes entries is checked row by row, when the transaction has put the new ones in place.
ENTRIES_BALANCE = [
    """
    CREATE FUNCTION outgo_entries_posted() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(expense_id, settlement_id)
           FROM (SELECT DISTINCT expense_id, settlement_id FROM posted) AS facts;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER entries_posted AFTER INSERT ON entries
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION outgo_entries_posted()
    """,
    """
    CREATE FUNCTION outgo_entry_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(OLD.expense_id, OLD.settlement_id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER entry_removed
    AFTER DELETE OR UPDATE OF paid_minor, owed_minor, expense_id, settlement_id ON entries
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_entry_removed()
    """,
    """
    CREATE FUNCTION outgo_expense_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NEW.id, NULL);
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER expense_has_entries
    AFTER INSERT OR UPDATE OF amount_minor, deleted_at ON expenses
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_expense_settled()
    """,
    """
    CREATE FUNCTION outgo_settlement_settled() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM outgo_assert_fact_balances(NULL, NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER settlement_has_entries
    AFTER INSERT OR UPDATE OF amount_minor, deleted_at ON settlements
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION outgo_settlement_settled()
    """,
]

APPEND_ONLY = [
    """
    CREATE FUNCTION outgo_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF current_setting('outgo.erasing_ledger', true) = OLD.ledger_id::text THEN
                RETURN OLD;
            END IF;
        ELSIF OLD.published_at IS NULL
              AND to_jsonb(OLD) - 'published_at' = to_jsonb(NEW) - 'published_at' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION outgo_events_append_only()
    """,
    """
    CREATE FUNCTION outgo_events_announced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('outgo_events', '');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER events_announced AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION outgo_events_announced()
    """,
]

FUNCTIONS = [
    "outgo_events_announced()",
    "outgo_events_append_only()",
    "outgo_settlement_settled()",
    "outgo_expense_settled()",
    "outgo_entry_removed()",
    "outgo_entries_posted()",
    "outgo_assert_fact_balances(uuid, uuid)",
]


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _create_tables()
    for statement in (FACT_BALANCES, *ENTRIES_BALANCE, *APPEND_ONLY):
        op.execute(statement)
    _seed_categories()


def _seed_categories() -> None:
    categories = sa.table(
        "categories",
        sa.column("id", sa.Uuid()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("key", sa.String()),
        sa.column("name", sa.String()),
        sa.column("parent_id", sa.Uuid()),
    )

    def row(key: str, name: str, parent: str | None = None) -> dict[str, object]:
        return {
            "id": uuid5(NAMESPACE, key),
            "created_at": sa.func.now(),
            "key": key,
            "name": name,
            "parent_id": uuid5(NAMESPACE, parent) if parent else None,
        }

    for key, (name, children) in CATEGORIES.items():
        op.execute(categories.insert().values(**row(key, name)))
        for child, child_name in children.items():
            op.execute(categories.insert().values(**row(f"{key}.{child}", child_name, key)))


def _create_tables() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("categories_parent_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("categories_pkey")),
        sa.UniqueConstraint("key", name=op.f("categories_key_key")),
    )
    op.create_index(op.f("categories_parent_id_idx"), "categories", ["parent_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("password_hash", AutoString(), nullable=False),
        sa.Column("time_zone", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("email", name=op.f("users_email_key")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("devices_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("devices_pkey")),
    )
    op.create_index(op.f("devices_user_id_idx"), "devices", ["user_id"], unique=False)
    op.create_table(
        "ledgers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("PERSONAL", "GROUP", name="ledgerkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind = 'PERSONAL' OR owner_id IS NULL",
            name=op.f("ledgers_only_personal_is_owned_check"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("ledgers_owner_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("ledgers_pkey")),
        sa.UniqueConstraint("owner_id", name=op.f("ledgers_owner_id_key")),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column(
            "period",
            sa.Enum("WEEKLY", "MONTHLY", "YEARLY", name="periodkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("category_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("thresholds", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("budgets_amount_is_positive_check")),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("budgets_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budgets_pkey")),
    )
    op.create_index(op.f("budgets_ledger_id_idx"), "budgets", ["ledger_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ledger.created",
                "ledger.updated",
                "ledger.archived",
                "ledger.reopened",
                "ledger.erased",
                "member.added",
                "member.joined",
                "member.claimed",
                "member.left",
                "member.updated",
                "invite.created",
                "invite.revoked",
                "expense.created",
                "expense.updated",
                "expense.deleted",
                "expense.restored",
                "settlement.recorded",
                "settlement.deleted",
                "receipt.uploaded",
                "receipt.reading",
                "receipt.read",
                "receipt.failed",
                "receipt.retried",
                "receipt.confirmed",
                "receipt.deleted",
                "budget.created",
                "budget.updated",
                "budget.deleted",
                "budget.alerted",
                name="eventkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", AutoString(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("balances", postgresql.JSONB(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("events_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ledger_id", "seq", name=op.f("events_pkey")),
    )
    op.create_index("events_entity_idx", "events", ["ledger_id", "entity_id"], unique=False)
    op.create_index(
        "events_unpublished_idx",
        "events",
        ["position"],
        unique=False,
        postgresql_where=text("published_at IS NULL"),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "OWNER", "ADMIN", "MEMBER", "VIEWER", name="role", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("invites_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("invites_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("invites_token_hash_key")),
    )
    op.create_index(op.f("invites_ledger_id_idx"), "invites", ["ledger_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "OWNER", "ADMIN", "MEMBER", "VIEWER", name="role", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("weight > 0", name=op.f("members_weight_is_positive_check")),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("members_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("members_user_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("members_pkey")),
        sa.UniqueConstraint("ledger_id", "user_id", name=op.f("members_ledger_id_user_id_key")),
    )
    op.create_index(op.f("members_user_id_idx"), "members", ["user_id"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("BUDGET_ALERT", name="notificationkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("notifications_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notifications_pkey")),
        sa.UniqueConstraint("ledger_id", "seq", name=op.f("notifications_ledger_id_seq_key")),
    )
    op.create_index(
        "notifications_unread_idx",
        "notifications",
        ["ledger_id"],
        unique=False,
        postgresql_where=text("read_at IS NULL"),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("object_key", AutoString(), nullable=False),
        sa.Column("content_type", AutoString(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "priority",
            sa.Enum("INTERACTIVE", "BULK", name="receiptpriority", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "QUEUED",
                "READING",
                "READ",
                "FAILED",
                "CONFIRMED",
                name="receiptstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("failure", AutoString(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=True),
        sa.Column("reading", postgresql.JSONB(), nullable=True),
        sa.Column("correction", postgresql.JSONB(), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("reading_millis", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("receipts_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("receipts_pkey")),
    )
    op.create_index(
        "receipts_newest_idx",
        "receipts",
        ["ledger_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("receipts_same_image_idx", "receipts", ["ledger_id", "sha256"], unique=True)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column(
            "ended_because",
            sa.Enum(
                "LOGGED_OUT",
                "REVOKED",
                "PASSWORD_CHANGED",
                "TOKEN_REUSED",
                "REPLACED",
                name="sessionend",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("sessions_device_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("sessions_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_pkey")),
    )
    op.create_index(op.f("sessions_device_id_idx"), "sessions", ["device_id"], unique=False)
    op.create_index(op.f("sessions_user_id_idx"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "balances",
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("balances_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("balances_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ledger_id", "member_id", "currency", name=op.f("balances_pkey")),
    )
    op.create_table(
        "budget_alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column(
            "period",
            sa.Enum("WEEKLY", "MONTHLY", "YEARLY", name="periodkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("alerted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["budgets.id"],
            name=op.f("budget_alerts_budget_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("budget_alerts_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("budget_alerts_pkey")),
        sa.UniqueConstraint(
            "budget_id",
            "period",
            "period_start",
            "threshold",
            name=op.f("budget_alerts_budget_id_period_period_start_threshold_key"),
        ),
    )
    op.create_index(
        op.f("budget_alerts_ledger_id_idx"), "budget_alerts", ["ledger_id"], unique=False
    )
    op.create_table(
        "expenses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("payers", postgresql.JSONB(), nullable=False),
        sa.Column("split", postgresql.JSONB(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("merchant", AutoString(), nullable=True),
        sa.Column("note", AutoString(), nullable=True),
        sa.Column(
            "search_text",
            AutoString(),
            sa.Computed(
                "lower(coalesce(merchant, '') || ' ' || coalesce(note, ''))", persisted=True
            ),
            nullable=True,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "MANUAL", "RECEIPT", "BANK_IMPORT", name="source", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("expenses_category_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("expenses_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["receipts.id"],
            name=op.f("expenses_receipt_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("expenses_pkey")),
        sa.UniqueConstraint("receipt_id", name=op.f("expenses_receipt_id_key")),
    )
    op.create_index(
        "expenses_amount_idx", "expenses", ["ledger_id", "amount_minor", "id"], unique=False
    )
    op.create_index(op.f("expenses_category_id_idx"), "expenses", ["category_id"], unique=False)
    op.create_index(
        "expenses_created_idx", "expenses", ["ledger_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "expenses_newest_idx",
        "expenses",
        ["ledger_id", sa.literal_column("day DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "expenses_text_idx",
        "expenses",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("successor_salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("refresh_tokens_session_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("refresh_tokens_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("refresh_tokens_token_hash_key")),
    )
    op.create_index(
        op.f("refresh_tokens_session_id_idx"), "refresh_tokens", ["session_id"], unique=False
    )
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "CASH",
                "BANK_TRANSFER",
                "CARD",
                "OTHER",
                name="settlementmethod",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", AutoString(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("settlements_amount_is_positive_check")),
        sa.CheckConstraint("payer_id <> payee_id", name=op.f("settlements_two_people_check")),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("settlements_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["members.id"], name=op.f("settlements_payee_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"], ["members.id"], name=op.f("settlements_payer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("settlements_pkey")),
    )
    op.create_index(
        "settlements_newest_idx",
        "settlements",
        ["ledger_id", sa.literal_column("day DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "debts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("expense_id", sa.Uuid(), nullable=True),
        sa.Column("settlement_id", sa.Uuid(), nullable=True),
        sa.Column("debtor_id", sa.Uuid(), nullable=False),
        sa.Column("creditor_id", sa.Uuid(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("minor > 0", name=op.f("debts_minor_is_positive_check")),
        sa.CheckConstraint(
            "num_nonnulls(expense_id, settlement_id) = 1", name=op.f("debts_of_one_fact_check")
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"], ["members.id"], name=op.f("debts_creditor_id_fkey")
        ),
        sa.ForeignKeyConstraint(["debtor_id"], ["members.id"], name=op.f("debts_debtor_id_fkey")),
        sa.ForeignKeyConstraint(
            ["expense_id"], ["expenses.id"], name=op.f("debts_expense_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("debts_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlements.id"],
            name=op.f("debts_settlement_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("debts_pkey")),
    )
    op.create_index(op.f("debts_expense_id_idx"), "debts", ["expense_id"], unique=False)
    op.create_index(
        "debts_pair_idx", "debts", ["ledger_id", "debtor_id", "creditor_id"], unique=False
    )
    op.create_index(op.f("debts_settlement_id_idx"), "debts", ["settlement_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("expense_id", sa.Uuid(), nullable=True),
        sa.Column("settlement_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(expense_id, settlement_id) = 1", name=op.f("entries_of_one_fact_check")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("entries_category_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["expense_id"],
            ["expenses.id"],
            name=op.f("entries_expense_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("entries_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("entries_member_id_fkey")),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlements.id"],
            name=op.f("entries_settlement_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("entries_user_id_fkey"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("entries_pkey")),
    )
    op.create_index(op.f("entries_expense_id_idx"), "entries", ["expense_id"], unique=False)
    op.create_index("entries_member_idx", "entries", ["ledger_id", "member_id"], unique=False)
    op.create_index(op.f("entries_settlement_id_idx"), "entries", ["settlement_id"], unique=False)
    op.create_index(
        "entries_spending_idx",
        "entries",
        ["user_id", "day", "currency", "category_id"],
        unique=False,
    )


def downgrade() -> None:
    for table in TABLES_LAST_FIRST:
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


TABLES_LAST_FIRST = [
    "notifications",
    "budget_alerts",
    "debts",
    "entries",
    "events",
    "settlements",
    "expenses",
    "receipts",
    "budgets",
    "balances",
    "invites",
    "members",
    "ledgers",
    "refresh_tokens",
    "sessions",
    "devices",
    "users",
    "categories",
]
