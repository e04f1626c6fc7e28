from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain.account import Client, Registration
from domain.actor import Actor
from domain.guest import NewGuest
from schema.account import Credentials, User
from schema.ids import row_id
from schema.refusals import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts
from schema.scalars import CurrencyCode


@strawberry.type(description="A guest who is no more.")
class DeletedGuest:
    id: strawberry.ID = strawberry.field(description="The id that they had.")


@strawberry.input(
    description="Joining a group by a link without an account: under a name, or as a placeholder."
)
class JoinAsGuestInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own.")
    secret: str = strawberry.field(
        description="32 to 200 random characters of your own, which you show nobody. Repeating is safe with "
        "the same id and secret, until you refresh your tokens."
    )
    token: str = strawberry.field(description="From the link.")
    name: str | None = strawberry.field(default=None, description="At most 100 characters.")
    claim: relay.GlobalID | None = strawberry.field(
        default=None, description="The placeholder that you are, with its name and all its history."
    )
    device_name: str = strawberry.field(description="What to call this device in `sessions`.")

    def to_domain(self) -> NewGuest:
        return NewGuest(
            id=self.id,
            invite=self.token,
            secret=self.secret,
            name=self.name,
            claim=row_id(self.claim, "Member") if self.claim else None,
        )

    @property
    def client(self) -> Client:
        return Client(self.device_name)


@strawberry.input(description="What a guest takes to become somebody with an account.")
class RegisterGuestInput:
    email: str = strawberry.field(description="To log in with.")
    password: str = strawberry.field(
        description="10 to 200 characters of any kind, but not the email address."
    )
    name: str = strawberry.field(description="At most 100 characters. The group keeps its own.")
    currency: CurrencyCode = strawberry.field(description="What you mostly spend.")
    time_zone: str = strawberry.field(default="UTC", description="An IANA name: Europe/Berlin.")

    def to_domain(self, guest: Actor) -> Registration:
        return Registration(
            id=guest.user_id,
            email=self.email,
            name=self.name,
            time_zone=self.time_zone,
            currency=self.currency,
        )


JoinAsGuestResult = Annotated[
    Credentials | Invalid | NotFound | Forbidden | Conflict | TooManyAttempts,
    strawberry.union("JoinAsGuestResult"),
]
RegisterGuestResult = Annotated[
    User | Invalid | NotFound | Forbidden | Conflict | TooManyAttempts,
    strawberry.union("RegisterGuestResult"),
]
DeleteGuestResult = Annotated[DeletedGuest | Conflict, strawberry.union("DeleteGuestResult")]
