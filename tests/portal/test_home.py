"""U08: the home says what waits, what there is, what changes soon and why, and leads on; one language on every page."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts import ending
from iijiot.actors import Actor
from iijiot.portal.members import Right, member_of
from iijiot.records import fresh
from tests.factories import (
    AccountFactory,
    ApplicationFactory,
    ContactChannelFactory,
    ContractFactory,
    DocumentRequestFactory,
    EvidenceFactory,
    InvoiceFactory,
    InvoiceLineFactory,
    NoticeFactory,
    StartConditionFactory,
    TerminationFactory,
)
from tests.factories.sims import LineChangeFactory, LineFactory, SimCardFactory
from tests.factories.users import PASSWORD
from tests.factories.worlds import house
from tests.house.console import logged_in
from tests.portal import addresses
from tests.portal.conftest import page

MOST_QUERIES = 15


def test_whoever_logs_in_is_led_to_his_own_side(browser, ben):
    assert browser.get("/start/")["Location"] == "/portal/"
    assert browser.get("/")["Location"] == "/portal/"
    assert logged_in(ben).get("/")["Location"] == "/console/"
    assert Client().get("/")["Location"] == "/account/login/"


def test_nothing_waits_for_a_new_customer(browser):
    assert "お手続きいただくことはありません。" in page(browser.get("/portal/"))


@pytest.mark.clause("G42.2.1", "G12.2.2", "PC4.1")
def test_what_waits_is_said_with_its_clause_and_leads_on(browser, aois_company):
    application = ApplicationFactory(customer=aois_company, state="on-hold")
    DocumentRequestFactory(application=application, what="登記事項証明書")
    ContactChannelFactory(customer=aois_company)
    condition = StartConditionFactory(contract__customer=aois_company)
    shown = page(browser.get("/portal/"))
    assert "登記事項証明書" in shown
    assert "一般規程 第42条第2項第1号" in shown
    assert "24時間" in shown
    assert f"/portal/contracts/{condition.contract.number}/conditions/{condition.pk}/" in shown


def test_who_only_looks_is_told_what_a_manager_can_do_without_a_way_there(someone, aois_company):
    asked = DocumentRequestFactory(application=ApplicationFactory(customer=aois_company, state="on-hold"))
    shown = page(logged_in(someone("viewer").user).get("/portal/"))
    assert asked.what in shown
    assert "貴社の管理者がお手続きできます。" in shown
    assert f"/documents/{asked.pk}/" not in shown


@pytest.mark.clause("IOT4")
def test_what_ends_soon_says_its_day_and_why(browser, aois_company):
    contract = ContractFactory(customer=aois_company, ends_on=date(2026, 12, 25))
    shown = page(browser.get("/portal/"))
    assert contract.number in shown
    assert "2026年12月25日（金）" in shown
    assert "2026年11月25日（水）に到着しました。その30日後がこの日です。" in shown


@pytest.mark.clause("G5.4")
def test_a_due_password_comes_before_everything_else(aois_company, aoi):
    account = AccountFactory(customer=aois_company, user=aoi, role="manager", must_renew_password=True)
    browser = logged_in(aoi)
    assert browser.get("/portal/contracts/")["Location"] == "/account/password/"
    new = "sanpo-no-ato-ni-ocha-wo"
    changed = browser.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert changed.status_code == 302
    assert fresh(account).must_renew_password is False
    assert browser.get("/portal/contracts/").status_code == 200


@pytest.mark.clause("G5.1")
@pytest.mark.parametrize(
    ("role", "rights"),
    [("manager", set(Right)), ("operator", {Right.LOOK, Right.OPERATE}), ("viewer", {Right.LOOK})],
)
def test_each_role_has_its_rights(someone, role, rights):
    member = member_of(someone(role).user)
    assert member.rights == rights


def filled_with(customer, many: int) -> None:
    """So many of everything that the home and the lists show."""
    for _n in range(many):
        contract = ContractFactory(customer=customer)
        StartConditionFactory(contract__customer=customer)
        TerminationFactory(contract=ContractFactory(customer=customer, rests_on=[contract]))
        NoticeFactory(customer=customer, contract=contract)
        DocumentRequestFactory(application=ApplicationFactory(customer=customer, state="on-hold"))
        InvoiceFactory(customer=customer, overdue=True)
        line = LineFactory(contract=ContractFactory(customer=customer, mobile_access=True))
        SimCardFactory(lent=True, line=line)
        ended = LineFactory(contract=line.contract, ended=True)
        SimCardFactory(lent=True, line=ended, state="due-back", due_back_on=date(2026, 11, 30))


def queries(browser: Client, address: str, **how: Any) -> int:
    """How many queries a page takes, once it is warm."""
    page(browser.get(address, **how))
    with CaptureQueriesContext(connection) as captured:
        page(browser.get(address, **how))
    return len(captured)


def test_no_list_asks_for_each_row_and_none_too_often(browser, aois_company):
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        filled_with(aois_company, 1)
        few = {name: queries(browser, asked) for name, asked in addresses.lists().items()}
        filled_with(aois_company, 4)
        many = {name: queries(browser, asked) for name, asked in addresses.lists().items()}
    print(many)
    assert many == few
    assert max(many.values()) <= MOST_QUERIES


@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_no_page_of_a_record_asks_too_often(browser, aois_company, name):
    asked = addresses.filled(name, aois_company)
    filled_with(aois_company, 2)
    answer = browser.get(asked)
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        assert queries(browser, asked) <= MOST_QUERIES


def test_no_page_of_a_record_asks_for_each_row_of_what_hangs_on_it(browser, aois_company):
    contract = ContractFactory(customer=aois_company, mobile_access=True)
    line, invoice = LineFactory(contract=contract), InvoiceFactory(customer=aois_company)
    application = ApplicationFactory(customer=aois_company, on_hold=True)
    asked = {
        name: f"/portal/{kind}/{record.number}/{rest}"
        for name, kind, record, rest in (
            ("contract", "contracts", contract, ""),
            ("line", "lines", line, ""),
            ("relabel", "lines", line, "label/"),
            ("invoice", "invoices", invoice, ""),
            ("application", "applications", application, ""),
            ("more lines", "contracts", contract, "more-lines/"),
        )
    }

    def grow() -> None:
        ContractFactory(customer=aois_company, data_storage=True, rests_on=[contract])
        StartConditionFactory(contract=contract, words=f"第{contract.conditions.count()}の確認")
        NoticeFactory(customer=aois_company, contract=contract)
        SimCardFactory(lent=True, line=LineFactory(contract=contract))
        LineChangeFactory(contract=contract)
        InvoiceLineFactory(invoice=invoice, contract=ContractFactory(customer=aois_company))
        DocumentRequestFactory(application=application)
        EvidenceFactory(application=application, change_report=None)

    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        grow()
        few = {name: queries(browser, address) for name, address in asked.items()}
        for _n in range(4):
            grow()
        many = {name: queries(browser, address) for name, address in asked.items()}
    print(many)
    assert many == few
    assert max(many.values()) <= MOST_QUERIES


PLANS = {
    "terminate": {"named_on": "", "remark": ""},
    "fewer_lines": {"effective_on": "2026-12-31", "how_many": "1"},
    "more_lines": {"quantity": "1", "start_wished_on": "2026-12-01"},
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_asks_no_more_often_for_more(browser, aois_company, name):
    contract = ContractFactory(customer=aois_company, mobile_access=True, quantity=3)
    place = {"terminate": "end", "fewer_lines": "fewer-lines", "more_lines": "more-lines"}[name]
    address = f"/portal/contracts/{contract.number}/{place}/"

    def grow() -> None:
        SimCardFactory(lent=True, line=LineFactory(contract=contract))
        SimCardFactory(lent=True, line=LineFactory(contract=contract))
        ContractFactory(customer=aois_company, data_storage=True, rests_on=[contract])

    def asked() -> int:
        browser.post(address, {**PLANS[name], "step": "preview"})
        with CaptureQueriesContext(connection) as captured:
            shown = browser.post(address, {**PLANS[name], "step": "preview"})
        assert shown.context["plan"] is not None
        return len(captured)

    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        grow()
        few = asked()
        for _n in range(4):
            grow()
        many = asked()
    print(name, few, many)
    assert many <= few
    assert many <= MOST_QUERIES


def test_taking_back_asks_no_more_often_where_some_ends_are_lifted_and_others_move(browser, aois_company, ben):
    world, actor = house(aois_company), Actor.of(ben)
    SimCardFactory(lent=True, line=LineFactory(contract=world.mobile_access))
    today, later = date(2026, 11, 25), date(2027, 1, 31)
    notice = ending.plan_ending_by_notice(world.iot, arrived_on=today, named_on=None, how="form", today=today)
    made = ending.carry_out(notice, actor=actor, reason="", today=today)
    ending.carry_out(
        ending.plan_ending(world.backbone, effective_on=later, clause="PC5.2"), actor=actor, reason="", today=today
    )
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        asked = queries(browser, f"/portal/terminations/{made.number}/take-back/")
        changes = browser.get(f"/portal/terminations/{made.number}/take-back/").context["plan"].changes
    assert {change.after and change.after.on for change in changes} == {None, later}
    assert asked <= MOST_QUERIES
