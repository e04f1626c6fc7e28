"""Turkish."""

from bench.drawn.language import Language, Trade

TURKISH = Language(
    code="tr",
    names="""
        Yılmaz | Öztürk | Çelik | Şahin | Güneş | Karadağ | Demirci | Aydın | Koçak | Işık | Doğan | Yıldız
    """,
    shops={
        Trade.DINING: """
            {name} Lokantası | {name} Kebap Salonu | Cafe {name} | {name} Pastanesi | Köşe Börekçisi
            {name} Döner | Liman Balık Evi | {name} Çay Bahçesi
        """,
        Trade.GROCERY: """
            {name} Market | {name} Gıda Pazarı | Yeşil Vadi Süpermarket | {name} Bakkaliyesi | {name} Kasap
            Köy Ürünleri {name}
        """,
        Trade.HOUSEHOLD: """
            {name} Hırdavat | {name} Kırtasiye | {name} Kitabevi | {name} Züccaciye | {name} Yapı Market
        """,
        Trade.PHARMACY: """
            {name} Eczanesi | Şifa Eczanesi | Merkez Eczanesi | {name} Kozmetik
        """,
    },
    goods={
        Trade.DINING: """
            Adana Kebap | Mercimek Çorbası | Lahmacun | İskender | Ayran | Türk Kahvesi | Çay | Künefe
            Baklava 4 Dilim
            Pide Kıymalı | Izgara Köfte | Çoban Salata | Su 0,5 L | Kuzu Şiş Izgara Sebze ile Birlikte
            Sütlaç
            Karışık Tost | Menemen | Limonata | Tavuk Dürüm | Simit | Su Böreği | Filtre Kahve | Gözleme
        """,
        Trade.GROCERY: """
            Süt Tam Yağlı 1L | Ekmek | Yumurta 15li | Muz Yerli | Beyaz Peynir 500g | Yoğurt 1kg
            Tavuk Göğsü
            Dana Kıyma | Portakal Suyu 1L | Pirinç Baldo 1kg | Zeytinyağı 1L | Domates Salkım | Salatalık
            Tereyağı 250g | Makarna Burgu | Bulaşık Deterjanı | Tuvalet Kağıdı 16lı | Bitter Çikolata
            Elma Kırmızı
            Patates | Maden Suyu 6lı | Çay Rize 1kg | Siyah Zeytin | Un 2kg | Toz Şeker
        """,
        Trade.HOUSEHOLD: """
            Çekiç 300g | Ahşap Vidası | Maskeleme Bandı | LED Ampul E27 | Uzatma Kablosu 3m | Boya Rulosu
            İç Cephe Boyası | Bahçe Hortumu | Defter A5 | Tükenmez Kalem 10lu | Çerçeve | Torf Toprak 20L
            Kalem Pil 8li | İngiliz Anahtarı | Paspas | Mutfak Makası | Kokulu Mum
        """,
        Trade.PHARMACY: """
            Ağrı Kesici 20 Tb | Parol 500mg | C Vitamini | Güneş Kremi 50 | Yara Bandı | Öksürük Şurubu
            El Kremi | Diş Macunu | Diş İpi | Dudak Balmı | Islak Mendil | Şampuan | Ateş Ölçer
            Burun Spreyi
        """,
    },
    words={
        "title": "BİLGİ FİŞİ | SATIŞ FİŞİ | FİŞ | e-Arşiv Fatura",
        "subtotal": "ARA TOPLAM | Ara Toplam | ARATOPLAM",
        "total": "TOPLAM | GENEL TOPLAM | Toplam Tutar | ÖDENECEK TUTAR",
        "paid_total": "Bahşiş dahil toplam | TAHSİL EDİLEN",
        "discount": "İNDİRİM | İndirim | KUPON İNDİRİMİ | İSKONTO",
        "line_discount": "İNDİRİM | Kampanya indirimi | İSKONTO",
        "tip": "Bahşiş | BAHŞİŞ",
        "service": "Servis Ücreti | SERVİS",
        "rounding": "Yuvarlama",
        "cash": "NAKİT | Nakit | ALINAN",
        "change": "PARA ÜSTÜ | Para Üstü",
        "card": "KREDİ KARTI | Kredi Kartı | BANKA KARTI",
        "count": "Ürün adedi {count} | TOPLAM ADET {count} | Kalem: {count}",
        "cashier": "Kasiyer: {person} | KASİYER {person} | Garson {person}",
        "table": "Masa {number} | MASA NO: {number}",
        "number": "FİŞ NO: {number} | Fiş No {number} | EKÜ NO {few} Z NO {number}",
        "date": "TARİH: {day} | Tarih {day} | {day}",
        "time": "SAAT: {time} | Saat {time} | {time}",
        "people": "Ayşe | MEHMET | Gülşen | Emre | Çiğdem",
        "thanks": """
            TEŞEKKÜR EDERİZ | Yine bekleriz | Teşekkürler, yine bekleriz | İyi günler dileriz
            Değişim 14 gün içinde fişle yapılır | Afiyet olsun
        """,
        "points": """
            Puan: {number} | Kart No ****{number} | Bugünkü kazancınız {amount} | Toplam puanınız {number}
        """,
        "slip": """
            İŞYERİ NO {number} | TERMİNAL {number} | ONAY KODU {number} | TEMASSIZ
            KART ************{number}
            MÜŞTERİ NÜSHASI | MALİ DEĞERİ YOKTUR | MF YAB {number}
        """,
        "item": "Ürün | Açıklama",
        "quantity": "Adet | Miktar",
        "price": "Fiyat | B.Fiyat",
        "amount": "Tutar",
        "rate": "KDV % | Oran",
        "net": "Matrah",
        "gross": "Toplam | KDV'li",
        "included": "{name} dahil {rate} {amount}",
        "modifiers": "soğansız | bol peynirli | az pişmiş | sos ayrı",
        "phone": "Tel: {phone} | TEL {phone}",
    },
    months="Oca | Şub | Mar | Nis | May | Haz | Tem | Ağu | Eyl | Eki | Kas | Ara",
    streets="""
        {name} Cad. No:{house} | Atatürk Bulvarı {house} | {name} Sok. No: {house}
        Cumhuriyet Mah. {name} Sk. {house}/A
    """,
)
