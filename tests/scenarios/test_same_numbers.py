"""T05: screen, paper, file, portal and API say the same three numbers of an invoice, whichever it is of T01 to T03."""

import csv
import html
import io
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.utils.html import strip_tags

from billing import issuing
from billing.models import Invoice
from iijiot import roles
from tests.api.conftest import system_of
from tests.contracts.lettered import squeezed
from tests.factories import (
    AccountFactory,
    CompanyFactory,
    InvoiceFactory,
    InvoiceLineFactory,
    TaxTotalFactory,
    UserFactory,
)
from tests.factories.partners import GrantFactory, PartnerFactory
from tests.house.console import list_page, logged_in, page

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G37")]

T01 = {"lines": [(9, 10)] * 10, "taxes": [(10, 90, 9)], "sums": (90, 9, 99)}
T02 = {
    "lines": [(1_234, 10), (777, 10), (999, 8), (1_166, None)],
    "taxes": [(10, 2_011, 201), (8, 999, 79)],
    "sums": (4_176, 280, 4_456),
}
CREDIT = {"lines": [(-10_646, 10)], "taxes": [(10, -10_646, -1_065)], "sums": (-10_646, -1_065, -11_711)}


def issued(case: dict[str, Any], **more: Any) -> Invoice:
    """An issued document of these lines and sums, on paper."""
    CompanyFactory()
    net, tax, total = case["sums"]
    untaxed = sum(amount for amount, percent in case["lines"] if percent is None)
    made: Invoice = InvoiceFactory(net=net - untaxed, tax=tax, untaxed=untaxed, total=total, lines=[], **more)
    for amount, percent in case["lines"]:
        InvoiceLineFactory(invoice=made, amount=amount, fee=abs(amount), tax_percent=percent, is_correction=amount < 0)
    for percent, base, its_tax in case["taxes"]:
        TaxTotalFactory(invoice=made, percent=percent, net=base, tax=its_tax)
    issuing.make_papers([made.pk])
    return made


def yen(*sums: int) -> str:
    """Sums one after the other, as a table has them."""
    return squeezed(" ".join(f"{one:,}円" for one in sums))


def as_text(answer: Any) -> str:
    """A page without its tags and blanks."""
    return squeezed(html.unescape(strip_tags(answer.content.decode())))


@pytest.fixture
def staff() -> Client:
    """The browser of somebody at billing."""
    return logged_in(UserFactory(groups=[roles.BILLING]))


def file_of(browser: Client, address: str, form: dict[str, str] | None = None) -> list[dict[str, str]]:
    """A file of comma-separated values that a browser takes."""
    answer = browser.post(address, form) if form else browser.get(address)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def by_paper(invoice: Invoice, answer: Any) -> None:
    """The paper says each rate with its sums, and the total."""
    text = squeezed(pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages[0].extract_text()).replace("▲", "-")
    for tax in invoice.tax_totals.all():
        assert squeezed(f"{tax.percent}％対象 {tax.net:,} {tax.tax:,} {tax.gross:,}") in text
    assert squeezed(f"{invoice.total:,} 円") in text


@pytest.mark.parametrize(
    ("case", "more"), [(T01, {}), (T02, {}), (CREDIT, {"credit_note": True})], ids=["t01", "t02", "credit"]
)
def test_t05_the_same_three_numbers_stand_everywhere(staff, case, more):
    invoice = issued(case, **more)
    net, tax, total = case["sums"]
    manager = AccountFactory(customer=invoice.customer, role="manager", must_renew_password=False)
    customer, partner = logged_in(manager.user), PartnerFactory()
    GrantFactory(partner=partner, customer=invoice.customer)

    for told in (staff.get(page(invoice, "change")), customer.get(f"/portal/invoices/{invoice.number}/")):
        assert f"合計{yen(net, tax, total)}" in as_text(told)
    by_paper(invoice, staff.get(page(invoice, "pdf")))
    by_paper(invoice, customer.get(f"/portal/invoices/{invoice.number}/pdf/"))

    columns = "&".join(f"columns={name}" for name in ("net", "tax", "untaxed", "sum"))
    (row,) = file_of(staff, f"{list_page(Invoice)}export/?q={invoice.number}&{columns}", {"form": "csv"})
    sums = {name: int(cell) for name, cell in row.items()}
    assert list(sums.values()) == [net - invoice.untaxed, tax, invoice.untaxed, total]
    lines = file_of(customer, f"/portal/invoices/{invoice.number}/csv/")
    assert sum(int(line["金額"]) for line in lines) == net

    told = system_of(partner).get(f"invoices/inv_{invoice.number}?expand=items").json()
    assert (told["net"] + told["untaxed"], told["tax"], told["total"]) == (net, tax, total)
    assert sum(item["amount"] for item in told["items"]) == net
