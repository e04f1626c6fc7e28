"""What is done once per version: the schema and the models."""

import asyncio

from adapters.ocr import models
from app import migrations
from app.cli import environment
from app.cli.console import doing
from core.settings import Settings


def migrate_database() -> None:
    settings = environment.read()
    migrate(environment.needed(settings.database_url, "OUTGO_DATABASE_URL"))


def migrate(database_url: str) -> None:
    with doing("Bringing the database up to date"):
        asyncio.run(migrations.upgrade(database_url))


def fetch_models() -> None:
    ensure_models(environment.read())


def ensure_models(settings: Settings) -> None:
    with doing("Making sure of the reading models") as tell:
        models.ensure(settings.models_folder, progress=tell)
