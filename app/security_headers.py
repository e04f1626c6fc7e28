"""What every answer tells browsers: guess no types, tell nobody where you were, frame and keep nothing.

And that it depends on the origin of who asks: see `app.guards.Origins`.
"""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

_ALWAYS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "vary": "Origin",
    "x-content-type-options": "nosniff",
}
_HTTPS_ONLY = {"strict-transport-security": "max-age=31536000"}  # a year


class SecurityHeaders:
    """Whatever an answer says itself about one of them stands."""

    def __init__(self, app: ASGIApp, *, https_only: bool) -> None:
        self._app = app
        told = _ALWAYS | (_HTTPS_ONLY if https_only else {})
        self._headers = [(name.encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def telling(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                others = [header for header in self._headers if header[0] not in said]
                message["headers"] = [*message["headers"], *others]
            await send(message)

        await self._app(scope, receive, telling)
