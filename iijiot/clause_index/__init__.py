"""The terms as an index: id, kind and a short title of ours for each clause the software knows.

An id is provision, article, paragraph, item: ``G14.1.3``; ``S`` stands for the supplementary provisions.
The text itself is not kept here; the operator loads it as a terms version.
"""

from iijiot.clause_index.general import GENERAL
from iijiot.clause_index.individual import INDIVIDUAL
from iijiot.clause_index.rows import BEHAVIOUR, NOTHING, RECORD, Entry, Row

__all__ = [
    "BEHAVIOUR",
    "CITED_OTHERWISE",
    "INDEX",
    "ITEMS_WITHOUT_PARAGRAPH",
    "NOTHING",
    "PROVISIONS",
    "RECORD",
    "Entry",
]

PROVISIONS = {
    "G": ("一般規程", "General provisions"),
    "IOT": ("IIJ IoT サービス", "IIJ IoT Service"),
    "MA": ("モバイルアクセス", "Mobile Access"),
    "DS": ("データストレージ", "Data Storage"),
    "PC": ("プライベートコネクタ", "Private Connector"),
    "PMG": ("プライベートモバイルゲートウェイ", "Private Mobile Gateway"),
    "WPC": ("WISE-PaaS コネクタ", "WISE-PaaS Connector"),
    "VPN": ("VPN ゲートウェイ", "VPN Gateway"),
}

# These articles have one paragraph only: the second number of an id is an item.
ITEMS_WITHOUT_PARAGRAPH = frozenset({"G20", "G46", "MA8", "DS6"})

# The WISE-PaaS Connector has two articles 2 and no article 3.
CITED_OTHERWISE = {
    "WPC2": ("第2条（最低利用期間）", "art. 2 (minimum term)"),
    "WPC3": ("第2条（利用資格）", "art. 2 (eligibility)"),
}


def _with_parents(rows: tuple[Row, ...]) -> dict[str, Entry]:
    """The rows, each after the paragraph and the article it belongs to."""
    index: dict[str, Entry] = {}
    for name, kind, japanese, english in rows:
        parts = name.split(".")
        for length in range(1, len(parts)):
            parent = ".".join(parts[:length])
            if parent not in index and parent not in PROVISIONS:
                article = index.get(parts[0])
                titles = (article.japanese, article.english) if article else (japanese, english)
                index[parent] = Entry(NOTHING, *titles)
        if name in index:
            raise ValueError(f"{name} stands twice in the index of the terms, or after its own parts.")
        index[name] = Entry(kind, japanese, english)
    return index


INDEX = _with_parents(GENERAL + INDIVIDUAL)
