"""Open fonts, from the packages that carry them: none is a file of ours."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from PIL import ImageFont

from bench.drawn.country import Country

_VARIABLE = "deckr_fonts/fonts/"
_SOURCE = "font_source_sans_pro/files/"
_BOLD, _USUAL_WIDTH = 700, 100


@dataclass(frozen=True)
class Face:
    """`package` carries the files. `width` is a column of the printer in em, `lacks` what it cannot print.

    `bold` is a file of its own, or what a variable font's axes are set to.
    """

    package: str
    regular: str
    bold: str | tuple[int, ...] | None
    width: float
    lacks: str = ""

    def file(self, *, bold: bool) -> Path:
        name = self.bold if bold and isinstance(self.bold, str) else self.regular
        return Path(str(distribution(self.package).locate_file(name)))


_WESTERN = (
    Face("captcha", "captcha/data/DroidSansMono.ttf", None, 0.6, "₺"),
    Face("deckr-fonts", f"{_VARIABLE}RobotoMono[wght].ttf", (_BOLD,), 0.6, "₺"),
    Face("deckr-fonts", f"{_VARIABLE}Roboto[wdth,wght].ttf", (_BOLD, _USUAL_WIDTH), 0.57),
    Face("deckr-fonts", f"{_VARIABLE}Inter[opsz,wght].ttf", None, 0.61),
    Face(
        "font-source-sans-pro",
        f"{_SOURCE}SourceSansPro-Regular.ttf",
        f"{_SOURCE}SourceSansPro-Bold.ttf",
        0.54,
    ),
)
_JAPANESE = (
    Face(
        "noto-cjk-sans-jp-regular", "noto_cjk_sans_jp_regular/NotoSansCJKjp-Regular.otf", None, 0.5
    ),
)


def faces(country: Country, sign: str) -> tuple[Face, ...]:
    """Those that can print the country's letters and its sign for money; tills rather have equal widths."""
    if country.code == "JP":
        return _JAPANESE
    able = [face for face in _WESTERN if not any(char in face.lacks for char in sign)]
    return (*able, *able[:2])


@cache
def font(face: Face, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    letters = ImageFont.truetype(str(face.file(bold=bold)), size)
    if bold and isinstance(face.bold, tuple):
        letters.set_variation_by_axes(list(face.bold))
    return letters
