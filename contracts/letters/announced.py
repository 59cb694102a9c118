"""Letters of one text to all whom a measure, a discontinuation or new terms touch: they name no customer."""

from typing import Any

from contracts.letters.marks import Letter, Mark
from contracts.letters.values import clause, day, moment, only_if

TITLES = {
    "works": "工事に伴うサービス提供中止",
    "fault": "障害に伴うサービス提供中止",
    "abroad": "国外でのご利用停止",
}
ACTS = {"works": "サービスの提供を中止", "fault": "サービスの提供を中止", "abroad": "国外でのご利用を停止"}

SCOPE = Mark("対象", lambda told: told["source"].scope, "モバイルアクセス", needed=True)
NUMBER = Mark("お知らせ番号", lambda told: told["source"].number, "G0000123")
REASON = Mark("理由", lambda told: told["source"].reason, "設備の更改を行うため", needed=True, block=True)


def way_out(told: Any) -> str:
    """That the customer may leave at once where the service can't be used (G29.2)."""
    return only_if(
        told["source"].stops_use,
        "サービスがご利用いただけず契約の目的を達することができない場合は、当社へのご連絡により、その到着の日をもって契約を解約"
        "いただけます（一般規程 第29条第2項）。",
    )


def ends_contracts(told: Any) -> str:
    """That contracts end with the service (G29.3)."""
    return only_if(
        told["source"].ends_contracts,
        "対象のご契約は、廃止日をもって終了いたします（一般規程 第29条第3項）。"
        "このご契約を前提とする他のご契約も終了する場合は、別途お知らせいたします。",
    )


def what_day(told: Any) -> str:
    """The day of what does not come."""
    source = told["source"]
    if getattr(source, "starts_at", None):
        return f"開始日時　　{moment(source.starts_at)}"
    if getattr(source, "last_day", None):
        return f"廃止日　　　{day(source.last_day)}"
    return f"適用日　　　{day(source.effective_on)}"


ANNOUNCED = (
    Letter("measure", (
        clause("一般規程 第25条第2項"),
        NUMBER,
        SCOPE,
        Mark("措置の名称", lambda told: TITLES.get(told["source"].kind, "サービスのご利用制限"), TITLES["works"]),
        Mark("措置の内容", lambda told: ACTS.get(told["source"].kind, "サービスのご利用を制限"), ACTS["works"], needed=True),
        Mark("開始日時", lambda told: moment(told["source"].starts_at), "2026年12月20日（日）1時", needed=True),
        Mark("期間", lambda told: told["source"].period, "約4時間", needed=True),
        REASON,
        Mark("解約の案内", way_out, "契約の目的を達することができない場合は、契約を解約いただけます（一般規程 第29条第2項）。",
             needed=True, block=True),
    )),
    Letter("discontinuation", (
        clause("一般規程 第27条第2項"),
        NUMBER,
        SCOPE,
        Mark("廃止日", lambda told: day(told["source"].last_day), "2027年5月31日（月）", needed=True),
        REASON,
        Mark("契約終了の案内", ends_contracts, "対象のご契約は、廃止日をもって終了いたします（一般規程 第29条第3項）。",
             needed=True, block=True),
    )),
    Letter("terms", (
        clause("一般規程 第2条第2項"),
        SCOPE,
        Mark("適用日", lambda told: day(told["source"].effective_on), "2027年4月1日（木）", needed=True),
        Mark("変更の内容", lambda told: told["source"].changes, "第12条に、通知の方法を加えます。", needed=True, block=True),
    )),
    Letter("prices", (
        clause("一般規程 第30条第4項"),
        SCOPE,
        Mark("適用日", lambda told: day(told["source"].existing_from), "2027年4月1日（木）", needed=True),
        Mark("変更の内容", lambda told: told["source"].changes, "モバイルアクセスの月額料金　1回線300円から320円（税抜）",
             needed=True, block=True),
    )),
    Letter("withdrawn", (
        SCOPE,
        Mark("お知らせ番号", lambda told: getattr(told["source"], "number", "") or told["source"].scope, "G0000123"),
        Mark("お知らせした日", what_day, "開始日時　　2026年12月20日（日）1時", needed=True),
    )),
)  # fmt: skip
"""Each goes to many customers alike."""
