"""PDF files as tests need them, written by hand: Helvetica on white (ISO 32000-1, 7.5)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_STRANGERS_KEYS = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<00> <00>]".format(
        "5a" * 32
    )
)


class Text(NamedTuple):
    """`x` and `y` in points from the page's bottom left corner."""

    x: float
    y: float
    text: str
    size: float = 10


def pdf(
    *pages: Sequence[Text],
    size: tuple[float, float] = (226, 300),
    turn: int = 0,
    locked: bool = False,
) -> bytes:
    """A document of these pages; a locked one wants a password that nobody knows."""
    contents = [_content(page) for page in pages]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    box = f"/MediaBox [0 0 {size[0]} {size[1]}] /Rotate {turn}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(contents):
        font = "/Resources << /Font << /F 3 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R {box} {font} /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    return _file(objects, _STRANGERS_KEYS if locked else "")


def _content(page: Iterable[Text]) -> str:
    return "\n".join(
        f"BT /F {text.size} Tf {text.x} {text.y} Td ({text.text}) Tj ET" for text in page
    )


def _file(objects: Sequence[str], trailer: str) -> bytes:
    body, places = "%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    ending = f"trailer << /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {count}\n0000000000 65535 f \n{table}{ending}".encode("latin-1")
