"""Which shop a receipt is from, told by what shops print of themselves, and what is known of a shop.

A name may be read wrong, or stand on the paper only as a picture; numbers and addresses of a shop come back
on each of its receipts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.currency import exponent
from domain.receipt.fields import Field, Reading
from domain.receipt.line import Line
from domain.receipt.merchant import FORMALITY
from domain.receipt.rows import rows_of
from domain.receipt.words import LOOKALIKES, letters_in, plain


class KeyKind(StrEnum):
    """What a shop is known by, the strongest first."""

    REGISTRATION = "REGISTRATION"
    PHONE = "PHONE"
    SITE = "SITE"
    HEAD = "HEAD"


class ShopKey(NamedTuple):
    """The same for every receipt of a shop; `str` is how it is stored."""

    kind: KeyKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Shop:
    """What receipts of one key were confirmed as, the last time.

    `trust` is the share of confirmations that did not change the name: a number that many shops print, such
    as the customer's own, soon loses it.
    """

    merchant: str
    trust: float
    category_id: UUID | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    shop: Shop
    confidence: float


_STRENGTH: Mapping[KeyKind, float] = {
    KeyKind.REGISTRATION: 0.97,
    KeyKind.PHONE: 0.95,
    KeyKind.SITE: 0.93,
    KeyKind.HEAD: 0.9,
}
_LEAST_TRUST = 0.5

_NUMBER = r"(?P<number>[A-Z]{0,4}[-. ]?(?:[\dOoIl|SB][-./ ]?){6,15})"
_BETWEEN = r"(?:reg(?:istration|istered)?|id(?:ent)?|no|nr|num(?:ber)?|code|[\s.:#°º()-])*"
_REGISTRATIONS = (
    re.compile(
        r"(?:\b(?:gst|vat|tax|sst|roc|brn|company|co|ust|uid|steuer|siren|siret|tva|btw|kvk|nip|nif|nipc|cif|iva"
        rf"|cnpj|cuit|rfc|abn|uen|trn|vkn|gstin|cvr|org|moms|ein)\b|登録番号){_BETWEEN}{_NUMBER}",
        re.IGNORECASE,
    ),
    re.compile(r"[(\[]\s?(?P<number>[\dOIlSB]{5,7}\s?-\s?[A-Z0-9])\s?[)\]]"),
)
_PHONE = re.compile(
    rf"(?:\b(?:tel|telephone|telefon|phone|ph|tlf|fon|fone|hp|mobile)\b|☎|電話)[\s.:#()+-]*{_NUMBER}",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?:https?://|www ?[.,] ?|[\w.+-]@)(?P<host>[a-z\d-]+(?:\.[a-z\d-]+)+)", re.IGNORECASE
)
_HOSTS_OF_ANYBODY = re.compile(
    r"^(?:gmail|googlemail|google|yahoo|hotmail|outlook|live|icloud|gmx|web|aol|facebook|instagram|paypal)\."
)
_AN_AMOUNT = re.compile(r"\d[.]\d\d(?!\d)")
_FEWEST_DIGITS, _DIGITS_OF_A_CALL = 6, 8
_HEAD_ROWS, _NAMES_IN_HEAD, _FEWEST_LETTERS = 6, 2, 4
_SHORTEST_HEAD = 10
_MOST_KEYS, _LONGEST_KEY = 12, 100
_ALIKE = str.maketrans("01|!58", "olllsb")
_ALIKE_LETTERS = str.maketrans("i", "l")


def keys_of(lines: Sequence[Line]) -> tuple[ShopKey, ...]:
    """What tells the shop, the strongest first; slips between letters and digits make no difference."""
    texts = [row.text for row in rows_of(lines)]
    found = (
        (KeyKind.REGISTRATION, _registrations(texts)),
        (KeyKind.PHONE, _phones(texts)),
        (KeyKind.SITE, _sites(texts)),
        (KeyKind.HEAD, _heads(texts)),
    )
    keys = (ShopKey(kind, value[:_LONGEST_KEY]) for kind, values in found for value in values)
    return tuple(dict.fromkeys(keys))[:_MOST_KEYS]


def recognised(keys: Sequence[ShopKey], known: Mapping[str, Shop]) -> Recognised | None:
    """The shop that the keys lead to, by the most dependable of those that are known."""
    found = [
        Recognised(shop, round(_STRENGTH[key.kind] * shop.trust, 3))
        for key in keys
        if (shop := known.get(str(key))) and shop.trust >= _LEAST_TRUST
    ]
    return max(found, key=lambda one: one.confidence, default=None)


def improved(reading: Reading, known: Recognised) -> Reading:
    """The reading with what is known of the shop; what was read instead becomes an alternative."""
    return replace(
        reading,
        merchant=_merchant(reading.merchant, known),
        currency=_currency(reading.currency, known.shop.currency),
    )


def same_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _merchant(read: Field[str] | None, known: Recognised) -> Field[str]:
    name = known.shop.merchant
    if read is None:
        return Field(name, known.confidence, "", ())
    if same_name(read.value, name):
        return replace(read, value=name, confidence=max(read.confidence, known.confidence))
    others = (read.value, *(other for other in read.alternatives if not same_name(other, name)))
    return Field(name, known.confidence, read.text, read.box, others)


def _currency(read: Field[str] | None, known: str | None) -> Field[str] | None:
    """The shop's where the paper names none. Amounts are minor units by now: decimals have to agree."""
    if known is None or read is None or read.text or exponent(known) != exponent(read.value):
        return read
    return replace(read, value=known)


def _registrations(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for form in _REGISTRATIONS:
            for match in form.finditer(text):
                number = match["number"]
                if _is_a_number(number) and not _AN_AMOUNT.search(number):
                    yield _digits(number)


def _phones(texts: Sequence[str]) -> Iterator[str]:
    """Without what only some receipts print: the code of the country or the area."""
    for text in texts:
        for match in _PHONE.finditer(text):
            if _is_a_number(match["number"]):
                yield _digits(match["number"])[-_DIGITS_OF_A_CALL:]


def _sites(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for match in _SITE.finditer(text):
            site = _registrable(match["host"].lower())
            if not _HOSTS_OF_ANYBODY.match(site):
                yield site


def _registrable(host: str) -> str:
    """The domain that somebody owns: two labels, or three below the likes of `co.uk` and `com.my`."""
    labels = host.split(".")
    below = len(labels) > 2 and len(labels[-2]) <= 3  # noqa: PLR2004 - as the sentence says
    return ".".join(labels[-3 if below else -2 :])


def _heads(texts: Sequence[str]) -> Iterator[str]:
    """The first two rows with a name or an address in them, together: one alone says too little."""
    named = [
        plain(text.translate(_ALIKE)).translate(_ALIKE_LETTERS).replace(" ", "")
        for text in texts[:_HEAD_ROWS]
        if letters_in(text) >= _FEWEST_LETTERS and not FORMALITY.search(plain(text))
    ]
    head = "".join(named[:_NAMES_IN_HEAD])
    if len(named) >= _NAMES_IN_HEAD and len(head) >= _SHORTEST_HEAD:
        yield head


def _is_a_number(text: str) -> bool:
    """Whether most of it was read as digits, so that it is no word of letters that look like some."""
    digits = _digits(text)
    return len(digits) >= _FEWEST_DIGITS and 2 * sum(map(str.isdecimal, text)) > len(digits)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number.translate(LOOKALIKES))
