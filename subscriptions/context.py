"""What subscriptions can reach beyond what every resolver can."""

from dataclasses import dataclass
from typing import Any

import strawberry

from schema.context import Context
from subscriptions.hub import Hub


@dataclass(frozen=True, slots=True)
class Live:
    """`resume_limit` is how many missed events are replayed before a client had better read anew."""

    hub: Hub
    heartbeat_seconds: float
    resume_limit: int


@dataclass(frozen=True, slots=True)
class LiveContext(Context):
    live: Live


LiveInfo = strawberry.Info[LiveContext, Any]
