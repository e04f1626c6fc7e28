"""Countries that print French."""

from decimal import Decimal

from bench.drawn.country import MOST_STYLES, Country
from bench.drawn.languages.french import FRENCH

FRENCH_SPEAKING = (
    Country(
        code="FR",
        language=FRENCH,
        currency="EUR",
        mark=",",
        group=" ",
        signs=("{} €", "{}€", "{} EUR", "EUR {}"),
        days=("%d/%m/%Y", "%d/%m/%y", "%d %b %Y", "%d-%m-%Y"),
        cities=("750## PARIS", "690## Lyon", "330## Bordeaux", "670## Strasbourg"),
        ids=("SIRET ### ### ### #####", "TVA intracom. FR ## #########", "RCS Paris ### ### ###"),
        phones=("01 99 00 ## ##", "04.65.71.##.##"),
        forms=("SARL", "SAS", "EURL", "SA"),
        tax_names=("TVA",),
        rates=("20", "5,5"),
        styles=MOST_STYLES,
        tips=0.1,
    ),
    Country(
        code="CA",
        language=FRENCH,
        currency="CAD",
        mark=",",
        group=" ",
        signs=("{} $", "{}$", "CAD {}"),
        days=("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y"),
        cities=("Montréal (Québec) H2X #K#", "Québec QC G1R #A#", "Gatineau, QC J8X #B#"),
        ids=("TPS # ###### RT0001", "No TPS 12#######  TVQ 10########"),
        phones=("(514) 555-01##", "418-555-01##"),
        forms=("inc.", "Ltée"),
        tax_names=("TPS",),
        rates=("5", "5"),
        second_tax=("TVQ", "9,975"),
        level=Decimal("1.5"),
        tax_on_top=True,
        tips=0.4,
    ),
    Country(
        code="TN",
        language=FRENCH,
        currency="TND",
        mark=",",
        group=" ",
        signs=("{} DT", "{} TND", "{} DT"),
        days=("%d/%m/%Y", "%d-%m-%Y"),
        cities=("1002 Tunis", "4000 Sousse", "2036 La Soukra, Tunisie"),
        ids=("MF: #######/A/M/000", "Matricule fiscal #######X/A/M"),
        phones=("+216 71 555 ###", "71 555 ###"),
        forms=("SARL", "SUARL"),
        tax_names=("TVA",),
        rates=("19", "7"),
        level=Decimal(34),
        step=50,
    ),
)
