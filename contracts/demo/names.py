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
