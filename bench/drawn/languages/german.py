"""German, of Germany, Austria and Switzerland."""

from bench.drawn.language import Language, Trade

GERMAN = Language(
    code="de",
    names="""
        Huber | Lindner | Brandt | Vogel | Kaltenbach | Steiner | Möller | Weißenborn | Schäfer
        Zöllner | Reuter | Grünwald | Kühn | Baumgartner
    """,
    shops={
        Trade.DINING: """
            Gasthaus {name} | Café {name} | Bäckerei {name} | Konditorei {name} | Zum Goldenen Hirsch
            Ristorante Bella Vista | {name}s Wirtshaus | Brauhaus am Markt | Imbiss {name}
        """,
        Trade.GROCERY: """
            Frischmarkt {name} | Feinkost {name} | {name} Lebensmittel | Hofladen {name}
            Biomarkt Sonnenschein | Getränke {name} | Kaufhalle {name}
        """,
        Trade.HOUSEHOLD: """
            Eisenwaren {name} | {name} Baumarkt | Schreibwaren {name} | Buchhandlung {name}
            Haushaltswaren {name} | Gartencenter {name}
        """,
        Trade.PHARMACY: """
            {name} Apotheke | Löwen-Apotheke | Drogerie {name} | Apotheke am Marktplatz
        """,
    },
    goods={
        Trade.DINING: """
            Wiener Schnitzel | Spaghetti Bolognese | Apfelschorle 0,4 | Weißbier 0,5 | Milchkaffee | Brezel
            Käsespätzle | Gulaschsuppe | Gemischter Salat | Apfelstrudel mit Vanillesauce | Cappuccino
            Mineralwasser 0,75 | Rinderroulade mit Rotkohl und Klößen | Currywurst | Pommes frites
            Laugenstange | Nussschnecke | Belegtes Brötchen | Espresso | Grüner Veltliner 1/8 | Radler
            Tagesgericht | Kürbiscremesuppe | Schwarzwälder Kirschtorte
        """,
        Trade.GROCERY: """
            Vollmilch 3,5% 1L | Bauernbrot 750g | Eier Freiland 10er | Bananen | Gouda jung 400g
            Naturjoghurt
            Hähnchenbrust | Rinderhack 500g | Orangensaft | Basmatireis 1kg | Olivenöl nativ | Kirschtomaten
            Gurke Stück | Butter mild 250g | Nudeln Fusilli | Spülmittel | Toilettenpapier 8x
            Zartbitterschokolade
            Äpfel Elstar | Kartoffeln festkochend | Mineralwasser 6x1,5L | Pfand 0,25 EUR | Kaffee gemahlen
            Müsli Früchte | Tiefkühl Erbsen | Würstchen im Glas
        """,
        Trade.HOUSEHOLD: """
            Hammer 300g | Holzschrauben 4x40 | Kreppband | LED Lampe E27 | Verlängerungskabel 3m
            Farbroller Set
            Wandfarbe weiß 5L | Gartenschlauch | Notizbuch A5 | Kugelschreiber 10er | Bilderrahmen
            Blumenerde 20L
            Batterien AA 8er | Schraubenschlüssel | Fußmatte | Küchenschere | Schleifpapier
            Teelichter 50er
        """,
        Trade.PHARMACY: """
            Ibuprofen 400 mg 20 St | Nasenspray 10 ml | Vitamin C Brausetabl. | Sonnencreme LSF 50
            Pflaster Set
            Hustensaft 100 ml | Handcreme | Zahnpasta | Zahnseide | Lippenpflege | Feuchttücher | Shampoo
            Fieberthermometer | Wattestäbchen | Halstabletten 24 St
        """,
    },
    words={
        "title": "RECHNUNG | Kassenbon | Quittung | Rechnung Nr. {number} | K-U-N-D-E-N-B-E-L-E-G",
        "subtotal": "Zwischensumme | ZW-SUMME | Zw.-Summe",
        "total": "SUMME | Gesamtbetrag | Summe EUR | Zu zahlen | TOTAL | Gesamt | Rechnungsbetrag",
        "paid_total": "Bezahlt inkl. Trinkgeld | Gesamt inkl. Trinkgeld | Zahlbetrag",
        "discount": "Rabatt | RABATT | Gutschein | Treuerabatt | Aktionsrabatt",
        "line_discount": "Rabatt | Preisvorteil | Aktionsnachlass | Nachlass",
        "tip": "Trinkgeld | TRINKGELD | Tip",
        "service": "Bedienung | Servicezuschlag",
        "rounding": "Rundung | Rundungsdifferenz",
        "cash": "BAR | Gegeben bar | Bar EUR | Bargeld | Gegeben",
        "change": "Rückgeld | RÜCKGELD | Zurück | Rückgeld BAR",
        "card": "EC-Karte | girocard | Kartenzahlung | MASTERCARD | VISA | Geg. EC-Cash",
        "count": "Posten: {count} | Anzahl Artikel {count} | Artikelanzahl: {count}",
        "cashier": "Es bediente Sie: {person} | Bediener {person} | Kassierer: {person} | Kellner {person}",
        "table": "Tisch {number} | TISCH: {number} | Tisch #{number} Gäste {few}",
        "number": """
            Bon-Nr.: {number} | Beleg {number} | Rechnungs-Nr. {number}
            Bonnr {number} Kasse {few}
        """,
        "date": "Datum: {day} | {day} | Datum {day}",
        "time": "Uhrzeit: {time} | {time} Uhr | {time}",
        "people": "Frau Krüger | JÖRG | Anna M. | Hr. Yilmaz | Sabine",
        "thanks": """
            Vielen Dank für Ihren Einkauf | Vielen Dank für Ihren Besuch | Auf Wiedersehen
            Umtausch innerhalb 14 Tagen mit Bon | Schönen Tag noch! | Öffnungszeiten Mo-Sa 8-20 Uhr
        """,
        "points": """
            Treuepunkte: {number} | Kundenkarte ****{number} | Sie sparen heute {amount}
            Punktestand {number} | Sie erhalten {few} Treuepunkte
        """,
        "slip": """
            Terminal-ID {number} | TA-Nr {number} | Genehmigungs-Nr {number} | Zahlung erfolgt | kontaktlos
            Karte ########{number} | AS-Proc-Code = 00 075 00 | BITTE BELEG AUFBEWAHREN
            TSE-Signatur {number} | TSE-Transaktion {number} | Seriennummer Kasse {number}
        """,
        "item": "Artikel | Bezeichnung | Artikelbezeichnung",
        "quantity": "Menge | Anz. | Mge",
        "price": "Preis | E-Preis | Einzel",
        "amount": "Betrag | Gesamt | EUR",
        "rate": "MwSt-Satz | Steuer % | Satz",
        "net": "Netto",
        "gross": "Brutto",
        "included": """
            inkl. {rate} {name} {amount} | enth. {name} {rate} {amount}
            {name} {rate} inkl. {amount}
        """,
        "modifiers": "ohne Zwiebeln | extra Käse | mit Hafermilch | medium | Soße extra",
        "phone": "Tel. {phone} | Telefon: {phone} | Tel {phone}",
    },
    months="Jan. | Feb. | März | Apr. | Mai | Juni | Juli | Aug. | Sept. | Okt. | Nov. | Dez.",
    streets="""
        {name}straße {house} | Hauptstraße {house} | Am Markt {house} | Bahnhofstr. {house}
        Lindenallee {house}
    """,
)
