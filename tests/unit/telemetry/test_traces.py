"""Spans lead from one process to the next; while they are off, nothing is paid for them."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.telemetry import traces, trail
from core.telemetry.trail import Trail


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traces.tell(provider)
    yield exporter
    traces.tell(None)
    provider.shutdown()


def test_what_is_carried_elsewhere_goes_on_there(exporter: InMemorySpanExporter) -> None:
    with trail.following(Trail("abcdefgh")), traces.span("write"):
        origin = trail.origin()
    assert origin
    assert origin["requestId"] == "abcdefgh"
    with traces.span("job", origin):
        assert trail.of(origin, "job").request_id == "abcdefgh"

    write, job = exporter.get_finished_spans()
    assert job.parent
    assert write.context
    assert job.parent.span_id == write.context.span_id


def test_a_failure_is_told_without_its_words(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="Ann"), traces.span("write"):
        raise ValueError("Ann")

    (span,) = exporter.get_finished_spans()
    assert (span.status.is_ok, span.status.description) == (False, "ValueError")
    assert span.events == ()


def test_while_they_are_off_nothing_is_told() -> None:
    with trail.following(Trail("abcdefgh")), traces.span("write") as span:
        assert span is None
        assert trail.origin() == {"requestId": "abcdefgh"}
        assert traces.trace_id() is None
    assert trail.origin() is None


def test_while_they_are_off_nothing_is_imported() -> None:
    look = (
        "import sys, app.observed, core.db, models.event; sys.exit('opentelemetry' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0  # noqa: S603
