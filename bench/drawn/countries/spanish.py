"""Countries that print Spanish."""

from decimal import Decimal

from bench.drawn.country import MOST_STYLES, Country, TaxPrint
from bench.drawn.languages.spanish import SPANISH

SPANISH_SPEAKING = (
    Country(
        code="ES",
        language=SPANISH,
        currency="EUR",
        mark=",",
        group=".",
        signs=("{} €", "{}€", "{} EUR"),
        days=("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%b-%Y"),
        cities=("280## Madrid", "080## Barcelona", "410## Sevilla", "460## Valencia"),
        ids=("CIF: B########", "NIF B########", "N.I.F.: B-########"),
        phones=("91 555 ## ##", "955 55 ## ##"),
        forms=("S.L.", "S.A.", "SLU"),
        tax_names=("IVA", "I.V.A."),
        rates=("21", "10"),
        styles=MOST_STYLES,
        tips=0.1,
    ),
    Country(
        code="MX",
        language=SPANISH,
        currency="MXN",
        mark=".",
        group=",",
        signs=("${}", "$ {}", "MXN {}"),
        days=("%d/%m/%Y", "%d/%b/%Y", "%d-%m-%Y"),
        cities=(
            "06### Ciudad de México",
            "44### Guadalajara, Jal.",
            "64### Monterrey, N.L., México",
        ),
        ids=("RFC: ABC######X#1", "R.F.C. XYZ######AB#"),
        phones=("55 5555 ####", "(33) 3555-####"),
        forms=("S.A. de C.V.", "S. de R.L."),
        tax_names=("IVA", "I.V.A."),
        rates=("16", "16"),
        level=Decimal(20),
        step=50,
        tax_on_top=True,
        tips=0.3,
    ),
    Country(
        code="CL",
        language=SPANISH,
        currency="CLP",
        mark=",",
        group=".",
        signs=("${}", "$ {}", "CLP {}"),
        days=("%d/%m/%Y", "%d-%m-%Y"),
        cities=("Providencia, Santiago", "Valparaíso, Chile", "Concepción"),
        ids=("RUT: ##.###.###-K", "R.U.T. ##.###.###-#"),
        phones=("+56 2 2555 ####", "2 2555 ####"),
        forms=("SpA", "Ltda.", "S.A."),
        tax_names=("IVA",),
        rates=("19", "19"),
        level=Decimal("9.5"),
        step=10,
        tax_prints=(TaxPrint.SENTENCES, TaxPrint.NONE),
        tips=0.3,
    ),
)
