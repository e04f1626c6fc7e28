"""Receipts of the rest of the world that are drawn nowhere, as their tills print them."""

from datetime import date

from tests.unit.receipt.abroad.told import Told

RECEIPTS = {
    "ID": Told(
        """
WARUNG MAKAN SEDERHANA
Jl. Sudirman No. 10 Jakarta
Telp: 021-5551234
Tgl: 17/08/2023 12:40
Nasi Goreng  2 x 25.000      50.000
Es Teh  2 x 5.000      10.000
Ayam Bakar      35.000
Subtotal      95.000
PB1 10%      9.500
Total      Rp 104.500
Tunai      Rp 110.000
Kembali      Rp 5.500
Terima kasih
""",
        date(2023, 8, 17),
        "IDR",
        10_450_000,
        tax=950000,
        merchant="WARUNG MAKAN SEDERHANA",
    ),
    "TH": Told(
        """
Som Tam House
123 Sukhumvit Rd, Bangkok 10110
TAX ID 0105556123456
Date 24/12/2023 18:05
Som Tam Thai      80.00
Sticky Rice  2 x 15.00      30.00
Grilled Chicken      180.00
Sub Total      290.00
Service Charge 10%      29.00
VAT 7%      22.33
Grand Total      341.33
Cash      350.00
Change      8.67
""",
        date(2023, 12, 24),
        "THB",
        34133,
        tax=2233,
        merchant="Som Tam House",
    ),
    "IN": Told(
        """
HOTEL SARAVANA BHAVAN
12 MG Road, Bengaluru 560001
GSTIN: 29ABCDE1234F1Z5
FSSAI No 11234567890123
Bill No: 1023  Date: 05-Mar-24
Masala Dosa  2  90.00      180.00
Filter Coffee  2  40.00      80.00
Sub Total      260.00
CGST 2.5%      6.50
SGST 2.5%      6.50
Round Off      0.00
Grand Total      ₹273.00
""",
        date(2024, 3, 5),
        "INR",
        27300,
        tax=1300,
        merchant="HOTEL SARAVANA BHAVAN",
    ),
    "KW": Told(
        """
Al Noor Restaurant
Salmiya, Kuwait
Tel +965 2222 3333
Date: 07/02/2024 20:11
Grilled Hammour      6.500
Mixed Salad      1.750
Karak Tea  2 x 0.350      0.700
Total KD      8.950
Cash      10.000
Change      1.050
""",
        date(2024, 2, 7),
        "KWD",
        8950,
        merchant="Al Noor Restaurant",
    ),
    "OM": Told(
        """
Muscat Coffee House LLC
Al Khuwair, Muscat
VATIN OM1100012345
02-01-2024 09:15
Spanish Latte      2.100
Cheesecake      2.300
Subtotal      4.400
VAT 5%      0.220
Total OMR      4.620
Visa      4.620
""",
        date(2024, 1, 2),
        "OMR",
        4620,
        tax=220,
        merchant="Muscat Coffee House LLC",
    ),
    "US, a line for a tip": Told(
        """
Joe's Diner
42 Main St
Portland, OR 97215
Server: Amy
03/05/24 7:41 PM
Burger      12.00
Fries      4.00
Subtotal      16.00
Tax      1.40
Total      17.40
Tip ____________
Total ____________
Suggested tips
18%      2.88
20%      3.20
22%      3.52
X_______________
Thank you
""",
        date(2024, 3, 5),
        "USD",
        1740,
        tax=140,
        merchant="Joe's Diner",
    ),
    "US, with a tip": Told(
        """
Joe's Diner
Portland, OR 97215
03/05/2024
Burger      12.00
Subtotal      12.00
Tax      1.05
Total      13.05
Tip      3.00
Total      16.05
""",
        date(2024, 3, 5),
        "USD",
        1605,
        tax=105,
        tip=300,
    ),
    "JP": Told(
        """
セブンマート渋谷店
東京都渋谷区1-2-3
登録番号T1234567890123
2024年3月5日(火) 12:34
おにぎり鮭      *150
緑茶      *130
レジ袋      ¥3
小計(税抜 8%)      ¥280
消費税等(8%)      ¥22
小計(税抜10%)      ¥3
合計      ¥305
(内税額      ¥22)
お預り      ¥1,000
お釣り      ¥695
*は軽減税率対象
""",
        date(2024, 3, 5),
        "JPY",
        305,
        tax=22,
        merchant="セブンマート渋谷店",
    ),
    "JP, days by era": Told(
        """
居酒屋まつ
大阪市北区4-5
領収書
R6.3.5 21:40
生ビール  2      1,200
焼き鳥      980
合計      ¥2,180
内消費税      ¥198
""",
        date(2024, 3, 5),
        "JPY",
        2180,
        tax=198,
        merchant="居酒屋まつ",
    ),
    "JP, eras by name": Told(
        """
文具のやまだ
令和6年3月5日
ノート      ¥220
合計      ¥220
(内消費税等      ¥20)
""",
        date(2024, 3, 5),
        "JPY",
        220,
        tax=20,
    ),
    "JP, short years": Told(
        """
カフェ青空
24/3/5 15:02
コーヒー      450
合計      450円
""",
        date(2024, 3, 5),
        "JPY",
        450,
    ),
    "KR": Told(
        """
커피나무
서울시 강남구 12
사업자번호 123-45-67890
2024-03-05 13:20
아메리카노  2      9,000
카페라떼      5,000
합계      14,000원
부가세      1,273
카드      14,000
""",
        date(2024, 3, 5),
        "KRW",
        14000,
        tax=1273,
    ),
    "CN": Told(
        """
北京烤鸭店
北京市朝阳区1号
日期:2024-03-05 18:30
烤鸭      198.00
米饭  2      6.00
啤酒  3      30.00
小计      234.00
优惠      -14.00
实付      ¥220.00
支付宝      220.00
谢谢惠顾
""",
        date(2024, 3, 5),
        "CNY",
        22000,
        discount=1400,
        merchant="北京烤鸭店",
    ),
    "PH": Told(
        """
Kusina ni Aling Nena
Quezon City, Philippines
VAT REG TIN 123-456-789-000
03-05-2024 12:11
Adobo Rice      150.00
Iced Tea      60.00
TOTAL      210.00
CASH      500.00
CHANGE      290.00
VATable Sales      187.50
VAT Amount (12%)      22.50
""",
        date(2024, 3, 5),
        "PHP",
        21000,
        tax=2250,
    ),
    "VN": Told(
        """
QUÁN PHỞ HÀ NỘI
12 Hàng Bạc, Hà Nội
Ngày: 05/03/2024 07:30
Phở bò tái  2  50.000      100.000
Trà đá  2  5.000      10.000
Tổng cộng      110.000 đ
Tiền mặt      200.000
Tiền thừa      90.000
""",
        date(2024, 3, 5),
        "VND",
        110000,
    ),
    "ZA": Told(
        """
Braai Corner
Long Street, Cape Town
VAT No 4123456789
2024/03/05 19:02
Boerewors Roll      R45.00
Castle Lager  2      R70.00
Total      R115.00
VAT @ 15%      R15.00
""",
        date(2024, 3, 5),
        "ZAR",
        11500,
        tax=1500,
        merchant="Braai Corner",
    ),
    "AE": Told(
        """
Desert Rose Cafe LLC
Dubai Marina, Dubai
TRN 100123456700003
05-MAR-24 22:10
Shawarma Plate      35.00
Mint Lemonade      18.00
Total AED      53.00
VAT 5% incl.      2.52
""",
        date(2024, 3, 5),
        "AED",
        5300,
        tax=252,
    ),
    "MY": Told(
        """
RESTORAN NASI LEMAK SDN BHD
No 1 Jalan Ampang 50450 Kuala Lumpur
Invoice No: A1234
05/03/24 12:33:01
Nasi Lemak  2  4.50      9.00
Teh Tarik      2.20
Sub Total      11.20
SST 6%      0.67
Rounding      -0.02
Total      11.85
""",
        date(2024, 3, 5),
        "MYR",
        1185,
        tax=67,
    ),
    "BR": Told(
        """
PADARIA SANTO PÃO LTDA
Rua Augusta 100, São Paulo - SP
CNPJ 12.345.678/0001-90
CUPOM FISCAL
05/03/2024 08:12:55
PAO FRANCES 0,350 kg x 18,90      6,62
CAFE COADO      5,50
TOTAL R$      12,12
Cartão Débito      12,12
Trib aprox R$ 1,63
""",
        date(2024, 3, 5),
        "BRL",
        1212,
        tax=163,
    ),
    "MX": Told(
        """
TACOS EL GÜERO
RFC TEG850101AB1
Av. Juárez 12, CDMX
05/mar/2024 20:30
Tacos al pastor  5 x 18.00      90.00
Agua de jamaica      25.00
Subtotal      99.14
IVA 16%      15.86
Total      $115.00
Propina sugerida 10%      11.50
""",
        date(2024, 3, 5),
        "MXN",
        11500,
        tax=1586,
    ),
    "CA": Told(
        """
Tim's Corner
Toronto, ON M5V 2T6
HST# 123456789 RT0001
2024-03-05 8:15 AM
Double Double      2.19
Bagel      3.49
Subtotal      5.68
HST 13%      0.74
Total      $6.42
""",
        date(2024, 3, 5),
        "CAD",
        642,
        tax=74,
    ),
    "EG": Told(
        """
Koshary El Tahrir
Cairo, Egypt
Tax Reg No 123-456-789
05/03/2024
Koshary Large      60.00
Pepsi      20.00
Total      80.00 EGP
""",
        date(2024, 3, 5),
        "EGP",
        8000,
    ),
}
