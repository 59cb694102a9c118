"""A customer with something of everything, each text with a mark of its own; and a walk over all that is shown (X24)."""

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.db.models import EmailField
from django.test import Client
from pypdf import PdfReader

from contracts.models import Customer
from tests import payloads
from tests.factories import (
    AccountFactory,
    ApplicationFactory,
    ChangeReportFactory,
    ConsentFactory,
    ContactChannelFactory,
    ContractFactory,
    DesignatedDayFactory,
    DisclosureFactory,
    DocumentFactory,
    DocumentRequestFactory,
    EvidenceFactory,
    ExtraItemFactory,
    IncidentFactory,
    InvoiceFactory,
    InvoiceLineFactory,
    LateChargeFactory,
    LineChangeFactory,
    LineFactory,
    NetworkPolicyFactory,
    NoticeFactory,
    ProofFactory,
    ReceiptFactory,
    SimCardFactory,
    StartConditionFactory,
    SubleaseConsentFactory,
    SuspensionFactory,
    TerminationFactory,
    ViolationFactory,
)
from tests.factories.worlds import house
from tests.recorder import recorded_models

FIRST = 100
"""Marks have three digits."""


@dataclass(frozen=True)
class Marked:
    """A customer, the column behind each of its marks, and the numbers of everything that is its own."""

    customer: Customer
    columns: dict[str, str]
    numbers: frozenset[str]

    def found_in(self, words: str) -> set[str]:
        """The columns whose mark is in a text."""
        return {column for mark, column in self.columns.items() if mark in words}

    @property
    def queries(self) -> list[str]:
        """What somebody would search for who knows all of it."""
        return [*self.columns, *sorted(self.numbers)]


def at_work(customer: Customer) -> None:
    """Something of everything that staff and customer write and read."""
    world = house(customer)
    line = LineFactory(contract=world.mobile_access, tags="x")
    gone = LineFactory(contract=world.mobile_access, ended=True)
    application = ApplicationFactory(customer=customer, on_hold=True)
    invoice = InvoiceFactory(customer=customer, overdue=True)
    makings: tuple[tuple[Any, dict[str, Any]], ...] = (
        (SimCardFactory, {"lent": True, "line": line}),
        (SimCardFactory, {"lent": True, "line": gone, "state": "due-back", "due_back_on": date(2026, 11, 30)}),
        (NetworkPolicyFactory, {"line": line}),
        (IncidentFactory, {"line": line}),
        (LineChangeFactory, {"contract": world.mobile_access}),
        (SubleaseConsentFactory, {"contract": world.mobile_access}),
        (DocumentRequestFactory, {"application": application}),
        (EvidenceFactory, {"application": application, "change_report": None}),
        (StartConditionFactory, {"contract": ContractFactory(customer=customer, private_connector=True)}),
        (TerminationFactory, {"contract": world.data_storage}),
        (DesignatedDayFactory, {"contract": world.vpn}),
        (SuspensionFactory, {"contract": ContractFactory(customer=customer)}),
        (InvoiceLineFactory, {"invoice": invoice}),
        (LateChargeFactory, {"invoice": invoice}),
        *(
            (make, {"customer": customer})
            for make in (
                ChangeReportFactory, ConsentFactory, ContactChannelFactory, DisclosureFactory, DocumentFactory,
                NoticeFactory, ViolationFactory,
            )
        ),
        (ExtraItemFactory, {"contract": world.vpn}),
        (ReceiptFactory, {"of": customer}),
        (ProofFactory, {"account": AccountFactory(customer=customer)}),
    )  # fmt: skip
    for make, how in makings:
        make(**how)


def rows_of(model: Any, customer: Customer) -> Any:
    """The records of a kind that are a customer's; None where the kind is of no customer."""
    if model is Customer:
        return model._base_manager.filter(pk=customer.pk)
    first = model.CUSTOMER.partition("__")[0]
    is_of_one = model._meta.app_label in payloads.OURS and first in {
        field.name for field in model._meta.concrete_fields
    }
    return model._base_manager.filter(**{model.CUSTOMER: customer}) if is_of_one else None


def marked(customer: Customer, sign: str) -> Marked:
    """Put a mark into each text of each record of a customer; all rows of one column carry the same."""
    columns: dict[str, str] = {}
    numbers: set[str] = set()
    for model in recorded_models():
        rows = rows_of(model, customer)
        if rows is None or not rows.exists():
            continue
        for field in payloads.text_fields(model):
            mark = f"{sign}{FIRST + len(columns)}"
            text = f"{mark}@canary.example" if isinstance(field, EmailField) else mark
            if sum(payloads.put(model, pk, field.name, text) for pk in rows.values_list("pk", flat=True)):
                columns[mark] = f"{model.__name__}.{field.name}"
        if any(field.name == "number" for field in model._meta.concrete_fields):
            numbers |= set(rows.exclude(number="").values_list("number", flat=True))
    return Marked(Customer.objects.get(pk=customer.pk), columns, frozenset(numbers))


def read(answer: Any) -> str:
    """Everything that an answer says, whatever it is."""
    body = answer.getvalue() if answer.streaming else answer.content
    if answer.headers.get("Content-Type", "") == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace") + " ".join(answer.headers.values())


def crawled(browser: Client, starts: list[str], most: int = 2000) -> dict[str, str]:
    """Every answer that links lead to, files among them, with its words."""
    found: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(found) < most:
        asked = waiting.pop()
        if asked in found or not asked.startswith("/portal/"):
            continue
        answer = browser.get(asked)
        assert answer.status_code in (200, 302), f"{asked}: {answer.status_code}"
        found[asked] = read(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            links = re.findall(r'href="([^"#]+)"', found[asked])
            waiting += [link_from(asked, link.replace("&amp;", "&")) for link in links]
    return found


def link_from(asked: str, link: str) -> str:
    """A link as the browser follows it from a page."""
    return link if link.startswith("/") else asked.partition("?")[0] + link


def searches(words: list[str]) -> list[str]:
    """Every list that can be searched, asked for each of these."""
    lists = ("lines/?q=", "lines/csv/?q=", "lines/?tag=", "lines/?contract=")
    return [f"/portal/{asked}{quote(word)}" for word in words for asked in lists]
