"""The country that prints Polish."""

from decimal import Decimal

from bench.drawn.country import Country, ItemStyle, TaxPrint
from bench.drawn.languages.polish import POLISH

POLISH_SPEAKING = (
    Country(
        code="PL",
        language=POLISH,
        currency="PLN",
        mark=",",
        group=" ",
        signs=("{} PLN", "PLN {}", "{} zł", "{}"),
        days=("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"),
        cities=("00-### Warszawa", "30-### Kraków", "80-### Gdańsk", "50-### Wrocław"),
        ids=("NIP ##########", "NIP: ###-###-##-##"),
        phones=("22 555 ## ##", "12 555-##-##"),
        forms=("Sp. z o.o.", "S.A.", "s.c."),
        tax_names=("PTU",),
        rates=("23", "8"),
        level=Decimal("4.3"),
        step=1,
        tax_prints=(TaxPrint.FISCAL,),
        styles=(ItemStyle.FISCAL, ItemStyle.FISCAL, ItemStyle.COUNT_BELOW, ItemStyle.PRICED_BELOW),
    ),
)
