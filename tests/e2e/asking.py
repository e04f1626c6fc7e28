"""Asking the API over HTTP."""

from typing import Any

import httpx


async def post(http: httpx.AsyncClient, query: str, **options: Any) -> httpx.Response:
    return await http.post("/graphql", json={"query": query}, **options)


def errors(answer: httpx.Response) -> list[dict[str, Any]]:
    return answer.json()["errors"]
