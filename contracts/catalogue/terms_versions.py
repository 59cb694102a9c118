"""Effective days of each provision (G2.1, G.S, IOT.S, MA.S1, DS.S, PC.S, PMG.S, WPC.S, VPN.S)."""

from datetime import date

EFFECTIVE_DAYS = {
    "G": (
        date(2016, 11, 30),
        date(2017, 10, 2),
        date(2019, 3, 1),
        date(2020, 9, 23),
        date(2021, 11, 1),
        date(2023, 6, 1),
        date(2023, 8, 1),
        date(2024, 4, 1),
    ),
    "IOT": (date(2016, 11, 30), date(2020, 9, 23)),
    "MA": (date(2016, 11, 30), date(2017, 10, 2)),
    "DS": (date(2016, 11, 30),),
    "PC": (date(2017, 10, 2), date(2018, 11, 1)),
    "PMG": (date(2017, 10, 2), date(2017, 10, 30), date(2018, 11, 1), date(2021, 10, 1), date(2023, 11, 1)),
    "WPC": (date(2020, 9, 23),),
    "VPN": (date(2023, 7, 1),),
}

MOBILE_ACCESS_SINCE = date(2017, 10, 2)


def version_in_force(provision: str, on: date) -> date | None:
    """Effective day of the version of a provision that is in force on a day; None before its first (G2.1)."""
    return max((day for day in EFFECTIVE_DAYS[provision] if day <= on), default=None)


def exists_since(provision: str) -> date:
    """First day of a provision, and so of its service (G.S, IOT.S, DS.S, PC.S, PMG.S, WPC.S, VPN.S)."""
    return EFFECTIVE_DAYS[provision][0]


def mobile_access_name(on: date) -> str:
    """What a document of a day calls Mobile Access: it was モバイル接続 until 2017-10-01, old contracts too (MA.S2)."""
    return "モバイルアクセス" if on >= MOBILE_ACCESS_SINCE else "モバイル接続"
