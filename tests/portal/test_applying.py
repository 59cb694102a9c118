"""A customer applies: what it could have and what is missing, the fees beforehand, once; documents; taking back."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Application, ManagementUnit
from iijiot.records import fresh
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DocumentRequestFactory,
    ExternalSubscriptionFactory,
    ManagementUnitFactory,
)
from tests.factories.contracts import of
from tests.factories.prices import price_list
from tests.papers import pdf
from tests.portal.conftest import page

NEW = "/portal/applications/new/"
ONCE = "0b7c4a52-1111-4222-8333-444455556666"


@pytest.fixture
def unit(aois_company) -> ManagementUnit:
    """The company's only management unit."""
    return ManagementUnitFactory(customer=aois_company)


def wish(unit: ManagementUnit, *services: str, **more: Any) -> dict[str, Any]:
    """What the form sends."""
    return {
        "services": list(services),
        "management_unit": unit.pk,
        "start_wished_on": "2026-12-01",
        "quantity": "1",
        "once": ONCE,
        **more,
    }


def confirmed(browser, sent: dict[str, Any], address: str = NEW) -> Any:
    """Look at it, then confirm what was shown."""
    shown = browser.post(address, {**sent, "step": "preview"})
    assert shown.status_code == 200, shown.content.decode()
    plan = shown.context["plan"]
    assert plan is not None, shown.context["form"].errors
    return browser.post(address, {**sent, "step": "confirm", "fingerprint": plan.fingerprint})


@pytest.mark.clause("G30.1", "G12.1", "G6.1")
def test_the_fees_are_shown_before_it_is_confirmed_and_stay_on_its_page(browser, unit, aoi):
    price_list()
    shown = page(browser.post(NEW, {**wish(unit, "iot"), "step": "preview"}))
    assert "5,000円" in shown
    assert not Application.objects.exists()
    done = confirmed(browser, wish(unit, "iot"))
    application = Application.objects.get()
    assert done["Location"] == f"/portal/applications/{application.number}/"
    assert (application.channel, application.state) == ("electronic", "received")
    assert (application.received_on, application.start_wished_on) == (date(2026, 11, 25), date(2026, 12, 1))
    assert application.history.first().history_actor_kind == "account"
    assert application.history.first().history_user_id == aoi.pk
    receipt = page(browser.get(done["Location"]))
    for told in (application.number, "2026年11月25日（水） 10:00", "5,000円"):
        assert told in receipt


@pytest.mark.clause("G14.1.1", "PC3", "MA6")
def test_what_is_missing_for_the_others_is_said_in_plain_words(browser, unit):
    answer = browser.get(NEW)
    choices = dict(answer.context["form"].fields["services"].choices)
    assert set(choices) == {"iot", "mobile-access", "data-storage"}
    assert "次と同時のお申込みが必要：IIJ IoTサービス" in str(choices["mobile-access"])
    told = page(answer)
    assert "プライベートバックボーン" in told
    assert "プライベートコネクタ 第3条" in told


@pytest.mark.clause("PC3")
def test_whoever_holds_what_it_needs_is_offered_it(browser, aois_company, unit):
    ContractFactory(**of(aois_company))
    ExternalSubscriptionFactory(customer=aois_company)
    assert "private-connector" in dict(browser.get(NEW).context["form"].fields["services"].choices)


@pytest.mark.clause("G13.2", "MA6")
def test_a_new_customer_applies_for_several_in_the_order_that_they_need(browser, unit):
    done = confirmed(browser, wish(unit, "mobile-access", "iot", quantity="20"))
    assert done["Location"] == "/portal/applications/"
    made = list(Application.objects.order_by("number").values_list("service_code", "quantity"))
    assert made == [("iot", 1), ("mobile-access", 20)]


@pytest.mark.clause("MA6")
def test_one_that_rests_on_another_is_refused_without_it(browser, unit):
    answer = browser.post(NEW, {**wish(unit, "mobile-access"), "step": "preview"})
    assert answer.status_code == 409
    assert "同時にお申し込みいただくか" in answer.content.decode()
    ApplicationFactory(customer=unit.customer, management_unit=unit)
    assert browser.post(NEW, {**wish(unit, "mobile-access"), "step": "preview"}).status_code == 200


def test_sent_twice_it_is_received_once(browser, unit):
    """R13, U09."""
    sent = wish(unit, "iot")
    first = confirmed(browser, sent)
    assert confirmed(browser, sent)["Location"] == first["Location"]
    assert Application.objects.count() == 1


@pytest.mark.clause("G30.1")
def test_fees_that_changed_since_they_were_shown_are_shown_again(browser, unit):
    shown = browser.post(NEW, {**wish(unit, "iot"), "step": "preview"}).context["plan"]
    price_list()
    sent = {**wish(unit, "iot"), "step": "confirm", "fingerprint": shown.fingerprint}
    answer = browser.post(NEW, sent)
    assert answer.status_code == 409
    assert "5,000円" in answer.content.decode()
    assert not Application.objects.exists()


@pytest.mark.clause("G9.2")
def test_a_management_unit_of_another_customer_is_none_to_choose(browser, unit, carols_company):
    """X23."""
    foreign = ManagementUnitFactory(customer=carols_company)
    answer = browser.post(NEW, {**wish(foreign, "iot"), "step": "preview"})
    assert answer.context["form"].errors["management_unit"]
    assert foreign.number not in answer.content.decode()


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize("day", ["2026-11-24", "2029-12-01", "", "2026-13-01"])
def test_a_day_that_cannot_be_is_told_where_it_was_typed(browser, unit, day):
    answer = browser.post(NEW, {**wish(unit, "iot", start_wished_on=day), "step": "preview"})
    assert answer.context["form"].errors["start_wished_on"]
    assert not Application.objects.exists()


@pytest.mark.clause("MA8.1")
def test_more_lines_are_applied_for_on_the_contracts_page(browser, aois_company):
    contract = ContractFactory(**of(aois_company), mobile_access=True)
    address = f"/portal/contracts/{contract.number}/more-lines/"
    done = confirmed(browser, {"quantity": "5", "start_wished_on": "2026-12-01", "once": ONCE}, address)
    application = Application.objects.get()
    assert (application.changes, application.quantity) == (contract, 5)
    assert done["Location"] == f"/portal/applications/{application.number}/"


@pytest.mark.clause("G15.1")
def test_a_service_without_lines_cannot_have_more(browser, aois_company):
    contract = ContractFactory(customer=aois_company)
    assert browser.post(f"/portal/contracts/{contract.number}/more-lines/", {"step": "preview"}).status_code == 409


@pytest.mark.clause("G42.2.1")
def test_a_document_that_was_asked_for_is_handed_in_and_the_screening_goes_on(browser, aois_company):
    application = ApplicationFactory(customer=aois_company, on_hold=True)
    asked = DocumentRequestFactory(application=application, what="登記事項証明書")
    address = f"/portal/applications/{application.number}/documents/{asked.pk}/"
    file = SimpleUploadedFile("登記.pdf", pdf(), "application/pdf")
    assert browser.post(address, {"kind": "register", "file": file})["Location"] == (
        f"/portal/applications/{application.number}/"
    )
    assert (fresh(asked).arrived_on, fresh(application).state) == (date(2026, 11, 25), "screening")
    assert "登記.pdf" in page(browser.get(f"/portal/applications/{application.number}/"))


@pytest.mark.clause("G42.2.1")
def test_a_file_of_another_kind_is_refused_and_nothing_has_arrived(browser, aois_company):
    """X40."""
    application = ApplicationFactory(customer=aois_company, on_hold=True)
    asked = DocumentRequestFactory(application=application)
    address = f"/portal/applications/{application.number}/documents/{asked.pk}/"
    file = SimpleUploadedFile("run.svg", b"<svg onload='x()'/>", "image/svg+xml")
    answer = browser.post(address, {"kind": "register", "file": file})
    assert answer.context["form"].errors
    assert (fresh(asked).arrived_on, fresh(application).state) == (None, "on-hold")


@pytest.mark.clause("G12.1")
def test_an_application_is_withdrawn_until_it_is_decided(browser, aois_company):
    open_one = ApplicationFactory(customer=aois_company)
    decided = ApplicationFactory(customer=aois_company, refused=True)
    done = browser.post(f"/portal/applications/{open_one.number}/withdraw/", {"remark": "時期を改めます"})
    assert done.status_code == 302
    assert fresh(open_one).state == "withdrawn"
    assert browser.post(f"/portal/applications/{decided.number}/withdraw/", {}).status_code == 409
    assert "withdraw" not in page(browser.get(f"/portal/applications/{decided.number}/"))


def test_a_viewer_applies_for_nothing(viewer, aois_company):
    application = ApplicationFactory(customer=aois_company)
    for address in (NEW, f"/portal/applications/{application.number}/withdraw/"):
        assert (viewer.get(address).status_code, viewer.post(address).status_code) == (403, 403)
    assert "applications/new" not in page(viewer.get("/portal/applications/"))
