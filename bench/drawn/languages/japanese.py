"""Japanese."""

from bench.drawn.language import Language, Trade

JAPANESE = Language(
    code="ja",
    names="山田 | 佐藤 | 鈴木 | 小林 | 松本 | 井上 | 高橋 | 渡辺 | 中村 | さくら | みどり | 富士見",
    shops={
        Trade.DINING: """
            {name}食堂 | 居酒屋 {name} | 喫茶 {name} | そば処 {name} | 寿司 {name} | ラーメン{name}
            カフェ {name}
            和食処 花水木 | {name}珈琲店
        """,
        Trade.GROCERY: """
            スーパー{name} | {name}青果店 | フレッシュ{name} | {name}商店 | ミニストア{name} | {name}酒店
        """,
        Trade.HOUSEHOLD: """
            {name}金物店 | {name}書店 | 文具の{name} | ホームセンター{name} | {name}雑貨店
        """,
        Trade.PHARMACY: """
            {name}薬局 | くすりの{name} | ドラッグ{name} | {name}堂薬局
        """,
    },
    goods={
        Trade.DINING: """
            醤油ラーメン | 餃子 | 生ビール中 | 唐揚げ定食 | 天ぷらそば | 焼き鳥盛り合わせ | 枝豆
            ホットコーヒー
            アイスティー | 日替わりランチ | 刺身定食 | カレーライス | チャーハン | 冷奴 | ハイボール
            抹茶アイス
            オムライス | だし巻き玉子 | 味噌汁 | サンドイッチ | チーズケーキ | ざるそば | 海鮮丼
            ライス大盛
        """,
        Trade.GROCERY: """
            牛乳 1L | 食パン 6枚切 | 卵 10個入 | バナナ | 絹豆腐 | 納豆 3P | 鶏もも肉 | 豚ロース切身
            オレンジジュース
            こしひかり 2kg | サラダ油 | トマト | きゅうり | バター | スパゲッティ | 食器用洗剤
            トイレットペーパー 12R
            板チョコ | りんご | じゃがいも | 天然水 2L | 緑茶 600ml | おにぎり鮭 | ヨーグルト | 玉ねぎ
            レジ袋
        """,
        Trade.HOUSEHOLD: """
            金づち | 木ネジ | マスキングテープ | LED電球 | 延長コード 3m | ペンキ 白 | ホース 15m
            ノート A5
            ボールペン 10本 | 写真立て | 培養土 20L | 単3電池 8本 | モンキーレンチ | 玄関マット
            キッチンはさみ
            収納ボックス | 文庫本
        """,
        Trade.PHARMACY: """
            頭痛薬 20錠 | 風邪薬 | ビタミンC | 日焼け止め | ばんそうこう | のど飴 | ハンドクリーム
            歯みがき粉
            デンタルフロス | リップクリーム | ウェットティッシュ | シャンプー | 体温計 | 点鼻薬 | 綿棒
        """,
    },
    words={
        "title": "領収書 | 領収証 | レシート | 【領収証】",
        "subtotal": "小計 | 小 計",
        "total": "合計 | 合 計 | お会計 | 合計金額 | ご請求額",
        "paid_total": "お支払合計",
        "discount": "値引 | クーポン値引 | 割引 | 会員割引",
        "line_discount": "値引 | 割引 | まとめ値引",
        "tip": "チップ",
        "service": "サービス料 | お席料",
        "rounding": "端数調整",
        "cash": "お預り | 現金 | お預かり | 現 金",
        "change": "お釣り | おつり | お 釣",
        "card": "クレジット | クレジットカード | 電子マネー",
        "count": "お買上点数 {count}点 | 点数 {count}点 | 買上点数 {count}",
        "cashier": "担当: {person} | 責No. {number} {person} | レジ {few} 担当 {person}",
        "table": "テーブル {number} | 卓番 {number} {few}名様",
        "number": "伝票No. {number} | レシートNo {number} | No. {number}",
        "date": "{day}",
        "time": "{time}",
        "people": "田中 | 伊藤 | 店員 5 | 吉田 | 加藤",
        "thanks": """
            ありがとうございました | またのご来店をお待ちしております | 毎度ありがとうございます
            上記正に領収いたしました | 返品は7日以内にお願いします
        """,
        "points": """
            今回ポイント {few}P | 会員番号 ****{number} | 累計ポイント {number} | お買得額 {amount}
        """,
        "slip": """
            承認番号 {number} | 端末番号 {number} | 会員番号 ************{number} | 取引内容 売上
            お客様控え
            伝票番号 {number}
        """,
        "item": "品名 | 商品名",
        "quantity": "数量 | 数",
        "price": "単価",
        "amount": "金額",
        "rate": "税率",
        "net": "対象額",
        "gross": "税込額",
        "included": "(内{name} {rate} {amount}) | 内{name}等 {rate} {amount}",
        "modifiers": "ネギ抜き | 大盛 | 氷なし | わさび抜き",
        "phone": "TEL {phone} | 電話 {phone}",
    },
    months="1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12",
    streets="{name}町{few}-{house} | 本町{few}丁目{house}番地 | 駅前通り{few}-{few}-{house}",
)
