"""Whose money a receipt is in, told by what only shops of a country print.

Registers, legal forms, addresses and telephone codes say much; a tax or a word that several countries share
says a little for each of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from domain.receipt.words import plain, words_pattern

_OF_A_REGISTER, _OF_A_PLACE, _OF_A_FORM, _OF_A_TELEPHONE = 1.0, 0.9, 0.7, 0.9
_OF_A_TAX, _OF_A_RATE, _OF_A_LANGUAGE = 0.45, 0.5, 0.25

_REGISTERS = {  # as printed, capitals and all
    "EUR": r"\b(?:DE ?\d{3} ?\d{3} ?\d{3}|ATU ?\d{8}|BE ?0?\d{9,10}|FR ?\w\w ?\d{3} ?\d{3} ?\d{3}|IT ?\d{11}"
    r"|NL ?\d{9} ?B\d\d|PT ?\d{9}|ES ?[A-Z]-?\d{8}|FI ?\d{8}|IE ?\d{7}[A-Z]{1,2}|LU ?\d{8}|SK ?\d{10})\b"
    r"|\bSIRE[TN]\b|\bRCS [A-Z]|\bSt\.? ?-? ?Nr\b|\bSteuer-?(?:nummer|Nr)|\bUSt-?Id"
    r"|\b(?:C\.?I\.?F|N\.?I\.?F)\.?\s?:?\s?[A-Z]\W?\d{7}"
    r"|\b(?:NIF|NIPC|Contribuinte)\b\W*(?:n[.º°o]*\W*)?[1-9]\d{8}\b"
    r"|\bP(?:artita|\.)? ?IVA\W*\d{11}|\bKvK\b|\bTVA intra",
    "GBP": r"\bVAT\b.{0,12}\bGB\b|\bVAT\b.{0,12}(?<!\d)(?:\d{9}|\d{3} \d{4} \d\d)(?!\d)",
    "CHF": r"\bCHE\W?\d{3}\.?\d{3}\.?\d{3}",
    "PLN": r"\bNIP\b\W*(?:\d\W?){10}|\bPARAGON\b",
    "TRY": r"\bVKN\b|\bV\.? ?D\.|\bVergi (?:No|Dairesi)|\bMERS[İI]S\b|\bE[KC][ÜU] NO\b",
    "BRL": r"\bCNPJ\b|\bCPF\b|\bNFC-?e\b|\bCUPOM FISCAL\b",
    "MXN": r"\bR\.?F\.?C\.?\W+[A-Z&Ñ]{3,4}\W?\d{6}|\bRFC\b|\bCFDI\b",
    "CLP": r"\bR\.?U\.?T\.?\W*\d{1,2}\.?\d{3}\.?\d{3}-[\dK]",
    "ARS": r"\bCUIT\b",
    "COP": r"\bNIT\W*\d{3}\.?\d{3}",
    "PEN": r"\bRUC\W*\d{11}",
    "TND": r"\bM(?:atricule )?\.?F(?:iscale?)?\b\W*\d{7}\W?[A-Z]",
    "AUD": r"\bA\.?B\.?N\b\W*\d\d ?\d{3}|\bEFTPOS\b",
    "SGD": r"\bUEN\b|\bGST Reg\W*(?:No)?\W*(?:M\d|(?:19|20)\d{7}[A-Z])",
    "INR": r"\bGSTIN\b|\bFSSAI\b",
    "JPY": r"登録番号\W*T?\d|\bT\d{13}\b|〒",
    "CAD": r"\bTPS\b.{0,4}\d{9}|\bRT ?0001\b|\bTVQ\b.{0,4}\d{10}",
    "BHD": r"\bVAT\b.{0,12}\b2[02]00\d{9,11}",
    "AED": r"\bTRN\W*\d{15}",
    "SEK": r"\bOrg\.? ?nr\b",
    "NOK": r"\b\d{9} ?MVA\b|\bForetaksregisteret\b",
    "DKK": r"\bCVR\b",
    "CZK": r"\bDI[ČC]\W*CZ\d|\bI[ČC]O?\W*\d{8}\b",
    "HUF": r"\bAd[óo]sz[áa]m\b|\bNYUGTA\b",
    "RON": r"\bC\.?(?:U\.?I|I\.?F)\.?\W*RO ?\d|\bBON FISCAL\b",
    "KRW": r"사업자",
    "RSD": r"\bPIB\W*\d{9}",
    "IDR": r"\bNPWP\b",
    "PHP": r"\bVAT REG TIN\b|\bVATable\b",
}
_PLACES = {  # as printed: how addresses end
    "USD": r",? (?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI"
    r"|S[CD]|T[NX]|UT|V[TA]|W[AVIY]) \d{5}(?:-\d{4})?$|\bUSA\b",
    "GBP": r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b",
    "AUD": r"\b(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT) \d{4}\b",
    "CAD": r"\b[A-Z]\d[A-Z] \d[A-Z]\d\b",
    "BRL": r"\b\d{5}-\d{3}\b|[-/] (?:SP|RJ|MG|PR|RS|SC|BA|PE|CE|DF|GO)\b",
    "JPY": r"東京都|北海道|(?:大阪|京都)府|[一-龠]{2,3}県|[一-龠]市[一-龠]{1,3}区",
}
_NAMES = {  # made plain
    "MYR": "malaysia | kuala lumpur | selangor | johor | penang | sabah | sarawak | shah alam | petaling jaya"
    " | subang jaya | ipoh | klang | kajang | melaka | perak | kedah | pahang | negeri sembilan | kelantan",
    "SGD": "singapore",
    "EUR": "deutschland | germany | osterreich | france | espana | spain | italia | portugal | nederland"
    " | belgie | ireland | finland | suomi | greece | wien | berlin | munchen | hamburg | koln | paris | lyon"
    " | madrid | barcelona | sevilla | valencia | lisboa | porto | coimbra | roma | milano | amsterdam"
    " | athens | helsinki | bruxelles | brussel",
    "GBP": "united kingdom | england | scotland | wales | london",
    "CHF": "schweiz | suisse | svizzera | switzerland | zurich | basel | bern | geneve | lausanne",
    "CAD": "canada | quebec | montreal | toronto | ontario | vancouver",
    "AUD": "australia | sydney | melbourne | brisbane",
    "NZD": "new zealand | auckland",
    "TRY": "turkiye | istanbul | ankara | izmir | bursa | antalya",
    "PLN": "polska | warszawa | krakow | wroclaw | gdansk | poznan",
    "BRL": "brasil | sao paulo | rio de janeiro | belo horizonte | curitiba | porto alegre",
    "MXN": "mexico | cdmx | guadalajara | monterrey",
    "CLP": "chile | santiago | valparaiso | vina del mar",
    "ARS": "argentina | buenos aires",
    "COP": "colombia | bogota | medellin",
    "PEN": "peru | lima",
    "TND": "tunisie | tunisia | tunis | sousse | sfax",
    "MAD": "maroc | casablanca | rabat | marrakech",
    "BHD": "bahrain | manama",
    "KWD": "kuwait",
    "OMR": "oman | muscat",
    "AED": "united arab emirates | dubai | abu dhabi",
    "SAR": "saudi arabia | riyadh | jeddah",
    "QAR": "qatar | doha",
    "INR": "india | mumbai | bengaluru | new delhi",
    "IDR": "indonesia | jakarta | bandung | surabaya",
    "VND": "viet nam | vietnam | ha noi | ho chi minh | sai gon | da nang",
    "RON": "romania | bucuresti | cluj napoca | timisoara",
    "ISK": "reykjavik",
    "EGP": "egypt | cairo",
    "KES": "kenya | nairobi",
    "NGN": "nigeria | lagos",
    "LKR": "sri lanka | colombo",
    "PKR": "pakistan | karachi | lahore",
    "BDT": "bangladesh | dhaka",
    "TWD": "taiwan | taipei | 台北 | 統一編號",
    "ILS": "israel | tel aviv",
    "PHP": "philippines | manila",
    "THB": "thailand | bangkok | phuket | chiang mai",
    "HKD": "hong kong | 香港",
    "CNY": "中国 | 有限公司 | 增值税 | 微信 | 支付宝",
    "JPY": "japan | tokyo",
    "SEK": "sverige | stockholm | goteborg",
    "NOK": "norge | oslo",
    "DKK": "danmark | kobenhavn",
    "CZK": "praha | brno",
    "HUF": "magyarorszag | budapest",
    "ZAR": "south africa | cape town | johannesburg",
}
_FORMS = {  # as printed, whatever the case: what companies are
    "MYR": r"\bSdn\.? ?Bhd",
    "SGD": r"\bPte\.? ?Ltd",
    "AUD": r"\bPty\.? ?Ltd",
    "INR": r"\bPvt\.? ?Ltd",
    "EUR": r"\bGmbH\b|\be\.?K\.|\bOHG\b|\bS\.?A\.?R\.?L\b|\bE\.?U\.?R\.?L\b|\bS\.L\.U?\.?"
    r"|\bS\.?r\.?l\b|\bLda\b|\bB\.V\.",
    "GBP": r"\bPLC\b",
    "PLN": r"\bsp\.? ?z\.? ?o\.? ?o\b",
    "TRY": r"\bLtd\.? ?[ŞS]ti\b|\bA\.[ŞS]\.",
    "BRL": r"\bLtda\b|\bEIRELI\b",
    "MXN": r"\bde C\.? ?V\b|\bS\. ?de R\. ?L\b",
    "CLP": r"\bSpA\b|\bLtda\b",
    "TND": r"\bSUARL\b",
    "BHD": r"\bW\.?L\.?L\b",
    "JPY": r"株式会社|有限会社",
    "CZK": r"\bs\.r\.o\b",
    "HUF": r"\bKft\b|\bZrt\b",
    "SEK": r"\bAB\b$",
}
_TAXES = {  # made plain; several may claim one
    "EUR": "mwst | ust | umsatzsteuer | mehrwertsteuer | tva | ttc | iva | btw | alv | fpa",
    "RON": "tva",
    "ISK": "vsk",
    "VND": "thue | thue gtgt",
    "CHF": "mwst",
    "TRY": "kdv | topkdv",
    "PLN": "ptu",
    "BRL": "icms | trib aprox | tributos",
    "CAD": "tps | tvq | hst | qst | pst",
    "USD": "sales tax | state tax",
    "AUD": "gst",
    "SGD": "gst",
    "NZD": "gst",
    "GBP": "vat",
    "IDR": "ppn",
    "JPY": "消費税 | 内税 | 外税 | 税込",
    "SEK": "moms",
    "DKK": "moms",
    "NOK": "mva",
    "CZK": "dph",
    "HUF": "afa",
}
_RATES = {  # as printed, whatever the case: taxes of one name at the rates of one country
    "MYR": r"\b[GS]ST\W*6(?:\.00?)? ?%|(?<![\d.])6(?:\.00?)? ?% ?[GS]ST\b",
    "AUD": r"\bGST\W*10(?:\.00?)? ?%",
    "NZD": r"\bGST\W*15(?:\.00?)? ?%",
    "SGD": r"\bGST\W*[789](?:\.00?)? ?%|(?<![\d.])[789] ?% ?GST\b",
    "INR": r"\b[CSI]GST\b|\bGST\W*(?:12|18|28)(?:\.00?)? ?%",
    "CAD": r"\bHST\W*1[35] ?%|\bGST\W*5 ?%",
    "GBP": r"\bVAT\W*20(?:\.00?)? ?%",
    "AED": r"\bVAT\W*5(?:\.00?)? ?%",
    "THB": r"\bVAT\W*7(?:\.00?)? ?%",
    "PHP": r"\bVAT\W*12(?:\.00?)? ?%",
    "ZAR": r"\bVAT\W*15(?:\.00?)? ?%",
    "CHF": r"\b(?:MwSt|TVA|IVA)\.?\W*(?:8[.,]1|7[.,]7|2[.,][56])0? ?%",
    "IDR": r"\bPB ?1\b|\bPPN\W*1[012] ?%",
}
_WORDS = {  # made plain: what tills say in languages that few countries share
    "EUR": "summe | zwischensumme | ruckgeld | rechnung | uhr | gesamtbetrag | sous total | rendu | especes"
    " | efectivo | mesa | fatura | troco | totale | bedankt | yhteensa",
    "CHF": "zwischensumme | ruckgeld",
    "TRY": "toplam | ara toplam | tarih | nakit | kredi karti | fis no | saat | tesekkur ederiz",
    "PLN": "suma | gotowka | reszta | sprzedaz | kasjer | rabat | razem",
    "BRL": "troco | dinheiro | valor total | volte sempre | itens",
    "MXN": "propina | folio | efectivo",
    "CLP": "propina | vuelto | boleta",
    "SEK": "kvitto | totalt | vaxel",
    "DKK": "bon | belob",
    "NOK": "kvittering | belop",
    "CZK": "celkem | hotovost",
    "HUF": "osszesen | keszpenz",
    "RON": "numerar | bon fiscal",
    "VND": "tong cong | tien mat",
    "ISK": "samtals",
    "IDR": "tunai | kembali | jumlah",
    "MYR": "terima kasih | baki | tunai",
}
_WORDS_BESIDE_A_NAME = 2
_SCRIPTS = {"JPY": "[\u3040-\u30ff]|合計|領収", "KRW": "[\uac00-\ud7a3]", "THB": "[\u0e01-\u0e2e]"}
_DIALLED = {  # after a plus sign
    "EUR": "49 | 43 | 33 | 34 | 351 | 39 | 31 | 32 | 353 | 358 | 352 | 30",
    "GBP": "44",
    "CHF": "41",
    "PLN": "48",
    "TRY": "90",
    "BRL": "55",
    "MXN": "52",
    "CLP": "56",
    "ARS": "54",
    "TND": "216",
    "MAD": "212",
    "BHD": "973",
    "KWD": "965",
    "OMR": "968",
    "AED": "971",
    "SAR": "966",
    "SGD": "65",
    "MYR": "60",
    "AUD": "61",
    "NZD": "64",
    "JPY": "81",
    "INR": "91",
    "SEK": "46",
    "NOK": "47",
    "DKK": "45",
    "CZK": "420",
    "HUF": "36",
}


class Evidence(NamedTuple):
    """A word for a currency, and the text it was found in."""

    currency: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class _Clue:
    """`kind` is of evidence: more of one kind says little more. `of_plain`: sought in text made plain."""

    kind: int
    currency: str
    weight: float
    pattern: re.Pattern[str]
    of_plain: bool


def evidence(texts: Sequence[str]) -> Iterator[Evidence]:
    """One word for each currency and kind of clue that the texts hold, at the first text that does."""
    bare = [plain(text) for text in texts]
    heard = set[tuple[int, str]]()
    for clue in _clues():
        looked_at = bare if clue.of_plain else texts
        place = next(
            (place for place, text in enumerate(looked_at) if clue.pattern.search(text)), None
        )
        if place is not None and (clue.kind, clue.currency) not in heard:
            heard.add((clue.kind, clue.currency))
            yield Evidence(clue.currency, clue.weight, texts[place])


def is_place(text: str) -> bool:
    """Whether it ends like an address, or is the name of a city or country and little else."""
    address = any(re.search(pattern, text) for pattern in _PLACES.values())
    rest = _named().sub(" ", plain(text))
    return address or (rest != plain(text) and len(rest.split()) <= _WORDS_BESIDE_A_NAME)


@cache
def _named() -> re.Pattern[str]:
    return words_pattern(" | ".join(_NAMES.values()))


@cache
def _clues() -> tuple[_Clue, ...]:
    as_printed = (
        (_REGISTERS, _OF_A_REGISTER, 0),
        (_PLACES, _OF_A_PLACE, 0),
        (_SCRIPTS, _OF_A_PLACE, 0),
        (_FORMS, _OF_A_FORM, re.IGNORECASE),
        (_RATES, _OF_A_RATE, re.IGNORECASE),
        ({code: _dialled(numbers) for code, numbers in _DIALLED.items()}, _OF_A_TELEPHONE, 0),
    )
    made_plain = ((_NAMES, _OF_A_PLACE), (_TAXES, _OF_A_TAX), (_WORDS, _OF_A_LANGUAGE))
    printed = [
        _Clue(kind, code, weight, re.compile(text, flags), of_plain=False)
        for kind, (table, weight, flags) in enumerate(as_printed)
        for code, text in table.items()
    ]
    return (
        *printed,
        *(
            _Clue(kind, code, weight, words_pattern(text), of_plain=True)
            for kind, (table, weight) in enumerate(made_plain, len(as_printed))
            for code, text in table.items()
        ),
    )


def _dialled(numbers: str) -> str:
    return rf"(?:\+|\b00)(?:{numbers.replace(' ', '')})(?=[ (\d-])"
