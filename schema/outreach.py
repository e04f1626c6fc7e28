"""How someone wants to be told outside the API: what of, where, and how often."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain.endpoint import PushSubscription, Service, shown
from domain.notification import NotificationKind
from domain.preferences import Channel, Digest, Preferences
from models.notification import Endpoint as EndpointRow
from schema.refusals import Conflict, Invalid, NotFound

strawberry.enum(
    Channel,
    name="NotificationChannel",
    description="IN_APP: the list of notifications and `notificationAdded`. PUSH: browsers that subscribed. "
    "SERVICE: services that you have connected, such as ntfy or Telegram.",
)
strawberry.enum(
    Digest,
    name="NotificationDigest",
    description="How often mails leave: at once, at every full hour, or daily at 8:00 where you live. What "
    "has come together until then is one mail.",
)


@strawberry.type(description="Where you want to be told of one kind of things.")
class NotificationChoice:
    kind: NotificationKind = strawberry.field(description="Of what.")
    channels: list[Channel] = strawberry.field(description="Where. Nowhere at all is fine.")


@strawberry.type(description="What you want to be told of, where, and how often.")
class NotificationPreferences:
    digest: Digest = strawberry.field(description="How often mails leave.")
    choices: list[NotificationChoice] = strawberry.field(description="One for every kind.")
    available: list[Channel] = strawberry.field(
        description="The channels that work on this server. Others may be chosen, but stay silent."
    )

    @staticmethod
    def of(chosen: Preferences, available: Collection[Channel]) -> "NotificationPreferences":
        return NotificationPreferences(
            digest=chosen.digest,
            choices=[
                NotificationChoice(kind=kind, channels=_in_order(chosen.channels(kind)))
                for kind in NotificationKind
            ],
            available=_in_order(available),
        )


def _in_order(channels: Collection[Channel]) -> list[Channel]:
    return [channel for channel in Channel if channel in channels]


@strawberry.type(description="Where you are told besides the API: a browser, or a service.")
class Endpoint(relay.Node):
    id: relay.NodeID[UUID]
    channel: Channel = strawberry.field(description="Of which channel it is part.")
    name: str = strawberry.field(description="What you call it.")
    address: str = strawberry.field(
        description="The beginning of its address. The rest is secret and never shown again."
    )
    created_at: datetime = strawberry.field(description="Since when it is here.")

    @staticmethod
    def of(row: EndpointRow) -> "Endpoint":
        return Endpoint(
            id=row.id,
            channel=row.channel,
            name=row.name,
            address=row.address or shown(row.channel, row.url),
            created_at=row.created_at,
        )


@strawberry.input(description="Where you want to be told of one kind of things.")
class NotificationChoiceInput:
    kind: NotificationKind = strawberry.field(description="Of what.")
    channels: list[Channel] = strawberry.field(description="Where. Nowhere at all is fine.")


@strawberry.input(description="What you leave out stays as it is.")
class SetNotificationPreferencesInput:
    digest: Digest | None = strawberry.field(default=None, description="How often mails leave.")
    choices: list[NotificationChoiceInput] = strawberry.field(
        default_factory=list[NotificationChoiceInput], description="The kinds to change."
    )

    def to_domain(self) -> Mapping[NotificationKind, AbstractSet[Channel]]:
        return {choice.kind: frozenset(choice.channels) for choice in self.choices}


@strawberry.input(
    description="What a browser's `PushManager.subscribe()` answers. Doing so again is no different."
)
class AddPushSubscriptionInput:
    endpoint: str = strawberry.field(description="Its address at its push service.")
    p256dh: str = strawberry.field(description="Its public key, in base64url.")
    auth: str = strawberry.field(description="Its secret, in base64url.")
    name: str = strawberry.field(description="What to call it. At most 100 characters.")

    def to_domain(self) -> PushSubscription:
        return PushSubscription(self.endpoint, self.p256dh, self.auth, self.name)


@strawberry.input(description="A service to be told by. Doing so again is no different.")
class ConnectServiceInput:
    url: str = strawberry.field(
        description="Its Apprise URL, such as `ntfys://ntfy.sh/topic` or `tgram://token/chat`."
    )
    name: str = strawberry.field(description="What to call it. At most 100 characters.")

    def to_domain(self) -> Service:
        return Service(self.url, self.name)


@strawberry.input(description="Where you no longer want to be told.")
class RemoveEndpointInput:
    id: relay.GlobalID = strawberry.field(description="Which endpoint.")


@strawberry.type(description="An endpoint that is forgotten, with what was still on its way there.")
class EndpointRemoved:
    id: relay.GlobalID = strawberry.field(description="Its id.")


SetNotificationPreferencesResult = Annotated[
    NotificationPreferences | Invalid, strawberry.union("SetNotificationPreferencesResult")
]
AddEndpointResult = Annotated[Endpoint | Invalid | Conflict, strawberry.union("AddEndpointResult")]
RemoveEndpointResult = Annotated[
    EndpointRemoved | NotFound, strawberry.union("RemoveEndpointResult")
]
