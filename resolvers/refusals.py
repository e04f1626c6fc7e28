"""From refusals of the domain to the types that clients see. The only place that maps them."""

# ruff: noqa: ARG002 - Strawberry calls every handler with the field and the info

import strawberry
from strawberry.relay.types import InvalidGlobalIDError
from strawberry.types.field import StrawberryField

from adapters import throttle
from domain import errors, rate
from schema import refusals
from schema.context import Info
from schema.scalars import CurrencyCode


class _Invalid(strawberry.ExceptionHandler[errors.Invalid, refusals.Invalid]):
    def handle(
        self, exception: errors.Invalid, *, field: StrawberryField, info: Info
    ) -> refusals.Invalid:
        return refusals.Invalid(
            code=exception.code, message=str(exception), path=list(exception.path)
        )


class _NotFound(strawberry.ExceptionHandler[errors.NotFound, refusals.NotFound]):
    def handle(
        self, exception: errors.NotFound, *, field: StrawberryField, info: Info
    ) -> refusals.NotFound:
        return refusals.NotFound(code=exception.code, message=str(exception))


class _NoIdAtAll(strawberry.ExceptionHandler[InvalidGlobalIDError, refusals.NotFound]):
    def handle(
        self, exception: InvalidGlobalIDError, *, field: StrawberryField, info: Info
    ) -> refusals.NotFound:
        return refusals.NotFound(code=errors.NotFound.code, message="No such id.")


class _TooManyAttempts(
    strawberry.ExceptionHandler[throttle.TooManyAttempts, refusals.TooManyAttempts]
):
    def handle(
        self, exception: throttle.TooManyAttempts, *, field: StrawberryField, info: Info
    ) -> refusals.TooManyAttempts:
        return refusals.TooManyAttempts(
            code=exception.code,
            message=str(exception),
            retry_after_seconds=exception.retry_after_seconds,
        )


class _Forbidden(strawberry.ExceptionHandler[errors.Forbidden, refusals.Forbidden]):
    def handle(
        self, exception: errors.Forbidden, *, field: StrawberryField, info: Info
    ) -> refusals.Forbidden:
        return refusals.Forbidden(code=exception.code, message=str(exception))


class _Conflict(strawberry.ExceptionHandler[errors.Conflict, refusals.Conflict]):
    def handle(
        self, exception: errors.Conflict, *, field: StrawberryField, info: Info
    ) -> refusals.Conflict:
        return refusals.Conflict(
            code=exception.code, message=str(exception), entity=exception.entity
        )


class _RateMissing(strawberry.ExceptionHandler[rate.RateMissing, refusals.RateMissing]):
    def handle(
        self, exception: rate.RateMissing, *, field: StrawberryField, info: Info
    ) -> refusals.RateMissing:
        return refusals.RateMissing(
            code=exception.code,
            message=str(exception),
            base=CurrencyCode(exception.base),
            quote=CurrencyCode(exception.quote),
            nearest_day=exception.nearest_day,
        )


HANDLERS = (
    _Invalid(),
    _NotFound(),
    _NoIdAtAll(),
    _TooManyAttempts(),
    _Forbidden(),
    _RateMissing(),
    _Conflict(),
)
