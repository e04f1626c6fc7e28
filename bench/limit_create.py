"""A new expense that all members share equally: every row that Outgo writes, by statements written out."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from core.clock import now
from core.ids import new_id
from domain.actor import Actor
from domain.debts import of_fact
from domain.log import EventKind, Fact, chained
from domain.money import rotation

_LOCK = """
    SELECT l.seq, l.head_hash, m.id AS member_id, m.name
    FROM ledgers l JOIN members m ON m.ledger_id = l.id
    WHERE l.id = $1 AND m.user_id = $2 AND m.left_at IS NULL AND l.archived_at IS NULL
    FOR UPDATE"""

_SEATED = """
    SELECT id, user_id FROM members WHERE ledger_id = $1 AND left_at IS NULL AND NOT EXISTS (
        SELECT FROM default_splits WHERE ledger_id = $1 AND split IS NOT NULL)
    ORDER BY id"""

_EXPENSE = """
    INSERT INTO expenses (id, created_at, version, clock, fingerprint, ledger_id, amount_minor,
        currency, payers, split, day, merchant, tags, source, created_by)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, '{}', 'MANUAL', $12)
    ON CONFLICT (id) DO NOTHING RETURNING id"""

_ENTRIES = """
    INSERT INTO entries (id, created_at, ledger_id, expense_id, currency, day, member_id, user_id,
        paid_minor, owed_minor, spare_minor)
    SELECT id, $1, $2, $3, $4, $5, member_id, user_id, paid, owed, spare
    FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[], $10::bigint[], $11::bigint[])
        AS entry(id, member_id, user_id, paid, owed, spare)"""

_DEBTS = """
    INSERT INTO debts (id, created_at, ledger_id, expense_id, currency, debtor_id, creditor_id, minor)
    SELECT id, $1, $2, $3, $4, debtor, creditor, minor
    FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::bigint[])
        AS debt(id, debtor, creditor, minor)"""

_BALANCES = """
    INSERT INTO balances AS b (ledger_id, currency, member_id, net_minor, spare_minor)
    SELECT $1, $2, member_id, net, spare
    FROM unnest($3::uuid[], $4::bigint[], $5::bigint[]) AS move(member_id, net, spare)
    ON CONFLICT (ledger_id, member_id, currency) DO UPDATE SET
        net_minor = b.net_minor + excluded.net_minor,
        spare_minor = b.spare_minor + excluded.spare_minor
    RETURNING member_id, net_minor"""

_HEAD = "UPDATE ledgers SET seq = $2, head_hash = $3 WHERE id = $1"

_EVENT = """
    INSERT INTO events (ledger_id, seq, kind, entity_id, actor_id, actor_name, device_id, after,
        balances, at, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""

_REGISTERS = ("money", "category", "merchant", "note", "day", "tags", "source", "receipt")


async def expense(
    connection: asyncpg.Connection, actor: Actor, ledger_id: UUID, wanted: Mapping[str, Any]
) -> list[tuple[UUID, int]]:
    """Who owes how much of it, in the order in which Outgo tells."""
    async with connection.transaction():
        seat = await connection.fetchrow(_LOCK, ledger_id, actor.user_id)
        assert seat
        people = await connection.fetch(_SEATED, ledger_id)
        id, at, amount = UUID(wanted["id"]), now(), wanted["bill"]["amount"]
        minor, currency = amount["minor"], amount["currency"]
        day, payer = date.fromisoformat(wanted["day"]), seat["member_id"]
        facts = _facts(wanted, payer, [str(who) for who, _ in people])
        made = await connection.fetchval(
            _EXPENSE,
            id,
            at,
            _clock(actor.device_id, at),
            hashlib.sha256(
                orjson.dumps([actor.user_id, wanted], default=str, option=orjson.OPT_SORT_KEYS)
            ).digest(),
            ledger_id,
            minor,
            currency,
            _json(facts["payers"]),
            _json(facts["split"]),
            day,
            wanted["merchant"],
            actor.user_id,
        )
        assert made
        share, odd = divmod(minor, len(people))
        lucky = {(rotation(id, len(people)) + turn) % len(people) for turn in range(odd)}
        spare = [int(place in lucky) for place in range(len(people))]
        owed = [share + one for one in spare]
        who = [member_id for member_id, _ in people]
        paid = [minor if member_id == payer else 0 for member_id in who]
        net = [one - other for one, other in zip(paid, owed, strict=True)]
        await connection.execute(
            _ENTRIES,
            at,
            ledger_id,
            id,
            currency,
            day,
            [new_id() for _ in people],
            who,
            [user_id for _, user_id in people],
            paid,
            owed,
            spare,
        )
        debts = of_fact(dict(zip(who, net, strict=True)))
        debtors, creditors, minors = zip(*debts, strict=True)
        ids = [new_id() for _ in debts]
        await connection.execute(
            _DEBTS, at, ledger_id, id, currency, ids, debtors, creditors, minors
        )
        moved = await connection.fetch(_BALANCES, ledger_id, currency, who, net, spare)
        balances = [
            {"member_id": str(member_id), "currency": currency, "net_minor": now_net}
            for member_id, now_net in moved
        ]
        fact = Fact(
            ledger_id=ledger_id,
            seq=seat["seq"] + 1,
            kind=EventKind.EXPENSE_CREATED,
            entity_id=id,
            actor_id=actor.user_id,
            actor_name=seat["name"],
            device_id=actor.device_id,
            before=None,
            after=facts,
            balances=balances,
            at=at,
        )
        digest = chained(seat["head_hash"], fact)
        await connection.execute(_HEAD, ledger_id, fact.seq, digest)
        await connection.execute(
            _EVENT,
            ledger_id,
            fact.seq,
            fact.kind,
            id,
            actor.user_id,
            fact.actor_name,
            actor.device_id,
            _json(facts),
            _json(balances),
            at,
            digest,
        )
    ranked = sorted(zip(paid, owed, who, strict=True), key=lambda row: (-row[0], -row[1], row[2]))
    return [(member_id, part) for _, part, member_id in ranked]


def _facts(wanted: Mapping[str, Any], payer: UUID, people: list[str]) -> dict[str, Any]:
    amount = wanted["bill"]["amount"]
    return {
        "amount_minor": amount["minor"],
        "currency": amount["currency"],
        "payers": {str(payer): amount["minor"]},
        "split": {"kind": "EQUAL", "participants": people},
        "precedence": None,
        "category_id": None,
        "merchant": wanted["merchant"],
        "note": None,
        "day": wanted["day"],
        "tags": [],
        "source": "MANUAL",
        "receipt_id": None,
        "deleted_at": None,
    }


def _clock(device: int, at: datetime) -> str:
    stamp = {
        "dot": [device, 1],
        "context": {device: 1},
        "hlc": [int(at.timestamp() * 1000), 0, device],
    }
    return _json(dict.fromkeys((*_REGISTERS, "deleted"), stamp))


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
