"""Every address of the portal, and a record of a customer for each that is of one: a new page is looked at by itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from contracts.models import Customer
from iijiot.portal.members import Right
from iijiot.portal.views import FormPage
from tests.factories import (
    AccountFactory,
    ApplicationFactory,
    ChangeReportFactory,
    ContractFactory,
    DocumentRequestFactory,
    InvoiceFactory,
    NoticeFactory,
    StartConditionFactory,
    TerminationFactory,
)
from tests.factories.sims import LineChangeFactory, LineFactory, SimCardFactory

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern below the portal's address, whole."""
    for part in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from patterns(part, whole)
        elif whole.startswith("portal/"):
            yield whole, part


FOR_NOBODY_YET = {"invitation"}
"""Where links of mails lead those who have no login yet."""


def every() -> dict[str, str]:
    """The addresses by the name of each page of somebody who is logged in."""
    return {str(part.name): whole for whole, part in patterns() if part.name not in FOR_NOBODY_YET}


FOR_ALL = {"use": "/portal/company/uses/marketing/", "terms_text": ""}
"""Pages with a place in their address that is of no customer: what every customer can say, and the terms."""


def acts(name: str) -> bool:
    """Whether something binding is done by a page, which is not for whoever only looks."""
    view = next(part for _whole, part in patterns() if part.name == name).callback.view_class  # type: ignore[attr-defined]
    return issubclass(view, FormPage) and view.right != Right.LOOK


def of_records() -> dict[str, str]:
    """Those that are of one record of a customer."""
    return {name: whole for name, whole in every().items() if PLACE.search(whole) and name not in FOR_ALL}


def lists() -> dict[str, str]:
    """Those that are of the customer as a whole."""
    return {name: f"/{whole}" for name, whole in every().items() if not PLACE.search(whole)}


def _contract(customer: Customer) -> dict[str, Any]:
    return {"number": ContractFactory(customer=customer).number}


def _line_contract(customer: Customer) -> dict[str, Any]:
    return {"number": ContractFactory(customer=customer, mobile_access=True).number}


def _condition(customer: Customer) -> dict[str, Any]:
    condition = StartConditionFactory(contract__customer=customer)
    return {"number": condition.contract.number, "condition": condition.pk}


def _notice(customer: Customer) -> dict[str, Any]:
    return {"number": NoticeFactory(customer=customer).number}


def _termination(customer: Customer) -> dict[str, Any]:
    return {"number": TerminationFactory(contract__customer=customer).number}


def _invoice(customer: Customer) -> dict[str, Any]:
    return {"number": InvoiceFactory(customer=customer).number}


def _application(customer: Customer) -> dict[str, Any]:
    return {"number": ApplicationFactory(customer=customer).number}


def _document(customer: Customer) -> dict[str, Any]:
    asked = DocumentRequestFactory(application=ApplicationFactory(customer=customer, on_hold=True))
    return {"number": asked.application.number, "document": asked.pk}


def _account(customer: Customer) -> dict[str, Any]:
    return {"login_id": AccountFactory(customer=customer).login_id}


def _report(customer: Customer) -> dict[str, Any]:
    return {"number": ChangeReportFactory(customer=customer).number}


def _line(customer: Customer) -> dict[str, Any]:
    line = LineFactory(contract=ContractFactory(customer=customer, mobile_access=True))
    SimCardFactory(lent=True, line=line)
    return {"number": line.number}


def _change(customer: Customer) -> dict[str, Any]:
    contract = ContractFactory(customer=customer, mobile_access=True)
    return {"number": LineChangeFactory(contract=contract).number}


RECORDS: dict[str, Callable[[Customer], dict[str, Any]]] = {
    "contract": _contract,
    "condition": _condition,
    "terminate": _contract,
    "end_at_once": _contract,
    "termination": _termination,
    "recall": _termination,
    "invoice": _invoice,
    "invoice_pdf": _invoice,
    "invoice_csv": _invoice,
    "more_lines": _contract,
    "application": _application,
    "withdraw": _application,
    "hand_in": _document,
    "fewer_lines": _line_contract,
    "keep_lines": _change,
    "line": _line,
    "relabel": _line,
    "report_card": _line,
    "stolen": _account,
    "user": _account,
    "remove_user": _account,
    "invite_again": _account,
    "report": _report,
    "withdraw_report": _report,
    "notice": _notice,
    "notice_pdf": _notice,
}
"""By the name of a page, what its address is filled with: a record of a customer."""


def filled(name: str, customer: Customer) -> str:
    """The address of a page that is of a record of this customer."""
    return address(name, RECORDS[name](customer))


def missing(name: str) -> str:
    """The address of the same page of a record that nobody has."""
    return address(name, {"number": "Z9999999", "condition": 999999, "document": 999999, "login_id": "c0000000n9"})


def address(name: str, parts: dict[str, Any]) -> str:
    """A page's address with its places filled."""
    return "/" + PLACE.sub(lambda found: str(parts[found[1]]), every()[name])
