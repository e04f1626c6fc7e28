"""Understanding a receipt: from lines of text with a place to a proposal for an expense."""

from domain.receipt.fields import Field, Item, Reading
from domain.receipt.line import Line, Point, Polygon
from domain.receipt.reading import read

__all__ = ["Field", "Item", "Line", "Point", "Polygon", "Reading", "read"]
