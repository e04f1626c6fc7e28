"""Countries that print German."""

from decimal import Decimal

from bench.drawn.country import MOST_STYLES, Country
from bench.drawn.languages.german import GERMAN

GERMAN_SPEAKING = (
    Country(
        code="DE",
        language=GERMAN,
        currency="EUR",
        mark=",",
        group=".",
        signs=("{} EUR", "EUR {}", "{} €", "{}€"),
        days=("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"),
        cities=("108## Berlin", "803## München", "208## Hamburg", "501## Köln", "010## Dresden"),
        ids=("USt-IdNr.: DE#########", "UID Nr. DE#########", "St.-Nr. ##/###/#####"),
        phones=("030 / 23125 ###", "089-99998###", "0221/ 47110##"),
        forms=("GmbH", "e.K.", "KG", "GmbH & Co. KG", "OHG"),
        tax_names=("MwSt", "MwSt.", "USt", "Mwst"),
        rates=("19", "7"),
        styles=MOST_STYLES,
        tips=0.2,
    ),
    Country(
        code="AT",
        language=GERMAN,
        currency="EUR",
        mark=",",
        group=".",
        signs=("{} EUR", "EUR {}", "{} €", "{}€"),
        days=("%d.%m.%Y", "%d.%m.%y"),
        cities=("10## Wien", "50## Salzburg", "80## Graz"),
        ids=("UID: ATU########", "ATU########"),
        phones=("01 555 ####", "+43 662 555###"),
        forms=("GmbH", "OG", "e.U."),
        tax_names=("USt", "MwSt", "Ust."),
        rates=("20", "10"),
        styles=MOST_STYLES,
        tips=0.2,
    ),
    Country(
        code="CH",
        language=GERMAN,
        currency="CHF",
        mark=".",
        group="'",
        signs=("CHF {}", "{} CHF", "Fr. {}"),
        days=("%d.%m.%Y", "%d.%m.%y"),
        cities=("80## Zürich", "30## Bern", "40## Basel", "90## St. Gallen"),
        ids=("CHE-###.###.### MWST", "MWST-Nr. CHE-###.###.###"),
        phones=("044 555 ## ##", "031 555 ## ##"),
        forms=("AG", "GmbH", "Genossenschaft"),
        tax_names=("MWST", "MwSt", "MWST"),
        rates=("8.1", "2.6"),
        level=Decimal("1.3"),
        cash_step=5,
        styles=MOST_STYLES,
    ),
)
