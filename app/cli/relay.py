"""The relay's process."""

import logging

from app.cli import environment


def relay_events() -> None:
    settings = environment.read()
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    environment.needed(settings.redis_url, "OUTGO_REDIS_URL")
    logging.basicConfig(level=settings.log_level)

    from workers.relay import main  # noqa: PLC0415 - it reads the settings when it is imported

    main()
