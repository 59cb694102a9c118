"""Customers with applications in every state, and with contracts that have not begun yet."""

from contracts import accepting, screening, starting
from contracts.demo.life import Story
from contracts.demo.office import Office
from iijiot.records import fresh


def reaches_its_cap(office: Office) -> Story:
    """Cap 1,000, has 900, asked for 150: 100 accepted, 50 refused (G14.3); and all or nothing over the cap."""
    yield -130
    customer = office.customer("sample-butsuryu")
    office.cap(customer, 1000)
    yield from office.contracts(customer, "iot", at=-130)
    yield from office.contracts(customer, "mobile-access", at=-120, quantity=900)
    depot = office.unit(customer, "サンプル配送センター")
    yield -32
    application = office.apply(customer, "mobile-access", unit=depot, quantity=150)
    yield -31
    office.screen(application)
    yield -30
    office.start(office.accept(application), -15)
    another = office.unit(customer, "サンプル第二配送センター")
    yield -2
    rather_none = office.apply(customer, "mobile-access", unit=another, quantity=20, all_or_nothing=True)
    office.screen(rather_none)


def a_farm(office: Office) -> Story:
    """A sole proprietor with evidence (G8), all on paper; the last letter waits for the post (G14.2)."""
    yield -80
    customer = office.customer("mihon-nouen")
    application = office.apply(customer, "iot", on_paper=True)
    office.screen(application)
    yield -78
    iot = office.accept(application)
    office.post_letters(customer)
    yield -75
    office.start(iot)
    yield -6
    storage = office.apply(customer, "data-storage", on_paper=True)
    office.screen(storage)
    yield -4
    office.accept(storage)


def a_foreign_company(office: Office) -> Story:
    """Another body with evidence (G8), which starts on a day to come (G3)."""
    yield -28
    customer = office.customer("mihon-industries")
    application = office.apply(customer, "iot", wished=12)
    yield -27
    office.screen(application)
    yield -26
    iot = office.accept(application)
    yield -20
    office.start(iot, 12)
    mobile = office.apply(customer, "mobile-access", wished=12, quantity=300)
    yield -19
    office.screen(mobile)
    yield -18
    office.start(office.accept(mobile), 12)


def has_just_applied(office: Office) -> Story:
    """Received, not looked at yet (G13.2)."""
    yield -1
    customer = office.customer("rei-iryou")
    office.apply(customer, "iot")


def has_applied_for_more(office: Office) -> Story:
    """A running customer asks for Data Storage: received."""
    yield -100
    customer = office.customer("rei-kankou")
    yield from office.contracts(customer, "iot", at=-100)
    yield -1
    office.apply(customer, "data-storage", on_paper=True)


def lacks_the_backbone(office: Office) -> Story:
    """In screening: the rule finds that the gateway lacks Private Backbone and a mobile service (PMG3, G14.1.1)."""
    yield -95
    customer = office.customer("rei-shokuhin")
    yield from office.contracts(customer, "iot", at=-95)
    yield -3
    application = office.apply(customer, "private-mobile-gateway")
    yield -2
    office.screen(application)


def is_in_screening(office: Office) -> Story:
    """In screening: what no rule can tell is still to be examined (G14.1)."""
    yield -2
    customer = office.customer("tesuto-koutsu")
    application = office.apply(customer, "iot")
    yield -1
    screening.begin(application, actor=office.desk)


def owes_documents(office: Office) -> Story:
    """On hold: one of two documents has arrived (G42.2.1)."""
    yield -11
    customer = office.customer("rei-bus")
    application = office.apply(customer, "iot")
    screening.begin(application, actor=office.desk)
    yield -10
    register, identity = "登記事項証明書（発行後3か月以内）", "代表者の本人確認書類"
    office.ask_documents(application, register, identity, reason="登記上の所在地が申込書と異なるため")
    yield -5
    office.documents_arrive(application, register)


def owes_documents_by_letter(office: Office) -> Story:
    """On hold: asked by letter, which is not posted yet."""
    yield -3
    customer = office.customer("rei-suisan")
    application = office.apply(customer, "iot", on_paper=True)
    yield -1
    office.ask_documents(application, "住所の確認書類")


def let_others_pass(office: Office) -> Story:
    """Documents have arrived, and the application was accepted; the start is not set (G42.2.1)."""
    yield -24
    customer = office.customer("tesuto-lease")
    application = office.apply(customer, "iot")
    yield -23
    office.screen(application)
    office.ask_documents(application, "取引先一覧")
    yield -14
    screening.record_arrival(application, list(application.document_requests.all()), on=office.day, actor=office.desk)
    office.accept(application)


def came_out_of_turn(office: Office) -> Story:
    """Accepted before one that was received earlier, for a reason (G13.2)."""
    yield -17
    customer = office.customer("tesuto-jutaku")
    earlier = office.apply(customer, "iot")
    later = office.apply(customer, "iot", unit=office.unit(customer, "テスト用支店"))
    yield -16
    office.screen(later)
    office.accept(later, reason="受付順1件目は申込者から内容の確認待ちの連絡があったため")
    office.screen(earlier)
    yield -15
    office.accept(earlier)


def was_refused_by_mail(office: Office) -> Story:
    """Refused by mail, with the ground told (G14.1.1, G42.2.2)."""
    yield -21
    customer = office.customer("rei-kousaku")
    application = office.apply(customer, "data-storage")
    yield -20
    office.screen(application)
    office.tell_grounds(application)
    yield -19
    office.refuse(application, "前提となるIIJ IoTサービス契約がないため")


def was_refused_by_letter(office: Office) -> Story:
    """Refused twice on paper: one letter is posted, one is to be posted (G14.2)."""
    yield -36
    customer = office.customer("rei-insatsu")
    first = office.apply(customer, "iot", on_paper=True)
    yield -35
    office.screen(first, G14_1_5="申込書の法人番号が登記の名称と一致しない（架空の事例）")
    yield -34
    office.refuse(first, "申込書に虚偽の記載があるため")
    yield -33
    office.post_letters(customer)
    yield -8
    second = office.apply(customer, "iot", on_paper=True)
    screening.begin(second, actor=office.desk)
    office.ask_documents(second, "登記事項証明書")
    office.post_letters(customer)
    yield -1
    office.refuse(second, "お願いした書類が届かないため")


def withdrew(office: Office) -> Story:
    """Withdrawn by the applicant."""
    yield -16
    customer = office.customer("tesuto-chousa")
    application = office.apply(customer, "iot")
    yield -14
    accepting.withdraw(application, on=office.day, actor=office.desk, reason="申込者の都合による取下げ")


def waits_for_its_policy(office: Office) -> Story:
    """Accepted without a start: one checklist is open, one done (PC4.1), one was started all the same (VPN4.2)."""
    yield -70
    customer = office.customer("tesuto-kenkyu")
    office.external(customer, "private-backbone", -90)
    yield from office.contracts(customer, "iot", at=-70)
    yield -23
    applications = [office.apply(customer, service) for service in ("private-connector", "vpn-gateway")]
    another = office.apply(customer, "private-connector", unit=office.unit(customer, "テスト用実験棟"))
    for application in [*applications, another]:
        office.screen(application)
    yield -22
    waiting, vpn, ready = [office.accept(application) for application in [*applications, another]]
    yield -15
    starting.designate_condition(waiting, "接続元の固定IPアドレスの一覧を提出する", actor=office.desk)
    office.meet_conditions(ready)
    starting.waive_conditions(vpn, "実証実験の開始日が決まっているため（運用ポリシーは後日）", actor=office.approver)
    yield -14
    starting.set_start(fresh(vpn), office.day, today=office.day, actor=office.approver)


STORIES = [
    reaches_its_cap,
    a_farm,
    a_foreign_company,
    has_just_applied,
    has_applied_for_more,
    lacks_the_backbone,
    is_in_screening,
    owes_documents,
    owes_documents_by_letter,
    let_others_pass,
    came_out_of_turn,
    was_refused_by_mail,
    was_refused_by_letter,
    withdrew,
    waits_for_its_policy,
]
