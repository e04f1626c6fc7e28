from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from adapters.tokens import AccessToken
from domain.account import Client, Registration
from domain.pages import Page
from models.account import Device as DeviceRow
from models.account import Session as SessionRow
from models.account import SessionEnd
from models.account import User as UserRow
from schema.context import Info
from schema.ledger import Ledger
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts
from schema.scalars import BigInt, CurrencyCode

strawberry.enum(SessionEnd, description="Why a session ended.")


@strawberry.type(description="You, as nobody else sees you: the others see members of ledgers.")
class User(relay.Node):
    id: relay.NodeID[UUID]
    email: str | None = strawberry.field(
        description="What you log in with, in lower case; null for a guest."
    )
    name: str = strawberry.field(description="What ledgers that you join from now on call you.")
    time_zone: str = strawberry.field(description="Where your days begin: an IANA name.")
    shares_receipts_for_training: bool = strawberry.field(
        description="Whether reading models may be trained with the receipts that you upload."
    )
    user_id: strawberry.Private[UUID]

    @strawberry.field(description="Whether you take part in one group without an account.")
    def is_guest(self) -> bool:
        return self.email is None

    @strawberry.field(description="Your own ledger, which nobody else sees; null for a guest.")
    async def personal_ledger(self, info: Info) -> Ledger | None:
        row = await info.context.loaders.personal_ledgers.load(self.user_id)
        return Ledger.of(row) if row else None

    @staticmethod
    def of(row: UserRow) -> "User":
        return User(
            id=row.id,
            email=row.email,
            name=row.name,
            time_zone=row.time_zone,
            shares_receipts_for_training=row.shares_receipts_for_training,
            user_id=row.id,
        )


@strawberry.type(description="Something that you use Outgo with.")
class Device:
    name: str = strawberry.field(description="What it called itself when it logged in.")
    replica: BigInt = strawberry.field(
        description="Its number in clocks. A device that logs in again says it, to stay the same one."
    )


@strawberry.type(description="One log-in of one device.")
class Session(relay.Node):
    id: relay.NodeID[UUID]
    device: Device = strawberry.field(description="Where it is.")
    created_at: datetime = strawberry.field(description="When the device logged in.")
    last_used_at: datetime = strawberry.field(description="When it last refreshed its tokens.")
    ended_at: datetime | None = strawberry.field(description="When it ended, if it did.")
    ended_because: SessionEnd | None = strawberry.field(description="Why it ended, if it did.")
    session_id: strawberry.Private[UUID]

    @strawberry.field(description="Whether it is the one that you are asking from.")
    def is_current(self, info: Info) -> bool:
        actor = info.context.actor
        return actor is not None and actor.session_id == self.session_id

    @staticmethod
    def of(row: SessionRow, device: DeviceRow) -> "Session":
        return Session(
            id=row.id,
            device=Device(name=device.name, replica=BigInt(row.device_id)),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            ended_at=row.ended_at,
            ended_because=row.ended_because,
            session_id=row.id,
        )


@strawberry.type(description="Your sessions, newest log-in first.")
class SessionConnection(relay.Connection[Session]):
    @staticmethod
    def over(page: Page[tuple[SessionRow, DeviceRow]]) -> "SessionConnection":
        edges = [relay.Edge(cursor=cursor, node=Session.of(*row)) for cursor, row in page.rows]
        return SessionConnection(edges=edges, page_info=page_info(page))


@strawberry.type(description="What proves who you are. Shown only this once.")
class Credentials:
    access_token: str = strawberry.field(
        description="Goes with every request: `Authorization: Bearer …`; or into `connection_init`."
    )
    access_token_expires_at: datetime = strawberry.field(description="From then on refresh it.")
    refresh_token: str = strawberry.field(
        description="Good for one `refreshTokens`, which answers with the next. Keep it secret."
    )
    session: Session = strawberry.field(description="What you are signed in by.")
    user: User = strawberry.field(description="You.")

    @staticmethod
    def of(
        access: AccessToken,
        user: UserRow,
        device: DeviceRow,
        session: SessionRow,
        refresh_token: str,
    ) -> "Credentials":
        return Credentials(
            access_token=access.text,
            access_token_expires_at=access.expires_at,
            refresh_token=refresh_token,
            session=Session.of(session, device),
            user=User.of(user),
        )


@strawberry.type(description="An account that is no more.")
class DeletedAccount:
    email: str = strawberry.field(description="Free to be registered again.")


@strawberry.input(description="A new account.")
class RegisterInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    email: str = strawberry.field(description="To log in with.")
    password: str = strawberry.field(
        description="10 to 200 characters of any kind, but not the email address."
    )
    name: str = strawberry.field(description="At most 100 characters.")
    currency: CurrencyCode = strawberry.field(description="What you mostly spend.")
    time_zone: str = strawberry.field(default="UTC", description="An IANA name: Europe/Berlin.")
    device_name: str = strawberry.field(description="What to call this device in `sessions`.")

    def to_domain(self) -> Registration:
        return Registration(
            id=self.id,
            email=self.email,
            name=self.name,
            time_zone=self.time_zone,
            currency=self.currency,
        )

    @property
    def client(self) -> Client:
        return Client(self.device_name)


@strawberry.input(description="A log-in of a device.")
class LogInInput:
    email: str = strawberry.field(description="As registered; case does not matter.")
    password: str = strawberry.field(description="The account's password.")
    device_name: str = strawberry.field(description="What to call this device in `sessions`.")
    replica: BigInt | None = strawberry.field(
        default=None, description="The device's number, if it was signed in before."
    )

    @property
    def client(self) -> Client:
        return Client(self.device_name, self.replica)


@strawberry.input(description="A refresh token, to be exchanged.")
class RefreshTokensInput:
    refresh_token: str = strawberry.field(description="The newest one that you were given.")


@strawberry.input(description="A session to end.")
class RevokeSessionInput:
    session_id: relay.GlobalID = strawberry.field(description="Which one of yours.")


@strawberry.input(description="A new password.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The one that is to change.")
    new_password: str = strawberry.field(
        description="10 to 200 characters of any kind, but not the email address."
    )


@strawberry.input(description="The end of an account.")
class DeleteAccountInput:
    password: str = strawberry.field(description="The account's password.")


@strawberry.input(description="What to change about yourself; what is not given stays.")
class UpdateProfileInput:
    name: str | None = strawberry.field(default=None, description="At most 100 characters.")
    time_zone: str | None = strawberry.field(default=None, description="An IANA name.")
    shares_receipts_for_training: bool | None = strawberry.field(
        default=None,
        description="Whether reading models may be trained with the receipts that you upload.",
    )


RegisterResult = Annotated[
    Credentials | Invalid | Conflict | TooManyAttempts, strawberry.union("RegisterResult")
]
LogInResult = Annotated[
    Credentials | Invalid | NotFound | Forbidden | TooManyAttempts, strawberry.union("LogInResult")
]
RefreshTokensResult = Annotated[Credentials | Forbidden, strawberry.union("RefreshTokensResult")]
RevokeSessionResult = Annotated[Session | NotFound, strawberry.union("RevokeSessionResult")]
ChangePasswordResult = Annotated[
    User | Invalid | Forbidden | TooManyAttempts, strawberry.union("ChangePasswordResult")
]
DeleteAccountResult = Annotated[
    DeletedAccount | Forbidden | Conflict | TooManyAttempts,
    strawberry.union("DeleteAccountResult"),
]
UpdateProfileResult = Annotated[User | Invalid, strawberry.union("UpdateProfileResult")]
