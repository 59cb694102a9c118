"""The cast: names that nobody bears, so that no one takes the demo for real customers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A party's name with its reading, who it is, and what a party without corporate number has shown (G8)."""

    name: str
    kana: str
    kind: str = "corporation"
    evidence: str = ""


CAST: dict[str, Name] = {
    # One customer for each cascade, so that trying one does not disturb the others
    "mihon-seiki": Name("見本精機株式会社", "ミホンセイキ"),
    "mihon-kagaku": Name("見本化学株式会社", "ミホンカガク"),
    "mihon-denki": Name("見本電機株式会社", "ミホンデンキ"),
    "mihon-tsushin": Name("見本通信機器株式会社", "ミホンツウシンキキ"),
    # Contracts that run, and ends of every kind
    "kakuu-seiki": Name("架空精機株式会社", "カクウセイキ"),
    "kakuu-suidou": Name("架空水道サービス株式会社", "カクウスイドウサービス"),
    "kakuu-souko": Name("架空倉庫株式会社", "カクウソウコ"),
    "kakuu-gas": Name("架空ガス株式会社", "カクウガス"),
    "kakuu-kensetsu": Name("架空建設株式会社", "カクウケンセツ"),
    "kakuu-jidouhanbaiki": Name("架空自動販売機株式会社", "カクウジドウハンバイキ"),
    "kakuu-keibi": Name("架空警備保障株式会社", "カクウケイビホショウ"),
    "kakuu-unyu": Name("架空運輸株式会社", "カクウウンユ"),
    "kakuu-shouji": Name("架空商事株式会社", "カクウショウジ"),
    "sample-kikai": Name("サンプル機械合同会社", "サンプルキカイ"),
    "sample-reizou": Name("サンプル冷蔵合同会社", "サンプルレイゾウ"),
    "sample-system": Name("サンプルシステムズ合同会社", "サンプルシステムズ"),
    "sample-parking": Name("サンプル駐車場合同会社", "サンプルチュウシャジョウ"),
    "sample-energy": Name("サンプルエナジー合同会社", "サンプルエナジー"),
    "kakuu-tokei": Name("架空時計商会株式会社", "カクウトケイショウカイ"),
    # What the company does, and what happens to customers
    "mihon-jidousha": Name("見本自動車部品株式会社", "ミホンジドウシャブヒン"),
    "mihon-kagu": Name("見本家具株式会社", "ミホンカグ"),
    "mihon-bouseki": Name("見本紡績株式会社", "ミホンボウセキ"),
    "mihon-joho": Name("見本情報機器株式会社", "ミホンジョウホウキキ"),
    "rei-denshi": Name("例示電子株式会社", "レイジデンシ"),
    "rei-holdings": Name("例示ホールディングス株式会社", "レイジホールディングス"),
    "rei-kouken": Name("例示後継株式会社", "レイジコウケイ"),
    "rei-shoten": Name("例示商店株式会社", "レイジショウテン"),
    "mihon-tatami": Name("見本畳店", "ミホンタタミテン", "sole-proprietor", "個人事業の開業届出書（控え）"),
    "mihon-tatami-2": Name(
        "見本畳店 二代目", "ミホンタタミテン ニダイメ", "sole-proprietor", "個人事業の開業届出書（控え）"
    ),
    "mihon-tatami-3": Name(
        "見本畳店 分家", "ミホンタタミテン ブンケ", "sole-proprietor", "個人事業の開業届出書（控え）"
    ),
    "mihon-kajiya": Name("見本鍛冶店", "ミホンカジテン", "sole-proprietor", "個人事業の開業届出書（控え）"),
    "mihon-kajiya-2": Name(
        "見本鍛冶店 二代目", "ミホンカジテン ニダイメ", "sole-proprietor", "個人事業の開業届出書（控え）"
    ),
    "mihon-tofuya": Name("見本豆腐店", "ミホントウフテン", "sole-proprietor", "個人事業の開業届出書（控え）"),
    "mihon-tofuya-2": Name(
        "見本豆腐店 二代目", "ミホントウフテン ニダイメ", "sole-proprietor", "個人事業の開業届出書（控え）"
    ),
    # The one with the most lines
    "mihon-fleet": Name("見本フリート管理株式会社", "ミホンフリートカンリ"),
    # The one to whose cards everything happens
    "mihon-keisoku": Name("見本計測株式会社", "ミホンケイソク"),
    # The one whose devices are tested and seen
    "mihon-musen": Name("見本無線機器株式会社", "ミホンムセンキキ"),
    # Applications in every state
    "sample-butsuryu": Name("サンプル物流合同会社", "サンプルブツリュウ"),
    "mihon-nouen": Name("見本農園", "ミホンノウエン", "sole-proprietor", "個人事業の開業届出書（控え）"),
    "mihon-industries": Name(
        "ミホン・インダストリーズ・リミテッド", "ミホン・インダストリーズ・リミテッド", "body", "設立証明書と訳文"
    ),
    "rei-iryou": Name("例示医療機器株式会社", "レイジイリョウキキ"),
    "rei-shokuhin": Name("例示食品株式会社", "レイジショクヒン"),
    "rei-bus": Name("例示バス株式会社", "レイジバス"),
    "rei-kousaku": Name("例示工作所有限会社", "レイジコウサクショ"),
    "rei-suisan": Name("例示水産", "レイジスイサン", "sole-proprietor", "確定申告書（控え）"),
    "rei-kankou": Name("例示観光株式会社", "レイジカンコウ"),
    "rei-insatsu": Name("例示印刷株式会社", "レイジインサツ"),
    "tesuto-lease": Name("テスト用リース株式会社", "テストヨウリース"),
    "tesuto-jutaku": Name("テスト用住宅株式会社", "テストヨウジュウタク"),
    "tesuto-koutsu": Name("テスト用交通株式会社", "テストヨウコウツウ"),
    "tesuto-chousa": Name("テスト用調査株式会社", "テストヨウチョウサ"),
    "tesuto-kenkyu": Name("テスト用研究会", "テストヨウケンキュウカイ", "body", "会則と会員名簿"),
}

FIRST = {
    "見本": "ミホン", "架空": "カクウ", "例示": "レイジ", "仮称": "カショウ", "模擬": "モギ", "仮想": "カソウ",
    "サンプル": "サンプル", "テスト用": "テストヨウ",
}  # fmt: skip
"""Each says by itself that the name is invented."""

SECOND = {
    "青葉": "アオバ", "若草": "ワカクサ", "白樺": "シラカバ", "桔梗": "キキョウ", "桜草": "サクラソウ", "楓": "カエデ",
    "銀杏": "イチョウ", "朝日": "アサヒ", "夕凪": "ユウナギ", "潮騒": "シオサイ", "木立": "コダチ", "小川": "オガワ",
    "白鷺": "シラサギ", "雲雀": "ヒバリ", "燕": "ツバメ", "鈴蘭": "スズラン", "紫苑": "シオン", "山吹": "ヤマブキ",
    "萌黄": "モエギ", "浅葱": "アサギ", "群青": "グンジョウ", "琥珀": "コハク", "水晶": "スイショウ", "瑠璃": "ルリ",
    "星空": "ホシゾラ", "満月": "マンゲツ", "流氷": "リュウヒョウ", "初雪": "ハツユキ", "春風": "ハルカゼ", "秋津": "アキツ",
    "東雲": "シノノメ", "黄昏": "タソガレ", "羅針": "ラシン", "灯台": "トウダイ", "風車": "フウシャ", "水車": "スイシャ",
}  # fmt: skip

THIRD = {
    "精機": "セイキ", "電機": "デンキ", "工業": "コウギョウ", "製作所": "セイサクショ", "物流": "ブツリュウ", "運輸": "ウンユ",
    "倉庫": "ソウコ", "警備": "ケイビ", "水道": "スイドウ", "ガス": "ガス", "農園": "ノウエン", "水産": "スイサン",
    "食品": "ショクヒン", "飲料": "インリョウ", "薬品": "ヤクヒン", "医療機器": "イリョウキキ", "建設": "ケンセツ",
    "設備": "セツビ",
       "住宅": "ジュウタク", "不動産": "フドウサン", "交通": "コウツウ", "バス": "バス", "観光": "カンコウ", "印刷": "インサツ",
    "化学": "カガク", "鉄鋼": "テッコウ", "光学": "コウガク", "計器": "ケイキ", "システム": "システム", "通信": "ツウシン",
    "エナジー": "エナジー", "リース": "リース", "商事": "ショウジ", "百貨": "ヒャッカ", "冷蔵": "レイゾウ",
    "駐車場": "チュウシャジョウ",
}  # fmt: skip


def invented(index: int) -> tuple[str, str]:
    """The name and the reading of the customer with this place; ten thousand of them are all different."""
    words = []
    for table in (FIRST, THIRD, SECOND):
        index, place = divmod(index, len(table))
        words.append(list(table.items())[place])
    first, third, second = words
    return f"{first[0]}{second[0]}{third[0]}株式会社", f"{first[1]}{second[1]}{third[1]}"
