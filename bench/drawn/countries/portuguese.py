"""Countries that print Portuguese."""

from decimal import Decimal

from bench.drawn.country import MOST_STYLES, Country, ItemStyle, TaxPrint
from bench.drawn.languages.portuguese import PORTUGUESE

PORTUGUESE_SPEAKING = (
    Country(
        code="PT",
        language=PORTUGUESE,
        currency="EUR",
        mark=",",
        group=".",
        signs=("{} €", "{}€", "{} EUR", "EUR {}"),
        days=("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"),
        cities=("1100-### Lisboa", "4000-### Porto", "3000-### Coimbra"),
        ids=("NIF: 50#######", "Contribuinte nº 50#######", "NIPC 51#######"),
        phones=("21 555 ## ##", "22 555 ####"),
        forms=("Lda", "Lda.", "S.A.", "Unipessoal Lda"),
        tax_names=("IVA",),
        rates=("23", "6"),
        styles=MOST_STYLES,
    ),
    Country(
        code="BR",
        language=PORTUGUESE,
        currency="BRL",
        mark=",",
        group=".",
        signs=("R$ {}", "R${}", "R$ {}"),
        days=("%d/%m/%Y", "%d/%m/%y"),
        cities=("São Paulo - SP", "Belo Horizonte - MG", "Curitiba - PR 80###-###"),
        ids=("CNPJ: ##.###.###/0001-##", "CNPJ ##.###.###/0001-## IE ###.###.###"),
        phones=("(11) 5555-####", "(31) 3555-####"),
        forms=("Ltda", "Ltda ME", "EIRELI", "S.A."),
        tax_names=("Trib. aprox.", "Tributos aprox.", "ICMS"),
        rates=("18", "12"),
        level=Decimal(5),
        tax_prints=(TaxPrint.SENTENCES, TaxPrint.NONE),
        styles=(ItemStyle.NUMBERED, ItemStyle.COLUMNS_NAME_FIRST, ItemStyle.PRICED_BELOW),
        service_percent=10,
    ),
)
