"""Receipts that never were, with exact truth: the same one for the same seed."""

from bench.drawn.receipt import Drawn, draw, edition, languages

__all__ = ["Drawn", "draw", "edition", "languages"]
