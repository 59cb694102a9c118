"""What the company does and what happens to customers: measures, changes of the terms, successions, deaths."""

from datetime import date, datetime, time
from typing import Any

from contracts import (
    announcing,
    changing,
    discontinuing,
    inheriting,
    interrupting,
    proving,
    revising,
    succeeding,
    suspending,
    violating,
)
from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.demo.papers import hand_in, pdf, png
from contracts.models import (
    Contract,
    Customer,
    Discontinuation,
    HeirFiling,
    Measure,
    Succession,
    Suspension,
    TermsVersion,
    Violation,
)
from contracts.models.announcement import Source
from iijiot import clock
from iijiot.records import chapter, fresh

UNPAID = {"extent": "stop", "cause": "G26.1.1", "reason": "ご利用料金のお支払いが確認できないため（見本）"}
RISK = "手形の不渡りの公表（見本）"


def moment(day: date, hour: int = 9) -> datetime:
    """An hour of a day in Tokyo."""
    return datetime.combine(day, time(hour), clock.TOKYO)


def suspend(office: Office, contract: Contract, on: int, **more: Any) -> Suspension:
    """Announce a suspension for the beginning of a day (G26.2)."""
    return suspending.announce(
        fresh(contract),
        begins_at=moment(office.on(on), 0),
        now=moment(office.day),
        actor=office.approver,
        **{**UNPAID, "period": "お支払いの確認まで", "risk_because": "" if more.get("cause") else RISK, **more},
    )


def violation(office: Office, customer: Customer, breach: str = "G20.3") -> Violation:
    """Record a violation (G20)."""
    found = Violation(
        customer=customer, breach=breach, found_on=office.day, what="大量の通信による他の利用者への影響（見本）。"
    )
    with chapter(actor=office.desk, clause=breach):
        found.save()
    return found


def prepare(office: Office, source: Source) -> Any:
    """Prepare a measure, a discontinuation or a version of the terms."""
    with chapter(actor=office.approver):
        source.save()
    return source


def announce(office: Office, source: Source) -> Any:
    """Announce what was prepared to all whom it touches."""
    announcing.carry_out(announcing.plan_announcing(source, at=moment(office.day)), actor=office.approver, reason="")
    return fresh(source)


def measure(office: Office, kind: str, starts: int, service: str = "private-mobile-gateway", **more: Any) -> Any:
    """Prepare a measure."""
    facts = {"reason": "設備の更新工事のため（見本）", "period": "開始から6時間", **more}
    return prepare(office, Measure(kind=kind, service=service, starts_at=moment(office.on(starts), 0), **facts))


def does_not_pay(office: Office) -> Story:
    """Mobile Access is suspended, the IoT contract restricted for prohibited use; another suspension is announced."""
    yield -205
    customer = office.customer("mihon-jidousha")
    (iot,) = yield from office.contracts(customer, "iot", at=-205)
    mobile, storage = yield from office.contracts(customer, "mobile-access", "data-storage", at=-195, quantity=40)
    yield -30
    found = violation(office, customer)
    suspend(
        office, iot, -20, cause="G26.1.3", violation=found, extent="restrict", reason="他の利用者への影響のため（見本）"
    )
    yield -16
    suspend(office, mobile, -9)
    yield -1
    suspend(office, storage, 6)


def pays_in_the_end(office: Office) -> Story:
    """Suspended and lifted; announced and withdrawn; one violation remedied, one that was none."""
    yield -185
    customer = office.customer("mihon-kagu")
    (iot,) = yield from office.contracts(customer, "iot", at=-185)
    yield -70
    first = suspend(office, iot, -60)
    yield -58
    suspending.record_cure(first, on=office.day, note="入金の確認", today=office.day, actor=office.desk)
    suspending.lift(fresh(first), on=office.day, because="入金の確認", actor=office.desk)
    yield -40
    second = suspend(office, iot, -30)
    remedied, none = violation(office, customer, "G19"), violation(office, customer, "G20.2")
    yield -36
    suspending.withdraw(second, on=office.day, because="開始前の入金の確認", actor=office.desk)
    violating.remedy(remedied, on=office.day, outcome="届出が出された", actor=office.desk)
    violating.drop(none, on=office.day, outcome="第三者の誤認", actor=office.desk)


def ends_while_suspended(office: Office) -> Story:
    """The contract ends by notice while it is suspended; the suspension is over with it."""
    yield -175
    customer = office.customer("mihon-bouseki")
    (iot,) = yield from office.contracts(customer, "iot", at=-175)
    yield -80
    suspend(office, iot, -75)
    yield -70
    office.give_notice(iot)


def works_on_the_network(office: Office) -> Story:
    """Works that are over, announced, prepared and called off; an emergency that stops the VPN gateway."""
    yield -60
    announce(office, measure(office, "works", -12))
    yield -40
    called_off = announce(office, measure(office, "works", 10))
    yield -35
    interrupting.withdraw(called_off, on=office.day, because="工事の延期", actor=office.approver)
    yield -11
    for over in Measure.objects.filter(state="in-force"):
        interrupting.finish(over, on=office.day, because="工事の完了", actor=office.desk)
    yield -3
    announce(office, measure(office, "works", 25))
    measure(office, "works", 60)
    yield -2
    emergency = measure(
        office, "restriction", -2, "vpn-gateway", stops_use=True, reason="災害時の重要通信の確保（見本）"
    )
    interrupting.begin(emergency, on=office.day, actor=office.approver)


def parts_go(office: Office) -> Story:
    """Parts of services are discontinued: over, announced, called off and prepared (G27)."""

    def part(words: str, last: int, service: str = "wise-paas-connector") -> Any:
        row = Discontinuation(service=service, part=words, last_day=office.on(last), reason="利用者の減少（見本）")
        return prepare(office, row)

    yield -140
    announce(office, part("旧管理画面", -20))
    yield -50
    called_off = announce(office, part("旧統計画面", 100))
    yield -45
    discontinuing.withdraw(called_off, because="継続の決定", today=office.day, actor=office.approver)
    yield -5
    announce(office, part("旧設定画面", 120))
    part("旧接続試験画面", 200)


def terms_change(office: Office) -> Story:
    """The terms change: announced, called off and prepared (G2.2)."""

    def version(provision: str, effective: int) -> Any:
        return prepare(
            office,
            TermsVersion(
                provision=provision, effective_on=office.on(effective), changes="申込書の様式の変更（見本）。"
            ),
        )

    yield -30
    called_off = announce(office, version("WPC", 30))
    yield -25
    revising.withdraw(called_off, because="変更内容の見直し", actor=office.approver)
    yield -8
    announce(office, version("WPC", 45))
    version("PMG", 150)


def merge_and_split(office: Office) -> Story:
    """One customer has merged into another; one will be split; one merger was called off (G17)."""
    yield -165
    first, second = office.customer("rei-denshi"), office.customer("rei-holdings")
    yield from office.contracts(first, "iot", at=-165)
    yield from office.contracts(first, "data-storage", at=-155)
    evidence = {"evidence": "登記事項証明書（見本）"}

    def succession(
        kind: str, before: Customer, after: Customer, on: int, numbers: list[str], **more: Any
    ) -> Succession:
        row = Succession(
            kind=kind, predecessor=before, successor=after, effective_on=office.on(on), filed_on=office.day,
            **evidence, **more,
        )  # fmt: skip
        return succeeding.file(succeeding.plan_succession(row, numbers, today=office.day), actor=office.approver)

    yield -15
    merger = succession("absorption", first, second, -20, [])
    hand_in(office, merger, "agreement", "合併契約書.pdf", pdf("Merger contract"))
    third = office.customer("rei-kouken")
    succeeding.withdraw(
        succession("new-company", second, third, 90, []), because="合併契約の解除", actor=office.approver
    )
    yield -4
    living = [contract.number for contract in second.contracts.in_life()]
    succession("split", second, third, 35, living, debts="分割日以後の料金")


def people_die(office: Office) -> Story:
    """Three sole proprietors have died: an heir took over, nobody did, and one is still open for heirs (G18)."""
    yield -150
    names = ("mihon-tatami", "mihon-kajiya", "mihon-tofuya")
    customers = [office.customer(name) for name in names]
    for place, customer in enumerate(customers):
        yield from office.contracts(customer, "iot", at=-150 + 10 * place)

    def died(customer: Customer) -> Any:
        return inheriting.report_death(
            customer,
            died_on=office.day,
            reported_on=office.day,
            source="除籍謄本（見本）",
            today=office.day,
            actor=office.desk,
        )

    def files(death: Any, heir: Customer, hour: int = 9) -> HeirFiling:
        at = moment(office.day, hour)
        return inheriting.file(death, heir, filed_at=at, evidence="法定相続情報（見本）", now=at, actor=office.desk)

    yield -100
    without = died(customers[1])
    yield -80
    files(without, office.customer("mihon-kajiya-2"))
    yield -60
    taken = died(customers[0])
    yield -55
    first = files(taken, office.customer("mihon-tatami-2"))
    second = files(taken, office.customer("mihon-tatami-3"), 10)
    hand_in(office, second, "family", "法定相続情報一覧図.pdf", pdf("Certified list of heirs"))
    inheriting.refuse_heir(first, ground="G14.1.3", note="支払の見込みがない（見本）", actor=office.approver)
    inheriting.take_over(second, note="該当する事由なし", actor=office.approver)
    yield -5
    open_ = died(customers[2])
    hand_in(office, open_, "family", "除籍謄本.png", png())
    yield -2
    files(open_, office.customer("mihon-tofuya-2"))


def move_house(office: Office) -> Story:
    """New particulars: one report applied, one turned down, one taken back, one to check, one without evidence yet (G16)."""
    yield -90
    customer = office.customer("rei-shoten")

    def report(evidence: str = "登記事項証明書（見本）", **wanted: str) -> Any:
        return changing.file(
            fresh(customer),
            wanted,
            evidence=evidence,
            filed_on=office.day,
            today=office.day,
            actor=office.desk,
        )

    yield -60
    changing.withdraw(report("", contact_person="担当 一郎（架空）"), on=office.day, actor=office.desk)
    moved = report(address="見本県架空市例町9-9")
    renamed = report(name="例示商店ホールディングス株式会社")
    hand_in(
        office, moved, "register", "履歴事項全部証明書.pdf", pdf("Register extract", "Mihon-ken Kakuu-shi Reicho 9-9")
    )
    mistaken = hand_in(office, renamed, "register", "別会社の証明書.pdf", pdf("Register extract of another"))
    proving.withdraw(mistaken, because="別の契約者の書類の誤登録", actor=office.desk)
    yield -58
    changing.apply(moved, on=office.day, note="証明書と照合", actor=office.desk)
    changing.turn_down(renamed, on=office.day, note="証明書の商号が異なる", actor=office.desk)
    yield -2
    to_check = report("", phone="00-0000-9999")
    hand_in(office, to_check, "form", "変更届.png", png())
    report("", contact_person="担当 二郎（架空）")


STORIES = [
    does_not_pay,
    pays_in_the_end,
    ends_while_suspended,
    works_on_the_network,
    parts_go,
    terms_change,
    merge_and_split,
    people_die,
    move_house,
]
