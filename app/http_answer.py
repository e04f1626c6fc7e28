"""What HTTP itself says of an answer: a status, and how the caller stands.

The headers are those of the IETF's draft "RateLimit header fields for HTTP".
"""

import math
from typing import Any

from adapters.rates import WINDOW_SECONDS
from core.troubles import Trouble

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
_STATUS = {"RATE_LIMITED": 429} | {trouble.name: 503 for trouble in Trouble}


def status_of(answer: Any, media_type: str | None) -> int:
    """200 of an answer with data; of a refusal what its reason demands, or else the media type."""
    if "data" in answer:
        return 200
    return _STATUS.get(_reason(answer).get("code", ""), 400 if media_type == GRAPHQL else 200)


def headers_of(answer: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    if wait_seconds := _reason(answer).get("retryAfter"):
        headers["Retry-After"] = str(wait_seconds)
    if status := answer.get("extensions", {}).get("cost", {}).get("throttleStatus"):
        most, left = status["maximumAvailable"], status["currentlyAvailable"]
        full_in_seconds = math.ceil((most - left) / status["restoreRate"])
        headers["RateLimit-Policy"] = f'"{status["policy"]}";q={most};w={WINDOW_SECONDS}'
        headers["RateLimit"] = f'"{status["policy"]}";r={left};t={full_in_seconds}'
    return headers


def _reason(answer: Any) -> Any:
    """What the first error says besides its message."""
    return answer["errors"][0].get("extensions", {}) if answer.get("errors") else {}
