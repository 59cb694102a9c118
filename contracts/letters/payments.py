"""Letters about money that is overdue."""

from typing import Any

from contracts.letters.marks import Letter, Mark
from contracts.letters.values import CUSTOMER, clause, day, lines, only_if

LISTED = Mark(
    "未払一覧",
    lambda told: listed(told),
    "請求書番号　O0000123　お支払期限　2026年11月30日（月）　未払額　110,000円",
    needed=True,
    block=True,
)


def listed(told: Any) -> str:
    """Each invoice in a line, the oldest due first; of very many only the first, and how many more there are."""
    debts = told["debts"]
    named = [f"請求書番号　{debt.number}　お支払期限　{day(debt.due_on)}　未払額　{debt.yen}円" for debt in debts]
    more = int(told["many"]) - len(named)
    return lines([*named, f"ほか{more}件"] if more > 0 else named)


def late_charge(told: Any) -> str:
    """What has accrued so far, where something has (G35.2)."""
    return only_if(
        told["accrued"],
        f"お支払期限の経過に伴い、本日までに遅延損害金{told['accrued']}円が生じております（一般規程 第35条）。"
        "お支払いの日までの額を、後日の請求書にて別途ご請求いたします。",
    )


def warning(told: Any) -> str:
    """That the use may be stopped, once a suspension is proposed (G26.1.1)."""
    return only_if(
        told["warns"],
        "お支払いを確認できない場合、対象の契約のご利用を停止させていただくことがあります（一般規程 第26条第1項第1号）。",
    )


PAYMENTS = (
    Letter("payment-overdue", (
        CUSTOMER,
        clause("一般規程 第33条"),
        LISTED,
        Mark("未払合計", lambda told: f"{told['sum']}円", "110,000円", needed=True),
        Mark("遅延損害金", late_charge, "本日までに遅延損害金2,200円が生じております（一般規程 第35条）。", block=True),
        Mark("停止の予告", warning, "ご利用を停止させていただくことがあります。", block=True),
    )),
)  # fmt: skip
"""Each is about what one customer owes."""
