"""The country that prints Turkish."""

from decimal import Decimal

from bench.drawn.country import Country, ItemStyle, TaxPrint
from bench.drawn.languages.turkish import TURKISH

TURKISH_SPEAKING = (
    Country(
        code="TR",
        language=TURKISH,
        currency="TRY",
        mark=",",
        group=".",
        signs=("{} TL", "*{}", "₺{}", "{} TL"),
        days=("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
        cities=("Kadıköy / İSTANBUL", "Çankaya/ANKARA", "Konak - İzmir", "Beyoğlu İstanbul"),
        ids=("V.D. {city} VKN ##########", "Kadıköy V.D. ##########", "Vergi No: ##########"),
        phones=("0216 555 ## ##", "0 312 555 ####"),
        forms=("Ltd. Şti.", "A.Ş.", "LTD.ŞTİ."),
        tax_names=("KDV",),
        rates=("20", "10"),
        level=Decimal(35),
        step=50,
        tax_prints=(TaxPrint.ABOVE_TOTAL, TaxPrint.ABOVE_TOTAL, TaxPrint.TABLE),
        styles=(
            ItemStyle.COUNT_ABOVE,
            ItemStyle.COUNT_ABOVE,
            ItemStyle.INLINE,
            ItemStyle.COLUMNS_NAME_FIRST,
        ),
    ),
)
