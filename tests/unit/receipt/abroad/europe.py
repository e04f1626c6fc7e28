"""Receipts of Europe that are drawn nowhere, as their tills print them."""

from datetime import date

from tests.unit.receipt.abroad.told import Told

RECEIPTS = {
    "NL": Told(
        """
Bakkerij de Molen
Prinsengracht 12
1015 DX Amsterdam
KvK 12345678
BTW nr NL123456789B01
12-03-2024 14:22
1 Krentenbol      1,20
2 Volkoren heel      5,90
Appelgebak      3,75
Korting      -0,50
Subtotaal      10,35
Totaal te betalen      EUR 10,35
Pinnen      10,35
BTW 9%      0,85
Bedankt en tot ziens
""",
        date(2024, 3, 12),
        "EUR",
        1035,
        tax=85,
        merchant="Bakkerij de Molen",
    ),
    "IT": Told(
        """
TRATTORIA DA GIGI S.r.l.
Via Garibaldi 7
00153 Roma
P.IVA 01234567890
DOCUMENTO COMMERCIALE
di vendita o prestazione
DESCRIZIONE  IVA  Prezzo(€)
2 COPERTO  10%      4,00
SPAGHETTI VONGOLE  10%      14,00
VINO CASA 1/2  22%      6,00
TOTALE COMPLESSIVO      24,00
di cui IVA      2,72
Pagamento contante      30,00
Resto      6,00
05-11-2023 21:08
DOC.N. 0123-0045
""",
        date(2023, 11, 5),
        "EUR",
        2400,
        tax=272,
        merchant="TRATTORIA DA GIGI S.r.l",
    ),
    "SE": Told(
        """
ICA Nära Söder
Götgatan 44, Stockholm
Org.nr 556677-8899
Kvitto
2024-02-09 17:45
Mjölk 1,5%      15,90
Bröd      32,50
Smör 500g      58,95
Rabatt      -5,00
Totalt 3 varor
Att betala      102,35 SEK
Öresavrundning      -0,35
Totalt      102,00
Kort      102,00
Moms%  Moms  Netto      Brutto
12,00  10,93  91,07      102,00
""",
        date(2024, 2, 9),
        "SEK",
        10200,
        tax=1093,
        merchant="ICA Nära Söder",
    ),
    "CZ": Told(
        """
Restaurace U Lípy s.r.o.
Dlouhá 5, Praha 1
IČO: 12345678  DIČ: CZ12345678
Účtenka č. 20240012
5. 3. 2024 19:33
2x Pivo 12°      118,00
Svíčková      189,00
Voda      45,00
Celkem      352,00 Kč
Hotově      400,00
Vráceno      48,00
DPH 21%  290,91      61,09
""",
        date(2024, 3, 5),
        "CZK",
        35200,
        tax=6109,
        merchant="Restaurace U Lípy s.r.o",
    ),
    "CH": Told(
        """
Confiserie Blum AG
Bahnhofstrasse 1, 8001 Zürich
CHE-123.456.789 MWST
5. März 2024 15:20
Kaffee crème      4.80
Nussgipfel      3.92
Total CHF      8.72
Rundung      -0.02
Zu bezahlen CHF      8.70
Bar      20.00
Rückgeld      11.30
MWST 8.1%      0.65
""",
        date(2024, 3, 5),
        "CHF",
        870,
        tax=65,
        merchant="Confiserie Blum AG",
    ),
    "HU": Told(
        """
Kisvendéglő Kft.
1051 Budapest, Fő u. 3.
Adószám: 12345678-2-42
NYUGTA
Gulyásleves      2 490
Rétes      1 290
ÖSSZESEN:      3 780 Ft
KÉSZPÉNZ      5 000 Ft
VISSZAJÁRÓ      1 220 Ft
2024.03.05. 13:44
""",
        date(2024, 3, 5),
        "HUF",
        378000,
        merchant="Kisvendéglő Kft",
    ),
    "DK": Told(
        """
Café Hygge ApS
Nørregade 10, København
CVR 12345678
05.03.2024 kl. 10:05
Kaffe      38,00
Wienerbrød      26,00
I alt      64,00
Heraf moms 25%      12,80
Dankort      64,00
""",
        date(2024, 3, 5),
        "DKK",
        6400,
        tax=1280,
        merchant="Café Hygge ApS",
    ),
    "NO": Told(
        """
Fjord Kafe AS
Strandgata 2, Bergen
Org.nr 912345678 MVA
05.03.2024 11:22
Kaffe      45,00
Skillingsbolle      42,00
Sum      87,00
MVA 15%      11,35
Bankkort      87,00
""",
        date(2024, 3, 5),
        "NOK",
        8700,
        tax=1135,
        merchant="Fjord Kafe AS",
    ),
    "FI": Told(
        """
Kahvila Lumi Oy
Mannerheimintie 1, Helsinki
Y-tunnus 1234567-8
5.3.2024 klo 9.41
Kahvi      3,20
Korvapuusti      4,50
YHTEENSÄ      7,70
KORTTI      7,70
ALV 14%      0,95
""",
        date(2024, 3, 5),
        "EUR",
        770,
        tax=95,
        merchant="Kahvila Lumi Oy",
    ),
    "RO": Told(
        """
SC PANE SI VIN SRL
Str. Lipscani 3, Bucuresti
CIF RO12345678
BON FISCAL
2 BUC X 4,50
PAINE      9,00 B
LAPTE 1L      7,99 B
TOTAL LEI      16,99
TVA B 9%      1,40
NUMERAR LEI      20,00
REST LEI      3,01
DATA: 05-03-2024 ORA: 18:20
""",
        date(2024, 3, 5),
        "RON",
        1699,
        tax=140,
    ),
    "GR": Told(
        """
TAVERNA NIKOS
Plaka, Athens Greece
AFM 123456789
05/03/2024 21:15
MOUSSAKA      12,50
GREEK SALAD      8,00
SYNOLO      20,50
FPA 13%      2,36
""",
        date(2024, 3, 5),
        "EUR",
        2050,
        tax=236,
    ),
    "DE": Told(
        """
Gasthaus Zum Löwen
Inh. Peter Maier
Marktplatz 3, 70173 Stuttgart
Steuernr. 99/123/45678
Dienstag, 5. März 2024  19:52
1 x Schnitzel      14,90
2 x Pils 0,5 l  4,20      8,40
Gesamtbetrag      23,30 EUR
Trinkgeld      2,00
Bezahlt EC      25,30
MwSt 19%  8,40  1,34
MwSt 7%  14,90  0,97
""",
        date(2024, 3, 5),
        "EUR",
        2530,
        tax=231,
        tip=200,
    ),
    "FR": Told(
        """
Le Petit Zinc
12 rue de Buci
75006 Paris
SIRET 123 456 789 00012
mar. 5 mars 2024 - 13:07
2 Menu midi  18,50      37,00
1 Carafe vin      9,00
Total TTC      46,00 €
dont TVA 10 %      3,36
dont TVA 20 %      1,50
CB      46,00
""",
        date(2024, 3, 5),
        "EUR",
        4600,
        tax=486,
        merchant="Le Petit Zinc",
    ),
    "ES": Told(
        """
BAR LA ESQUINA
NIF B12345678
C/ Mayor 5 Madrid
Mesa 4  5-mar-2024  14:55
1 Menú del día      13,50
1 Café solo      1,40
TOTAL      14,90 €
IVA 10% incluido      1,35
Efectivo      20,00
Cambio      5,10
""",
        date(2024, 3, 5),
        "EUR",
        1490,
        tax=135,
        merchant="BAR LA ESQUINA",
    ),
    "PL": Told(
        """
Kawiarnia Pod Lipą
ul. Długa 4, 31-146 Kraków
NIP 676-123-45-67
5 marca 2024 r. 16:40
Kawa latte  1 x15,00      15,00A
Sernik  1 x18,00      18,00A
SUMA PLN      33,00
PTU A 8%      2,44
""",
        date(2024, 3, 5),
        "PLN",
        3300,
        tax=244,
    ),
    "UA": Told(
        """
Kafe Lviv
TOV Smak
05.03.2024 12:00
Borshch      120,00
Varenyky      95,00
SUMA      215,00 UAH
PDV 20%      35,83
""",
        date(2024, 3, 5),
        "UAH",
        21500,
        tax=3583,
    ),
    "IS": Told(
        """
Kaffihús Reykjavík
Laugavegur 1, Reykjavik
Kt. 123456-7890
05.03.2024 10:00
Kaffi      650
Kleina      390
Samtals      1.040 kr
VSK 11%      103
""",
        date(2024, 3, 5),
        "ISK",
        1040,
        tax=103,
    ),
}
