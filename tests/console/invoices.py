"""The dialogs of invoices, runs and exemptions: for each a lawful record, and what a clerk types."""

from datetime import date
from typing import Any

from billing import closing
from billing.models import BillingRun, Price, SetAside
from billing.months import Month
from iijiot.actors import Actor
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory
from tests.factories.invoices import ExemptionFactory, InvoiceFactory, SetAsideFactory
from tests.factories.prices import price_list

EXEMPT = {"exempt_from": "dunning", "since": "2026-11-25", "until": "2026-12-24", "because": "請求内容を確認中のため"}
WHY = {"because": "内容を確認済み"}
CLERK = Actor.command("clerk")
OCTOBER = Month(2026, 10)


def computed(month: Month = OCTOBER) -> BillingRun:
    """A month that was closed: one contract has its draft."""
    if not Price.objects.exists():
        price_list()
        CompanyFactory()
    ContractFactory()
    return worked_off(month)


def worked_off(month: Month = OCTOBER) -> BillingRun:
    """A round of a month, worked off in this process."""
    run = closing.begin(month, actor=CLERK)
    closing.work(run)
    return run


def draft() -> Any:
    """A draft of a month."""
    return computed().invoices.get()


def far_more() -> SetAside:
    """What was set aside for its size alone."""
    made: SetAside = SetAsideFactory(cause="far-more", why="前月の30,000円に対し180,000円です。")
    return made


def with_line() -> Any:
    """An issued invoice of 5,000 yen, and its line."""
    return InvoiceFactory(issued_on=date(2026, 11, 2), due_on=date(2026, 11, 30), month=OCTOBER.first)


REFUSED_THEN: dict[str, Any] = {
    "discard-draft": (draft, WHY),
    "issue-run": (computed, {}),
    "let-through": (far_more, WHY),
    "lift-exemption": (ExemptionFactory, WHY),
    "exempt-customer": (CustomerFactory, EXEMPT),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "give-goodwill": (
        with_line,
        lambda invoice: {
            "line": invoice.lines.get().pk,
            "amount": "1000",
            "text": "障害のお詫び",
            "reason": "10月の障害",
        },
    ),
    "close-again": (computed, {}),
}
"""Acts that can be taken once more, if somebody wants just that."""
