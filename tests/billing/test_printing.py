"""Invoices and credit notes on paper: what a qualified invoice must say is read back from the PDF."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from billing import printing
from billing.models import Invoice
from contracts.models import TermsVersion
from iijiot import company
from tests.contracts.lettered import squeezed
from tests.factories import (
    CompanyFactory,
    ContractFactory,
    CustomerFactory,
    InvoiceFactory,
    InvoiceLineFactory,
    TaxTotalFactory,
)
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)


def text_of(invoice: Invoice) -> str:
    """All text of a document's PDF, without blanks."""
    (sheet,) = printing.sheets_of([invoice], TODAY)
    return squeezed("\n".join(page.extract_text() for page in pages(printing.pdf(sheet))))


def pages(pdf: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


@pytest.fixture
def invoice() -> Invoice:
    """Two contracts, two rates and a late charge, as T02 has them."""
    CompanyFactory()
    customer = CustomerFactory(name="株式会社アオイ製作所", address="東京都千代田区富士見2-10-2")
    invoice: Invoice = InvoiceFactory(
        customer=customer, net=3_010, tax=280, untaxed=1_166, total=4_456, number="O0000012", lines=[]
    )
    lines = ContractFactory(mobile_access=True, **of(customer))
    InvoiceLineFactory(invoice=invoice, contract=lines, amount=1_234, fee=300, quantity=8, days=16, clause="MA13.1",
                       first=date(2026, 11, 15), unit="line")  # fmt: skip
    InvoiceLineFactory(invoice=invoice, amount=777, fee=777, quantity=1)
    InvoiceLineFactory(invoice=invoice, amount=999, fee=999, tax_percent=8, month=date(2019, 9, 1),
                       first=date(2019, 9, 1), last=date(2019, 9, 30))  # fmt: skip
    InvoiceLineFactory(invoice=invoice, amount=1_166, fee=1_166, tax_percent=None, contract=None, kind="late-charge",
                       of_days=1, days=1, clause="G35.1")  # fmt: skip
    TaxTotalFactory(invoice=invoice, net=2_011, tax=201)
    TaxTotalFactory(invoice=invoice, percent=8, net=999, tax=79)
    return invoice


@pytest.mark.clause("G37")
def test_an_invoice_says_all_that_a_qualified_invoice_must(invoice):
    text = text_of(invoice)
    assert f"登録番号{company.present().invoice_number}" in text
    for said in (
        "請求書",
        "O0000012",
        "架空通信株式会社",  # 1 issuer and registration number
        "2026年12月1日",
        "2026/11/15～11/30（16/30日）",  # 2 period of supply
        "月額費用",  # 3 description
        "10％対象 2,011 201 2,212",  # 4 and 5: net, tax and gross by rate
        "8％対象 999 79 1,078",
        "対象外 1,166",
        "4,456 円",
        "株式会社アオイ製作所 御中",  # 6 recipient
        "2027年1月4日",
    ):
        assert squeezed(said) in text, said


def test_lines_stand_under_their_contract_and_say_fee_quantity_and_amount(invoice):
    text = text_of(invoice)
    line = invoice.lines.get(unit="line")
    assert squeezed(line.contract.name_for_letters) in text
    assert squeezed("2026/11/15～11/30（16/30日） 300 8 1,234 10％") in text


@pytest.mark.clause("G37")
def test_before_the_day_of_registration_no_number_is_printed(invoice):
    invoice.issued_on = date(2023, 9, 30)
    assert "登録番号" not in text_of(invoice)


def test_a_credit_note_names_the_invoice_and_the_month_that_it_corrects():
    CompanyFactory()
    note = InvoiceFactory(credit_note=True, net=-10_646, tax=-1_065, lines=[])
    InvoiceLineFactory(invoice=note, amount=-10_646, fee=30_000, is_correction=True)
    TaxTotalFactory(invoice=note, net=-10_646, tax=-1_065)
    text = text_of(note)
    assert squeezed("適格返還請求書") in text
    assert squeezed(f"{note.corrects.number}（2026年11月分）") in text
    assert squeezed("月額費用（訂正） 2026年11月分 － － ▲10,646 10％") in text
    assert squeezed("▲11,711 円") in text
    assert "お支払期限" not in text


def test_a_statement_of_zero_yen_asks_for_nothing():
    CompanyFactory()
    text = text_of(InvoiceFactory(statement=True))
    assert squeezed("ご利用明細書") in text
    assert squeezed("0 円") in text
    assert "お支払期限" not in text


@pytest.mark.clause("G1")
def test_it_names_the_terms_that_are_in_force_on_its_day(invoice):
    in_force = TermsVersion.objects.in_force("G", TODAY)
    assert squeezed(str(in_force)) in text_of(invoice)


def test_a_draft_says_that_it_is_one():
    CompanyFactory()
    text = text_of(InvoiceFactory(draft=True))
    assert "下書き" in text
    assert "発行時に決まります" in text


@pytest.mark.parametrize(("method", "said"), [("transfer", "お振込先　架空銀行"), ("direct-debit", "口座振替日")])
@pytest.mark.clause("G33")
def test_it_says_how_and_by_when_to_pay(method, said):
    CompanyFactory()
    assert squeezed(said) in text_of(InvoiceFactory(method=method))


def test_many_lines_flow_over_pages_that_say_which_they_are(invoice):
    contract = invoice.lines.first().contract
    for n in range(120):
        InvoiceLineFactory(invoice=invoice, contract=contract, amount=n)
    (sheet,) = printing.sheets_of([invoice], TODAY)
    found = pages(printing.pdf(sheet))
    assert len(found) > 2
    for number, page in enumerate(found, 1):
        text = squeezed(page.extract_text())
        assert squeezed(f"O0000012　{number} / {len(found)}") in text
        assert squeezed("金額（税抜）") in text


def test_the_same_document_makes_the_same_bytes(invoice):
    (sheet,) = printing.sheets_of([invoice], TODAY)
    assert printing.pdf(sheet) == printing.pdf(sheet)


def test_many_documents_need_no_more_queries_than_one(invoice, django_assert_max_num_queries):
    others = [InvoiceFactory() for _n in range(5)]
    with django_assert_max_num_queries(10):
        assert len(printing.sheets_of([invoice, *others], TODAY)) == 6
