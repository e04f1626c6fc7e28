"""Rows of goods, each as what it tells: words, numbers and an amount."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from domain.receipt.amounts import Figure, Notation, figures, minor_units
from domain.receipt.entries import Entry
from domain.receipt.labels import Role, role_of
from domain.receipt.rows import Cell, Row
from domain.receipt.words import letters_in, plain, words_pattern

SUMS = frozenset(Role) - {Role.DISCOUNT, Role.SERVICE, Role.CARD, Role.SAVED}
_HEADING = words_pattern(
    "qty | quantity | price | item | items | description | amount | uom | menge | anz | mge | preis"
    " | einzel | e preis | betrag | artikel | bezeichnung | prix | pu | p u | qte | designation | libelle"
    " | montant | cant | uds | precio | pvp | importe | concepto | articulo | descripcion | qtd | qt"
    " | preco | valor | artigo | descricao | designacao | prezzo | descrizione | aantal | prijs | tax"
    " | code | rm | total | urun | adet | miktar | fiyat | b fiyat | tutar | nazwa | ilosc | cena"
    " | wartosc | 品名 | 商品名 | 数量 | 単価 | 金額"
)
_UNITS = words_pattern(
    "x | pcs | pc | ea | each | set | uni | unit | un | kg | g | lb | oz | l | ml | ad | adet | szt | stk"
    " | a | b | t | f | n | s | z | sr | zr | st | 単 | 単価 | コ | 個 | 点 | 本 | 枚 | 軽"
    " | eur | usd | gbp | chf | cad | aud | sgd | bhd | bd | tnd | dt | pln | zl | tl | rm | mxn | clp | fr"
)
_ARTICLE_CODE = re.compile(
    r"\b(?=\w*\d{4})(?!\d+(?:mg|ml|g|kg|l|cm|mm|w)\b)[\w-]{5,}\b", re.IGNORECASE
)
_NUMBERING = re.compile(r"^(?:0\d{1,2}|\d{1,2}[.,]\d{3})\s+")
_SIGNS = re.compile(r"[#*@=|※]+")
_TAX_CODE = re.compile(r"SR|ZR|ZRL|ST|SRO|[-:.,]+")
_COUNT_FIRST = re.compile(r"([1-9]\d?)\s?(?:[xX×](?:\s|(?=[^\x00-\x7f]))|(?=\s[^\W\d]))\s*")
_GONE = "\0"  # where a figure stood
_CALCULATION = re.compile(
    rf"{_GONE}?\s*[^\x00-\x7f]?\s*[xX×*@]\s*(?:[^\x00-\x7f]価?|\$|[A-Z]{{2,3}}\s)?\s*{_GONE}(?:\s?/\s?\w+)?"
    rf"|@\s*(?={_GONE})"
)
_MOMENT = re.compile(r"\d{1,2}:\d\d|\d{1,4}([-/.])\d{1,2}\1\d{2,4}|年")
_PARTICULARS = re.compile(r":|\d{4}|\bwww\b|@|[a-z]\.[a-z]{2,}$")
_FEWEST_LETTERS = 2
_SHORTEST_RULE, _SIGNS_OF_A_RULE = 6, 3
_MOST_NUMBERS = 6
_IDEOGRAPH = 2  # columns; lines may break before any
_MODIFIERS = "+-*•>(–"


@dataclass(frozen=True)
class Factors:
    """A quantity and the price of one, which multiply to an amount."""

    quantity: Decimal
    price_minor: int


@dataclass(frozen=True)
class ItemRow:
    """`limit` is where something else begins to the right of the words, so that longer ones had to wrap."""

    index: int
    row: Row
    name: str
    numbers: tuple[tuple[Cell, Figure], ...]
    entry: Entry | None
    factors: Factors | None
    left: float
    right: float
    limit: float

    def goes_on(self, below: "ItemRow") -> bool:
        """Whether the words below would have been printed here, had there been room."""
        letter = (self.right - self.left) / max(1, letters_in(self.name) + self.name.count(" "))
        word = below.name.split()[0]
        first = len(word) if word.isascii() or letters_in(word) == len(word) else _IDEOGRAPH
        if below.row.text.lstrip()[:1] in _MODIFIERS:
            return False
        if self.entry is None and _PARTICULARS.search(self.row.text):
            return False
        counted = without_count(self.name)[0]
        begins = self.left + (len(self.name) - len(counted)) * letter
        aligned = self.left - letter < below.left < begins + letter
        return aligned and self.right + (first + 2) * letter > self.limit

    def multiply(self, minor: int, exponent: int) -> Factors | None:
        return _factors(_pair(self.numbers, minor, exponent), exponent)


def item_row(
    row: Row, index: int, entry: Entry | None, notation: Notation, exponent: int, edge: float
) -> ItemRow:
    """The row read as goods. `entry` is its amount if it has one, `edge` where the longest amount begins."""
    cells = [cell for cell in row.cells if entry is None or cell.left <= entry.cell.left]
    amount = _amount(entry.cell, notation) if entry else None
    numbers = _numbers(cells, notation, amount)
    pair = _pair(numbers, _minor(entry), exponent) if entry else None
    used = list(pair or (one for one in numbers if _is_price(one, entry, exponent)))
    if amount:
        used.append(amount)
    kept = [(cell, words) for cell in cells if (words := _words(cell, used))]
    name = "" if _names_nothing(row, entry) else _name(words for _, words in kept)
    ends = [cell.left for cell in row.cells if kept and cell.left > kept[-1][0].left]
    return ItemRow(
        index=index,
        row=row,
        name=name,
        numbers=tuple(numbers),
        entry=entry,
        factors=_factors(pair, exponent),
        left=kept[0][0].left if kept else row.cells[0].left,
        right=kept[-1][0].right if kept else row.cells[0].right,
        limit=min([*ends, edge]),
    )


def without_count(name: str) -> tuple[str, int]:
    """The name and the count before it ("2 Espresso", "2x Espresso"); 0 where there is none."""
    match = _COUNT_FIRST.match(name)
    return (name[match.end() :], int(match[1])) if match else (name, 0)


def _pair(
    numbers: Sequence[tuple[Cell, Figure]], minor: int, exponent: int
) -> tuple[tuple[Cell, Figure], tuple[Cell, Figure]] | None:
    """A quantity and a price of one that multiply to the amount.

    A quantity is rather a plain number than money, and both rather stand alone than among words.
    """
    for quantity, price in sorted(permutations(numbers, 2), key=_unlikely):
        unit_minor = minor_units(price[1].value, exponent)
        counts = quantity[1].value > 0 and unit_minor
        if counts and abs(quantity[1].value * counts - minor) < 1:
            return quantity, price
    return None


def _unlikely(pair: tuple[tuple[Cell, Figure], tuple[Cell, Figure]]) -> tuple[bool, int]:
    (counted_in, quantity), (priced_in, _) = pair
    return quantity.is_money, sum(letters_in(cell.text) > 0 for cell in (counted_in, priced_in))


def _factors(
    pair: tuple[tuple[Cell, Figure], tuple[Cell, Figure]] | None, exponent: int
) -> Factors | None:
    if pair is None:
        return None
    (_, quantity), (_, price) = pair
    return Factors(quantity.value.normalize() + 0, minor_units(price.value, exponent) or 0)


def _minor(entry: Entry) -> int:
    return -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor


def _amount(cell: Cell, notation: Notation) -> tuple[Cell, Figure] | None:
    """The last figure in the cell that is money."""
    money = [figure for figure in figures(cell.text, notation) if figure.is_money]
    return (cell, money[-1]) if money else None


def _numbers(
    cells: Iterable[Cell], notation: Notation, amount: tuple[Cell, Figure] | None
) -> list[tuple[Cell, Figure]]:
    found = [
        (cell, figure)
        for cell in cells
        for figure in figures(cell.text, notation)
        if not figure.is_rate and (cell, figure) != amount
    ]
    return found[-_MOST_NUMBERS:]


def _is_price(number: tuple[Cell, Figure], entry: Entry | None, exponent: int) -> bool:
    """Money that stands alone, or repeats the amount; else it is a part of the name ("Cola 0.50")."""
    cell, figure = number
    repeats = entry is not None and minor_units(figure.value, exponent) == entry.minor
    return figure.is_money and (repeats or not letters_in(cell.text))


def _words(cell: Cell, used: Iterable[tuple[Cell, Figure]]) -> str:
    """The cell's words, without the figures used, what joins them, article codes and tax letters."""
    text, gone = cell.text, False
    for figure in sorted((one for at, one in used if at is cell), key=lambda one: -one.start):
        text, gone = f"{text[: figure.start]}{_GONE}{text[figure.end :]}", True
    text = _CALCULATION.sub(f" {_GONE} ", text)
    head, _, tail = text.partition(_GONE)
    text = head if letters_in(head) >= _FEWEST_LETTERS else f"{head} {tail}"
    text = _NUMBERING.sub("", _ARTICLE_CODE.sub(" ", text.replace(_GONE, " ").strip()))
    if _says_nothing(text) and (gone or not letters_in(text)):
        return ""
    words = _SIGNS.sub(" ", text).split()
    while words and gone and _is_a_unit(words[-1]):
        words.pop()
    while words and _TAX_CODE.fullmatch(words[0]):
        del words[0]
    return " ".join(words)


def _name(words: Iterable[str]) -> str:
    name = " ".join(words)
    return name if letters_in(name) >= _FEWEST_LETTERS else ""


def _says_nothing(text: str) -> bool:
    return all(_is_a_unit(word) for word in re.sub(r"[\d.,]+", " ", text).split())


def _is_a_unit(word: str) -> bool:
    bare = plain(word)
    return not bare or _UNITS.fullmatch(bare) is not None


def _names_nothing(row: Row, entry: Entry | None) -> bool:
    """Headings, labels of sums and the time of the sale."""
    if entry:
        return False
    says_else = role_of(row.text) in SUMS or _MOMENT.search(row.text) is not None
    return says_else or is_heading(row) or is_rule(row.text)


def is_rule(text: str) -> bool:
    """A line across the paper, whatever signs a reader makes of it."""
    signs = text.replace(" ", "")
    return len(signs) >= _SHORTEST_RULE and len(set(signs)) <= _SIGNS_OF_A_RULE


def is_heading(row: Row) -> bool:
    titles = set(_HEADING.findall(plain(row.text)))
    return len(titles) > 1 and not any(map(str.isdigit, row.text))
