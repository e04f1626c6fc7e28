"""What a label makes of the amount beside it, in the languages whose letters the text reader knows."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache, lru_cache

from domain.receipt.words import phrases_in, plain


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


_PHRASES = {  # as `plain` leaves them; the earlier role keeps a phrase that two of them list
    Role.COUNT: """
total qty | total qtys | total quantity | total items | total item | total no | item count
items count | no of items | no of item | number of items | number of item | no items | no item
items | item | qty | qtys | qty s | quantity | item s | tot qty | tot oty | total pcs | pax
count | pieces | volume | quantity out | artikel | posten | articles | nombre d articles
articulos | articoli | pezzi | artikelen | antal | antall | kpl | ilosc | pocet | artigos
点数 | 数量 | 件数 | お買上点数 | 수량
""",
    Role.SAVED: """
saved | save | you saved | you save | savings | saving | total savings | total saving
total discounts | total discount | total saved | your savings | your saving | points | point
total points | loyalty | suggested tip | suggested tips | suggested gratuity | tip suggestions | tip guide
propina sugerida | propina recomendada | sie sparen | gespart | economies | ahorro | risparmio
お買得 | 积分 | ポイント | 포인트
""",
    Role.ROUNDING: """
rounding | round | rounding adj | rounding adjustment | rounding adjustments | rounding adjust
round adj | round adjustment | round adjustments | round adjust | roundings | rounded
penggenapan | pembundaran | bulat | rundung | arrondi | redondeo | arrotondamento | afronding
avrundning | oresavrundning | oresutjevning | afrunding | pyoristys | zaokrouhleni | kerekites
rotunjire | round off | rounded off
端数 | 四舍五入
""",
    Role.CHANGE: """
change | change due | change amt | cash change | balance change | your change | baki | kembali
kembalian | wechselgeld | ruckgeld | zuruck | rendu | rendu monnaie | monnaie | a rendre | cambio
vuelto | su cambio | resto | troco | wisselgeld | terug | vaxel | tillbaka | byttepenge | retur
takaisin | reszta | vraceno | visszajaro | para ustu
rest lei | tien thua | tien thoi | tien tra lai | til baka
おつり | お釣 | 釣銭 | 找零 | 找赎 | 거스름돈
""",
    Role.SUBTOTAL: """
sub total | subtotal | sub ttl | subttl | subtotals | total exc | excl gst | excluding gst
excluded gst | exclusive gst | excl vat | excluding vat | excluded vat | exclusive vat | excl tax
excluding tax | excluded tax | exclusive tax | total before | before tax | amount excl
amount excluding | amount excluded | amount exclusive | amt excl | amt excluding | amt excluded
amt exclusive | total sales excl | total sales excluding | total sales excluded
total sales exclusive | net sales | taxable | taxable amt | taxable amount | gross amt
gross amount | total ht | montant ht | hors taxes | hors taxe | sous total | zwischensumme | netto
nettobetrag | nettosumme | base imponible | subtotale | imponibile | subtotaal | delsumma
mellansumma | delsum | valisumma | mezisoucet | reszosszeg | ara toplam | aratoplam
suma czesciowa | podsuma | sprzedaz opodatk | sprzedaz opodatkowana
tam tinh | vatable sales
小計 | 小计 | 税抜 | 税別 | 対象額 | 소계 | 공급가액 | 과세물품가액
""",
    Role.TIP: """
tip | tips | gratuity | gratuities | trinkgeld | pourboire | propina | mancia | gorjeta | fooi
dricks | driks | drikkepenge | napiwek | spropitne | borravalo | juomaraha | bahsis
bacsis | napojnica
小费 | 小費 | チップ
""",
    Role.SERVICE: """
service charge | service chg | serv charge | serv chg | svc charge | svc chg | svc | svr chrg
service fee | srv charge | service | servis | bedienung | bedienungszuschlag | servicio | servizio
coperto | serveringsavgift | taxa de servico | delivery | delivery fee
phi dich vu
サービス料 | 服务费 | 服務費 | 봉사료
""",
    Role.FINAL_TOTAL: """
grand total | final total | nett total | net total | total due | total amount due | amount due
balance due | total payable | total amt payable | total amount payable | amount payable
total to pay | to pay | amount to pay | total after | total rounded | rounded total | total owed
you pay | please pay | pay this amount | net payable | nett amount | net amount | net amt
total nett | total net | invoice total | order total | bill total | jumlah besar | total bayar
zu zahlen | zahlbetrag | endbetrag | gesamtbetrag | rechnungsbetrag | total a payer | net a payer
montant du | a payer | total ttc | montant ttc | a pagar | importe total | total a pagar
totale complessivo | da pagare | importo pagato | totale euro | totaal te betalen | te betalen
att betala | a betale | at betale | loppusumma | do zaplaty | suma pln | k uhrade
celkem k uhrade | fizetendo | valor a pagar | total geral
de plata | total de plata | k platbe | thanh toan | phai tra | tong thanh toan
合計金額 | お会計 | 総合計 | 总计 | 總計 | 应付 | 應付 | 实付 | 實付 | ご請求
결제금액 | 받을금액 | 총결제금액
""",
    Role.TAX: """
gst | vat | tax | taxes | sst | hst | pst | qst | tps | tvq | sales tax | total gst | total tax
total vat | service tax | cukai | ppn | pajak | mwst | ust | mehrwertsteuer | umsatzsteuer
steuer | tva | taxe | dont tva | iva | impuesto | imposta | di cui iva | btw | moms | mva | alv
ptu | podatek | vat kwota | dph | afa | kdv | fpa | pdv | ddv | tpa | igv | itbis | icms | iss
i v a | toplam kdv | topkdv | suma ptu | kwota ptu | trib aprox | tributos | tributos aprox
valor aprox dos tributos
cgst | sgst | igst | utgst | pb | pajak restoran | vsk | thue | thue gtgt | heraf moms | vat amount
消費税 | 消费税 | 税額 | 内税 | 外税 | 税等 | 增值税 | 營業稅 | 부가세 | 부가가치세 | 세액
""",
    Role.TOTAL: """
total | totals | amount | amt | sum | tot | nett | net | jumlah | gesamt | summe | betrag | totale
importo | importe | montant | totaal | bedrag | totalt | belopp | summa | belob | suma | razem
celkem | spolu | osszesen | yhteensa | toplam | tutar | ukupno | skupaj | synolo | valor total
i alt | samtals | tong cong | tong tien | tong so tien
合計 | 合计 | 總額 | 总额 | 小票金额 | 합계 | 총액
""",
    Role.DISCOUNT: """
discount | discounts | disc | less discount | rebate | voucher | vouchers | coupon | coupons | promo
promotion | markdown | price cut | member discount | diskaun | diskon | potongan | potongan harga
rabatt | rabatte | rabatter | nachlass | gutschein | preisvorteil | aktionsnachlass | aktionsrabatt
treuerabatt | remise | remises | reduction | reductions | rabais | bon de reduction | bon d achat
descuento | descuentos | dto | dto promocion | oferta | rebaja | desconto | descontos | promocao
poupanca imediata | sconto | sconti | buono sconto | korting | kortingen | rabat | rabaty | opust
promocja | sleva | slevy | zlava | kedvezmeny | alennus | popust | reducere | indirim | indirimi
iskonto | khuyen mai | giam gia
割引 | 値引 | まとめ値引 | 折扣 | 折让 | 优惠 | 優惠 | 할인
""",
    Role.CASH: """
cash | tender | tendered | cash tendered | received | amount received | paid | amount paid
payment | paid amount | cash received | total paid | tunai | bayaran | bar | gegeben | bargeld
bezahlt | gezahlt | betaald | pagado
erhalten | especes | recu | efectivo | recibido | entregado | contanti | contante | pagato
dinheiro | recebido | contant | kontant | kontanter | betalt | gotowka | hotove | hotovost
keszpenz | kateinen | nakit
numerar | tien mat | tien khach dua | reidufe | gotovina
現金 | 现金 | お預 | 預り | 收款 | 实收 | 實收 | 현금 | 받은금액
""",
    Role.CARD: """
visa | master card | mastercard | master | amex | american express | maestro | debit | credit
card | debit card | credit card | eftpos | contactless | mydebit | paywave | apple pay
google pay | ec karte | girocard | karte | kartenzahlung | carte | carte bancaire | cb | tarjeta
carta | bancomat | cartao | pin | bankpas | kort | kortti | karta | bankkartya | kart
クレジット | カード | 银行卡 | 信用卡 | 支付宝 | 微信 | 카드 | 신용카드
""",
}
_LEADING = frozenset(
    {Role.COUNT, Role.SAVED, Role.TIP, Role.SERVICE, Role.DISCOUNT, Role.CASH, Role.CARD}
)
"""Roles that only a label's beginning gives: further on the same words name goods ("Party service box")."""

_WORDS_TOO = frozenset({("ust",), ("iss",), ("afa",), ("bar",)})
"""Names of taxes and payments that are words of other languages as well."""

_WITHOUT_TAX = frozenset(
    phrases_in(
        "excl | excluding | excluded | exclusive | exc | exkl | ex | before | without | ohne | hors"
        " | sin | senza"
    )
)
_IDENTIFIERS = frozenset(
    phrases_in("id | reg | registration | no | nr | number | num | code | invoice")
)
_GLUED = re.compile(r"((?:sub|grand|nett?)?total)(\w{3,})")
_SHORTEST_REPAIRED = 5


@lru_cache(maxsize=4096)
def role_of(label: str) -> Role | None:
    """The role of the label's leftmost phrase, the longest one there."""
    words = [part for word in plain(label).split() for part in _repaired(word)]
    for start, phrase in _phrases(words):
        role, rest = _roles()[phrase], words[start + len(phrase) :]
        if (role in _LEADING or phrase in _WORDS_TOO) and start > 1:
            continue
        if role in (Role.TOTAL, Role.FINAL_TOTAL) and _WITHOUT_TAX.intersection(rest):
            return Role.SUBTOTAL
        return None if role is Role.TAX and _IDENTIFIERS.intersection(rest[:1]) else role
    return _role_of_ideographs(label)


def _phrases(words: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """From left to right, the longest known phrase that begins at each word."""
    longest = max(map(len, _roles()))
    for start in range(len(words)):
        for length in range(longest, 0, -1):
            phrase = tuple(words[start : start + length])
            if phrase in _roles():
                yield start, phrase
                break


@cache
def _roles() -> dict[tuple[str, ...], Role]:
    return {
        tuple(phrase.split()): role
        for role, text in reversed(_PHRASES.items())
        for phrase in phrases_in(text)
    }


def _role_of_ideographs(label: str) -> Role | None:
    """Chinese and Japanese put no spaces between words: the longest phrase anywhere."""
    words = "".join(label.split())  # tills set them wide
    known = [
        (len(phrase[0]), role)
        for phrase, role in _roles().items()
        if not phrase[0].isascii() and phrase[0] in words
    ]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _repaired(word: str) -> list[str]:
    """The words that a reader glued together ("totalincl") or got one letter of wrong ("iotal")."""
    if len(word) < _SHORTEST_REPAIRED or word in _vocabulary():
        return [word]
    if glued := _GLUED.fullmatch(word):
        return list(glued.groups())
    near = {known for gap in _with_a_gap(word) for known in _words_by_gap().get(gap, ())}
    return list(near) if len(near) == 1 else [word]


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(
        word
        for phrase, role in _roles().items()
        for word in phrase
        if len(word) >= _SHORTEST_REPAIRED and role is not Role.CARD  # meat is "carne" to many
    )


@cache
def _words_by_gap() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in _vocabulary():
        for gap in _with_a_gap(word):
            found[gap].add(word)
    return found


def _with_a_gap(word: str) -> list[str]:
    """The word with each letter blanked in turn: two words share one when they differ in that letter."""
    return [f"{word[:index]} {word[index + 1 :]}" for index in range(len(word))]
