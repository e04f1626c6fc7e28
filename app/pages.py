"""A page to try the API with: GraphiQL where it has been bundled, a plain page of our own otherwise."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_WEB = Path(__file__).parents[1] / "web"

_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self' data:; "
    "img-src 'self' data:; style-src 'self'{styles}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PLAIN_POLICY = _POLICY.format(styles="")
_BUNDLE_POLICY = _POLICY.format(styles=" 'unsafe-inline'")  # its editor writes its own style sheets


def routes(web: Path = _WEB) -> list[BaseRoute]:
    """The page at `/graphiql/`, and the way to it from `/`. It loads nothing that we do not serve."""
    bundle = web / "static"
    page = (
        _Page(bundle, _BUNDLE_POLICY)
        if (bundle / "index.html").is_file()
        else _Page(web / "plain", _PLAIN_POLICY)
    )
    return [Route("/", _to_the_page), Mount("/graphiql", page)]


async def _to_the_page(_request: Request) -> Response:
    return RedirectResponse("graphiql/")


class _Page(StaticFiles):
    """A folder with an `index.html`, asked anew each time so that an old page never meets a new API."""

    def __init__(self, folder: Path, policy: str) -> None:
        super().__init__(directory=folder, html=True)
        self._headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy,
        }

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(self._headers)
        return response
