"""The Japanese catalogue says the terms' own words (一般規程 第3条 and the provisions)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

GLOSSARY = {
    "contract": "契約",
    "customer": "契約者",
    "application": "申込",
    "acceptance": "承諾",
    "accepted": "承諾",
    "accept": "承諾",
    "refusal": "拒絶",
    "refused": "拒絶",
    "refuse": "拒絶",
    "termination": "解",  # 解約 by the customer, 解除 by the company
    "suspended": "停止",
    "suspension": "停止",
    "restricted": "制限",
    "restriction": "制限",
    "interruption": "中止",
    "discontinuation": "廃止",
    "management unit": "管理単位",
    "billing start date": "課金開始日",
    "termination date": "解約日",
    "line": "回線",
    "late charge": "遅延損害金",
    "surcharge": "割増金",
    "adjustment fee": "調定金",
    "option": "オプション",
    "item": "品目",
}
"""The word of the code, and what every label with it says in Japanese."""

OTHERWISE = {
    "Customer portal": "the name of the site that customers see",
    "IIJ IoT customer portal": "the name of the site that customers see",
    "Done at the customer portal": "the name of the site that customers see",
    "Welcome to the customer portal": "the name of the site that customers see",
    "Lines as CSV": "the lines of an invoice",
    "option of": "names the other end: the contract it belongs to",
    "Accepted, waiting for its start": "a state: what it waits for says more than what is done",
    "Refused as notice address": "of a mail domain, not of an application",
    "Documents, one in each line": "a line of text",
    "The customer has the card.": "a card that has arrived",
    "The line has another card.": "a card that was replaced",
    "Assigned to a line": "a state of a card, short as beside the others",
    "line of an invoice": "a row of an invoice",
    "lines of invoices": "rows of invoices",
    "extra item": "what an invoice has beside the fees",
    "extra items": "what invoices have beside the fees",
    "Item of the invoice": "the extra item by which a late charge is claimed",
    "item of the invoice": "the extra item by which a late charge is claimed",
}
"""Labels that mean something else by the word, each with the reason."""

NOT_OURS = {
    "顧客": "契約者",
    "申請": "申込",
    "承認": "承諾",
    "受諾": "承諾",
    "却下": "拒絶",
    "否認": "拒絶",
    "休止": "停止",
    "キャンセル": "解約 or 取りやめる",
    "課金開始予定日": "課金開始日",
    "管理ユニット": "管理単位",
}
"""Words that mean the same elsewhere and nothing in the terms."""

THIRD_PARTY = "third party"
LABEL = 5  # words; what is longer is a sentence, which may leave out what is clear


def ours() -> Iterator[tuple[str, str]]:
    """Every msgid of ours with its Japanese."""
    for path in sorted(Path(settings.BASE_DIR).glob("*/locale/ja/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for entry in read_po(file):
                comments = " ".join([*entry.user_comments, *entry.auto_comments])
                if entry.id and THIRD_PARTY not in comments:
                    msgid = entry.id if isinstance(entry.id, str) else entry.id[0]
                    yield msgid, entry.string if isinstance(entry.string, str) else (entry.string or [""])[0]


def test_there_are_words_to_look_at():
    assert len(list(ours())) > 300


@pytest.mark.parametrize(("word", "japanese"), GLOSSARY.items())
def test_labels_say_the_words_of_the_terms(word, japanese):
    pattern = re.compile(rf"\b{word}s?\b(?![^{{%]*[}})])", re.IGNORECASE)
    other = [
        f"{msgid} → {said}"
        for msgid, said in ours()
        if len(msgid.split()) <= LABEL and pattern.search(msgid) and japanese not in said and msgid not in OTHERWISE
    ]
    assert other == [], f"say {japanese}, or tell in OTHERWISE what else is meant"


def test_no_word_stands_in_for_one_of_the_terms():
    other = [
        f"{said}: say {right}, not {wrong}"
        for _id, said in ours()
        for wrong, right in NOT_OURS.items()
        if wrong in said
    ]
    assert other == []


def test_what_is_excepted_is_still_there():
    assert set(OTHERWISE) <= {msgid for msgid, _said in ours()}
