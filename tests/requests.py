"""For each mutation what it could be asked with: right from a member of a group, as far as access goes."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from starlette.datastructures import UploadFile

from core.ids import new_id
from tests.belongings import Things, global_id
from tests.groups import DAY
from tests.imports import SPLITWISE
from tests.people import PASSWORD

_MONEY, _DAY = {"minor": 100, "currency": "EUR"}, str(DAY)
_PUSH = {
    "endpoint": "https://push.example.org/1",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def of_group(own: Things) -> Mapping[str, Any]:
    """The argument of each mutation that changes what is a group's."""
    new = {"id": str(new_id()), "ledgerId": own["Ledger"]}
    of_ledger: dict[str, Any] = {"ledgerId": own["Ledger"], "ifVersion": 1}
    of_member: dict[str, Any] = {"memberId": own["Member"], "ifVersion": 1}
    other = global_id("Member", own.other)
    spent: dict[str, Any] = {"bill": {"amount": _MONEY}, "day": _DAY}
    closed, confirmed = ({"expenseId": str(new_id()), "day": _DAY} for _ in range(2))
    return {
        "addFriend": {**new, "personId": str(new_id())},
        "addMember": {**new, "name": "Dan"},
        "archiveGroup": own["Ledger"],
        "attachReceipt": {
            "receiptId": own["Receipt"],
            "expenseId": own["Expense"],
            "ifVersion": 1,
        },
        "cancelClaiming": own["Claiming"],
        "claimLines": {"claimingId": own["Claiming"], "lines": [{"line": 0, "parts": 1}]},
        "closeClaiming": {"claimingId": own["Claiming"], "ifVersion": 1, **closed},
        "confirmReceipt": {"receiptId": own["Receipt"], **confirmed, **spent},
        "convertBalance": {
            **new,
            "debtorId": other,
            "creditorId": own["Member"],
            "amount": _MONEY,
            "to": "USD",
            "day": _DAY,
        },
        "createExpense": {**new, **spent},
        "createInvite": {"ledgerId": own["Ledger"]},
        "createReceiptUpload": new,
        "createSubgroup": {**new, "name": "Home", "memberIds": [other, own["Member"]]},
        "deleteConversion": own["Conversion"],
        "deleteExpense": own["Expense"],
        "deleteReceipt": own["Receipt"],
        "deleteSettlement": own["Settlement"],
        "detachReceipt": {"receiptId": own["Receipt"], "ifVersion": 1},
        "dissolveSubgroup": own["Subgroup"],
        "enterRate": {**new, "day": _DAY, "base": "EUR", "quote": "USD", "rate": "1.1"},
        "importFile": {**new, "file": UploadFile(BytesIO(SPLITWISE))},
        "openClaiming": {"id": str(new_id()), "receiptId": own["Receipt"]},
        "reactivateMember": of_member,
        "recordSettlement": {
            **new,
            "payerId": other,
            "payeeId": own["Member"],
            "amount": _MONEY,
            "day": _DAY,
        },
        "removeMember": of_member,
        "renameLedger": {**of_ledger, "name": "Tour"},
        "reopenGroup": own["Ledger"],
        "restoreConversion": own["Conversion"],
        "restoreExpense": own["Expense"],
        "restoreSettlement": own["Settlement"],
        "retryReceipt": own["Receipt"],
        "revokeInvite": own["Invite"],
        "setDefaultSplit": of_ledger,
        "setEditPolicy": {**of_ledger, "whoMayEdit": "INVOLVED"},
        "setMemberRole": {**of_member, "role": "VIEWER"},
        "setPresentationCurrency": {**of_ledger, "currency": "USD"},
        "setRemainderPolicy": {**of_ledger, "policy": "PAYER"},
        "undoImport": own["Import"],
        "undoLastChange": {"ledgerId": own["Ledger"], "seq": 1},
        "updateExpense": {"expenseId": own["Expense"], "ifVersion": 1, "note": "Wine"},
        "updateMember": {**of_member, "name": "Kit"},
        "updateSettlement": {"settlementId": own["Settlement"], "ifVersion": 1, "note": "Cash"},
        "updateSubgroup": {"subgroupId": own["Subgroup"], "ifVersion": 1, "name": "Us"},
        "uploadReceipt": {**new, "file": UploadFile(BytesIO(_photo()))},
    }


def of_a_say(own: Things) -> Mapping[str, Any]:
    """The argument of each mutation that says what the caller thinks and moves no money; and of going."""
    of_expense = {"expenseId": own["Expense"], "ifVersion": 1}
    of_settlement = {"settlementId": own["Settlement"], "ifVersion": 1}
    return {
        "addComment": {"id": str(new_id()), "topicId": own["Expense"], "text": "Hm."},
        "confirmSettlement": of_settlement,
        "deleteComment": own["Comment"],
        "disputeExpense": {**of_expense, "reason": "No."},
        "disputeSettlement": {**of_settlement, "reason": "No."},
        "editComment": {"commentId": own["Comment"], "ifVersion": 1, "text": "Oh."},
        "leaveGroup": own["Ledger"],
        "withdrawDispute": of_expense,
    }


def of_oneself(own: Things) -> Mapping[str, Any]:
    """The argument of each mutation of the caller's own, or of a group that they make or join.

    Those that end a session or an account get a password that is wrong.
    """
    device = {"deviceName": "Phone"}
    proof = {"email": "ann@example.com", "password": PASSWORD}
    budget = {"name": "All", "amount": _MONEY, "period": "MONTHLY"}
    profile = {**proof, "name": "Ann", "currency": "EUR"}
    return {
        "acceptInvite": {"token": own.token},
        "addPushSubscription": {**_PUSH, "name": "Phone"},
        "changePassword": {"currentPassword": "wrong", "newPassword": PASSWORD},
        "connectService": {"url": "ntfys://push.example.org/other", "name": "Other"},
        "createBudget": {"id": str(new_id()), **budget},
        "createGroup": {"id": str(new_id()), "name": "Trip", "currency": "EUR"},
        "deleteAccount": {"password": "wrong"},
        "deleteBudget": own["Budget"],
        "deleteGuest": None,
        "joinAsGuest": {"id": str(new_id()), "secret": "s" * 32, "token": own.token, **device},
        "logIn": {**proof, **device},
        "logOut": None,
        "markNotificationsRead": {"upTo": own["Notification"]},
        "refreshTokens": {"refreshToken": "r" * 43},
        "register": {"id": str(new_id()), **profile, **device},
        "registerGuest": profile,
        "removeEndpoint": {"id": own["Endpoint"]},
        "restoreBudget": own["Budget"],
        "revokeSession": {"sessionId": own["Session"]},
        "setNotificationPreferences": {"digest": "DAILY"},
        "updateBudget": {"budgetId": own["Budget"], "ifVersion": 1, "name": "Other"},
        "updateProfile": {"timeZone": "UTC"},
    }


def of_anything(own: Things) -> Mapping[str, Any]:
    """The argument of each mutation."""
    return {**of_group(own), **of_a_say(own), **of_oneself(own)}


@cache
def _photo() -> bytes:
    file = BytesIO()
    Image.new("RGB", (300, 200)).save(file, "JPEG")
    return file.getvalue()
