"""The page to try the API with: GraphiQL when bundled, our own otherwise, and nothing from anywhere else."""

import re
from pathlib import Path
from shutil import copytree

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette

from app import pages
from tests import sdl

_WEB = Path(__file__).parents[2] / "web"
_ELSEWHERE = re.compile(r"https?://|[\"'(=]//", re.IGNORECASE)
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\s(on\w+|style)=", re.IGNORECASE)
_LOADED = re.compile(r"(?:src|href)=\"(?!data:)([^\"]+)\"")


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folder as it is in a fresh clone."""
    copytree(_WEB / "plain", tmp_path / "plain")
    return tmp_path


@pytest.fixture
def bundled(web: Path) -> Path:
    """The folder as it is where GraphiQL was bundled, down to its own page."""
    copytree(_WEB / "graphiql", web / "static")
    return web


def _visit(web: Path) -> httpx.AsyncClient:
    app = Starlette(routes=pages.routes(web))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://outgo.test", follow_redirects=True
    )


async def test_the_root_leads_to_the_page(web: Path) -> None:
    async with _visit(web) as browser:
        answer = await browser.get("/")

    assert (answer.status_code, answer.url.path) == (200, "/graphiql/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_without_a_bundle_it_is_our_plain_page(web: Path) -> None:
    async with _visit(web) as browser:
        page = await browser.get("/graphiql/")

        assert 'id="subscribe"' in page.text
        for name in _LOADED.findall(page.text):
            assert (await browser.get(f"/graphiql/{name}")).status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_a_bundle_goes_before_the_plain_page(bundled: Path) -> None:
    async with _visit(bundled) as browser:
        page = await browser.get("/graphiql/")

    assert 'id="graphiql"' in page.text


async def test_half_a_bundle_is_none(bundled: Path) -> None:
    (bundled / "static" / "index.html").unlink()

    async with _visit(bundled) as browser:
        page = await browser.get("/graphiql/")

    assert 'id="subscribe"' in page.text


@pytest.mark.parametrize("path", ["/graphiql/", "/graphiql/main.js"])
async def test_the_browser_may_run_our_scripts_only_and_ask_us_only(
    bundled: Path, path: str
) -> None:
    async with _visit(bundled) as browser:
        answer = await browser.get(path)

    policy = dict(
        directive.split(" ", 1)
        for directive in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


async def test_nothing_beside_the_page_can_be_had(web: Path) -> None:
    (web / "package.json").write_text("{}")

    async with _visit(web) as browser:
        paths = ["/graphiql/nothing", "/graphiql/../package.json", "/graphiql/%2e%2e/package.json"]
        statuses = [(await browser.get(path)).status_code for path in paths]

    assert statuses == [404, 404, 404]


@pytest.mark.parametrize("folder", ["plain", "graphiql"])
def test_our_files_name_no_other_place_and_hold_no_script_in_the_page(folder: str) -> None:
    files = [path for path in (_WEB / folder).iterdir() if path.is_file()]

    assert {path.suffix for path in files} == {".html", ".css", ".js"}
    for path in files:
        assert not _ELSEWHERE.search(path.read_text()), path
        assert path.suffix != ".html" or not _INLINE.search(path.read_text()), path


def test_the_lock_has_a_hash_for_every_package_and_no_registry() -> None:
    lock = (_WEB / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')


def test_the_documents_of_the_pages_are_valid() -> None:
    documents = re.findall(r"`([^`]+)`", (_WEB / "plain" / "documents.js").read_text())

    assert len(documents) == 4
    for document in documents:
        assert validate(sdl.SCHEMA, parse(document)) == []
