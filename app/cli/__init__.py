"""`outgo`: what one does from a shell. A command imports its work when it runs, so that help is quick."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

cli = typer.Typer(
    help="Shared and personal money, as a GraphQL API with live updates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
receipts = typer.Typer(help="What users made of their receipts.", no_args_is_help=True)
cli.add_typer(receipts, name="receipts")
jobs = typer.Typer(help="Jobs that failed for good.", no_args_is_help=True)
cli.add_typer(jobs, name="jobs")

_Jobs = Annotated[list[UUID] | None, typer.Argument(metavar="ID...", show_default=False)]
_All = Annotated[bool, typer.Option("--all", help="All on the list.")]


@cli.command()
def run(
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget all data first.")] = False,
    demo: Annotated[bool, typer.Option(help="Play the demo on the first start.")] = True,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 is any free one.")] = None,
) -> None:
    """Everything on this machine: database, Redis, API, relay and workers."""
    from app.cli.run import run_everything

    run_everything(fresh=fresh, demo=demo, port=port)


@cli.command()
def serve(
    *, fd: Annotated[int | None, typer.Option(help="A bound socket.", hidden=True)] = None
) -> None:
    """The API, by as many processes as are set."""
    from app.cli.serve import serve_api

    serve_api(fd=fd)


@cli.command()
def relay() -> None:
    """What carries committed facts to queues and subscribers. A second one waits for the first to end."""
    from app.cli.relay import relay_events

    relay_events()


@cli.command()
def worker(
    *,
    queue: Annotated[list[str] | None, typer.Option(help="Only this queue; repeatable.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="Not this one; repeatable.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Jobs at a time.")] = None,
) -> None:
    """One process that does jobs. Start as many as are needed."""
    from app.cli.worker import do_jobs

    do_jobs(queues=queue or [], without=without or [], threads=threads)


@cli.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from app.cli.upkeep import migrate_database

    migrate_database()


@cli.command()
def rotate_secrets() -> None:
    """Seal the secrets in the database by the newest of the encryption keys."""
    from app.cli.rotation import rotate_secrets

    rotate_secrets()


@cli.command()
def backup(
    out: Annotated[Path, typer.Argument(file_okay=False, help="A folder that is new or empty.")],
) -> None:
    """Copy the database and all stored files, as of one moment, into a folder."""
    from app.cli.backup import take_backup

    take_backup(out)


@cli.command()
def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A backup.")],
) -> None:
    """Bring back what a backup holds, into an empty database, and check the books."""
    from app.cli.backup import restore_backup

    restore_backup(folder)


@cli.command()
def models() -> None:
    """Fetch the models that read receipts."""
    from app.cli.upkeep import fetch_models

    fetch_models()


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from resolvers.root import graphql

    sys.stdout.write(graphql.as_str() + "\n")


@cli.command()
def reference(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where its pages go.")],
) -> None:
    """Write the reference of the GraphQL schema, in Markdown."""
    from graphql import build_schema

    from app.reference import pages
    from resolvers.root import graphql

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(build_schema(graphql.as_str())).items():
        (folder / name).write_text(text)


@cli.command()
def demo(
    *,
    receipt: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A photo of your own.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where the API is.")] = None,
) -> None:
    """Two people, one receipt, and a balance that moves: against a running API."""
    from app.cli.demo import play_demo

    play_demo(url=url, receipt=receipt)


@cli.command()
def doctor() -> None:
    """Check everything that the settings lead to, and say what to do."""
    from app.cli.doctor import examine

    examine()


@cli.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An exported log.")],
) -> None:
    """Check that nobody has touched an exported log, and name the first line if somebody has."""
    from app.cli.verify import verify_export

    verify_export(file)


@cli.command()
def reconcile(
    *,
    ledger: Annotated[UUID | None, typer.Option(help="Only this one, by its row's id.")] = None,
) -> None:
    """Recompute balances, debts, budgets and logs, and name what differs. Nothing is changed."""
    from app.cli.reconcile import reconcile_ledgers

    reconcile_ledgers(ledger)


@receipts.command()
def export_training(
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="A folder that is new or empty.")],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was read from this day."),
    ] = None,
) -> None:
    """Write labels to train PaddleOCR's models with, of users who gave leave."""
    from app.cli.training import export_training

    export_training(out, since.date() if since else None)


@jobs.command()
def dead(
    *, limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 50
) -> None:
    """List them: when each failed, what it was to do, and why no worker tries it again."""
    from app.cli.jobs import list_dead

    list_dead(limit)


@jobs.command()
def why(id: Annotated[UUID, typer.Argument(show_default=False)]) -> None:
    """Show one with all that is known of it."""
    from app.cli.jobs import explain

    explain(id)


@jobs.command()
def retry(ids: _Jobs = None, *, every: _All = False) -> None:
    """Ask for them once more, and take them off the list."""
    from app.cli.jobs import retry_dead

    retry_dead(ids or [], every=every)


@jobs.command()
def discard(ids: _Jobs = None, *, every: _All = False) -> None:
    """Take them off the list for ever."""
    from app.cli.jobs import discard_dead

    discard_dead(ids or [], every=every)


def main() -> None:
    cli()
