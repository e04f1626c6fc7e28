"""Who may ask at all. Whose data it is, `services.access` decides."""

from typing import Any, TypeVar

import strawberry
from strawberry.permission import BasePermission

from domain.actor import Actor
from schema.context import Context

ContextType = TypeVar("ContextType", bound=Context)


class SignedIn(BasePermission):
    message = "Sign in first."
    error_extensions = {"code": "UNAUTHENTICATED"}

    def has_permission(
        self,
        source: Any,  # noqa: ARG002 - Strawberry passes it
        info: strawberry.Info[Any, Any],
        **kwargs: Any,  # noqa: ARG002 - Strawberry passes them
    ) -> bool:
        return info.context.actor is not None


class WithAccount(BasePermission):
    """After `SignedIn`: for what is not about the one group that a guest takes part in."""

    message = "This takes an account."
    error_extensions = {"code": "ACCOUNT_NEEDED"}

    def has_permission(
        self,
        source: Any,  # noqa: ARG002 - Strawberry passes it
        info: strawberry.Info[Any, Any],
        **kwargs: Any,  # noqa: ARG002 - Strawberry passes them
    ) -> bool:
        return actor(info).guest_of is None


def actor(info: strawberry.Info[ContextType, Any]) -> Actor:
    """The signed-in caller of a field that `SignedIn` guards."""
    assert info.context.actor is not None, "the field lacks SignedIn"
    return info.context.actor
