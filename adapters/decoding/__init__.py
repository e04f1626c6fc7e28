"""Hostile files become pixels and lines of text, in a process that may die of it."""
