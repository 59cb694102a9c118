"""Notices at the portal: what the mail said, when it left, when it was opened; receipts of what is sent to us (U10, U23)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts import changing
from contracts.models import Application, ChangeReport, Notice, Opening
from contracts.models.particulars import PARTICULARS
from iijiot.records import fresh
from tests.factories import ApplicationFactory, ChangeReportFactory, NoticeFactory
from tests.papers import pdf
from tests.portal.conftest import page

NOTICES = "/portal/notices/"
CHANGE = {"kind": "register", "address": "東京都港区芝1-1-1"}


def of(notice: Notice) -> str:
    """The address of its page."""
    return f"{NOTICES}{notice.number}/"


@pytest.mark.clause("G12.2.1")
def test_a_notice_is_unread_until_somebody_of_the_company_opens_it(browser, viewer, of_carol, aois_company, manager):
    notice = NoticeFactory(customer=aois_company, sent=True)
    assert "未読" in page(browser.get(NOTICES + "?unread=1"))
    assert "新しい通知" in page(browser.get("/portal/"))
    browser.head(of(notice))
    of_carol.get(of(notice))
    assert not Opening.objects.exists()
    shown = page(browser.get(of(notice)))
    assert notice.body in shown
    assert notice.to in shown
    opening = Opening.objects.get()
    assert (opening.notice, opening.user_id, opening.who) == (notice, manager.user_id, manager.holder)
    viewer.get(of(notice))
    assert Opening.objects.get() == opening, "the first time counts"
    assert notice.subject not in page(browser.get(NOTICES + "?unread=1"))
    assert notice.subject in page(browser.get(NOTICES))
    assert "新しい通知" not in page(browser.get("/portal/"))


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_each_kind_of_notice_is_in_the_inbox_with_its_words(browser, aois_company, kind):
    notice = NoticeFactory(customer=aois_company, kind=kind, body=f"本文 {kind}", sent=True)
    assert notice.subject in page(browser.get(NOTICES))
    assert f"本文 {kind}" in page(browser.get(of(notice)))


@pytest.mark.clause("G16", "G12.2.1")
def test_a_report_has_a_receipt_with_number_and_time_as_page_pdf_and_mail(browser, aois_company):
    sent = as_recorded(aois_company) | CHANGE
    sent["file"] = SimpleUploadedFile("登記.pdf", pdf(), "application/pdf")
    answer = browser.post("/portal/company/change/", sent)
    report = ChangeReport.objects.get()
    assert answer["Location"] == f"/portal/company/reports/{report.number}/"
    shown = page(browser.get(answer["Location"]))
    for told in (report.number, "2026年11月25日（水） 10:00", CHANGE["address"], "登記.pdf"):
        assert told in shown
    receipt = Notice.objects.get(report=report)
    assert (receipt.kind, receipt.to, receipt.channel) == ("report-received", aois_company.notice_email, "email")
    assert CHANGE["address"] in receipt.body
    assert f"{NOTICES}{receipt.number}/pdf/" in shown
    assert browser.get(f"{NOTICES}{receipt.number}/pdf/").getvalue().startswith(b"%PDF")


@pytest.mark.clause("G16")
def test_a_report_can_be_taken_back_until_it_is_checked(browser, viewer, aois_company, clerk):
    report = ChangeReportFactory(customer=aois_company)
    address = f"/portal/company/reports/{report.number}/withdraw/"
    assert viewer.post(address).status_code == 403
    assert browser.post(address).status_code == 302
    assert (fresh(report).state, fresh(report).closed_on) == ("withdrawn", date(2026, 11, 25))
    assert browser.post(address).status_code == 409
    checked = ChangeReportFactory(customer=aois_company)
    changing.turn_down(checked, on=date(2026, 11, 25), note="書類不備", actor=clerk)
    assert browser.post(f"/portal/company/reports/{checked.number}/withdraw/").status_code == 409
    assert "取り下げる" not in page(browser.get(f"/portal/company/reports/{checked.number}/"))


@pytest.mark.clause("G12.1")
def test_a_withdrawn_application_is_confirmed_by_mail_and_a_decided_one_is_not_withdrawn(browser, aois_company):
    application = ApplicationFactory(customer=aois_company)
    address = f"/portal/applications/{application.number}/"
    assert browser.post(f"{address}withdraw/", {"remark": ""}).status_code == 302
    confirmed = Notice.objects.get(application=application)
    assert confirmed.kind == "application-withdrawn"
    assert application.number in confirmed.body
    assert f"{NOTICES}{confirmed.number}/pdf/" in page(browser.get(address))
    assert browser.post(f"{address}withdraw/", {"remark": ""}).status_code == 409
    assert Notice.objects.filter(application=application).count() == 1


@pytest.mark.clause("G12.1", "G30.1")
def test_an_application_has_a_receipt_that_says_the_fees_shown(browser, aois_company, viewer):
    unit = aois_company.management_units.first() or ApplicationFactory(customer=aois_company).management_unit
    before = set(Application.objects.values_list("pk", flat=True))
    asked = {"services": ["iot"], "management_unit": unit.pk, "start_wished_on": "2026-12-10", "quantity": "1"}
    shown = browser.post("/portal/applications/new/", asked)
    confirm = asked | {
        "step": "confirm",
        "fingerprint": shown.context["plan"].fingerprint,
        "once": shown.context["once"],
    }
    for _twice in range(2):
        answer = browser.post("/portal/applications/new/", confirm)
        assert answer.status_code == 302
    (made,) = Application.objects.exclude(pk__in=before)
    (receipt,) = Notice.objects.filter(application=made)
    assert receipt.kind == "received"
    assert made.number in receipt.body
    assert "2026年11月25日（水）10時" in receipt.body
    shown = page(browser.get(answer["Location"]))
    assert made.number in shown
    assert "2026年11月25日（水） 10:00" in shown
    assert browser.get(f"{NOTICES}{receipt.number}/pdf/").getvalue().startswith(b"%PDF")


def as_recorded(customer) -> dict:
    """What the form of particulars sends when nothing is changed."""
    return {name: getattr(customer, name) for name in PARTICULARS}
