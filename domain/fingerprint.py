"""Ids that clients make: knowing a repeated request from another one under the same id. Pure."""

import hashlib
from typing import Any
from uuid import UUID

import orjson
from pydantic_core import to_jsonable_python

from domain.errors import Conflict, Invalid

_VERSION_7 = 7


class IdAlreadyUsed(Conflict):
    code = "ID_ALREADY_USED"


class IdNotVersion7(Invalid):
    code = "ID_NOT_VERSION_7"


class Stale(Conflict):
    code = "STALE"


class NothingToChange(Invalid):
    code = "NOTHING_TO_CHANGE"


def fingerprint(user_id: UUID, request: Any) -> bytes:
    """SHA-256 over who asks and what, as canonical JSON. `request` is a dataclass or a dictionary."""
    canonical = orjson.dumps(to_jsonable_python([user_id, request]), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).digest()


def require_version_7(id: UUID) -> None:
    """Refuses: `IdNotVersion7`. Ids that start with their time of birth keep indexes compact."""
    if id.version != _VERSION_7:
        raise IdNotVersion7("Make the id as a UUID of version 7 (RFC 9562).", path=("id",))
