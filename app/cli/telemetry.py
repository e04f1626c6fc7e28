"""What a process tells of itself, from its first line on."""

from app.cli.console import complain
from core.settings import Settings
from core.telemetry import endpoint, logs, traces


def begin(settings: Settings, process: str) -> None:
    logs.configure(settings.log_level, as_json=settings.log_format == "json")
    if settings.otlp_url:
        traces.export_to(settings.otlp_url, process)
    if settings.metrics_port:
        _serve_metrics(settings.metrics_host, settings.metrics_port)


def _serve_metrics(host: str, port: int) -> None:
    try:
        endpoint.serve(host, port)
    except OSError as error:
        complain(f"Cannot serve metrics on {host}:{port}: {error}. Set OUTGO_METRICS_PORT.")
        raise SystemExit(1) from None
