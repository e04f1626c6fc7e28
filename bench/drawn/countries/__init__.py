"""Every country whose receipts are drawn."""

from bench.drawn.countries.english import ENGLISH_SPEAKING
from bench.drawn.countries.french import FRENCH_SPEAKING
from bench.drawn.countries.german import GERMAN_SPEAKING
from bench.drawn.countries.japanese import JAPANESE_SPEAKING
from bench.drawn.countries.polish import POLISH_SPEAKING
from bench.drawn.countries.portuguese import PORTUGUESE_SPEAKING
from bench.drawn.countries.spanish import SPANISH_SPEAKING
from bench.drawn.countries.turkish import TURKISH_SPEAKING

COUNTRIES = (
    *ENGLISH_SPEAKING,
    *FRENCH_SPEAKING,
    *GERMAN_SPEAKING,
    *JAPANESE_SPEAKING,
    *POLISH_SPEAKING,
    *PORTUGUESE_SPEAKING,
    *SPANISH_SPEAKING,
    *TURKISH_SPEAKING,
)
