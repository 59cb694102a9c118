"""Every kind of portal page, with an address that has something on it in the world at hand: for pictures and for times."""

from collections.abc import Callable
from typing import Any

from billing.models import Invoice
from contracts.models import (
    Account,
    Application,
    Contract,
    Customer,
    DocumentRequest,
    Notice,
    StartCondition,
    Termination,
    TermsVersion,
)
from contracts.models.account import Role
from iijiot import clock
from sims.models import Line, LineChange
from tests.browser.pages import Page
from tests.portal import addresses

Parts = dict[str, Any]


def contract(customer: Customer) -> Any:
    """One with lines and no end, else any in life."""
    rows = Contract.objects.of_customer(customer).in_life().filter(ends_on=None)
    return rows.with_lines().first() or rows.order_by("pk").first()


def line(customer: Customer) -> Any:
    """One that the network holds back, else one with a card."""
    rows = Line.objects.of_customer(customer).living()
    return rows.held_back("throttled").order_by("pk").first() or rows.filter(state="active").order_by("pk").first()


def change(customer: Customer) -> Any:
    """Fewer lines to come."""
    return LineChange.objects.of_customer(customer).fewer().order_by("state", "-effective_on").first()


def application(customer: Customer) -> Any:
    """One on hold, else the latest."""
    rows = Application.objects.of_customer(customer)
    return rows.filter(state="on-hold").first() or rows.order_by("-pk").first()


def termination(customer: Customer) -> Any:
    """One by the customer's own notice."""
    return Termination.objects.of_customer(customer).order_by("-origin", "-pk").first()


def invoice(customer: Customer) -> Any:
    """One that is to be paid, else the latest."""
    rows = Invoice.objects.issued().owed_by(customer)
    return rows.open().order_by("pk").first() or rows.order_by("-pk").first()


def numbered(found: Any) -> Parts | None:
    """Its number, as an address holds it."""
    return {"number": found.number} if found is not None else None


def condition(customer: Customer) -> Parts | None:
    """One that is still to be met."""
    found = StartCondition.objects.of_customer(customer).to_meet().first()
    return {"number": found.contract.number, "condition": found.pk} if found is not None else None


def document(customer: Customer) -> Parts | None:
    """One that is awaited."""
    found = DocumentRequest.objects.of_customer(customer).awaited().first()
    return {"number": found.application.number, "document": found.pk} if found is not None else None


def account(customer: Customer) -> Parts | None:
    """Somebody beside the manager."""
    found = Account.objects.of_customer(customer).order_by("-pk").first()
    return {"login_id": found.login_id} if found is not None else None


def terms(customer: Customer) -> Parts | None:
    """A version whose text customers read."""
    found = TermsVersion.objects.shown_to_customers().order_by("-pk").first()
    return {"pk": found.pk} if found is not None else None


Find = Callable[[Customer], Parts | None]

OF: dict[str, Find] = {
    **dict.fromkeys(["contract", "terminate", "more_lines", "fewer_lines"], lambda c: numbered(contract(c))),
    **dict.fromkeys(["line", "relabel", "report_card"], lambda c: numbered(line(c))),
    **dict.fromkeys(["application", "withdraw"], lambda c: numbered(application(c))),
    **dict.fromkeys(["termination", "recall"], lambda c: numbered(termination(c))),
    **dict.fromkeys(["invoice", "invoice_pdf", "invoice_csv"], lambda c: numbered(invoice(c))),
    **dict.fromkeys(
        ["notice", "notice_pdf"], lambda c: numbered(Notice.objects.of_customer(c).newest().first())
    ),
    "keep_lines": lambda c: numbered(change(c)),
    "condition": condition,
    "hand_in": document,
    "stolen": account,
    "use": lambda c: {"use": "marketing"},
    "terms_text": terms,
}  # fmt: skip
"""By the name of a page, the record that it is of."""
FILES = {"lines_csv", "invoices_csv", "invoice_csv", "invoice_pdf", "notice_pdf"}
"""Answers that are no pages."""


def reader() -> Account:
    """The manager of the customer with most lines, who gets in with the invented password."""
    found = Account.objects.filter(role=Role.MANAGER, must_renew_password=False).order_by("pk").first()
    assert found is not None, "the demo has nobody at the portal"
    return found


def everything(customer: Customer) -> list[Page]:
    """All pages of this customer, and what its plans show."""
    found = [Page(f"portal {name}", address) for name, address in addresses.lists().items() if name not in FILES]
    for name in addresses.every():
        parts = OF[name](customer) if name in OF else None
        if parts and name not in FILES:
            found.append(Page(f"portal {name}", addresses.address(name, parts)))
    return [*found, *searches(customer), *plans(customer)]


def searches(customer: Customer) -> list[Page]:
    """The list of lines as people ask for it."""
    found = line(customer)
    asked = {
        "by name": "q=号機",
        "by nothing there": "q=どこにもない名前",
        "by tag": "tag=東棟",
        "throttled": "network=throttled",
    }
    if found is not None:
        asked |= {"by digits": f"q={found.msisdn[-5:]}", "by number": f"q={found.number}"}
    return [Page(f"portal lines, {name}", f"/portal/lines/?{query}") for name, query in asked.items()]


def plans(customer: Customer) -> list[Page]:
    """What ending a contract, or some of its lines, would do."""
    found = contract(customer)
    if found is None:
        return []
    day = clock.business_day().isoformat()
    address = f"/portal/contracts/{found.number}"
    return [
        Page("portal terminate, plan", f"{address}/end/", {"named_on": "", "remark": "", "step": "preview"}),
        Page("portal fewer_lines, plan", f"{address}/fewer-lines/", {"effective_on": day, "how_many": "2", "step": "preview"}),
        Page(
            "portal more_lines, plan", f"{address}/more-lines/",
            {"quantity": "2", "start_wished_on": day, "step": "preview"},
        ),
    ]  # fmt: skip


def unknown() -> set[str]:
    """Pages of a record of which nothing here says which: a new page needs a line in `OF`."""
    return set(addresses.every()) - set(addresses.lists()) - set(OF)
