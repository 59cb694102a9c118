"""Letters about SIM cards: to be given back, not given back in time, lost without the procedure."""

from typing import Any

from contracts.letters.marks import Letter, Mark
from contracts.letters.values import CUSTOMER, clause, day, lines

LISTED = Mark(
    "SIMカード一覧",
    lambda told: listed(told),
    "返還期限　2027年1月30日（土）　契約番号　K0000123　回線番号　L0000001　ICCID　8981100000123456784",
    needed=True,
    block=True,
)
RETURN_TO = Mark(
    "返還先",
    lambda told: address(told["company"]),
    "〒000-0000　見本県架空市例町1-1\n見本株式会社　見本窓口",
    block=True,
)
MANY = Mark("枚数", lambda told: f"{told['many']}枚", "1枚")


def address(company: Any) -> str:
    """Where cards are sent to; nothing where the company has given no address yet."""
    if not company.address:
        return ""
    return lines([f"〒{company.postal_code}　{company.address}", f"{company.name}　{company.desk}"])


def listed(told: Any) -> str:
    """Each card in a line, with its day; of very many only the first, and how many more there are."""
    cards = told["cards"]
    named = [
        f"返還期限　{day(card.due_back_on)}　契約番号　{card.line.contract.number}"
        f"　回線番号　{card.line.number}　ICCID　{card.iccid}"
        for card in cards
    ]
    more = int(told["many"]) - len(named)
    return lines([*named, f"ほか{more}枚"] if more > 0 else named)


CARDS = (
    Letter("cards-due", (CUSTOMER, clause("モバイルアクセス 第9条第2項"), MANY, LISTED, RETURN_TO)),
    Letter("cards-overdue", (CUSTOMER, clause("モバイルアクセス 第9条第2項"), MANY, LISTED, RETURN_TO)),
    Letter("card-lost", (
        CUSTOMER,
        clause("モバイルアクセス 第13条第2項"),
        Mark("契約番号", lambda told: told["contract"].number, "K0000123", needed=True),
        Mark("回線番号", lambda told: told["line"].number, "L0000001"),
        Mark("ICCID", lambda told: told["card"].iccid, "8981100000123456784", needed=True),
        Mark("申告日", lambda told: day(told["incident"].reported_on), "2026年12月5日（土）", needed=True),
        Mark("経過日数", lambda told: f"{told['days']}日", "31日"),
    )),
)  # fmt: skip
"""Each is about cards lent to one customer."""
