"""Ids that clients make: knowing a repeated request from another one under the same id. Pure."""

import hashlib
from dataclasses import field, fields, is_dataclass
from typing import Any
from uuid import UUID

import orjson
from pydantic_core import to_jsonable_python

from domain.errors import Conflict, Invalid

_VERSION_7 = 7
_CAME_LATER = "came_later"


class IdAlreadyUsed(Conflict):
    code = "ID_ALREADY_USED"


class IdNotVersion7(Invalid):
    code = "ID_NOT_VERSION_7"


class Stale(Conflict):
    code = "STALE"


class NothingToChange(Invalid):
    code = "NOTHING_TO_CHANGE"


def came_later(default: Any) -> Any:
    """A field of a request that others were made without. Where it says nothing it does not count.

    So whoever asks again what they asked of an older version is known again.
    """
    return field(default=default, metadata={_CAME_LATER: True})


def fingerprint(user_id: UUID, request: Any) -> bytes:
    """SHA-256 over who asks and what, as canonical JSON. `request` is a dataclass or a dictionary."""
    asked = to_jsonable_python(request)
    if is_dataclass(request):
        for each in fields(request):
            if _CAME_LATER in each.metadata and getattr(request, each.name) == each.default:
                del asked[each.name]
    canonical = orjson.dumps([str(user_id), asked], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).digest()


def require_version_7(id: UUID) -> None:
    """Refuses: `IdNotVersion7`. Ids that start with their time of birth keep indexes compact."""
    if id.version != _VERSION_7:
        raise IdNotVersion7("Make the id as a UUID of version 7 (RFC 9562).", path=("id",))
