"""Issuing: numbers without gaps, days, recipients, the PDF and the mail, each once."""

import threading
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.core import mail
from django.db import connection, transaction

from billing import issuing
from billing.models import Invoice, InvoicePaper
from billing.months import Month
from contracts import notifying
from contracts.models import Notice
from iijiot import file_store, job_queue
from iijiot.plans import Stale
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN, again
from tests.billing.closed import close, closed, issue, on, run_of
from tests.factories import CompanyFactory, ContractFactory, InvoiceFactory
from tests.factories.prices import price_list

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G33")]

FIRST = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _prices() -> None:
    price_list()


def papers_and_mails(invoices: list[Invoice]) -> None:
    """What the workers do once an issue is committed."""
    issuing.make_papers([invoice.pk for invoice in invoices])
    for notice in Notice.objects.mails_to_send():
        notifying.deliver(notice.pk)


@pytest.mark.parametrize(
    ("month", "issued_on", "due"),
    [
        (Month(2026, 9), date(2026, 10, 1), date(2026, 11, 2)),
        (Month(2026, 10), date(2026, 11, 2), date(2026, 11, 30)),
        (Month(2026, 11), date(2026, 12, 1), date(2027, 1, 4)),
        (Month(2026, 11), date(2026, 12, 17), date(2027, 1, 4)),
        (Month(2026, 11), date(2026, 12, 18), date(2027, 2, 1)),
    ],
    ids=["a Saturday", "a working day", "the last of the year", "14 days before", "too late for that month"],
)
def test_an_invoice_is_due_at_the_end_of_the_month_after(month, issued_on, due):
    assert issuing.due_day(month, issued_on) == due


def test_an_issue_gives_number_days_and_the_recipient_as_it_is_then():
    CompanyFactory()
    contract = ContractFactory()
    (invoice,) = closed("2026-11", FIRST)
    assert (invoice.number, invoice.state, invoice.issued_on, invoice.due_on) == (
        "O0000001", "issued", FIRST, date(2027, 1, 4),
    )  # fmt: skip
    customer = contract.customer
    assert (invoice.recipient_name, invoice.recipient_address) == (customer.name, customer.address)
    with chapter(actor=BEN):
        customer.name = "株式会社新社名"
        customer.save()
    assert again(invoice).recipient_name != customer.name


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_discarded_while_its_run_is_issued_takes_no_number():
    """The discard is not committed yet when the issue begins: the issue waits, sees it, and asks anew."""
    CompanyFactory()
    for _n in range(3):
        ContractFactory()
    close("2026-11", FIRST)
    run, (_first, dropped, _last) = run_of("2026-11"), Invoice.objects.drafts().order_by("pk")
    plan = issuing.plan_issue(run, FIRST)
    discarded, go_on = threading.Event(), threading.Event()

    def discard() -> None:
        try:
            with transaction.atomic():
                issuing.discard(dropped, reason="確認のため", actor=BEN)
                discarded.set()
                go_on.wait(10)
        finally:
            discarded.set()
            connection.close()

    rival = threading.Thread(target=discard)
    rival.start()
    assert discarded.wait(10)
    threading.Timer(0.3, go_on.set).start()
    with pytest.raises(Stale):
        issuing.issue(plan, actor=BEN)
    rival.join(10)
    issued = issue("2026-11", FIRST)
    assert [invoice.number for invoice in issued] == ["O0000001", "O0000002"]


def test_numbers_have_no_gap_over_months_and_drafts_that_were_discarded():
    CompanyFactory()
    for _n in range(3):
        ContractFactory()
    first = closed("2026-11", FIRST)
    close("2026-12", date(2027, 1, 4))
    discarded, *_others = Invoice.objects.drafts()
    issuing.discard(discarded, reason="再計算のため", actor=BEN)
    second = issue("2026-12", date(2027, 1, 4))
    assert [invoice.number for invoice in [*first, *second]] == [f"O{n:07d}" for n in range(1, 6)]
    assert close("2026-12", date(2027, 1, 5)).made == 1
    assert [invoice.number for invoice in issue("2026-12", date(2027, 1, 5))][-1] == "O0000006"


@pytest.mark.clause("G37")
def test_without_a_registration_number_nothing_is_issued():
    ContractFactory()
    close("2026-11", FIRST)
    with pytest.raises(RuleViolation, match="登録番号"):
        issue("2026-11", FIRST)


def test_r09_who_presses_issue_second_is_told_and_issues_nothing():
    CompanyFactory()
    ContractFactory()
    close("2026-11", FIRST)
    plans = [issuing.plan_issue(run_of("2026-11"), FIRST) for _n in range(2)]
    issuing.issue(plans[0], actor=BEN)
    with pytest.raises(RuleViolation):
        issuing.issue(plans[1], actor=BEN)
    (invoice,) = Invoice.objects.all()
    assert Invoice.history.filter(id=invoice.pk, state="issued").count() == 1


def test_what_is_confirmed_is_what_is_issued():
    CompanyFactory()
    ContractFactory()
    ContractFactory()
    close("2026-11", FIRST)
    plan = issuing.plan_issue(run_of("2026-11"), FIRST)
    dropped, _kept = Invoice.objects.all()
    issuing.discard(dropped, reason="確認のため", actor=BEN)
    with pytest.raises(Stale):
        issuing.issue(plan, actor=BEN)
    assert not Invoice.objects.issued().exists()


@pytest.mark.clause("G12.2.1")
def test_the_pdf_is_kept_and_goes_with_the_mail_once_however_often_the_job_runs():
    CompanyFactory()
    ContractFactory()
    (invoice,) = closed("2026-11", FIRST)
    for _n in range(2):
        papers_and_mails([invoice])
    (paper,) = InvoicePaper.objects.all()
    with file_store.opened(paper.stored_as, paper.sha256) as kept:
        body = kept.read()
    assert "請求書" in pypdf.PdfReader(BytesIO(body)).pages[0].extract_text()
    (sent,) = mail.outbox
    assert sent.subject == "【IIJ IoT】2026年11月分 ご請求書送付のご案内（O0000001）"
    assert "5,500円" in sent.body
    assert "2027年1月4日" in sent.body
    assert sent.attachments == [("O0000001.pdf", body, "application/pdf")]


def test_r07_what_is_rolled_back_leaves_no_job_no_mail_and_no_pdf():
    CompanyFactory()
    ContractFactory()
    close("2026-11", FIRST)
    plan = issuing.plan_issue(run_of("2026-11"), FIRST)
    with transaction.atomic():
        issuing.issue(plan, actor=BEN)
        transaction.set_rollback(True)
    assert not Invoice.objects.issued().exists()
    assert not job_queue.jobs().of_kind(issuing.make_papers).exists()
    assert not Notice.objects.exists()
    assert [invoice.number for invoice in issue("2026-11", FIRST)] == ["O0000001"]


def test_an_issued_invoice_changes_in_nothing_but_how_it_is_settled():
    invoice = InvoiceFactory()
    invoice.net, invoice.total = 4_000, 4_500
    with chapter(actor=BEN), pytest.raises(RuleViolation, match=r"G37|第37条"):
        invoice.save()


def test_a_lost_pdf_keeps_the_mail_waiting():
    CompanyFactory()
    ContractFactory()
    (invoice,) = closed("2026-11", FIRST)
    with on(FIRST):
        issuing.make_papers([invoice.pk])
    paper = InvoicePaper.objects.get()
    file_store.drop(paper.stored_as)
    assert notifying.deliver(paper.notice_id) is False
    assert mail.outbox == []
