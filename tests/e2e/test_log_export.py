"""A ledger's log over real HTTP, kept as a file and checked by the command line."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.log_export import verify
from services import access, ledgers
from tests.e2e.conftest import TokenOf
from tests.groups import Group, ledger_row, log, spend
from tests.integration.test_cli import outgo

MORE_THAN_A_PAGE = 501


def _path(trip: Group, type_name: str = "Ledger") -> str:
    return f"/ledgers/{GlobalID(type_name, str(trip.id))}/log"


def _as(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_member_keeps_the_whole_log_and_it_is_sound(
    http: httpx.AsyncClient, db: Database, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    expense = await spend(db, ann, trip.id, 1234, merchant='Zoë’s 🍕\u2028\\ "Rosa"')

    answer = await http.get(_path(trip), headers=_as(token_of(bob)))

    ledger = await ledger_row(db, trip.id)
    lines = answer.content.splitlines(keepends=True)
    head = verify(lines)
    assert (head.ledger_id, head.seq, head.hash) == (trip.id, ledger.seq, ledger.head_hash)
    newest = json.loads(lines[-1])
    assert newest["hash"] == ledger.head_hash.hex()
    assert newest["entity_id"] == str(expense.id)
    assert newest["after"]["merchant"] == expense.merchant
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="ledger-{trip.id}-{ledger.seq}.jsonl"'
    )
    assert answer.headers["cache-control"] == "no-store"


async def test_a_log_of_several_pages_is_whole(
    http: httpx.AsyncClient, db: Database, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with db.transaction() as tx:
        for number in range(MORE_THAN_A_PAGE):
            version = (await access.ledger_of(tx, ann.user_id, trip.id)).version
            await ledgers.rename(tx, ann, trip.id, version, f"Trip {number}")

    answer = await http.get(_path(trip), headers=_as(token_of(ann)))

    assert verify(answer.content.splitlines(keepends=True)).seq == len(await log(db, trip.id))


async def test_strangers_learn_nothing(
    http: httpx.AsyncClient, ann: Actor, eve: Actor, trip: Group, token_of: TokenOf
) -> None:
    absent = Group(new_id(), {})

    answers = [
        await http.get(_path(trip), headers=_as(token_of(eve))),
        await http.get(_path(absent), headers=_as(token_of(ann))),
        await http.get(_path(trip, "Expense"), headers=_as(token_of(ann))),
        await http.get("/ledgers/x/log", headers=_as(token_of(ann))),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.text for answer in answers} == {
        '{"code":"NOT_FOUND","message":"No such ledger."}'
    }


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "UNAUTHENTICATED"), (_as("x"), "TOKEN_INVALID")],
)
async def test_nobody_gets_it_without_signing_in(
    http: httpx.AsyncClient, trip: Group, headers: dict[str, str], code: str
) -> None:
    answer = await http.get(_path(trip), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_the_command_line_checks_it_without_any_service(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    tmp_path: Path,
) -> None:
    await spend(db, ann, trip.id, 1000)
    await spend(db, ann, trip.id, 2000)
    answer = await http.get(_path(trip), headers=_as(token_of(ann)))
    kept, forged = tmp_path / "kept.jsonl", tmp_path / "forged.jsonl"
    kept.write_bytes(answer.content)
    forged.write_bytes(answer.content.replace(b'"amount_minor":1000', b'"amount_minor":9000'))
    seq = (await log(db, trip.id))[-2].seq

    sound, tampered = outgo("verify", str(kept)), outgo("verify", str(forged))

    head = (await ledger_row(db, trip.id)).head_hash.hex()
    assert (sound.returncode, sound.stdout.splitlines()) == (
        0,
        [
            f"All {seq + 1} events of ledger {trip.id} are as they were written.",
            f"The last hash is {head}.",
        ],
    )
    assert (tampered.returncode, tampered.stdout, tampered.stderr) == (
        1,
        "",
        f"Line {seq + 1}, event {seq}: HASH. It is not what was hashed after the one before.\n",
    )


async def test_what_was_changed_in_the_database_itself_shows(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    tmp_path: Path,
) -> None:
    await spend(db, ann, trip.id, 1000)
    seq = (await log(db, trip.id))[-1].seq
    async with db.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text("UPDATE events SET actor_name = 'Bob' WHERE ledger_id = :id AND seq = :seq"),
            {"id": trip.id, "seq": seq},
        )

    answer = await http.get(_path(trip), headers=_as(token_of(ann)))

    file = tmp_path / "log.jsonl"
    file.write_bytes(answer.content)
    checked = outgo("verify", str(file))
    assert (checked.returncode, checked.stderr.partition(".")[0]) == (
        1,
        f"Line {seq + 1}, event {seq}: HASH",
    )


def test_a_file_that_is_no_export_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Milk\nBread\n")

    checked = outgo("verify", str(file), OUTGO_PORT="no")

    assert checked.returncode == 1
    assert checked.stderr == (
        "Line 1, event 0: UNREADABLE. This does not begin an export of format 1.\n"
    )
    assert outgo("verify", str(tmp_path / "none")).returncode == 2
