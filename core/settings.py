"""Everything that can be set, and nowhere else. `docs/settings.md` is tested against this class.

Read in `app` and `workers.runtime` only; everyone else is handed values.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from enum import StrEnum
from ipaddress import ip_network
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlencode

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.key_ring import KEY_BYTES

_DEVELOPMENT_KEY = "known-to-everyone-so-never-for-production"
_DEVELOPMENT_ENCRYPTION_KEY = b64encode(_DEVELOPMENT_KEY.encode()[:KEY_BYTES]).decode()
_MAIL_SCHEMES = ("smtp://", "smtps://")
_SHORTEST_KEY_BYTES = 32  # RFC 7518, 3.2: as long as the hash


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Refuses to be made for production while something is missing or known to everyone."""

    model_config = SettingsConfigDict(
        env_prefix="OUTGO_",
        frozen=True,
        hide_input_in_errors=True,  # it may be a secret
    )

    # Accounts
    access_token_minutes: PositiveInt = Field(
        default=10, description="How long an access token is good for."
    )
    encryption_keys: SecretStr = Field(
        default=SecretStr(f"development:{_DEVELOPMENT_ENCRYPTION_KEY}"),
        description="Keys of secrets in the database as `kid:key`, separated by commas, of 32 bytes in "
        "base64 each. The first seals, all open; see [security](security.md).",
    )
    jwt_keys: SecretStr = Field(
        default=SecretStr(f"development:{_DEVELOPMENT_KEY}"),
        description="Keys of access tokens as `kid:secret`, separated by commas, of at least 32 bytes each. "
        "The first signs, all verify.",
    )
    login_attempts_per_account: PositiveInt = Field(
        default=10,
        description="Failed log-ins to one account within the window before it is refused.",
    )
    login_attempts_per_address: PositiveInt = Field(
        default=100,
        description="Failed log-ins from one address within the window before it is refused.",
    )
    login_window_minutes: PositiveInt = Field(
        default=15, description="How long a failed log-in counts."
    )
    refresh_token_days: PositiveInt = Field(
        default=60, description="How long a device that does not call stays signed in."
    )

    # Database, Redis and files
    data_dir: Path = Field(
        default=Path(".outgo"),
        description="Folder of the embedded services, the models and the local receipts.",
    )
    database_idle_transaction_seconds: NonNegativeFloat = Field(
        default=30, description="How long a transaction may do nothing. 0: for ever."
    )
    database_lock_seconds: NonNegativeFloat = Field(
        default=4,
        description="How long to wait for a lock before the answer is `BUSY`. 0: for ever.",
    )
    database_pool_size: PositiveInt = Field(
        default=10,
        description="Connections to PostgreSQL that one process may hold for transactions and single "
        "statements, and as many again for other reads: twice as many in all, and as many of a replica.",
    )
    database_read_url: SecretStr | None = Field(
        default=None,
        description="A streaming replica of it, for statistics and exports. It is asked only where it has "
        "come as far as what was committed.",
    )
    database_statement_seconds: NonNegativeFloat = Field(
        default=8, description="How long a statement of a request may take. 0: for ever."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql+asyncpg://…`, PostgreSQL 15 or later. Without it, `run` starts one.",
    )
    database_worker_statement_seconds: NonNegativeFloat = Field(
        default=60, description="How long a statement of a job may take. 0: for ever."
    )
    queue_redis_url: SecretStr | None = Field(
        default=None,
        description="Redis of the job queues. Without it, database 1 of `OUTGO_REDIS_URL`.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="`redis://…` for live updates and throttles. Without it, `run` starts one.",
    )
    storage_url: str | None = Field(
        default=None,
        description="Where receipts are kept: `s3://bucket/prefix` or `file:///folder`. Without it, a folder "
        "in `OUTGO_DATA_DIR`.",
    )

    # Environment
    environment: Environment = Field(
        default=Environment.DEVELOPMENT,
        description="`development` or `production`, which refuses missing and default secrets.",
    )

    # GraphQL
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins of web pages that may call the API, separated by commas."
    )
    document_hours: PositiveInt = Field(
        default=24,
        description="How long a document that a client named by its SHA-256 is remembered.",
    )
    documents: Path | None = Field(
        default=None,
        description="JSON file with the only documents that are answered. Without it, all are.",
    )
    fast_executor: bool = Field(
        default=True,
        description="Whether operations are executed by plans made of them once, instead of by the library.",
    )
    graphiql: bool = Field(
        default_factory=lambda fields: fields["environment"] is Environment.DEVELOPMENT,
        description="Whether the page to try the API is served. Off in production unless set.",
    )
    import_seconds: PositiveFloat = Field(
        default=45,
        description="How long importing a file, or undoing it, may take. Meanwhile nobody else writes to the "
        "ledger.",
    )
    introspection: bool = Field(
        default_factory=lambda fields: fields["environment"] is Environment.DEVELOPMENT,
        description="Whether the API tells its schema. Off in production unless set.",
    )
    most_cost: PositiveInt = Field(
        default=10_000, description="Points that one operation may cost, see [limits](limits.md)."
    )

    operation_seconds: PositiveFloat = Field(
        default=9,
        description="How long a query or a mutation may take before it is given up, all in all.",
    )
    points_per_address: NonNegativeInt = Field(
        default=2_000_000,
        description="Points that everyone at one address may spend in a minute. 0: any number.",
    )
    points_per_user: NonNegativeInt = Field(
        default=200_000,
        description="Points that one user may spend in a minute. 0: any number.",
    )
    subscriptions_per_user: PositiveInt = Field(
        default=100,
        description="Subscriptions that one user may have at a time, at each process.",
    )

    # Live
    heartbeat_seconds: PositiveFloat = Field(
        default=25, description="How often a quiet subscription says that it lives."
    )
    look_seconds: PositiveFloat = Field(
        default=5,
        description="How often to look for lost rings, ended memberships and ended sessions.",
    )
    resume_events: PositiveInt = Field(
        default=10_000,
        description="How many missed events are replayed before a subscriber is told to read anew.",
    )

    # Notifications
    mail_from: str | None = Field(
        default=None, description="Who mails are from, such as `Outgo <outgo@example.org>`."
    )
    private_endpoints: bool = Field(
        default=False,
        description="Whether push endpoints and services that users name may lie in private networks.",
    )
    services: bool = Field(
        default=True,
        description="Whether users may be told by services of their own, through Apprise.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="`smtp://user:password@host:587` or `smtps://…:465`. Without it, nobody gets mails.",
    )
    vapid_private_key: SecretStr | None = Field(
        default=None,
        description="P-256 key of Web Push, 32 bytes in base64url. Without it, nobody gets pushes.",
    )
    vapid_subject: str | None = Field(
        default=None, description="How push services reach the operator: `mailto:…` or `https://…`."
    )

    # OCR
    ocr_at_once: PositiveInt | None = Field(
        default=None,
        description="Receipts that one process reads together, in shared batches. Without it, 1 on a "
        "processor and 8 on a GPU.",
    )
    ocr_detection_batch: PositiveInt | None = Field(
        default=None,
        description="Images in which text is looked for at once. Without it, 1 on a processor, 4 on a GPU.",
    )
    ocr_device: str = Field(
        default="cpu", pattern=r"^(cpu|gpu:\d+)$", description="`cpu`, or `gpu:0` and so on."
    )
    ocr_engine: Literal["onnxruntime", "paddle"] = Field(
        default="onnxruntime", description="What runs the models: `onnxruntime` or `paddle`."
    )
    ocr_model_dir: Path | None = Field(
        default=None, description="Folder of the models. Without it, `models` in `OUTGO_DATA_DIR`."
    )
    ocr_precision: Literal["fp32", "fp16"] = Field(
        default="fp32",
        description="`fp32`, or on a GPU `fp16`, for which ONNX Runtime needs `OUTGO_OCR_TENSORRT`.",
    )
    ocr_processes: NonNegativeInt | None = Field(
        default=None,
        description="Processes that read receipts under `outgo run`. Without it, one for each core but one, "
        "as far as half of the memory goes, and one on a GPU.",
    )
    ocr_recognition_batch: PositiveInt | None = Field(
        default=None,
        description="Lines that are read at once. Without it, 1 on a processor and 32 on a GPU.",
    )
    ocr_tensorrt: bool = Field(
        default=False,
        description="Whether TensorRT compiles the models for the GPU: minutes at the first start.",
    )
    ocr_threads: PositiveInt = Field(
        default=1, description="Threads that one receipt is read with."
    )

    # Processes
    drain_seconds: NonNegativeFloat = Field(
        default_factory=lambda fields: (
            0.0 if fields["environment"] is Environment.DEVELOPMENT else 4.0
        ),
        description="How long a web process that was told to stop still answers, while load balancers and "
        "sockets turn to others. 4 in production unless set.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    log_format: Literal["json", "text"] = Field(
        default_factory=lambda fields: (
            "text" if fields["environment"] is Environment.DEVELOPMENT else "json"
        ),
        description="Log lines as `json` or as `text`. JSON in production unless set.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`, of our own lines."
    )
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    public_url: str | None = Field(
        default=None, description="How clients reach the API. Without it, `http://` host and port."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1",),
        description="Addresses or networks of reverse proxies, separated by commas. Only what these say in "
        "`X-Forwarded-For` is believed.",
    )
    web_processes: PositiveInt = Field(default=1, description="Processes that answer requests.")
    worker_memory_mb: PositiveInt | None = Field(
        default=None,
        description="MiB of memory above which a worker process ends its jobs and begins anew. Without it, "
        "1200, and 4000 where receipts are read on a GPU.",
    )
    worker_threads: PositiveInt = Field(
        default=8, description="Jobs that one worker process does at a time."
    )

    # Uploads
    link_minutes: PositiveInt = Field(
        default=15,
        description="How long a link to upload is good for. One to look at an image stays the same "
        "for that long, and good for as long again.",
    )
    max_opening_seconds: PositiveInt = Field(
        default=20, description="How long opening a receipt's file may take its reader."
    )
    max_upload_bytes: PositiveInt = Field(default=15 * 2**20, description="Largest receipt file.")
    max_upload_pages: PositiveInt = Field(
        default=10, description="Most pages of a PDF that is a receipt."
    )
    max_upload_pixels: PositiveInt = Field(
        default=40_000_000,
        description="Largest receipt image. Its reader may take 16 bytes of memory for each pixel, and "
        "512 MiB.",
    )
    upload_signing_key: SecretStr = Field(
        default=SecretStr(_DEVELOPMENT_KEY),
        description="Key that signs links to upload and to look at images. At least 32 bytes.",
    )

    # Watching
    metrics_host: str = Field(
        default="127.0.0.1", description="Address of `/metrics`. Nobody has to sign in there."
    )
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Port of `/metrics` for Prometheus. Processes that one command starts take the ports "
        "that follow. Without it, nothing is served.",
    )
    otlp_url: str | None = Field(
        default=None,
        description="Where traces go: a collector that speaks OTLP over HTTP, such as `http://collector:4318`.",
    )

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(item.strip() for item in value.split(",") if item.strip())

    @field_validator(
        *("mail_from", "otlp_url", "smtp_url", "vapid_private_key", "vapid_subject"), mode="before"
    )
    @classmethod
    def _absent(cls, value: object) -> object:
        """What of an example was not filled in."""
        return None if value == "" else value

    @model_validator(mode="after")
    def _fit_for_the_environment(self) -> Self:
        problems = list(self._malformed())
        if self.environment is Environment.PRODUCTION:
            problems += self._unfit_for_production()
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _malformed(self) -> Iterator[str]:
        pairs = self.jwt_keys.get_secret_value().count(",") + 1
        if len(self.signing_keys) != pairs or not all(chain(*self.signing_keys.items())):
            yield "OUTGO_JWT_KEYS must be `kid:secret` with different kids, separated by commas"
        if not self._seals():
            yield "OUTGO_ENCRYPTION_KEYS must be `kid:key` with different kids, each key 32 bytes in base64"
        if not all(map(_is_network, self.trusted_proxies)):
            yield "OUTGO_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8"
        if self.smtp_url and not self.mail_from:
            yield "OUTGO_SMTP_URL needs OUTGO_MAIL_FROM"
        if self.smtp_url and not self.smtp_url.get_secret_value().startswith(_MAIL_SCHEMES):
            yield "OUTGO_SMTP_URL must begin with smtp:// or smtps://"
        if self.vapid_private_key and not self.vapid_subject:
            yield "OUTGO_VAPID_PRIVATE_KEY needs OUTGO_VAPID_SUBJECT"

    def _seals(self) -> bool:
        try:
            keys = self.encryption_key_bytes
        except ValueError:
            return False
        pairs = self.encryption_keys.get_secret_value().count(",") + 1
        return len(keys) == pairs and all(
            kid and len(key) == KEY_BYTES for kid, key in keys.items()
        )

    def _unfit_for_production(self) -> Iterator[str]:
        for name in ("database_url", "redis_url", "public_url"):
            if getattr(self, name) is None:
                yield f"OUTGO_{name.upper()} is not set"
        if _DEVELOPMENT_ENCRYPTION_KEY in self.encryption_keys.get_secret_value():
            yield "OUTGO_ENCRYPTION_KEYS is not set"
        secrets = {
            "OUTGO_JWT_KEYS": list(self.signing_keys.values()),
            "OUTGO_UPLOAD_SIGNING_KEY": [self.upload_signing_key.get_secret_value()],
        }
        for name, values in secrets.items():
            if _DEVELOPMENT_KEY in values:
                yield f"{name} is not set"
            elif any(len(value.encode()) < _SHORTEST_KEY_BYTES for value in values):
                yield f"{name} is shorter than {_SHORTEST_KEY_BYTES} bytes"

    @property
    def encryption_key_bytes(self) -> dict[str, bytes]:
        """Keys by key id; the first one seals. Raises ValueError for what is no base64."""
        pairs = self.encryption_keys.get_secret_value().split(",")
        parted = (pair.partition(":") for pair in pairs)
        return {kid.strip(): b64decode(key, validate=True) for kid, _, key in parted}

    @property
    def signing_keys(self) -> dict[str, str]:
        """Secrets by key id; the first one signs."""
        pairs = self.jwt_keys.get_secret_value().split(",")
        return {kid: secret for kid, _, secret in (pair.partition(":") for pair in pairs)}

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def models_folder(self) -> Path:
        return self.ocr_model_dir or self.data_dir / "models"

    @property
    def receipts_at_once(self) -> int:
        return self.ocr_at_once or self._by_device(1, 8)

    @property
    def detection_batch(self) -> int:
        return self.ocr_detection_batch or self._by_device(1, 4)

    @property
    def recognition_batch(self) -> int:
        return self.ocr_recognition_batch or self._by_device(1, 32)

    @property
    def most_memory_mib(self) -> int:
        return self.worker_memory_mb or self._by_device(1200, 4000)

    @property
    def receipts_url(self) -> str:
        return self.storage_url or (self.data_dir / "receipts").resolve().as_uri()

    @property
    def broker_url(self) -> str | None:
        """Where jobs are queued: by default beside the rings, in a database of their own."""
        if self.queue_redis_url:
            return self.queue_redis_url.get_secret_value()
        return _second_database(self.redis_url.get_secret_value()) if self.redis_url else None

    def _by_device(self, processor: int, gpu: int) -> int:
        return processor if self.ocr_device == "cpu" else gpu


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _second_database(url: str) -> str:
    """Whatever else the URL asks for, such as certificates, stays; a query's `db` wins over a path's."""
    address, _, query = url.partition("?")
    return f"{address}?{urlencode({**dict(parse_qsl(query)), 'db': 1})}"
