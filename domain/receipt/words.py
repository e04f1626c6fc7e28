"""What receipts call things, in the languages whose letters the text reader knows.

Phrases are written as `plain` leaves them: lower case, no accents, letters only. One line holds one language or
family; Chinese and Japanese are matched anywhere, since they put no spaces between words.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache


class Role(Enum):
    """What an amount is to the sum of the receipt."""

    COUNT = auto()
    SAVED = auto()
    ROUNDING = auto()
    CHANGE = auto()
    SUBTOTAL = auto()
    TIP = auto()
    SERVICE = auto()
    FINAL_TOTAL = auto()
    TAX = auto()
    TOTAL = auto()
    DISCOUNT = auto()
    CASH = auto()
    CARD = auto()


_FINAL_TOTAL = """
grand total | final total | nett? total | total due | total amount due | amount due | balance due | total payable
total amt payable | total amount payable | amount payable | total to pay | to pay | amount to pay | total after
total rounded | rounded total | total owed | you pay | please pay | pay this amount | net payable | nett? amount
net amt | total nett? | invoice total | order total | bill total | jumlah besar | total bayar
zu zahlen | zahlbetrag | endbetrag | gesamtbetrag | rechnungsbetrag | total a payer | net a payer | montant du
a payer | total ttc | montant ttc | a pagar | importe total | total a pagar | totale complessivo | da pagare
importo pagato | totale euro | totaal te betalen | te betalen | att betala | a betale | at betale | loppusumma
do zaplaty | suma pln | k uhrade | celkem k uhrade | fizetendo | valor a pagar | total geral
合計金額 | お会計 | 総合計 | 总计 | 總計 | 应付 | 應付 | 实付 | 實付 | ご請求
"""
_TOTAL = """
total | totals | amount | amt | sum | tot | nett? | jumlah | gesamt | summe | betrag | totale | importo | importe
montant | totaal | bedrag | totalt | belopp | summa | belob | suma | razem | celkem | spolu | osszesen | yhteensa
toplam | tutar | ukupno | skupaj | synolo | valor total | 合計 | 合计 | 總額 | 总额 | 小票金额
"""
_SUBTOTAL = """
sub ?total | sub ?ttl | subtotals? | total exc | excl\\w* gst | excl\\w* vat | excl\\w* tax | total before
before tax | amount excl\\w* | amt excl\\w* | total sales excl\\w* | net sales | taxable | taxable amt
taxable amount | gross amt | gross amount | total ht | montant ht | hors taxes? | sous total | zwischensumme
netto | nettobetrag | nettosumme | base imponible | subtotale | imponibile | subtotaal | delsumma | mellansumma
delsum | valisumma | mezisoucet | reszosszeg | ara toplam | suma czesciowa | 小計 | 小计 | 税抜 | 税別 | 対象額
"""
_TAX = """
gst | vat | tax | taxes | sst | hst | pst | qst | tps | tvq | sales tax | total gst | total tax | total vat
service tax | cukai | ppn | pajak | mwst | ust | mehrwertsteuer | umsatzsteuer | steuer | tva | taxe | dont tva
iva | impuesto | imposta | di cui iva | btw | moms | mva | alv | ptu | podatek | vat kwota | dph | afa | kdv
fpa | pdv | ddv | tpa | igv | itbis | icms | iss | 消費税 | 消费税 | 税額 | 内税 | 外税 | 税等 | 增值税 | 營業稅
"""
_TIP = """
tip | tips | gratuity | gratuities | trinkgeld | pourboire | propina | mancia | gorjeta | fooi | dricks | driks
drikkepenge | napiwek | spropitne | borravalo | juomaraha | bahsis | 小费 | 小費 | チップ
"""
_SERVICE = """
service charge | service chg | serv charge | serv chg | svc charge | svc chg | svc | svr chrg | service fee
srv charge | service | servis | bedienung | bedienungszuschlag | servicio | servizio | coperto | serveringsavgift
taxa de servico | delivery | delivery fee | サービス料 | 服务费 | 服務費
"""
_ROUNDING = """
rounding | round | rounding adj\\w* | round adj\\w* | roundings | rounded | penggenapan | pembundaran | bulat
rundung | arrondi | redondeo | arrotondamento | afronding | avrundning | oresavrundning | oresutjevning
afrunding | pyoristys | zaokrouhleni | kerekites | 端数 | 四舍五入
"""
_CHANGE = """
change | change due | change amt | cash change | balance change | your change | baki | kembali | kembalian
wechselgeld | ruckgeld | zuruck | rendu | rendu monnaie | monnaie | a rendre | cambio | vuelto | su cambio
resto | troco | wisselgeld | terug | vaxel | tillbaka | byttepenge | retur | takaisin | reszta | vraceno
visszajaro | para ustu | おつり | お釣 | 釣銭 | 找零 | 找赎
"""
_CASH = """
cash | tender | tendered | cash tendered | received | amount received | paid | amount paid | payment | paid amount
cash received | total paid | tunai | bayaran | bar | gegeben | bargeld | erhalten | especes | recu | efectivo | recibido
entregado | contanti | contante | pagato | dinheiro | recebido | contant | kontant | kontanter | betalt | gotowka
hotove | hotovost | keszpenz | kateinen | nakit | 現金 | 现金 | お預 | 預り | 收款 | 实收 | 實收
"""
_CARD = """
visa | master ?card | master | amex | american express | maestro | debit | credit | card | debit card
credit card | eftpos | contactless | mydebit | paywave | apple pay | google pay | ec karte | girocard | karte
kartenzahlung | carte | carte bancaire | cb | tarjeta | carta | bancomat | cartao | pin | bankpas | kort | kortti
karta | bankkartya | kart | クレジット | カード | 银行卡 | 信用卡 | 支付宝 | 微信
"""
_DISCOUNT = """
discount | disc | less discount | rebate | voucher | coupon | promo | promotion | markdown | diskaun | rabatt
nachlass | gutschein | remise | reduction | rabais | descuento | dto | sconto | desconto | korting | rabat | sleva
kedvezmeny | alennus | indirim | 割引 | 値引 | 折扣 | 优惠 | 優惠
"""
_SAVED = """
saved? | you saved? | savings? | total savings? | total discounts? | total saved | your savings? | points?
total points | loyalty | sie sparen | gespart | economies | ahorro | risparmio | お買得 | 积分 | ポイント
"""
_COUNT = """
total qty | total qtys | total quantity | total items? | total no | item count | items? count | no of items?
number of items? | no items? | items? | qty | qtys | qty s | quantity | item s | tot qty | tot oty | total pcs | pax
count | pieces | volume | quantity out | artikel | posten | articles | nombre d articles | articulos | articoli
pezzi | artikelen | antal | antall | kpl | ilosc | pocet | artigos | 点数 | 数量 | 件数 | お買上点数
"""

_PHRASES = {  # the earlier role wins where two phrases of the same length match
    Role.COUNT: _COUNT,
    Role.SAVED: _SAVED,
    Role.ROUNDING: _ROUNDING,
    Role.CHANGE: _CHANGE,
    Role.SUBTOTAL: _SUBTOTAL,
    Role.TIP: _TIP,
    Role.SERVICE: _SERVICE,
    Role.FINAL_TOTAL: _FINAL_TOTAL,
    Role.TAX: _TAX,
    Role.TOTAL: _TOTAL,
    Role.DISCOUNT: _DISCOUNT,
    Role.CASH: _CASH,
    Role.CARD: _CARD,
}
_LEADING = frozenset(
    {Role.COUNT, Role.SAVED, Role.TIP, Role.SERVICE, Role.DISCOUNT, Role.CASH, Role.CARD}
)
"""Roles that only a label's beginning gives: further on the same words name goods ("Party service box")."""

_WITHOUT_TAX = re.compile(r"\b(?:excl\w*|exc|before|without|ohne|hors|sin|senza|exkl|ex)\b")
_IDENTIFIER = re.compile(r" (?:id|reg|registration|no|nr|number|num|code|invoice)\b")
_SHORTEST_REPAIRED = 5


@cache
def plain(text: str) -> str:
    """Lower case, no accents, and words of letters with single spaces between: what phrases compare to."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalpha() else " " for char in bare).split())


@cache
def role_of(label: str) -> Role | None:
    """What a label says about the amount it stands beside: its leftmost phrase, the longest one there."""
    text = " ".join(_repaired(word) for word in plain(label).split())
    for match in _any_phrase().finditer(text):
        role = _role_of_group(match)
        if role in _LEADING and text.count(" ", 0, match.start()) > 1:
            continue
        if role in (Role.TOTAL, Role.FINAL_TOTAL) and _WITHOUT_TAX.search(text, match.end()):
            return Role.SUBTOTAL
        if role is Role.TAX and _IDENTIFIER.match(text, match.end()):
            return None
        return role
    return None


def words_pattern(phrases: str) -> re.Pattern[str]:
    """A pattern for any of the phrases, in text made `plain`."""
    return re.compile("|".join(_bounded(phrase) for phrase in _split(phrases)))


def _role_of_group(match: re.Match[str]) -> Role:
    assert match.lastgroup
    return Role[match.lastgroup.rpartition("_")[0]]


@cache
def _any_phrase() -> re.Pattern[str]:
    phrases = [(phrase, role) for role, text in _PHRASES.items() for phrase in _split(text)]
    phrases.sort(key=lambda pair: -len(pair[0]))
    return re.compile(
        "|".join(
            f"(?P<{role.name}_{index}>{_bounded(phrase)})"
            for index, (phrase, role) in enumerate(phrases)
        )
    )


def _split(phrases: str) -> Iterable[str]:
    return (phrase.strip() for line in phrases.strip().splitlines() for phrase in line.split("|"))


def _bounded(phrase: str) -> str:
    return rf"\b(?:{phrase})\b" if phrase.isascii() else phrase


@cache
def _vocabulary() -> frozenset[str]:
    words = {word for text in _PHRASES.values() for word in re.findall(r"[a-z]+", text)}
    return frozenset(word for word in words if len(word) >= _SHORTEST_REPAIRED)


def _repaired(word: str) -> str:
    """A word one letter away from exactly one that labels are made of becomes that word ("iotal")."""
    if len(word) < _SHORTEST_REPAIRED or word in _vocabulary():
        return word
    near = [known for known in _vocabulary() if _one_letter_apart(word, known)]
    return near[0] if len(near) == 1 else word


def _one_letter_apart(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
