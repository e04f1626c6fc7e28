"""French, of France, Switzerland, Canada and Tunisia."""

from bench.drawn.language import Language, Trade

FRENCH = Language(
    code="fr",
    names="Lefèvre | Moreau | Dubois | Garnier | Chevalier | Fontaine | Rousseau | Mercier | Lambert"
    " | Bérenger | Delacroix | Marchand | Aubert",
    shops={
        Trade.DINING: """
            Le Petit Bistrot | Brasserie {name} | Café {name} | Boulangerie {name} | Chez {name}
            L'Auberge du Moulin | Crêperie {name} | Restaurant La Tonnelle | Pâtisserie {name}
        """,
        Trade.GROCERY: """
            Épicerie {name} | Marché {name} | Supérette {name} | Primeur {name} | Fromagerie {name}
            Les Halles de {name} | Cave {name}
        """,
        Trade.HOUSEHOLD: """
            Quincaillerie {name} | Librairie {name} | Papeterie {name} | Jardinerie {name}
            Bricolage {name}
            Maison {name}
        """,
        Trade.PHARMACY: """
            Pharmacie {name} | Pharmacie de la Gare | Parapharmacie {name} | Pharmacie du Centre
        """,
    },
    goods={
        Trade.DINING: """
            Plat du jour | Entrecôte frites | Croque-monsieur | Salade niçoise | Café crème | Demi pression
            Pichet vin rouge 50cl | Crème brûlée | Mousse au chocolat | Soupe à l'oignon | Expresso
            Thé menthe
            Pain au chocolat | Croissant beurre | Formule déjeuner | Quiche lorraine | Confit de canard
            Eau minérale 1L | Tarte aux pommes | Baguette tradition | Assiette de fromages affinés
            Magret de canard aux figues et purée maison | Kir cassis | Jus d'orange pressé
        """,
        Trade.GROCERY: """
            Lait demi-écrémé 1L | Pain complet | Oeufs plein air x12 | Bananes | Comté AOP 250g
            Yaourt nature x8
            Filet de poulet | Steak haché 5% | Jus d'orange 1L | Riz basmati | Huile d'olive
            Tomates grappe
            Concombre | Beurre doux 250g | Pâtes penne 500g | Liquide vaisselle | Papier toilette x9
            Chocolat noir 70% | Pommes Gala | Pommes de terre | Eau gazeuse 6x1L | Café moulu
            Confiture fraise
            Jambon supérieur 4tr | Camembert
        """,
        Trade.HOUSEHOLD: """
            Marteau 300g | Vis bois 4x40 | Ruban adhésif | Ampoule LED E27 | Rallonge 3m | Rouleau peinture
            Peinture blanche 2,5L | Tuyau d'arrosage | Cahier A5 | Stylos bille x10 | Cadre photo
            Terreau 20L
            Piles AA x8 | Clé à molette | Paillasson | Ciseaux de cuisine | Bougie parfumée
            Boîte de rangement
        """,
        Trade.PHARMACY: """
            Doliprane 1000mg | Spray nasal | Vitamine C 500 | Crème solaire SPF50 | Pansements assortis
            Sirop toux 125ml | Crème mains | Dentifrice | Fil dentaire | Baume lèvres | Lingettes bébé
            Shampooing doux | Thermomètre | Pastilles gorge | Sérum physiologique
        """,
    },
    words={
        "title": "TICKET | Facture | Note n° {number} | Ticket de caisse | DUPLICATA",
        "subtotal": "Sous-total | SOUS-TOTAL | Sous total",
        "total": "TOTAL | TOTAL TTC | Total à payer | NET A PAYER | Montant TTC | A PAYER",
        "paid_total": "Total payé | TOTAL AVEC POURBOIRE | Total débité",
        "discount": "Remise | REMISE | Bon de réduction | Réduction fidélité",
        "line_discount": "Remise | Promo | Remise immédiate | Réduction",
        "tip": "Pourboire | POURBOIRE",
        "service": "Service | Frais de service",
        "rounding": "Arrondi",
        "cash": "Espèces | ESPECES | Reçu espèces",
        "change": "Rendu | Rendu monnaie | A rendre | MONNAIE RENDUE",
        "card": "Carte bancaire | CB | CARTE BANCAIRE | CB EMV | VISA",
        "count": "Nb articles: {count} | {count} article(s) | Nombre d'articles {count}",
        "cashier": """
            Caissier: {person} | Vous avez été servi par {person} | Serveur {person}
            Caisse {few} {person}
        """,
        "table": "Table {number} | TABLE {number} Couverts {few} | Tbl: {number}",
        "number": "Ticket n° {number} | Facture N° {number} | Trans. {number} | N° {number}",
        "date": "Le {day} | Date: {day} | {day}",
        "time": "à {time} | Heure {time} | {time}",
        "people": "Camille | JULIEN | Mme Petit | Élodie | Nadia B.",
        "thanks": """
            Merci de votre visite | Merci et à bientôt | A bientôt !
            Échange sous 15 jours sur présentation du ticket
            Bonne journée | Prix nets service compris
        """,
        "points": """
            Points fidélité: {number} | Carte n° ****{number} | Vous économisez {amount}
            Solde cagnotte {number} | Votre avantage fidélité
        """,
        "slip": """
            CARTE ************{number} | N° AUTO {number} | SANS CONTACT | DEBIT | TICKET CLIENT A CONSERVER
            Commerçant {number} | A0000000421010 | Logiciel de caisse certifié NF525
        """,
        "item": "Désignation | Article | Libellé",
        "quantity": "Qté | QTE",
        "price": "P.U. | Prix | PU TTC",
        "amount": "Montant | Total | TTC",
        "rate": "Taux | TVA % | Code",
        "net": "HT | Mt HT | Base HT",
        "gross": "TTC | Mt TTC",
        "included": """
            Dont {name} {rate} {amount} | {name} {rate} : {amount}
            dont {name} {rate} : {amount}
        """,
        "modifiers": "sans oignons | supplément fromage | lait d'avoine | à point | sauce à part",
        "phone": "Tél : {phone} | Tél. {phone} | TEL {phone}",
    },
    months="janv. | févr. | mars | avril | mai | juin | juil. | août | sept. | oct. | nov. | déc.",
    streets="""
        {house} rue {name} | {house} avenue de la Gare | {house}, place du Marché | {house} bd {name}
        {house} rue des Lilas
    """,
)
