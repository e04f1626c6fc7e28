"""English, of several countries."""

from bench.drawn.language import Language, Trade

ENGLISH = Language(
    code="en",
    names="Harper | Whitlock | Callahan | Brookfield | Marlowe | Ashby | Penrose | Delgado | Kessler"
    " | Thornton | Ridgeway | Fairfax | Old Mill | Copperfield | Juniper",
    shops={
        Trade.DINING: """
            {name}'s Diner | The {name} Arms | {name} & Sons Grill | Cafe {name} | {name} Coffee Roasters
            Blue Heron Bistro | {name} Street Kitchen | Noodle House {name} | The Salty Anchor
        """,
        Trade.GROCERY: """
            {name} Market | {name}'s Fresh Foods | Corner Store {name} | {name} Supermarket
            Green Basket Grocers | {name} Farm Shop | Sunrise Mini Mart
        """,
        Trade.HOUSEHOLD: """
            {name} Hardware | {name} Home Centre | Tool Barn | {name} Stationers | {name} & Daughters Books
            Lamp & Latch | {name} Garden Supplies
        """,
        Trade.PHARMACY: """
            {name} Pharmacy | {name} Drugs | Well & Good Chemist | {name} Health Store
        """,
    },
    goods={
        Trade.DINING: """
            Cheeseburger | Fish & Chips | Chicken Caesar Salad | Flat White | Iced Tea | Draft Lager Pint
            Margherita Pizza | Soup of the Day | Garlic Bread | Sweet Potato Fries | Lemonade | Espresso
            House Red Wine 175ml | Eggs Benedict | Chocolate Brownie
            Grilled Salmon with Seasonal Vegetables
            Pulled Pork Sandwich | Vegan Curry Bowl | Sparkling Water | Banana Bread | Kids Pasta
            Slow Roasted Lamb Shoulder with Mint Sauce | Buffalo Wings | Onion Rings
        """,
        Trade.GROCERY: """
            Whole Milk 2L | Wholemeal Bread | Free Range Eggs 12pk | Bananas | Cheddar Cheese 400g
            Greek Yogurt | Chicken Breast | Ground Beef 500g | Orange Juice 1L | Basmati Rice 1kg
            Olive Oil 750ml | Baked Beans 4pk | Penne Pasta | Tomatoes on the Vine | Iceberg Lettuce
            Peanut Butter | Dish Soap Lemon | Toilet Tissue 9 Roll | Salted Butter | Dark Chocolate 70%
            Red Apples | Washed Potatoes | Orange Cheddar Crackers | Frozen Peas 900g | Green Tea 40 Bags
        """,
        Trade.HOUSEHOLD: """
            Claw Hammer 16oz | Wood Screws 4x40 | Masking Tape | LED Bulb E27 9W | Extension Cord 3m
            Paint Roller Set | Interior Paint White 2.5L | Garden Hose 15m | Notebook A5 Ruled
            Ballpoint Pens 10pk | Picture Frame 20x30 | Storage Box 45L | Scented Candle | AA Batteries 8pk
            Adjustable Wrench | Potting Soil 20L | Door Mat | Kitchen Scissors | Sandpaper Assorted
        """,
        Trade.PHARMACY: """
            Ibuprofen 200mg 24 Tabs | Paracetamol 500mg | Vitamin C Effervescent | Sunscreen SPF 50
            Plasters Assorted | Cough Syrup 200ml | Hand Cream | Toothpaste Whitening | Dental Floss
            Allergy Relief 10 Tabs | Lip Balm | Baby Wipes 72 | Shampoo Dry Scalp | Thermometer Digital
            Nasal Spray 20ml | Cotton Buds 200
        """,
    },
    words={
        "title": "TAX INVOICE | RECEIPT | SALES RECEIPT | CUSTOMER COPY | Order #{number}",
        "subtotal": "Subtotal | SUB-TOTAL | Sub Total | SUBTOTAL",
        "total": "TOTAL | Total | TOTAL DUE | Balance due | Amount Due | TOTAL TO PAY | Grand Total",
        "paid_total": "TOTAL PAID | Total incl. tip | Total with tip | TOTAL CHARGED",
        "discount": "Discount | DISCOUNT | Voucher | Promo | Coupon | Loyalty discount",
        "line_discount": "Discount | Multibuy saving | Less discount | Promo | Price cut",
        "tip": "Tip | Gratuity | TIP",
        "service": "Service charge | Svc Chg | SERVICE CHARGE",
        "rounding": "Rounding | ROUNDING ADJ",
        "cash": "Cash | CASH | Cash tendered | CASH TENDERED",
        "change": "Change | CHANGE | Change due | CHANGE DUE",
        "card": "VISA | MASTERCARD | Visa Debit | DEBIT CARD | AMEX | Card payment",
        "count": "Items: {count} | ITEM COUNT {count} | No. of items {count} | {count} items",
        "cashier": "Cashier: {person} | Served by {person} | Server: {person} | CSHR {person}",
        "table": "Table {number} | TABLE: {number} | Tbl {number}  Guests {few}",
        "number": """
            Receipt # {number} | Inv No: {number} | Trans {number} | Check: {number}
            Order {number}
        """,
        "date": "Date: {day} | {day} | DATE {day}",
        "time": "Time: {time} | {time}",
        "people": "Amy | JORDAN | Priya S | Mike | CHLOE | Sam T",
        "thanks": """
            Thank you for shopping with us! | Please come again | THANK YOU | Have a great day!
            Returns within 30 days with receipt | Follow us @ourshop | See you soon
        """,
        "points": """
            Points earned today: {number} | Member ****{number} | You saved {amount} today!
            Club balance {number} pts | Next reward at 5000 points
        """,
        "slip": """
            CARD NO: ************{number} | AUTH CODE {number} | CONTACTLESS | APPROVED
            AID: A0000000031010 | PIN VERIFIED | TERMINAL ID {number} | MERCHANT ID {number}
        """,
        "item": "Item | Description | ITEM",
        "quantity": "Qty | QTY",
        "price": "Price | Unit | @",
        "amount": "Amount | Total | AMT",
        "rate": "Rate | VAT % | Code",
        "net": "Net | Excl | NET AMT",
        "gross": "Gross | Incl | GROSS",
        "included": "Includes {name} {rate} of {amount} | {name} incl. {rate} {amount}",
        "modifiers": "No onions | Extra cheese | Oat milk | Medium rare | Dressing on side",
        "phone": "Tel: {phone} | {phone} | Phone {phone}",
    },
    months="Jan | Feb | Mar | Apr | May | Jun | Jul | Aug | Sep | Oct | Nov | Dec",
    streets="""
        {house} {name} Street | {house} Main St | {house} {name} Road | {house} High Street
        {house} Station Rd
    """,
)
