"""Letters that come with an invoice, a credit note or a statement, which is enclosed."""

from contracts.letters.marks import Letter, Mark
from contracts.letters.values import CUSTOMER, clause, day, only_if

DOCUMENT = (
    CUSTOMER,
    Mark("番号", lambda told: told["invoice"].number, "O0000123", needed=True),
    Mark("管理単位", lambda told: str(told["invoice"].management_unit), "M0000012 本社"),
    Mark("ご利用月", lambda told: f"{told['invoice'].month:%Y年%-m月}", "2026年11月"),
)

INVOICES = (
    Letter("invoice", (
        *DOCUMENT,
        clause("一般規程 第33条"),
        Mark("請求金額", lambda told: f"{told['invoice'].total:,}円", "110,000円", needed=True),
        Mark("支払期限", lambda told: day(told["invoice"].due_on), "2027年1月4日（月）", needed=True),
        Mark("口座振替", lambda told: only_if(
            told["invoice"].method == "direct-debit",
            "ご登録の口座から上記の期日に振り替えます。お手続きの必要はございません。",
        ), "ご登録の口座から上記の期日に振り替えます。", block=True),
    )),
    Letter("credit-note", (
        *DOCUMENT,
        clause("一般規程 第30条第1項"),
        Mark("元の請求書", lambda told: told["invoice"].corrects.number, "O0000100", needed=True),
        Mark("減額金額", lambda told: f"{-told['invoice'].total:,}円", "11,711円", needed=True),
    )),
    Letter("invoice-statement", (*DOCUMENT, clause("一般規程 第30条第2項"))),
)  # fmt: skip
"""Each is about one document."""
