"""Traces of OpenTelemetry, one span for each operation, transaction, relayed event, job and push.

While they are off, nothing of OpenTelemetry is imported and a span is nothing.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# the propagator is half typed

# ruff: noqa: PLC0415 - as that says

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer


_NOTHING: AbstractContextManager[Any] = nullcontext()


class _Off:
    def span(self, _name: str, _begun_by: Mapping[str, Any] | None) -> AbstractContextManager[Any]:
        return _NOTHING

    def carried(self) -> dict[str, str]:
        return {}

    def trace_id(self) -> str | None:
        return None

    def end(self) -> None:
        pass


class _On:
    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._trace, self._provider = trace, provider
        self._tracer: Tracer = provider.get_tracer("outgo")
        self._w3c = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, begun_by: Mapping[str, Any] | None) -> Generator[Any]:
        """What an exception says may be somebody's data, so its type is all that is told of it."""
        context = None if begun_by is None else self._w3c.extract(begun_by)
        with self._tracer.start_as_current_span(
            name, context, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(self._trace.StatusCode.ERROR, type(error).__name__)
                raise

    def carried(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        self._w3c.inject(carrier)
        return carrier

    def trace_id(self) -> str | None:
        context = self._trace.get_current_span().get_span_context()
        return f"{context.trace_id:032x}" if context.is_valid else None

    def end(self) -> None:
        self._provider.shutdown()


_state: _Off | _On = _Off()


def export_to(url: str, process: str) -> None:
    """Send spans to a collector that speaks OTLP over HTTP. The SDK heeds `OTEL_…` variables too."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": f"outgo-{process}"})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tell(provider)


def tell(provider: "TracerProvider | None") -> None:
    """Hand spans to a provider from now on, or to nobody."""
    global _state  # noqa: PLW0603 - one for the process, as OpenTelemetry's own
    _state = _On(provider) if provider else _Off()


def span(name: str, begun_by: Mapping[str, Any] | None = None) -> AbstractContextManager[Any]:
    """Around something that takes time: gives the span, or None while traces are off.

    `begun_by` may hold the `traceparent` of what goes on here.
    """
    return _state.span(name, begun_by)


def carried() -> dict[str, str]:
    """What leads from elsewhere to the span that is open here (W3C Trace Context)."""
    return _state.carried()


def trace_id() -> str | None:
    return _state.trace_id()


def end() -> None:
    """Send what was not yet sent. Programs do so by themselves when they end, but not forks of them."""
    _state.end()
