"""Letters that a reader takes for others, put right where a language does not have them.

A text reader has one alphabet for all languages, so a Turkish word may come with a Portuguese letter in
it, and a Japanese one as it is written in China.
"""

import re
from collections.abc import Sequence

from domain.receipt.rows import Row

_KANA = re.compile("[\u3041-\u30ff]")
_JAPANESE = str.maketrans(
    "值电单剂冻饮饭饼鸡鸭鱼鸟鲜鲑汤药纸线绢红绿产买卖壳贩营业发对应时间关开闭价个现钱银话领证请书记录铁传"
    "转气樱泽边冈岛马东车门场酱盐广园县达运选还进远连适长阳预额题颜类风飞馆验齿总给续网见览计订让许设说课"
    "调谢负财责货质购贵费贺资赠轮软载输过针锅问页须团图压处备头实归报择换显权极标样检济测浓热爱环监盘种积"
    "约纯组细结络编缩铃顺龙啡",
    "値電単剤凍飲飯餅鶏鴨魚鳥鮮鮭湯薬紙線絹紅緑産買売売販営業発対応時間関開閉価個現銭銀話領証請書記録鉄伝"
    "転気桜沢辺岡島馬東車門場醤塩広園県達運選還進遠連適長陽預額題顔類風飛館験歯総給続網見覧計訂譲許設説課"
    "調謝負財責貨質購貴費賀資贈輪軟載輸過針鍋問頁須団図圧処備頭実帰報択換顕権極標様検済測濃熱愛環監盤種積"
    "約純組細結絡編縮鈴順竜琲",
)
"""As they are written in China, and in Japan."""

_TURKISH = str.maketrans("íìïÍÌÏ₁õóòÕÓÒúùÚÙșȘǧĝǦ", "iiiİİİıöööÖÖÖüüÜÜşŞğğĞ")
_POLISH = str.maketrans("žŽčČšŠñňÑŇěĚ", "żŻćĆśŚńńŃŃęĘ")
_OF_A_POLISH_NAME = re.compile(r"(?<=[aeioóuy])n(?=sk[iaąe])", re.IGNORECASE)
_ROMANIAN = str.maketrans("şŞţŢ", "șȘțȚ")
_REDUCED_RATE = re.compile(r"(?<=\d)[米*](?=$)")  # a mark behind amounts, and rice elsewhere
_OF_THE_BACK, _OF_THE_FRONT = frozenset("ıI"), frozenset("eöüEÖÜİ")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DOLLAR_IN_A_WORD = re.compile(r"\$(?=[^\W\d])|(?<=[^\W\d])\$|(?<=[^\W\d]\.)\$")


def respelt(rows: Sequence[Row], currency: str | None) -> list[Row]:
    """The rows in the letters of their language, as far as kana or the currency tell it."""
    is_japanese = any(_KANA.search(row.text) for row in rows)
    spell = _in_japanese if is_japanese else _SPELLED.get(currency or "")
    written = [row.with_texts(spell) for row in rows] if spell else list(rows)
    return _dotted_alike(written) if currency == "TRY" else written


def _dotted_alike(rows: Sequence[Row]) -> list[Row]:
    """A word that stands elsewhere with an i without a dot is that word, though a reader saw a dot."""
    words = {word for row in rows for word in _WORD.findall(row.text)}
    without = {
        _small(word).replace("ı", "i"): _small(word) for word in words if {*word} & _OF_THE_BACK
    }

    def spelt(match: re.Match[str]) -> str:
        known = without.get(_small(match[0]))
        letters = zip(match[0], known or match[0], strict=True)
        return "".join("ı" if (seen, right) == ("i", "ı") else seen for seen, right in letters)

    return [row.with_texts(lambda text: _WORD.sub(spelt, text)) for row in rows]


def _small(word: str) -> str:
    """In small letters, as Turkish has them: with two kinds of i."""
    return word.replace("I", "ı").replace("İ", "i").lower()


def _in_japanese(text: str) -> str:
    return _REDUCED_RATE.sub("※", text.translate(_JAPANESE))


def _in_turkish(text: str) -> str:
    """An S with a cedilla is taken for a dollar, and an i without its dot for one that has it.

    Beside an i without a dot, vowels of the back go together with no other i (vowel harmony).
    """
    without_dollars = _DOLLAR_IN_A_WORD.sub(
        lambda sign: "ş" if text[sign.start() - 1 : sign.start()].islower() else "Ş", text
    )
    letters = without_dollars.translate(_TURKISH)
    return _WORD.sub(lambda word: _in_harmony(word[0]), letters)


def _in_harmony(word: str) -> str:
    if _OF_THE_BACK.isdisjoint(word) or not _OF_THE_FRONT.isdisjoint(word):
        return word
    return word.replace("i", "ı")


def _in_polish(text: str) -> str:
    """Before the ending of surnames and of what comes from a place, no n is hard: Zieliński, gdańska."""
    softened = _OF_A_POLISH_NAME.sub(lambda n: "ń" if n[0].islower() else "Ń", text)
    return softened.translate(_POLISH)


def _in_romanian(text: str) -> str:
    return text.translate(_ROMANIAN)


_SPELLED = {"TRY": _in_turkish, "PLN": _in_polish, "RON": _in_romanian}
