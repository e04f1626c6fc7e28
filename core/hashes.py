"""SHA-256 of texts that clients send. Halves of characters, which JSON can carry, are hashed like others."""

import hashlib


def sha256(text: str) -> bytes:
    return hashlib.sha256(encoded(text)).digest()


def encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
