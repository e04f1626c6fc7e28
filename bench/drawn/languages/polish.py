"""Polish."""

from bench.drawn.language import Language, Trade

POLISH = Language(
    code="pl",
    names="Wiśniewski | Zieliński | Dąbrowska | Krawczyk | Jabłoński | Pawłowski | Wróbel | Górski"
    " | Kaźmierczak | Sikora | Łukasik",
    shops={
        Trade.DINING: """
            Restauracja Pod Lipą | Kawiarnia {name} | Piekarnia {name} | Bar Mleczny Bąbel | Pizzeria {name}
            Cukiernia {name} | Karczma Góralska | Bistro {name}
        """,
        Trade.GROCERY: """
            Delikatesy {name} | Sklep Spożywczy {name} | Market Słoneczny | Warzywniak u {name}
            Sklep Osiedlowy
            Masarnia {name}
        """,
        Trade.HOUSEHOLD: """
            Artykuły Metalowe {name} | Księgarnia {name} | Sklep Papierniczy {name} | Dom i Ogród {name}
            Market Budowlany {name}
        """,
        Trade.PHARMACY: """
            Apteka {name} | Apteka Pod Orłem | Apteka Zdrowie | Drogeria {name}
        """,
    },
    goods={
        Trade.DINING: """
            Żurek z jajkiem | Pierogi ruskie 8szt | Kotlet schabowy | Kawa latte | Herbata cytryna
            Piwo jasne 0,5l
            Placki ziemniaczane | Rosół z makaronem | Sernik | Szarlotka na ciepło | Woda gazowana
            Espresso
            Bigos | Gołąbki w sosie pomidorowym | Pizza Margherita 32cm | Sok pomarańczowy
            Naleśniki z serem
            Golonka pieczona w piwie z kapustą zasmażaną | Surówka | Frytki | Kompot | Drożdżówka | Pączek
        """,
        Trade.GROCERY: """
            Mleko 3,2% 1L | Chleb żytni | Jaja wolny wybieg 10 | Banany | Ser żółty gouda | Jogurt naturalny
            Filet z kurczaka | Mięso mielone | Sok jabłkowy 1L | Ryż biały 1kg | Olej rzepakowy
            Pomidory malinowe
            Ogórek | Masło extra 200g | Makaron świderki | Płyn do naczyń | Papier toaletowy 8
            Czekolada gorzka
            Jabłka Ligol | Ziemniaki | Woda niegaz. 1,5L | Kawa mielona | Szynka krojona | Śmietana 18%
            Bułka kajzerka
        """,
        Trade.HOUSEHOLD: """
            Młotek 300g | Wkręty do drewna | Taśma malarska | Żarówka LED E27 | Przedłużacz 3m
            Wałek malarski
            Farba biała 5L | Wąż ogrodowy | Zeszyt A5 | Długopisy 10szt | Ramka na zdjęcia
            Ziemia do kwiatów
            Baterie AA 8szt | Klucz nastawny | Wycieraczka | Nożyczki | Świeca zapachowa
        """,
        Trade.PHARMACY: """
            Ibuprom 200mg | Apap 24 tabl | Witamina C 1000 | Krem z filtrem 50 | Plastry mix
            Syrop na kaszel
            Krem do rąk | Pasta do zębów | Nić dentystyczna | Balsam do ust | Chusteczki | Szampon łagodny
            Termometr | Aerozol do nosa | Tabletki na gardło
        """,
    },
    words={
        "title": "PARAGON FISKALNY",
        "subtotal": "Suma częściowa | PODSUMA",
        "total": "SUMA PLN | SUMA: PLN | SUMA | DO ZAPŁATY | RAZEM PLN",
        "paid_total": "Zapłacono razem | RAZEM Z NAPIWKIEM",
        "discount": "RABAT | Rabat | OPUST | Rabat kwotowy",
        "line_discount": "OPUST | Rabat | RABAT",
        "tip": "Napiwek | NAPIWEK",
        "service": "Serwis | Opłata serwisowa",
        "rounding": "Zaokrąglenie",
        "cash": "GOTÓWKA | Gotówka PLN | Zapłacono GOTÓWKA",
        "change": "RESZTA | Reszta PLN | Reszta GOTÓWKA",
        "card": "KARTA | Karta płatnicza | KARTA PŁATNICZA | Zapłacono KARTA",
        "count": "Liczba pozycji: {count} | LICZBA POZYCJI {count} | Ilość pozycji {count}",
        "cashier": "Kasjer: {person} | KASJER {person} Kasa {few} | Sprzedawca {person}",
        "table": "Stolik {number} | STOLIK: {number}",
        "number": "nr wydr. {number} | Nr sys. {number} | W{number} | #Kasa {few} {number}",
        "date": "{day}",
        "time": "{time}",
        "people": "Agnieszka | PAWEŁ | Małgorzata | Kasjer nr 2 | Zofia",
        "thanks": """
            Dziękujemy za zakupy | Zapraszamy ponownie | DZIĘKUJEMY | Smacznego!
            Zwrot do 14 dni z paragonem | Zapraszamy 7:00-22:00
        """,
        "points": """
            Punkty: {number} | Karta klienta ****{number} | Oszczędzasz {amount}
            Stan punktów {number} | Twój rabat w aplikacji
        """,
        "slip": """
            NIESKALNY WYDRUK {number} | TERMINAL {number} | Karta ************{number} | KOD AUT. {number}
            TRANSAKCJA ZBLIŻENIOWA | SPRZEDAŻ | Numer transakcji {number}
        """,
        "item": "Nazwa | Towar",
        "quantity": "Ilość",
        "price": "Cena",
        "amount": "Wartość",
        "rate": "Stawka | VAT",
        "net": "Netto",
        "gross": "Brutto",
        "included": "w tym {name} {rate} {amount}",
        "modifiers": "bez cebuli | podwójny ser | mleko owsiane | sos osobno",
        "phone": "tel. {phone} | Tel: {phone}",
    },
    months="sty | lut | mar | kwi | maj | cze | lip | sie | wrz | paź | lis | gru",
    streets="""
        ul. {name}ego {house} | ul. Długa {house} | al. Niepodległości {house} | ul. Kościuszki {house}
        Rynek {house}
    """,
)
