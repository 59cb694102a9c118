"""Home as a list of work, pages that grow in rows and not in queries, and pages for what one may not see."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iijiot import clock
from iijiot.actors import Actor
from iijiot.models import DayStep
from iijiot.records import chapter
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    ExternalSubscriptionFactory,
    ManagementUnitFactory,
    NoticeFactory,
    TerminationFactory,
)
from tests.factories.contracts import of
from tests.house.console import as_superuser, logged_in, page

LATE = {"what": "K0000009 IIJ IoTサービス", "why": "前提となる契約が開始されていません。"}


def asked(browser, address):
    """How many queries a page takes, once it is warm."""
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def rows(browser, query=""):
    """What home shows, in its order: kind of work, customer, what, days left, the button."""
    return [
        (
            task.kind.name,
            str(task.row.customer or ""),
            str(task.row.what),
            task.left,
            task.act.slug if task.act else "",
        )
        for task in browser.get(f"/console/{query}").context["tasks"]
    ]


@pytest.mark.clause("G13.2", "G3", "G29.1", "G14.2")
def test_u01_home_is_the_work_of_the_day_in_its_order(desk, aois_company, carols_company):
    aoi, carol = aois_company.name, carols_company.name
    second = ApplicationFactory(**of(aois_company))
    last_week = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    first = ApplicationFactory(**of(carols_company), received_at=last_week, start_wished_on=date(2026, 11, 24))
    to_start = ContractFactory(**of(aois_company), starting=True)
    leaving = ContractFactory(**of(carols_company), ending=True)
    message = TerminationFactory(contract=ContractFactory(**of(carols_company)), form_missing=True)
    failed = NoticeFactory(customer=aois_company, failed=True)
    assert rows(desk) == [
        ("applications", carol, str(first), -1, "screen"),
        ("messages", carol, str(message.contract), 0, "terminate"),
        ("letters", aoi, failed.subject, None, ""),
        ("applications", aoi, str(second), 6, "screen"),
        ("starts", aoi, str(to_start), 6, ""),
        ("terminations", carol, str(leaving), 30, ""),
    ]
    told = desk.get("/console/").content.decode()
    for words in ("1日経過", "あと6日", "あと30日", "Connection refused"):
        assert words in told


@pytest.mark.clause("G3")
def test_what_the_daily_run_set_aside_is_shown_at_home(db):
    with chapter(actor=Actor.clock("start-contracts")):
        step = DayStep(day=date(2026, 11, 25), step="start-contracts", done=0, set_aside=[LATE])
        step.finished_at = clock.now()
        step.save()
    browser = as_superuser()
    assert [(kind, left) for kind, _customer, _what, left, _act in rows(browser)] == [("set-aside", 0)]
    assert LATE["what"] in browser.get("/console/").content.decode()
    assert LATE["why"] in browser.get("/console/").content.decode()


def grown(aois_company, iot, backbone):
    """More of everything that stands on the pages of a customer, of a contract and of a subscription."""
    whose = of(aois_company)
    for _more in range(4):
        subscription = ExternalSubscriptionFactory(customer=aois_company)
        ContractFactory(**whose, data_storage=True, rests_on=[iot], ending=True)
        ContractFactory(**whose, vpn_gateway=True, rests_on=[iot, subscription])
        ContractFactory(**whose, vpn_gateway=True, rests_on=[iot, backbone], starting=True)
        ApplicationFactory(**whose)
        NoticeFactory(customer=aois_company)
        ManagementUnitFactory(customer=aois_company)


def test_u02_pages_ask_no_more_for_a_customer_that_has_grown(desk, aois_company):
    iot, backbone = ContractFactory(**of(aois_company)), ExternalSubscriptionFactory(customer=aois_company)
    application = ApplicationFactory(**of(aois_company), service_code="data-storage", screened=True)
    addresses = [page(record, "change") for record in (aois_company, iot, backbone, application)]
    addresses += [page(application, "do", "accept"), page(aois_company, "history")]
    grown(aois_company, iot, backbone)
    few = {address: asked(desk, address) for address in addresses}
    grown(aois_company, iot, backbone)
    grown(aois_company, iot, backbone)
    many = {address: asked(desk, address) for address in addresses}
    # One kind of task may now fill the page, so that others are not read.
    assert {address: count for address, count in many.items() if count > few[address]} == {}


def test_u02_a_contract_stands_once_in_the_tree_under_the_last_of_what_it_rests_on(desk, aois_company):
    whose = of(aois_company)
    iot = ContractFactory(**whose)
    mobile = ContractFactory(**whose, mobile_access=True, rests_on=[iot])
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    gateway = ContractFactory(**whose, private_mobile_gateway=True, rests_on=[iot, backbone, mobile])
    told = desk.get(page(aois_company, "change")).content.decode()
    tree = told[told.index("console-tree") : told.index("他約款サービス契約", told.index("console-tree"))]
    places = [tree.index(f">{contract.number}</a>") for contract in (iot, mobile, gateway)]
    assert places == sorted(places)
    assert tree.count(f">{gateway.number}</a>") == 1


def test_what_one_may_not_see_is_told_in_japanese_whatever_the_browser_says(hana, fumi):
    contract = ContractFactory()
    headers = {"accept-language": "en"}
    for browser, address in (
        (logged_in(hana), page(contract, "change")),
        (logged_in(fumi), page(contract, "do", "terminate")),
    ):
        answer = browser.get(address, headers=headers)
        assert answer.status_code == 403
        assert answer.headers["Content-Language"] == "ja"
        assert "この操作の権限がありません" in answer.content.decode()
        assert contract.number not in answer.content.decode()


def test_a_language_that_was_picked_holds_until_another_is(desk):
    address = "/console/contracts/contract/"
    for picked, title in (("en", "IIJ IoT back office"), ("ja", "IIJ IoT 業務管理"), ("xx", "IIJ IoT 業務管理")):
        desk.post("/i18n/setlang/", {"language": picked, "next": address})
        assert f"{title}</title>" in desk.get(address).content.decode()
