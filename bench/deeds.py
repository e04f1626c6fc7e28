"""What members do to a group, as a client would say it: every kind of write, with random values.

A deed looks at what the client sees of the group, and is a document with its input. The group may refuse it,
because somebody else was faster or because it is not allowed: so it is with people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from strawberry.relay import GlobalID

from core.clock import now
from core.ids import new_id

_CURRENCIES = ("EUR", "JPY", "KWD")
_RATES = ("0.5", "1.25", "163.7")
_MOST_MEMBERS = 12
_HUNDRED_PERCENT = 10_000

Deed = Callable[["View", Random], tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class View:
    """What a client sees of the group. `versions` are those of its expenses and so on, by type and id."""

    ledger_id: str
    version: int
    is_archived: bool
    member_ids: list[str]
    my_last_seq: int
    versions: Mapping[str, Mapping[str, int]]

    def one_of(self, kind: str, chance: Random) -> tuple[str, int]:
        """One that there is, with its version, or one that there is not."""
        known = self.versions.get(kind)
        return chance.choice([*known.items()]) if known else (_id(kind), 1)


def _writing(mutation: str, kind: str) -> str:
    name = mutation[0].upper() + mutation[1:]
    return (
        f"mutation {name}($it: {name}Input!) {{ done: {mutation}(input: $it) {{ "
        f"__typename ... on {kind} {{ id version }} ... on Refusal {{ code }} }} }}"
    )


def _naming(mutation: str, kind: str) -> str:
    name = mutation[0].upper() + mutation[1:]
    return (
        f"mutation {name}($it: ID!) {{ done: {mutation}(id: $it) {{ "
        f"__typename ... on {kind} {{ id version }} ... on Refusal {{ code }} }} }}"
    )


CREATE_EXPENSE = _writing("createExpense", "Expense")
UPDATE_EXPENSE = _writing("updateExpense", "Expense")
DELETE_EXPENSE = _naming("deleteExpense", "Expense")
RESTORE_EXPENSE = _naming("restoreExpense", "Expense")
RECORD_SETTLEMENT = _writing("recordSettlement", "Settlement")
UPDATE_SETTLEMENT = _writing("updateSettlement", "Settlement")
CONFIRM_SETTLEMENT = _writing("confirmSettlement", "Settlement")
DISPUTE_SETTLEMENT = _writing("disputeSettlement", "Settlement")
DELETE_SETTLEMENT = _naming("deleteSettlement", "Settlement")
RESTORE_SETTLEMENT = _naming("restoreSettlement", "Settlement")
CONVERT_BALANCE = _writing("convertBalance", "Conversion")
DELETE_CONVERSION = _naming("deleteConversion", "Conversion")
ADD_COMMENT = _writing("addComment", "Comment")
EDIT_COMMENT = _writing("editComment", "Comment")
DELETE_COMMENT = _naming("deleteComment", "Comment")
RENAME_LEDGER = _writing("renameLedger", "Ledger")
SET_REMAINDER_POLICY = _writing("setRemainderPolicy", "Ledger")
ARCHIVE_GROUP = _naming("archiveGroup", "Ledger")
REOPEN_GROUP = _naming("reopenGroup", "Ledger")
ADD_MEMBER = """\
mutation AddMember($it: AddMemberInput!) {
  done: addMember(input: $it) { __typename ... on Member { id } ... on Refusal { code } }
}"""
UNDO_LAST_CHANGE = """\
mutation UndoLastChange($it: UndoLastChangeInput!) {
  done: undoLastChange(input: $it) {
    __typename
    ... on Expense { id version }
    ... on Settlement { id version }
    ... on Conversion { id version }
    ... on Refusal { code }
  }
}"""


def any_deed(view: View, chance: Random) -> tuple[str, Any]:
    """Whatever comes to mind; a group that is archived is reopened."""
    if view.is_archived:
        return REOPEN_GROUP, view.ledger_id
    (deed,) = chance.choices([*_DEEDS], weights=[*_DEEDS.values()])
    return deed(view, chance)


def _spend(view: View, chance: Random) -> tuple[str, Any]:
    return CREATE_EXPENSE, {
        "id": str(new_id()),
        "ledgerId": view.ledger_id,
        "day": now().date().isoformat(),
        "bill": _bill(view, chance),
    }


def _edit(view: View, chance: Random) -> tuple[str, Any]:
    id, version = view.one_of("Expense", chance)
    return UPDATE_EXPENSE, {"expenseId": id, "ifVersion": version, "bill": _bill(view, chance)}


def _settle(view: View, chance: Random) -> tuple[str, Any]:
    payer, payee = chance.sample(view.member_ids, 2)
    return RECORD_SETTLEMENT, {
        "id": str(new_id()),
        "ledgerId": view.ledger_id,
        "payerId": payer,
        "payeeId": payee,
        "amount": _amount(chance, at_least=1),
        "day": now().date().isoformat(),
    }


def _correct_settlement(view: View, chance: Random) -> tuple[str, Any]:
    return UPDATE_SETTLEMENT, _settlement(view, chance) | {"amountMinor": chance.randint(1, 99_999)}


def _confirm(view: View, chance: Random) -> tuple[str, Any]:
    return CONFIRM_SETTLEMENT, _settlement(view, chance)


def _dispute(view: View, chance: Random) -> tuple[str, Any]:
    return DISPUTE_SETTLEMENT, _settlement(view, chance) | {"reason": "It was less."}


def _convert(view: View, chance: Random) -> tuple[str, Any]:
    debtor, creditor = chance.sample(view.member_ids, 2)
    one, other = chance.sample(_CURRENCIES, 2)
    return CONVERT_BALANCE, {
        "id": str(new_id()),
        "ledgerId": view.ledger_id,
        "debtorId": debtor,
        "creditorId": creditor,
        "amount": {"minor": chance.randint(100, 5_000), "currency": one},
        "to": other,
        "day": now().date().isoformat(),
        "rate": chance.choice(_RATES),
    }


def _comment(view: View, chance: Random) -> tuple[str, Any]:
    topic, _ = view.one_of(chance.choice(("Expense", "Settlement")), chance)
    return ADD_COMMENT, {"id": str(new_id()), "topicId": topic, "text": "Was that all of it?"}


def _reword(view: View, chance: Random) -> tuple[str, Any]:
    id, version = view.one_of("Comment", chance)
    return EDIT_COMMENT, {"commentId": id, "ifVersion": version, "text": "That was all of it."}


def _rename(view: View, chance: Random) -> tuple[str, Any]:
    name = f"Trip {chance.randint(1, 999)}"
    return RENAME_LEDGER, {"ledgerId": view.ledger_id, "ifVersion": view.version, "name": name}


def _round_otherwise(view: View, chance: Random) -> tuple[str, Any]:
    return SET_REMAINDER_POLICY, {
        "ledgerId": view.ledger_id,
        "ifVersion": view.version,
        "policy": chance.choice(("ROTATE", "PAYER", "FAIR_LEDGER")),
    }


def _welcome(view: View, chance: Random) -> tuple[str, Any]:
    if len(view.member_ids) >= _MOST_MEMBERS:
        return _spend(view, chance)
    return ADD_MEMBER, {"id": str(new_id()), "ledgerId": view.ledger_id, "name": "Cat"}


def _undo(view: View, chance: Random) -> tuple[str, Any]:  # noqa: ARG001 - as every deed is called
    return UNDO_LAST_CHANGE, {"ledgerId": view.ledger_id, "seq": view.my_last_seq}


def _archive(view: View, chance: Random) -> tuple[str, Any]:  # noqa: ARG001 - as every deed is called
    return ARCHIVE_GROUP, view.ledger_id


def _to_one(document: str, kind: str) -> Deed:
    return lambda view, chance: (document, view.one_of(kind, chance)[0])


_DEEDS: dict[Deed, int] = {
    _spend: 16,
    _edit: 12,
    _to_one(DELETE_EXPENSE, "Expense"): 5,
    _to_one(RESTORE_EXPENSE, "Expense"): 5,
    _settle: 6,
    _correct_settlement: 4,
    _confirm: 4,
    _dispute: 2,
    _to_one(DELETE_SETTLEMENT, "Settlement"): 3,
    _to_one(RESTORE_SETTLEMENT, "Settlement"): 3,
    _convert: 4,
    _to_one(DELETE_CONVERSION, "Conversion"): 2,
    _comment: 5,
    _reword: 4,
    _to_one(DELETE_COMMENT, "Comment"): 2,
    _undo: 5,
    _rename: 2,
    _round_otherwise: 2,
    _welcome: 2,
    _archive: 1,
}


def _settlement(view: View, chance: Random) -> dict[str, Any]:
    id, version = view.one_of("Settlement", chance)
    return {"settlementId": id, "ifVersion": version}


def _bill(view: View, chance: Random) -> dict[str, Any]:
    amount = _amount(chance, at_least=-5_000)
    minor = amount["minor"]
    first = chance.randint(min(minor, 0), max(minor, 0))
    one, other = chance.sample(view.member_ids, 2)
    paid_by = _parts({one: first, other: minor - first})
    return {"amount": amount, "paidBy": paid_by, "split": _split(view, chance, minor)}


def _split(view: View, chance: Random, minor: int) -> dict[str, Any]:
    takers = chance.sample(view.member_ids, chance.randint(2, len(view.member_ids)))
    one, *others = takers
    part = minor // len(takers)
    splits: dict[str, Any] = {
        "equal": takers,
        "exact": _parts(dict.fromkeys(others, part) | {one: minor - part * len(others)}),
        "percent": {
            "basisPoints": _parts(dict.fromkeys(others, _HUNDRED_PERCENT // len(takers))),
            "remainderTo": one,
        },
        "shares": _parts({who: chance.randint(1, 300) for who in takers}),
        "adjustment": _parts({who: chance.randint(0, 9) for who in takers}),
        "byWeight": takers,
        "itemised": _receipt(takers, minor),
    }
    kind = chance.choice([*splits])
    return {kind: splits[kind]}


def _receipt(takers: list[str], minor: int) -> dict[str, Any]:
    """One line for each, a tip, and what is left of the total for all."""
    return {
        "lines": [
            {"title": "Menu", "amountMinor": minor // 2 // len(takers), "split": {"equal": [who]}}
            for who in takers
        ],
        "adjustments": [{"kind": "TIP", "amountMinor": minor // 10}],
        "remainder": {"equal": takers},
    }


def _parts(values: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"memberId": who, "value": value} for who, value in values.items()]


def _amount(chance: Random, *, at_least: int) -> dict[str, Any]:
    return {"minor": chance.randint(at_least, 99_999), "currency": chance.choice(_CURRENCIES)}


def _id(kind: str) -> str:
    return str(GlobalID(kind, str(new_id())))
