"""Files as banks send them, put together by the same table that reads them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from billing.zengin.layouts import CREDITS, STATEMENT
from billing.zengin.writing import written

DAY = date(2026, 12, 28)
HEADER: dict[str, Any] = {
    "bank": "9999",
    "bank_name": "ﾃｽﾄ",
    "branch": "999",
    "branch_name": "ﾎﾝﾃﾝ",
    "account_kind": "1",
    "account_name": "ｻﾝﾌﾟﾙﾂｳｼﾝ(ｶ",
    "made_on": DAY,
    "first_on": DAY,
    "last_on": DAY,
}


def credit(amount: int, payer: str = "", **more: Any) -> dict[str, Any]:
    """One entry of a notification."""
    return {"amount": amount, "payer": payer, "booked_on": DAY, "value_on": DAY, **more}


def notification(*rows: dict[str, Any], first: int = 1, account: str = "1234567") -> bytes:
    """A credit notification (01) of these entries, with the bank's references in order."""
    numbered = [{"reference": f"{first + place:06d}", **row} for place, row in enumerate(rows)]
    came = [row for row in numbered if not row.get("reversal")]
    back = [row for row in numbered if row.get("reversal")]
    trailer: dict[str, Any] = {
        "count": len(came),
        "amount": _sum(came),
        "reversed_count": len(back),
        "reversed_amount": _sum(back),
    }
    return written(CREDITS, {**HEADER, "account": account}, numbered, trailer)


def statement(*rows: dict[str, Any], opening: int = 500_000) -> bytes:
    """An account statement (03) of these entries; those with ``way="2"`` went out."""
    numbered = [{"way": "1", "trade": "11", "reference": f"{place:08d}", **r} for place, r in enumerate(rows, 1)]
    into, out_of = [r for r in numbered if r["way"] == "1"], [r for r in numbered if r["way"] == "2"]
    trailer: dict[str, Any] = {
        "in_count": len(into),
        "in_amount": _sum(into),
        "out_count": len(out_of),
        "out_amount": _sum(out_of),
        "sign": "1",
        "closing": opening + _sum(into) - _sum(out_of),
        "records": len(rows),
    }
    header: dict[str, Any] = {**HEADER, "account": "1234567", "sign": "1", "opening": opening}
    return written(STATEMENT, header, numbered, trailer)


def _sum(rows: Sequence[dict[str, Any]]) -> int:
    return sum(row["amount"] for row in rows)
