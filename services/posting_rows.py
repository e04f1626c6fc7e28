"""What a posting reads and writes: one statement each, however many people take part."""

from sqlalchemy import Uuid, bindparam
from sqlmodel import col

from core.prepared import Prepared, insert_many, one_of
from models.base import select_shown
from models.expense import Debt, Entry
from models.ledger import Balance, Member

REFERENCES = ("expense_id", "settlement_id", "conversion_id")

ENTER = Prepared(
    insert_many(
        Entry,
        "id",
        "created_at",
        "ledger_id",
        *REFERENCES,
        "member_id",
        "user_id",
        "currency",
        "paid_minor",
        "owed_minor",
        "spare_minor",
        "day",
        "category_id",
    )
)

OWE = Prepared(
    insert_many(
        Debt,
        "id",
        "created_at",
        "ledger_id",
        *REFERENCES,
        "debtor_id",
        "creditor_id",
        "currency",
        "minor",
    )
)

_adding = insert_many(Balance, "ledger_id", "member_id", "currency", "net_minor", "spare_minor")
MOVE = Prepared(
    _adding.on_conflict_do_update(
        index_elements=["ledger_id", "member_id", "currency"],
        set_={
            "net_minor": col(Balance.net_minor) + _adding.excluded.net_minor,
            "spare_minor": col(Balance.spare_minor) + _adding.excluded.spare_minor,
        },
    ).returning(col(Balance.member_id), col(Balance.currency), col(Balance.net_minor))
)

SEATS = Prepared(
    select_shown(Member).where(
        Member.ledger_id == bindparam("ledger_id", type_=Uuid()), one_of(Member.id)
    )
)
