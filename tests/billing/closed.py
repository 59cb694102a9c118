"""Closing and issuing months on given days, as a clerk and the workers do it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import time_machine

from billing import closing, issuing
from billing.closing import Statement
from billing.models import BillingRun, Invoice
from billing.months import Month
from iijiot.clock import TOKYO
from tests.acts import BEN
from tests.billing.owing import pay


@contextmanager
def on(day: date, at: time = time(9)) -> Iterator[None]:
    """It is this day in Tokyo, at nine."""
    with time_machine.travel(datetime.combine(day, at, TOKYO), tick=False):
        yield


def run_of(month: str) -> BillingRun:
    """The run of a month, as it is stored."""
    run = BillingRun.objects.of_month(Month.parse(month).first)
    assert run is not None
    return run


def close(month: str, day: date) -> Statement:
    """Close a month on a day, in this process; the closing statement adds up."""
    with on(day):
        run = closing.begin(Month.parse(month), actor=BEN)
        closing.work(run)
        told = closing.statement(run)
    assert told.is_done
    assert told.missing == 0
    return told


def issue(month: str, day: date) -> list[Invoice]:
    """Issue the drafts of a month on a day; in the order of their numbers."""
    with on(day):
        issuing.issue(issuing.plan_issue(run_of(month), day), actor=BEN)
    return list(Invoice.objects.issued().of_run(run_of(month)).order_by("number"))


def closed(month: str, day: date) -> list[Invoice]:
    """Close and issue a month on one day; the documents."""
    close(month, day)
    return issue(month, day)


def closed_and_paid(month: str, day: date) -> list[Invoice]:
    """Close and issue a month, and have its invoices paid on the same day, each by a transfer of its own."""
    issued = closed(month, day)
    with on(day):
        for invoice in issued:
            if invoice.total > 0:
                pay(invoice.customer, invoice.total, day)
    return issued


def documents(month: str) -> list[Invoice]:
    """What a run made, drafts too, by management unit and kind."""
    return list(Invoice.objects.standing().of_run(run_of(month)).order_by("management_unit", "-total"))


def sums(invoice: Invoice) -> tuple[int, int, int]:
    """Net, tax and total of a document."""
    return invoice.net + invoice.untaxed, invoice.tax, invoice.total
