"""Who issued the receipt: the name at its head, whole, without what registers print around it."""

import math
import re
from collections.abc import Sequence
from statistics import median

from domain.receipt.countries import is_place
from domain.receipt.fields import Field, best_supported
from domain.receipt.rows import Row
from domain.receipt.words import letters_in, plain, words_pattern

_HEAD = 14  # rows that may hold the name
_COMPANY = re.compile(
    r"\b(?:s[do][nb]\.? ?b[hn]d\b|s/b\b|sb$|p\.?l\.?t\b|ltd\b|limited\b|llc\b|inc\b|corp\b|gmbh\b|e\.?k\.?$"
    r"|kg$|ohg\b|s\.?a\.?r\.?l\b|s\.?a\.?s\b|s\.?r\.?l\b|s\.?p\.?a\b|s\.?l\.?u?$|b\.?v\.?$|n\.?v\.?$|pte\b"
    r"|pty\b|pvt\b|plc\b|a/s\b|aps\b|ab$|oyj?$|asa?$|s\.?r\.?o\b|sp\. ?z ?o|kft\b|zrt\b|d\.?o\.?o\b|lda\b"
    r"|ltda\b|s\.?a\.? de c\.?v|co\b\.?|company\b|enterprise\b|trading\b|holdings?\b|bhd\b)|bhd\b"
    r"|株式会社|有限会社|有限公司",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:restoran|restaurant|cash & carry|ristorante|cafe|coffee|bistro|baker|kitchen|pizzeria|trattoria"
    r"|grill\b|bar\b|pub\b|diner|supermarket|market|pasaraya|supermercado|farmasi|apotheke|pharmac|hotel"
    r"|kedai|perniagaan|syarikat|boutique|books|backerei|boulangerie|gasthaus|motors|cinema|clinic|salon"
    r"|osteria|seafood|house\b|supplies|industries|electrical|furniture)"
    r"|(?:mart|shop|store|station|stationery|hardware|hof)\b|店",
    re.IGNORECASE,
)
_ADDRESS = words_pattern(
    """
    jalan | jln | lot | no | taman | tmn | bandar | kampung | kg | lorong | persiaran | seksyen
    kawasan | selangor | johor | kuala lumpur | floor | level | ground | street | road | rd
    avenue | ave | blvd | drive | suite | unit | strasse | str | platz | rue | place | via
    piazza | calle | plaza | avenida | rua | straat | laan | weg | gatan | vej | ulica | mall
    city | block | blk
    """
)
FORMALITY = words_pattern(
    """
    tel | telephone | telefon | tlf | phone | fax | fone | email | mail | e mail | www | http | website
    gst | vat | tax | invoice | receipt | taxinvoice | taxreceipt | cash sale | cash sales | cashier
    date | time | table | order | bill | ticket | welcome | thank you | thank | roc | reg | registration
    company reg | co reg | company no | id | salesperson | doc | staff | pos | terminal | customer | copy
    owned by | operated by | description | qty | item | hours | served | server | waiter | kellner | kellnerin
    serveur | serveuse | camarero | camarera | atendente | operador | kasjer | sprzedawca | kasiyer | garson
    caissier | caissiere | cajero | bediener | guests
    ust | uid | mwst | steuer | rechnung | quittung | beleg | kassenbon | bon | tisch | datum
    siret | rcs | facture | duplicata | note n | caissier
    nif | nipc | cif | rfc | rut | iva | factura | factura simplificada | cuenta | nota de venta | mesa
    fatura | talao | cupom fiscal | contribuinte | cnpj | original
    nip | paragon | paragon fiskalny | v d | vkn | vergi | fis | bilgi fisi | satis fisi | e arsiv fatura
    scontrino | document | documento
    領収 | レシート | 登録番号 | 電話
    """
)
_AN_AMOUNT = re.compile(r"\d[.,]\d\d(?!\d)")
_OTHERS_FOLLOW = words_pattern(
    "bill to | bi to | sold to | ship to | owned by | operated by | licensee of | for staff"
)
_REGISTRATION = re.compile(
    r"\s*[(\[\uff08][^()]*\d[\dOBSIl]{3}[^()]*[)\]\uff09]?.*$|\s+\d{5,}[-\s]?[A-Z]?$"
    r"|\s*[(\uff08]\s*co\.? ?no.*$",
    re.IGNORECASE,
)
_IS_REGISTRATION = re.compile(
    r"^\W*(?:co\.?|roc|reg|br|no|company|\W)*[A-Z]{0,3}\d{5,}[\s-]*[A-Z]?\W*$", re.IGNORECASE
)
_A_NUMBER_FOLLOWS = words_pattern("gst reg | gst no | gst id | company no | co reg | reg no | roc")
_AS_LARGE = 0.15  # of the height
_MISREAD = (
    (re.compile(r"(?<=[A-Z])[\[\]|](?=\s|[A-Z]|$)|(?<=\s)[\[\]|](?=[A-Z]{2})"), "I"),
    (re.compile(r"\bS\W?[DO0U]?\W?N?\W{0,2}B\W?[HN]\W?[DI1L]\b", re.IGNORECASE), "SDN BHD"),
    (re.compile(r"(?<=\bBHD)\W{0,2}[A-Z]{1,3}$"), ""),
    (re.compile(r"\bS[O0]N(?=\.? ?B)", re.IGNORECASE), "SDN"),
    (re.compile(r"(?<=\S)\s?[S5]/[B8]\b"), " S/B"),
)
_EDGES = " .,:;*_=~|'\"“”`<>#-"

_OF_COMPANY, _OF_TRADE, _OF_REGISTRATION, _OF_A_REPEAT = 2.0, 0.8, 0.7, 0.6
_OF_TRADE_ALONE = -1.0  # "Store 12", but also whoever is called by nothing else
_OF_ADDRESS, _OF_FORMALITY, _OF_OTHERS, _OF_DIGITS = -1.6, -2.5, -2.0, -2.5
_OF_LOWER_CASE, _OF_AN_AMOUNT = -0.6, -2.0
_OF_A_SHORT_NAME, _SHORT_NAME = -0.5, 5
_OF_EACH_ROW_ABOVE = -0.22
_OF_SIZE, _MOST_OF_SIZE = 1.2, 1.2
_BASE = 1.0
_FEWEST_LETTERS = 3
_MOST_ROWS = 3


def merchant_of(rows: Sequence[Row]) -> Field[str] | None:
    """The likeliest name among the first rows; names that run over several rows are put together."""
    if not rows:
        return None
    usual = median(row.height for row in rows)
    weights, spans = dict[str, float](), dict[str, list[Row]]()
    end = 0  # of the last name that runs over several rows
    for index in range(min(_HEAD, len(rows))):
        if index >= end and _has_a_name(rows[index].text):
            span, weight = _span(rows, index), _weight(rows, index, usual)
            end = index + len(span)
            name = _tidy(" ".join(row.text for row in span))
            if weight > weights.get(name, -math.inf):
                weights[name], spans[name] = weight, span
    if not weights:
        return None
    return best_supported(weights, lambda name: [cell for row in spans[name] for cell in row.cells])


def _weight(rows: Sequence[Row], index: int, usual: float) -> float:
    row = rows[index]
    span = _span(rows, index)
    text = " ".join(part.text for part in span)
    words, name = plain(text), _tidy(text)
    company = bool(_COMPANY.search(name))
    named_too = _has_a_name(_TRADE.sub(" ", name))
    following = next((row.text for row in rows[index + len(span) : index + len(span) + 1]), "")
    registered = _tidy(text) != text.strip(_EDGES) or bool(_IS_REGISTRATION.match(following))
    return (
        _BASE
        + _OF_COMPANY * company
        + (_OF_TRADE if named_too else _OF_TRADE_ALONE) * bool(_TRADE.search(name))
        + _OF_A_SHORT_NAME * (len(words) < _SHORT_NAME)
        + _OF_REGISTRATION * registered
        + _OF_A_REPEAT * _is_repeated(rows, index, name)
        + _OF_ADDRESS * (_is_address(text, words, index) and not company)
        + _OF_FORMALITY * bool(FORMALITY.search(words))
        + _OF_OTHERS * bool(index and _OTHERS_FOLLOW.search(plain(rows[index - 1].text)))
        + _OF_DIGITS * _share_of_digits(name)
        + _OF_AN_AMOUNT * bool(_AN_AMOUNT.search(text))
        + _OF_LOWER_CASE * (name == name.lower())
        + _OF_EACH_ROW_ABOVE * index
        + min(_MOST_OF_SIZE, _OF_SIZE * (row.height / usual - 1) if usual else 0.0)
    )


def bare_name(text: str) -> str:
    """Without the legal form, registration numbers and stray signs."""
    return _COMPANY.sub(" ", _tidy(text))


def _is_address(text: str, words: str, index: int) -> bool:
    """In the first row without a number, a street is part of a name: "Fleet Street Kitchen"."""
    begins = index == 0 and not any(map(str.isdigit, text))
    return is_place(text) or (_ADDRESS.search(words) is not None and not begins)


def _has_a_name(text: str) -> bool:
    return letters_in(bare_name(text)) >= _FEWEST_LETTERS


def _span(rows: Sequence[Row], index: int) -> list[Row]:
    """The row and those that go on with its name.

    They close its bracket, or begin with a legal form, or stand between it and the registration, as large.
    """
    end = index + 1
    while end < len(rows) and end - index < _MOST_ROWS:
        text = " ".join(row.text for row in rows[index:end])
        is_open = text.count("(") > text.count(")")
        form_follows = not _COMPANY.search(_tidy(text)) and _is_form_first(rows[end].text)
        if not (is_open or form_follows or _is_registered_below(rows, index, end)):
            break
        end += 1
    return list(rows[index:end])


def _is_registered_below(rows: Sequence[Row], index: int, end: int) -> bool:
    """Whether a row of words is all that stands between a name without a legal form and its number."""
    if end != index + 1 or end + 1 >= len(rows):
        return False
    name, more, number = rows[index], rows[end], rows[end + 1].text
    said = plain(more.text)
    return (
        (
            _IS_REGISTRATION.match(number) is not None
            or _A_NUMBER_FOLLOWS.search(plain(number)) is not None
        )
        and abs(more.height - name.height) <= _AS_LARGE * name.height
        and not any(char.isdigit() for char in name.text + more.text)
        and not _COMPANY.search(_tidy(name.text))
        and not _COMPANY.search(_tidy(more.text))
        and not (FORMALITY.search(said) or _ADDRESS.search(said))
        and not FORMALITY.search(plain(name.text))
        and _has_a_name(name.text)
        and _has_a_name(more.text)
    )


def _is_form_first(text: str) -> bool:
    """Begins with a legal form, so goes on with the name above; Japan's stand before names of their own."""
    start = _COMPANY.match(text.lstrip(_EDGES))
    return start is not None and start[0].isascii()


def _is_repeated(rows: Sequence[Row], index: int, name: str) -> bool:
    """Named again in the small print: "Thank you for shopping at ..."."""
    wanted = plain(name)
    return len(wanted) > _SHORT_NAME and any(
        wanted in plain(row.text) for row in rows[max(index + 3, _HEAD) :]
    )


def _share_of_digits(text: str) -> float:
    signs = [char for char in text if char.isalnum()]
    return sum(char.isdigit() for char in signs) / len(signs) if signs else 0.0


def _tidy(text: str) -> str:
    """Without registration numbers, stray signs and the slips that readers make in legal forms."""
    name = _REGISTRATION.sub("", text)
    for slip, right in _MISREAD:
        name = slip.sub(right, name)
    return " ".join(name.split()).strip(_EDGES)
