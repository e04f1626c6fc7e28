"""The country that prints Japanese."""

from decimal import Decimal

from bench.drawn.country import Country, ItemStyle
from bench.drawn.languages.japanese import JAPANESE

JAPANESE_SPEAKING = (
    Country(
        code="JP",
        language=JAPANESE,
        currency="JPY",
        mark=".",
        group=",",
        signs=("¥{}", "￥{}", "{}円", "¥{}"),
        days=("%Y年%m月%d日", "%Y/%m/%d", "%Y-%m-%d", "%Y年 %m月 %d日"),
        cities=("東京都新宿区", "大阪市北区", "京都市中京区", "横浜市西区", "札幌市中央区"),
        ids=("登録番号 T#############", "登録番号:T#############"),
        phones=("03-5555-####", "06-5555-####"),
        forms=("株式会社", "有限会社"),
        tax_names=("消費税",),
        rates=("10", "8"),
        level=Decimal("1.6"),
        step=10,
        styles=(
            ItemStyle.INLINE,
            ItemStyle.COUNT_BELOW,
            ItemStyle.COUNT_BELOW,
            ItemStyle.PRICED_BELOW,
        ),
    ),
)
