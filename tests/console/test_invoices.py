"""Invoices at the console: found, explained yen by yen, on paper, discarded, credited, computed once more."""

import io
from datetime import date

import pypdf
import pytest
from django.urls import reverse

from billing import deciding, issuing
from billing.models import ExtraItem, Invoice, InvoiceKind
from iijiot import file_store
from iijiot.models import AccessEvent
from iijiot.records import chapter, locked
from tests.acts import BEN, again
from tests.billing.closed import closed, on
from tests.billing.owing import owe, pay
from tests.console.conftest import told
from tests.console.invoices import WHY, draft, with_line, worked_off
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory, InvoiceFactory, InvoiceLineFactory
from tests.factories.contracts import of
from tests.factories.prices import price_list
from tests.house.console import list_page, logged_in, page, with_all_but

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture
def billing(gen):
    """Gen's browser."""
    return logged_in(gen)


@pytest.fixture
def lead(emi):
    """Emi's browser."""
    return logged_in(emi)


def listed(browser, **query) -> list[str]:
    """The numbers on the first page of the list."""
    return [invoice.number for invoice in browser.get(list_page(Invoice), query).context["cl"].result_list]


def issued(customer=None, **more):
    return InvoiceFactory(**({"customer": customer} if customer else {}), **more)


def test_an_invoice_is_found_by_day_sum_and_customer_together(billing):
    """電子帳簿保存法: by day and sum in ranges, and by the other party, any of them combined."""
    aoi, other = CustomerFactory(), CustomerFactory(name="株式会社カロル物流", name_kana="カロルブツリュウ")
    first = issued(aoi, issued_on=date(2026, 10, 1), due_on=date(2026, 11, 30), month=date(2026, 9, 1), net=5_000)
    second = issued(aoi, issued_on=date(2026, 11, 2), due_on=date(2026, 11, 30), month=date(2026, 10, 1), net=100_000)
    foreign = issued(
        other, issued_on=date(2026, 11, 2), due_on=date(2026, 11, 30), month=date(2026, 10, 1), net=100_000
    )
    assert set(listed(billing, issued_from="2026-10-01", issued_to="2026-10-31")) == {first.number}
    assert set(listed(billing, issued_from="2026-11-02")) == {second.number, foreign.number}
    assert set(listed(billing, issued_to="令和8年10月1日")) == {first.number}
    assert set(listed(billing, total_from="110,000", total_to="１１０，０００円")) == {second.number, foreign.number}
    assert set(listed(billing, total_to="5500")) == {first.number}
    assert listed(billing, issued_from="2026-11-01", total_from="100000", q="カロル") == [foreign.number]
    assert listed(billing, q=aoi.number, total_from="100000") == [second.number]
    assert set(listed(billing, of_month="2026年10月")) == {second.number, foreign.number}


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("issued_from", "2026-02-30", "のように入力してください"),
        ("total_to", "五百円", "数字で入力してください"),
        ("total_from", "9" * 30, "数字で入力してください"),
        ("of_month", "2026-13", "2026-11"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_finds_nothing(billing, name, typed, says):
    issued()
    shown = billing.get(list_page(Invoice), {name: typed})
    assert shown.context["cl"].result_list == []
    assert says in told(shown)
    assert f'value="{typed}"' in told(shown)


def test_what_a_list_is_narrowed_to_stands_on_its_file(billing):
    issued()
    address = reverse("admin:billing_invoice_export")
    billing.post(f"{address}?issued_from=2026-11-01&total_to=9000&queue=issued", {"form": "csv"}).getvalue()
    detail = AccessEvent.objects.filter(kind="exported").get().detail
    assert "2026年11月1日" in detail
    assert "9,000円" in detail
    assert "発行済み" in detail


def test_an_invoice_is_found_by_its_number_from_everywhere(billing):
    invoice = issued()
    assert billing.get("/console/search/", {"q": invoice.number}).url == page(invoice, "change")
    assert billing.get("/console/search/", {"q": f"ｏ{invoice.number[1:]}"}).url == page(invoice, "change")
    assert listed(billing, q=invoice.number.lower()) == [invoice.number]
    issued()
    assert listed(billing, q=invoice.number.removeprefix("O").lstrip("0")) == [invoice.number]


def test_the_queues_of_the_list(billing):
    waits, due = draft(), owe(CustomerFactory(), 3_000, date(2026, 11, 20), state="overdue")
    for queue, found in [("drafts", waits), ("overdue", due), ("open", due), ("no-paper", due)]:
        shown = billing.get(list_page(Invoice), {"queue": queue}).context["cl"].result_list
        assert list(shown) == [found], queue
    assert "番号のない下書き" in told(billing.get(list_page(Invoice), {"queue": "drafts"}))


@pytest.mark.clause("G30.1", "G30.2")
def test_each_yen_leads_to_its_fee_its_days_its_clause_and_its_price(billing):
    price_list()
    CompanyFactory()
    contract = ContractFactory(billing_starts_on=date(2026, 10, 16))
    (invoice,) = closed("2026-10", date(2026, 11, 2))
    shown = billing.get(page(invoice, "change"))
    text = told(shown)
    assert page(contract, "change") in text
    (group,) = next(panel for panel in shown.context["panels"] if panel["anchor"] == "lines")["groups"]
    (row,) = group.rows
    assert (row.line.fee, row.days, row.clause.id) == (5_000, "2026/10/16～10/31（16/31日）", "IOT5")
    assert page(row.line.price, "change") in text
    assert row.source_words == row.line.price.version.name
    assert "/console/terms/IOT5/" in text
    for sum_shown in ("2,580円", "258円", "2,838円"):
        assert sum_shown in text


def test_a_long_invoice_is_shown_page_by_page(billing):
    invoice = issued(lines=[])
    contract = ContractFactory(**of(invoice.customer))
    for _n in range(101):
        InvoiceLineFactory(invoice=invoice, contract=contract, amount=1)
    first = billing.get(page(invoice, "change"))
    lines = next(panel for panel in first.context["panels"] if panel["anchor"] == "lines")
    assert (sum(len(group.rows) for group in lines["groups"]), lines["next"]) == (100, 100)
    rest = billing.get(page(invoice, "change"), {"line_after": "100"})
    lines = next(panel for panel in rest.context["panels"] if panel["anchor"] == "lines")
    assert [row.line.place for group in lines["groups"] for row in group.rows] == [101]
    assert billing.get(page(invoice, "change"), {"line_after": "x"}).status_code == 200


@pytest.mark.clause("G37")
def test_the_pdf_is_what_the_customer_got_and_each_opening_is_logged(billing):
    price_list()
    CompanyFactory()
    ContractFactory()
    (invoice,) = closed("2026-10", date(2026, 11, 2))
    assert billing.get(page(invoice, "pdf")).status_code == 404
    assert "まだ作成されていません" in told(billing.get(page(invoice, "change")))
    with on(date(2026, 11, 2)):
        issuing.make_papers([invoice.pk])
    invoice = again(invoice)
    shown = told(billing.get(page(invoice, "change")))
    assert page(invoice, "pdf") in shown
    assert page(invoice.paper.notice, "change") in shown
    answer = billing.get(page(invoice, "pdf"))
    body = b"".join(answer.streaming_content)
    assert file_store.digest(body) == invoice.paper.sha256
    assert f"{invoice.number}.pdf" in answer["Content-Disposition"]
    assert AccessEvent.objects.filter(kind="exported", detail=f"{invoice.number}.pdf").count() == 1
    assert billing.post(page(invoice, "pdf")).status_code == 405
    may_not = with_all_but("billing.view_invoice", "billing.change_invoice")
    assert may_not.get(page(invoice, "pdf")).status_code == 403
    file_store.drop(invoice.paper.stored_as)
    assert billing.get(page(invoice, "pdf")).url == page(invoice, "change")
    assert "バックアップ" in told(billing.get(page(invoice, "change")))


@pytest.mark.clause("G37")
def test_a_draft_is_previewed_marked_as_a_sample_and_kept_nowhere(billing, recorder):
    invoice = draft()
    recorder.forget()
    answer = billing.get(page(invoice, "preview"))
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "見本" in text
    assert "下書き" in text
    assert recorder.entries(side="row") == []
    assert billing.post(page(invoice, "preview")).status_code == 405
    assert billing.get(page(issued(), "preview")).status_code == 404
    assert billing.get(reverse("admin:billing_invoice_preview", args=[999_999])).status_code == 404


@pytest.mark.clause("G30.1")
def test_a_draft_is_discarded_and_what_was_decided_waits_again(billing, press):
    price_list()
    CompanyFactory()
    contract = ContractFactory()
    extra = deciding.claim_damages(contract, 3_000, text="損傷", reason="10月", on=date(2026, 10, 5), actor=BEN)
    invoice = worked_off().invoices.get()
    assert again(extra).state == "billed"
    assert press(invoice, "discard-draft", browser=billing).context["form"].errors["because"]
    assert press(invoice, "discard-draft", browser=billing, confirmed=True, **WHY).status_code == 302
    assert (again(invoice).state, again(extra).state) == ("discarded", "pending")
    assert again(invoice).history.first().history_change_reason == WHY["because"]
    assert press(issued(), "discard-draft", browser=billing, confirmed=True, **WHY).status_code == 409
    assert "破棄" in told(billing.get(page(invoice, "change")))


@pytest.mark.clause("G30.1", "G37")
def test_a_part_of_an_invoice_is_credited_by_the_next_run_and_no_more_than_is_left(billing, press):
    invoice = with_line()
    sent = {"line": invoice.lines.get().pk, "text": "障害のお詫び", "reason": "10月の障害"}
    too_much = press(invoice, "give-goodwill", browser=billing, confirmed=True, amount="5001", **sent)
    assert "5,000" in str(too_much.context["form"].non_field_errors())
    for typed in ("0", "-1", "abc", ""):
        refused = press(invoice, "give-goodwill", browser=billing, amount=typed, **sent)
        assert refused.context["form"].errors["amount"], typed
    foreign = {**sent, "line": with_line().lines.get().pk}
    assert press(invoice, "give-goodwill", browser=billing, amount="1", **foreign).context["form"].errors["line"]
    assert press(invoice, "give-goodwill", browser=billing, confirmed=True, amount="1000", **sent).status_code == 302
    extra = ExtraItem.objects.get()
    assert (extra.amount, extra.lessens, extra.state) == (-1_000, invoice.lines.get(), "pending")
    assert press(draft(), "give-goodwill", browser=billing, confirmed=True, amount="1", **sent).status_code == 409


def test_who_may_not_sees_no_button_and_is_refused(desk, press):
    invoice = with_line()
    for slug in ("give-goodwill", "discard-draft", "write-off"):
        assert desk.get(page(invoice, "do", slug)).status_code == 403
    assert "give-goodwill" not in told(desk.get(page(invoice, "change")))


@pytest.mark.clause("G33")
def test_an_invoice_is_written_off_and_taken_up_again_from_its_page(lead, press):
    invoice = owe(CustomerFactory(), 3_000, date(2026, 11, 20), state="overdue")
    assert page(invoice, "do", "write-off") in told(lead.get(page(invoice, "change")))
    assert press(invoice, "write-off", browser=lead, confirmed=True, because="回収不能").status_code == 302
    shown = told(lead.get(page(invoice, "change")))
    assert page(invoice, "do", "take-up-invoice") in shown
    assert press(invoice, "take-up-invoice", browser=lead, confirmed=True, because="入金の見込み").status_code == 302
    assert again(invoice).state in ("issued", "overdue")


@pytest.mark.clause("G30.1", "G37")
def test_the_page_says_what_lessens_an_invoice_and_what_remains(billing):
    note = InvoiceFactory(credit_note=True, net=-2_000)
    root = note.corrects
    for record in (root, note):
        shown = told(billing.get(page(record, "change")))
        assert page(root, "change") in shown
        assert page(note, "change") in shown
        assert "3,300円" in shown


def test_the_history_of_an_invoice_tells_its_own_acts_and_nothing_more(billing):
    """The act counts its rows, not the yen of the column `total`."""
    invoice = issued(lines=[])
    shown = billing.get(page(invoice, "history"))
    (entry,) = shown.context["panel"]["timeline"].entries
    assert entry.more == []
    assert invoice.number in told(shown)


def test_what_settled_an_invoice_and_the_reminders_stand_on_its_page(billing):
    customer = CustomerFactory()
    invoice = owe(customer, 3_000, date(2026, 11, 20))
    receipt = pay(customer, 1_000, date(2026, 11, 20))
    shown = told(billing.get(page(invoice, "change")))
    assert page(receipt, "change") in shown
    assert "2,000円" in shown


def test_a_customers_page_shows_the_documents_and_what_is_owed(billing):
    customer = CustomerFactory()
    owe(customer, 3_000, date(2026, 12, 20))
    late = owe(customer, 4_000, date(2026, 11, 20), state="overdue")
    shown = billing.get(page(customer, "change"))
    panel = next(panel for panel in shown.context["panels"] if panel["anchor"] == "invoices")
    assert (panel["owed"], panel["overdue"], len(panel["invoices"])) == (7_000, 4_000, 2)
    assert late.number in told(shown)
    assert set(listed(billing, q=customer.number)) == {invoice.number for invoice in panel["invoices"]}


@pytest.mark.clause("G17")
def test_a_debt_that_passed_is_found_with_both_customers(billing):
    invoice = InvoiceFactory(passed_to=CustomerFactory())
    for customer in (invoice.customer, invoice.passed_to):
        assert listed(billing, q=customer.number) == [invoice.number]


@pytest.mark.clause("G29.2", "G30.2.2")
def test_a_contracts_page_shows_its_months_and_a_month_is_computed_once_more(billing):
    price_list()
    CompanyFactory()
    contract = ContractFactory(private_connector=True)
    (invoice,) = closed("2026-10", date(2026, 11, 2))
    shown = billing.get(page(contract, "change"))
    (row,) = next(panel for panel in shown.context["panels"] if panel["anchor"] == "invoiced")["months"]
    assert (row["month"], row["charged"], row["credited"], row["documents"]) == ("2026-10", 30_000, 0, [invoice])
    assert row["again"] in told(shown).replace("&amp;", "&")
    agreed = billing.get(row["again"])
    assert (agreed.context["was"], agreed.context["owed"], agreed.context["amount"]) == (30_000, 30_000, 0)
    assert "一致しています" in told(agreed)
    with chapter(actor=BEN, clause="G29.2"), locked(contract) as (held,):
        held.ends_on, held.ends_under = date(2026, 10, 20), "PC5.1"
        held.save()
    wrong = billing.get(reverse("admin:billing_invoice_recompute"), {"of": contract.number, "month": "2026-10"})
    assert wrong.context["amount"] == 30_000 * 20 // 31 - 30_000
    assert Invoice.objects.count() == 1
    unit = billing.get(
        reverse("admin:billing_invoice_recompute"), {"of": contract.management_unit.number, "month": "２０２６／１０"}
    )
    assert unit.context["amount"] == wrong.context["amount"]


@pytest.mark.parametrize(
    ("of_what", "month", "field"),
    [("K9999999", "2026-10", "of"), ("", "2026-10", "of"), ("K0000001", "10月", "month"), ("M1", "2026-13", "month"),
     ("K1", "2026-12", "month")],
)  # fmt: skip
def test_a_month_that_cannot_be_computed_is_told_at_its_field(billing, of_what, month, field):
    answer = billing.get(reverse("admin:billing_invoice_recompute"), {"of": of_what, "month": month})
    assert answer.context["form"].errors[field]
    assert "subject" not in answer.context


def test_computing_once_more_is_for_who_sees_invoices_and_writes_nothing(billing):
    address = reverse("admin:billing_invoice_recompute")
    assert billing.get(address).status_code == 200
    assert billing.post(address).status_code == 405
    assert with_all_but("billing.view_invoice", "billing.change_invoice").get(address).status_code == 403


def test_overdue_invoices_wait_at_home(billing):
    invoice = owe(CustomerFactory(), 3_000, date(2026, 11, 20), state="overdue")
    home = told(billing.get("/console/", {"kind": "overdue"}))
    assert invoice.number in home
    assert "3,000円" in home


def test_the_kinds_are_called_as_on_paper(billing):
    issued()
    text = told(billing.get(list_page(Invoice)))
    for kind in InvoiceKind:
        assert str(kind.label) in text
