"""Letters to one customer: about an application, a contract, a suspension, what was taken over."""

from typing import Any

from contracts.letters.marks import Letter, Mark
from contracts.letters.values import CUSTOMER, clause, day, lines, moment, only_if

RECEIVED = "2026年11月2日（月）"

CONTRACT = (
    CUSTOMER,
    Mark("契約番号", lambda told: told["contract"].number, "K0000123", needed=True),
    Mark("サービス", lambda told: told["contract"].service.name, "モバイルアクセス"),
)


def applied_for(application: Any) -> str:
    """The service applied for, or how many lines more for which contract."""
    name = str(application.service.name)
    if application.changes is None:
        return name
    return f"{name}　{application.quantity}回線の追加（契約番号 {application.changes.number}）"


def lines_asked_for(told: Any) -> str:
    """How many lines, for a service that has lines; what is added to a contract is said with it."""
    application = told["application"]
    counts = application.service.counts_lines and application.changes is None
    return only_if(counts, f"回線数　　　{application.quantity}回線")


APPLICATION = (
    CUSTOMER,
    clause("一般規程 第13条第1項"),
    Mark("受付番号", lambda told: told["application"].number, "A0000123", needed=True),
    Mark("受付日", lambda told: day(told["application"].received_on), RECEIVED),
    Mark("申込サービス", lambda told: applied_for(told["application"]), "モバイルアクセス"),
)


def made(told: Any) -> str:
    """The contracts of an acceptance, each in a line."""
    return lines(
        f"契約番号　　{contract.number}　{contract.service.name}"
        + (f"　{contract.quantity}回線" if contract.service.counts_lines else "")
        for contract in told["contracts"]
    )


def not_accepted(told: Any) -> str:
    """The lines over the cap (G14.3)."""
    plan = told["plan"]
    return only_if(
        plan.refused_quantity,
        f"お申込みの{told['application'].quantity}回線のうち{plan.refused_quantity}回線につきましては、同時にご利用いただける"
        "上限を超えるため、誠に申し訳ございませんが、承諾いたしかねます（一般規程 第14条第3項）。",
    )


def ends_already(told: Any) -> str:
    """The end that a new contract has from the start."""
    return only_if(
        told.get("told_end"),
        f"本契約は、ご利用の前提となる契約の終了に伴い、{day(told.get('told_end'))}をもって終了する予定です。あらかじめご了承ください。",
    )


def grounds(told: Any) -> str:
    """The grounds of a refusal that the applicant is told (G14.2)."""
    found = lines(f"・{found.get_ground_display()}（{found.clause.citation}）" for found in told["told"])
    return only_if(found, f"理由\n{found}")


def changed_end(told: Any) -> str:
    """That an earlier letter named another day."""
    before = told["change"].before if told.get("change") else None
    moved = before and before.on != told["contract"].ends_on
    return only_if(moved, f"先にお知らせいたしました終了日（{day(before.on) if before else ''}）からの変更となります。")


def because_of(told: Any) -> str:
    """The contract that it ends with."""
    base = told.get("base")
    return only_if(
        base, f"この終了は、ご利用の前提となる「{base.name_for_letters if base else ''}」の終了に伴うものです。"
    )


def measure(told: Any) -> str:
    """Whether use is stopped or restricted."""
    return "停止" if told["suspension"].extent == "stop" else "制限"


def what_may_follow(told: Any) -> str:
    """By when the cause must be gone, and what comes if it is not (G28)."""
    if told["suspension"].for_payment:
        return "お支払いの確認ができない場合は、ご契約を解除させていただくことがあります。"
    return f"{measure(told)}の日から2か月以内に原因となる事由が解消されない場合は、ご契約を解除させていただくことがあります。"


def reached(told: Any) -> str:
    """For each part of the threshold how many lines have reached it, and the first of them."""
    return lines(
        f"しきい値の{percent}%　{many}件　{'、'.join(names)}{'　ほか' if many > len(names) else ''}"
        for percent, many, names in told["reached"]
    )


MEASURE = Mark("措置", measure, "停止")
BEGINS = Mark("開始日時", lambda told: moment(told["suspension"].begins_at), "2026年12月10日（木）10時", needed=True)

INDIVIDUAL = (
    Letter("received", (
        CUSTOMER,
        clause("一般規程 第12条第1項"),
        Mark("受付番号", lambda told: told["application"].number, "A0000123", needed=True),
        Mark("受付日時", lambda told: moment(told["application"].received_at), "2026年11月2日（月）10時15分", needed=True),
        Mark("申込内容", lambda told: applied_for(told["application"]), "モバイルアクセス", needed=True),
        Mark("回線数の記載", lines_asked_for, "回線数　　　10回線", block=True),
        Mark("利用開始希望日", lambda told: day(told["application"].start_wished_on), "2026年12月1日（火）", needed=True),
        Mark("表示料金", lambda told: lines(f"・{fee}" for fee in told["fees"]),
             "・初期費用　3,000円（税抜、1契約当たり）", needed=True, block=True),
    )),
    Letter("application-withdrawn", (
        CUSTOMER,
        clause("一般規程 第12条第1項"),
        Mark("受付番号", lambda told: told["application"].number, "A0000123", needed=True),
        Mark("申込内容", lambda told: applied_for(told["application"]), "モバイルアクセス", needed=True),
        Mark("取下日", lambda told: day(told["application"].decided_on), "2026年11月4日（水）", needed=True),
    )),
    Letter("report-received", (
        CUSTOMER,
        clause("一般規程 第16条"),
        Mark("受付番号", lambda told: told["report"].number, "H0000012", needed=True),
        Mark("受付日", lambda told: day(told["report"].filed_on), RECEIVED, needed=True),
        Mark("届出内容", lambda told: lines(f"・{change}" for change in told["changes"]),
             "・住所　東京都千代田区富士見2-10-2", needed=True, block=True),
    )),
    Letter("documents", (
        *APPLICATION,
        Mark("提出書類", lambda told: lines(f"・{document}" for document in told["documents"]),
             "・履歴事項全部証明書\n・取引担当者の在籍証明書", needed=True, block=True),
    )),
    Letter("accepted", (
        *APPLICATION,
        Mark("契約一覧", made, "契約番号　　K0000123　モバイルアクセス　10回線", needed=True, block=True),
        Mark("承諾日", lambda told: day(told["plan"].on), "2026年11月25日（水）", needed=True),
        Mark("承諾しない回線の案内", not_accepted,
             "お申込みの12回線のうち2回線につきましては、承諾いたしかねます（一般規程 第14条第3項）。", needed=True, block=True),
        Mark("終了予定の案内", ends_already,
             "本契約は、ご利用の前提となる契約の終了に伴い、2027年3月31日（水）をもって終了する予定です。",
             needed=True, block=True),
    )),
    Letter("lines-accepted", (
        *APPLICATION,
        Mark("契約番号", lambda told: told["contract"].number, "K0000123", needed=True),
        Mark("追加回線数", lambda told: f"{told['plan'].quantity}回線", "10回線", needed=True),
        Mark("変更日", lambda told: day(told["plan"].effective_on), "2027年1月15日（金）", needed=True),
        Mark("承諾日", lambda told: day(told["plan"].on), "2026年11月25日（水）", needed=True),
        Mark("承諾しない回線の案内", not_accepted,
             "お申込みの12回線のうち2回線につきましては、承諾いたしかねます（一般規程 第14条第3項）。", needed=True, block=True),
        Mark("終了予定の案内", ends_already,
             "本契約は、ご利用の前提となる契約の終了に伴い、2027年3月31日（水）をもって終了する予定です。",
             needed=True, block=True),
    )),
    Letter("refused", (
        *APPLICATION,
        Mark("拒絶の理由", grounds, "理由\n・技術上の困難（一般規程 第14条第1項第3号）", needed=True, block=True),
    )),
    Letter("end-scheduled", (
        *CONTRACT,
        clause("一般規程 第29条第1項"),
        Mark("終了日", lambda told: day(told["contract"].ends_on), "2026年12月25日（金）", needed=True),
        Mark("終了日変更の案内", changed_end,
             "先にお知らせいたしました終了日（2026年12月31日（木））からの変更となります。", needed=True, block=True),
        Mark("前提契約の案内", because_of,
             "この終了は、ご利用の前提となる「IIJ IoT（K0000120）」の終了に伴うものです。", block=True),
        Mark("理由の記載", lambda told: only_if(told.get("told"), f"理由　　　　{told.get('told')}"),
             "理由　　　　お支払いの確認ができなかったため", needed=True, block=True),
        Mark("終了前の案内", lambda told: told["contract"].service.told_before_end or "",
             "お預かりしたデータは終了日の翌日に削除されます。それまでに保存してください。", needed=True, block=True),
    )),
    Letter("end-lifted", CONTRACT),
    Letter("suspension", (
        *CONTRACT,
        Mark("根拠条項", lambda told: told["suspension"].clause_value.citation, "一般規程 第26条第1項", needed=True),
        MEASURE,
        BEGINS,
        Mark("期間", lambda told: f"{moment(told['suspension'].begins_at)}から{told['suspension'].period}",
             "2026年12月10日（木）10時から原因となる事由が解消されるまで", needed=True),
        Mark("理由", lambda told: told["suspension"].reason, "約款に反するご利用が確認されたため", needed=True, block=True),
        Mark("解除の予告", what_may_follow,
             "停止の日から2か月以内に原因となる事由が解消されない場合は、ご契約を解除させていただくことがあります。",
             needed=True, block=True),
    )),
    Letter("suspension-lifted", (
        *CONTRACT,
        MEASURE,
        Mark("開始日", lambda told: day(told["suspension"].begun_on), "2026年12月10日（木）"),
        Mark("解除日", lambda told: day(told["suspension"].over_on), "2026年12月18日（金）", needed=True),
        Mark("別の措置の案内", lambda told: only_if(
            told["contract"].state != "active",
            "別の事由による停止又は制限が続いております。先にお送りした通知をご確認ください。",
        ), "別の事由による停止又は制限が続いております。", needed=True, block=True),
    )),
    Letter("suspension-withdrawn", (*CONTRACT, MEASURE, BEGINS)),
    Letter("usage-alert", (
        CUSTOMER,
        Mark("計測日", lambda told: day(told["reached_on"]), "2026年12月3日（木）", needed=True),
        Mark("到達状況", reached, "しきい値の90%　2件　L0000012 02012345678、L0000015 02012345681", needed=True, block=True),
    )),
    Letter("succession", (
        CUSTOMER,
        clause("一般規程 第15条第1項"),
        Mark("前の契約者名", lambda told: told["predecessor"].name, "例示商事株式会社"),
        Mark("承継日", lambda told: day(told["effective_on"]), "2026年12月1日（火）", needed=True),
        Mark("契約一覧", lambda told: lines(f"契約番号　　{c.number}　{c.service.name}" for c in told["contracts"]),
             "契約番号　　K0000123　モバイルアクセス\n契約番号　　K0000124　プライベートコネクタ", needed=True, block=True),
    )),
)  # fmt: skip
"""Each is about what is one customer's own."""
