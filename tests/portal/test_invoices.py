"""Invoices in the portal: what is on them and why, paper and file, what is open and what delay costs."""

import csv
import io
from datetime import date

import pytest
import time_machine

from billing import issuing
from billing.models import Invoice
from iijiot import file_store
from iijiot.models import AccessEvent
from iijiot.records import chapter, fresh, locked
from tests.factories import CompanyFactory, InvoiceFactory, InvoiceLineFactory
from tests.factories.base import MAKER
from tests.house.console import enter
from tests.portal.conftest import page


@pytest.fixture
def invoice(aois_company) -> Invoice:
    """November's, 5,500 yen with tax, due on 2027-01-04."""
    return InvoiceFactory(customer=aois_company)


def text_of(answer) -> str:
    """A file as text, without the mark at its beginning."""
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_list_shows_what_was_issued_and_nothing_that_was_not(browser, aois_company, invoice):
    draft = InvoiceFactory(customer=aois_company, draft=True)
    paid = InvoiceFactory(customer=aois_company, paid=True, month=date(2026, 10, 1))
    told = page(browser.get("/portal/invoices/"))
    assert (invoice.number in told, paid.number in told) == (True, True)
    assert browser.get("/portal/invoices/").context["page"].rows == [invoice, paid]
    assert browser.get("/portal/invoices/?open=1").context["page"].rows == [invoice]
    assert draft.state == "draft"


@pytest.mark.clause("G30.1", "G37")
def test_each_line_says_how_it_came_about_and_the_sums_are_those_of_the_paper(browser, invoice):
    InvoiceLineFactory(
        invoice=invoice, first=date(2026, 11, 16), days=15, fee=300, unit_amount=150, quantity=1_200, amount=180_000
    )
    told = page(browser.get(f"/portal/invoices/{invoice.number}/"))
    assert "300円×15/30日＝150円、×1,200＝180,000円" in told
    assert "5,000円 × 1 = 5,000円" in told
    for sum_ in ("5,000円", "500円", "5,500円"):
        assert sum_ in told


@pytest.mark.clause("G35.1", "G35.2")
def test_an_overdue_invoice_says_what_delay_costs_and_when_it_is_more(browser, manager, aois_company):
    late = InvoiceFactory(customer=aois_company, overdue=True, net=1_000_000, due_on=date(2027, 1, 4))
    with time_machine.travel("2027-01-16 01:00+00:00", tick=False):
        enter(browser, manager.user)
        told = page(browser.get(f"/portal/invoices/{late.number}/"))
        home = page(browser.get("/portal/"))
    # 1,100,000 yen for the first thirty days at 2 percent
    assert "2027年1月16日（土）までの遅延損害金：22,000円" in told
    assert "2027年3月5日（金）に増額します" in told
    assert "お支払期限を過ぎています。" in home
    assert f'href="/portal/invoices/{late.number}/"' in home


@pytest.mark.clause("G33")
def test_how_to_pay_follows_the_method(browser, aois_company, invoice):
    by_debit = InvoiceFactory(customer=aois_company, method="direct-debit", month=date(2026, 10, 1))
    assert f"振込時に番号 {invoice.number} をお知らせください。" in page(
        browser.get(f"/portal/invoices/{invoice.number}/")
    )
    assert "ご登録の口座から振り替えます" in page(browser.get(f"/portal/invoices/{by_debit.number}/"))
    home = page(browser.get("/portal/"))
    assert f"{invoice.number} のお支払い" in home
    assert f"{by_debit.number} のお支払い" not in home


def test_the_lines_are_a_file_whose_sums_are_the_invoices_and_whose_texts_are_no_formulas(browser, invoice):
    answer = browser.get(f"/portal/invoices/{invoice.number}/csv/")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(text_of(answer))))
    assert sum(int(row["金額"]) for row in rows) == invoice.net
    assert rows[0]["サービス"] == "IIJ IoTサービス"
    assert AccessEvent.objects.filter(kind="exported", detail=f"{invoice.number} csv").count() == 1
    old = browser.get(f"/portal/invoices/{invoice.number}/csv/?form=cp932")
    assert "金額" in b"".join(old.streaming_content).decode("cp932")


def test_a_paper_that_is_not_made_yet_is_not_there_to_take(browser, invoice):
    assert browser.get(f"/portal/invoices/{invoice.number}/pdf/").status_code == 404
    assert f"{invoice.number}/pdf/" not in page(browser.get(f"/portal/invoices/{invoice.number}/"))


@pytest.mark.clause("G17")
def test_whoever_takes_a_debt_over_sees_its_invoice_and_the_old_side_no_more(
    browser, of_carol, carols_company, invoice
):
    """S11, L08."""
    address = f"/portal/invoices/{invoice.number}/"
    assert (browser.get(address).status_code, of_carol.get(address).status_code) == (200, 404)
    with chapter(actor=MAKER, clause="G17"), locked(invoice) as (held,):
        held.pass_to(carols_company)
        held.save()
    assert (browser.get(address).status_code, of_carol.get(address).status_code) == (404, 200)


def test_a_draft_is_nobodys_yet(browser, aois_company):
    draft = InvoiceFactory(customer=aois_company, draft=True)
    for number in (draft.pk, "draft", ""):
        assert browser.get(f"/portal/invoices/{number}/pdf/").status_code == 404


def test_the_pdf_is_what_was_sent_and_each_taking_is_logged(browser, aois_company):
    CompanyFactory()
    invoice = InvoiceFactory(customer=aois_company)
    issuing.make_papers([invoice.pk])
    address = f"/portal/invoices/{invoice.number}/pdf/"
    assert address in page(browser.get(f"/portal/invoices/{invoice.number}/"))
    answer = browser.get(address)
    assert file_store.digest(b"".join(answer.streaming_content)) == fresh(invoice).paper.sha256
    assert AccessEvent.objects.filter(kind="exported", detail=f"{invoice.number}.pdf").count() == 1


def test_the_list_is_a_file_too_with_what_is_open_of_each(browser, of_carol, aois_company):
    paid, owed = InvoiceFactory(customer=aois_company, paid=True), InvoiceFactory(customer=aois_company)
    every = list(csv.DictReader(io.StringIO(text_of(browser.get("/portal/invoices/csv/")))))
    assert {row["番号"] for row in every} == {paid.number, owed.number}
    unpaid = list(csv.DictReader(io.StringIO(text_of(browser.get("/portal/invoices/csv/?open=1")))))
    assert [(row["番号"], int(row["お支払い残額"])) for row in unpaid] == [(owed.number, owed.total)]
    assert owed.number not in text_of(of_carol.get("/portal/invoices/csv/"))
    assert AccessEvent.objects.filter(kind="exported", detail="invoices csv").count() == 3
