"""The executable schema without a server in front of it."""

from typing import Any

from strawberry.types import ExecutionResult

from adapters.buckets import Buckets
from adapters.planning import Planner
from adapters.rates import Rates
from core.db import Database
from core.streams import Streams
from domain.actor import Actor
from resolvers.loaders import build
from resolvers.root import graphql
from schema.context import Context, Files, Gate, Limits, Outreach
from tests.files import make_files
from tests.outreach import make_outreach
from tests.people import gate as make_gate

LIMITS = Limits(
    most_cost=10_000,
    introspection=True,
    seconds=60,
    import_seconds=60,
    rates=Rates(Buckets("redis://never-asked"), per_user=0, per_address=0),
    streams=Streams(most=100),
)


class Api:
    """Answers documents as the server would, for whoever the test says is calling."""

    def __init__(
        self,
        db: Database,
        redis_url: str,
        files: Files | None = None,
        *,
        gate: Gate | None = None,
        outreach: Outreach | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self._db = db
        self._files = files or make_files()
        self._outreach = outreach or make_outreach()
        self._gate = gate or make_gate(redis_url)
        self._limits = limits
        self._planner = Planner()

    async def execute(
        self, caller: Actor | None, document: str, **variables: Any
    ) -> ExecutionResult:
        viewer = caller.user_id if caller else None
        context = Context(
            db=self._db,
            gate=self._gate,
            files=self._files,
            outreach=self._outreach,
            planner=self._planner,
            limits=self._limits,
            loaders=build(self._db, self._planner, viewer),
            actor=caller,
            address="127.0.0.1",
        )
        answer = await graphql.execute(document, variables, context_value=context)
        assert isinstance(answer, ExecutionResult)
        return answer

    async def ask(self, caller: Actor | None, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.execute(caller, document, **variables)
        assert answer.errors is None, answer.errors
        assert answer.data is not None
        return answer.data
