"""The settings as a command meets them: problems end it with words, not with a traceback."""

from pydantic import SecretStr, ValidationError

from app.cli.console import complain
from core.settings import Settings


def read() -> Settings:
    try:
        return Settings()
    except ValidationError as refused:
        complain("\n".join(problems(refused)))
        raise SystemExit(2) from None


def problems(refused: ValidationError) -> list[str]:
    """One line per problem, each with the name of its variable."""
    return [line for error in refused.errors() for line in _lines(error["loc"], error["msg"])]


def _lines(where: tuple[int | str, ...], message: str) -> list[str]:
    if where:
        return [f"OUTGO_{str(where[0]).upper()}: {message}"]
    return message.removeprefix("Value error, ").split("; ")


def needed(url: SecretStr | str | None, variable: str) -> str:
    """The URL of a service that this command cannot do without."""
    match url:
        case None:
            complain(f"{variable} is not set. `outgo run` starts services of its own.")
            raise SystemExit(2)
        case SecretStr():
            return url.get_secret_value()
        case str():
            return url
