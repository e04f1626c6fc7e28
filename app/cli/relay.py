"""The relay's process."""

from app.cli import environment, telemetry
from core import loading


def relay_events() -> None:
    settings = environment.read()
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    environment.needed(settings.redis_url, "OUTGO_REDIS_URL")
    telemetry.begin(settings, "relay")

    with loading.for_good():
        from workers.relay import main  # noqa: PLC0415 - it reads the settings when it is imported

    main()
