"""Which document a request means: the one it carries, or one that it names by its SHA-256.

A client registers a document by sending it once with its hash (automatic persisted queries, as Apollo's and
urql's clients do), and from then on sends the hash alone. A server that is given a list of documents answers
those and no others, whether they come whole or by their hash.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from adapters.document_cache import DocumentCache
from core.hashes import sha256
from resolvers.limits import MOST_CHARACTERS, too_large
from resolvers.named_error import named_error

_MANIFEST = TypeAdapter(dict[str, str])
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Documents:
    def __init__(self, cache: DocumentCache, allowed: Mapping[str, str] | None = None) -> None:
        self._cache = cache
        self._allowed = allowed

    async def meant(self, document: str | None, extensions: object) -> str | None:
        """The document to execute, or None where none is meant.

        Raises `GraphQLError` with a code: PERSISTED_QUERY_NOT_FOUND when it has to be sent whole,
        PERSISTED_QUERY_MALFORMED when it does not have the hash it is said to have, DOCUMENT_NOT_ALLOWED,
        DOCUMENT_TOO_LARGE.
        """
        if document and len(document) > MOST_CHARACTERS:
            raise too_large(f"The document has more than {MOST_CHARACTERS} characters.")
        named = _named(extensions)
        if named and document is not None and sha256(document).hex() != named:
            raise named_error("PERSISTED_QUERY_MALFORMED", "The document has another SHA-256.")
        if self._allowed is not None:
            return _allowed(self._allowed, document, named)
        if named is None:
            return document
        if document is None:
            return await self._cached(named)
        await self._cache.put(named, document)
        return document

    async def _cached(self, named: str) -> str:
        document = await self._cache.get(named)
        if document is None:
            raise named_error("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return document


def listed(file: Path) -> Mapping[str, str]:
    """The documents of a JSON file, by their SHA-256. Their names in it are the client's own affair."""
    documents = _MANIFEST.validate_json(file.read_bytes())
    return {sha256(document).hex(): document for document in documents.values()}


def _allowed(allowed: Mapping[str, str], document: str | None, named: str | None) -> str | None:
    if document is None and named is None:
        return None
    found = allowed.get(named or sha256(document or "").hex())
    if found is None:
        raise named_error("DOCUMENT_NOT_ALLOWED", "This server does not answer this document.")
    return found


def _named(extensions: Any) -> str | None:
    match extensions:
        case {"persistedQuery": {"version": 1, "sha256Hash": str(named)}}:
            if _SHA256.fullmatch(named):
                return named
            raise named_error("PERSISTED_QUERY_MALFORMED", "A SHA-256 has 64 hexadecimal digits.")
        case {"persistedQuery": _}:
            raise named_error("PERSISTED_QUERY_MALFORMED", "Only version 1 is spoken.")
        case _:
            return None
