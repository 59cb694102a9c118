"""Customers whose contracts run, end or have ended, in every way there is."""

from contracts import ending
from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Termination


def just_runs(office: Office) -> Story:
    """Two sites, each with Mobile Access of its own (G9.1, MA4)."""
    yield -380
    customer = office.customer("kakuu-seiki")
    yield from office.contracts(customer, "iot", at=-380)
    yield from office.contracts(customer, "mobile-access", "data-storage", at=-370, quantity=120)
    branch = office.unit(customer, "架空工場")
    yield -360
    application = office.apply(customer, "mobile-access", unit=branch, quantity=25)
    office.screen(application)
    yield -358
    office.start(office.accept(application))


def ends_by_notice(office: Office) -> Story:
    """A notice for one contract: thirty days after its arrival (MA12.1)."""
    yield -300
    customer = office.customer("kakuu-suidou")
    yield from office.contracts(customer, "iot", at=-300)
    mobile, _storage = yield from office.contracts(customer, "mobile-access", "data-storage", at=-290, quantity=8)
    yield -6
    office.give_notice(mobile)


def ends_with_everything(office: Office) -> Story:
    """The IoT contract ends on a later day named; what rests on it goes with it (IOT4, MA12.2, DS4.2)."""
    yield -260
    customer = office.customer("kakuu-souko")
    (iot,) = yield from office.contracts(customer, "iot", at=-260)
    yield from office.contracts(customer, "mobile-access", "data-storage", at=-250, quantity=60)
    yield -4
    office.give_notice(iot, named=57)


def ends_on_a_designated_day(office: Office) -> Story:
    """Data Storage stays a month longer, as the company designates (DS4.2)."""
    yield -240
    customer = office.customer("kakuu-gas")
    (iot,) = yield from office.contracts(customer, "iot", at=-240)
    _mobile, storage = yield from office.contracts(customer, "mobile-access", "data-storage", at=-230, quantity=15)
    yield -9
    later = ending.Designated(storage.pk, office.on(51), "検針データの取出しに要する期間のため")
    office.give_notice(iot, designated=[later])


def ends_with_the_backbone(office: Office) -> Story:
    """Private Backbone ends: connector, gateway and VPN end, each once (PC5.2, PMG5.2, VPN5.2)."""
    yield -220
    customer = office.customer("kakuu-kensetsu")
    backbone = office.external(customer, "private-backbone", -400)
    yield from office.contracts(customer, "iot", at=-220)
    yield from office.contracts(customer, "mobile-access", "private-connector", "vpn-gateway", at=-210, quantity=30)
    yield from office.contracts(customer, "private-mobile-gateway", at=-200)
    yield -12
    office.end_external(backbone, 20)


def applies_onto_an_end(office: Office) -> Story:
    """A contract accepted onto a Backbone that ends: it has its own end from the first day (VPN5.2)."""
    yield -120
    customer = office.customer("kakuu-jidouhanbaiki")
    backbone = office.external(customer, "private-backbone", -200)
    yield from office.contracts(customer, "iot", at=-120)
    yield -40
    office.end_external(backbone, 45)
    yield from office.contracts(customer, "vpn-gateway", at=-25)


def ended_by_notice(office: Office) -> Story:
    """Everything has ended, the last of it two months ago (IOT4)."""
    yield -350
    customer = office.customer("kakuu-keibi")
    (iot,) = yield from office.contracts(customer, "iot", at=-350)
    yield from office.contracts(customer, "mobile-access", at=-340, quantity=10)
    yield -90
    office.give_notice(iot)


def ended_with_the_backbone(office: Office) -> Story:
    """The Backbone has ended and taken both connectors down; IoT and Mobile Access go on (PC5.2, WPC5.2)."""
    yield -330
    customer = office.customer("kakuu-unyu")
    backbone = office.external(customer, "private-backbone", -500)
    office.external(customer, "wise-paas-use", -400)
    yield from office.contracts(customer, "iot", at=-330)
    yield from office.contracts(customer, "mobile-access", "private-connector", at=-320, quantity=200)
    yield from office.contracts(customer, "wise-paas-connector", at=-310)
    yield -60
    office.end_external(backbone, -15)


def terminated_by_the_company(office: Office) -> Story:
    """The company terminated; a new application finds the past default by itself (G28.1.2, G14.1.4)."""
    yield -280
    customer = office.customer("kakuu-shouji")
    (iot,) = yield from office.contracts(customer, "iot", at=-280)
    yield -110
    office.terminate(iot, -100)
    yield -3
    again = office.apply(customer, "iot")
    yield -2
    office.screen(again)


def moves_with_an_earlier_notice(office: Office) -> Story:
    """A second notice for an earlier day moves the dependents along (MA12.2)."""
    yield -180
    customer = office.customer("sample-kikai")
    (iot,) = yield from office.contracts(customer, "iot", at=-180)
    yield from office.contracts(customer, "mobile-access", at=-170, quantity=5)
    yield -20
    office.give_notice(iot, named=100)
    yield -5
    office.give_notice(iot, named=40)


def took_its_notice_back(office: Office) -> Story:
    """A notice taken back: exactly what it caused is lifted (Civil Code 540)."""
    yield -170
    customer = office.customer("sample-reizou")
    (iot,) = yield from office.contracts(customer, "iot", at=-170)
    _mobile, storage = yield from office.contracts(customer, "mobile-access", "data-storage", at=-160, quantity=12)
    yield -22
    office.give_notice(storage, named=15)
    yield -18
    notice = office.give_notice(iot, named=30)
    yield -7
    office.take_back(notice)


def writes_without_our_form(office: Office) -> Story:
    """One message waits for our form, another has been made good by it (G29.1)."""
    yield -150
    customer = office.customer("sample-system")
    (iot,) = yield from office.contracts(customer, "iot", at=-150)
    _mobile, storage = yield from office.contracts(customer, "mobile-access", "data-storage", at=-140, quantity=3)
    yield -13
    message = ending.record_message(
        storage, arrived_on=office.day, note="メールで「今月で解約したい」との連絡（架空）", actor=office.desk
    )
    yield -10
    plan = ending.plan_ending_by_notice(
        storage,
        arrived_on=office.day,
        named_on=None,
        how=Termination.How.FORM,
        today=office.day,
        completes=message,
    )
    ending.carry_out(plan, actor=office.desk, reason="解約申込書の受領", today=office.day)
    yield -3
    ending.record_message(
        iot, arrived_on=office.day, note="電話で解約の相談、申込書を送付済み（架空）", actor=office.desk
    )


def option_left_alone(office: Office) -> Story:
    """WISE-PaaS use and Type I under the option: the use has ended, which only leaves a flag (IOT3.3)."""
    yield -200
    customer = office.customer("sample-energy")
    office.external(customer, "mobile-type-i", -300, "closed")
    office.external(customer, "mobile-type-i", -300, "open")
    use = office.external(customer, "wise-paas-use", -300)
    application = office.apply(customer, "iot", with_option=True)
    yield -199
    office.screen(application)
    yield -198
    iot = office.accept(application)
    yield -195
    office.start(iot)
    office.start(iot.options.get())
    yield -30
    office.end_external(use, -8)


def rests_on_type_k(office: Office) -> Story:
    """A gateway for Type K, without Mobile Access (PMG3)."""
    yield -190
    customer = office.customer("sample-parking")
    office.external(customer, "private-backbone", -250)
    office.external(customer, "mobile-type-k", -250)
    yield from office.contracts(customer, "iot", at=-190)
    yield from office.contracts(customer, "private-mobile-gateway", at=-180)


STORIES = [
    just_runs,
    ends_by_notice,
    ends_with_everything,
    ends_on_a_designated_day,
    ends_with_the_backbone,
    applies_onto_an_end,
    ended_by_notice,
    ended_with_the_backbone,
    terminated_by_the_company,
    moves_with_an_earlier_notice,
    took_its_notice_back,
    writes_without_our_form,
    option_left_alone,
    rests_on_type_k,
]
