"""The money of the demo: three months closed, paid in every way, with every state there is, and the books add up."""

from datetime import date

import pytest

from billing import issuing, ledger
from billing.demo import money
from billing.models import (
    Allocation,
    BillingRun,
    Exemption,
    ExtraItem,
    Invoice,
    InvoicePaper,
    LateCharge,
    Mandate,
    Receipt,
)
from contracts.models import Notice
from iijiot import job_queue, worlds
from tests import lawful

TODAY = date(2026, 11, 25)
MONTHS = {date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)}


@pytest.mark.long
def test_three_months_are_closed_and_paid_in_every_way_and_every_state_is_there(db, few_lines):
    worlds.build(worlds.SIZES[0], TODAY, seed=1)
    assert [str(run) for run in BillingRun.objects.order_by("month")] == ["2026-08", "2026-09", "2026-10"]
    machines = [model for model in lawful.with_states() if model._meta.app_label == "billing"]
    missing = {model.__name__: lawful.states_reached(model) - lawful.states_there(model) for model in machines}
    assert len(missing) >= 13
    assert not any(missing.values()), missing
    assert Invoice.objects.drafts().get().customer == Exemption.objects.get(state="lifted").customer
    assert Invoice.objects.overdue().filter(settled__gt=0).exists()
    assert {day.month for day in Invoice.objects.issued().values_list("issued_on", flat=True)} == {9, 10, 11}
    numbers = [
        int(number[1:]) for number in Invoice.objects.issued().order_by("number").values_list("number", flat=True)
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert Invoice.objects.filter(kind="credit-note").exists()
    assert LateCharge.objects.exists()
    assert ExtraItem.objects.filter(kind="late-charge", state="billed").exists()
    assert Mandate.objects.filter(state="active").count() == Mandate.objects.filter(state="requested").count() == 1
    assert set(Invoice.objects.filter(method="direct-debit").values_list("state", flat=True)) >= {"paid", "overdue"}
    assert Invoice.objects.get(state="discarded").customer == LateCharge.objects.get(state="corrected").invoice.customer
    assert Allocation.objects.filter(how="credit").exists()
    assert Receipt.objects.count() > 10
    assert Notice.objects.filter(kind=Notice.Kind.INVOICE).exists()
    assert list(ledger.check()) == []
    assert ledger.statement().difference == 0
    the_workers_make_the_pdfs_that_are_left_to_them()


def the_workers_make_the_pdfs_that_are_left_to_them():
    """Some are there from the day of their issue on, in each month; a job is put down for every other."""
    assert {month for (month,) in InvoicePaper.objects.values_list("invoice__month")} == MONTHS
    assert Invoice.objects.without_paper().count() > 2 * InvoicePaper.objects.count() > 3 * money.PAPERS
    for job in job_queue.jobs().of_kind(issuing.make_papers):
        issuing.make_papers(**job.args)
    assert not Invoice.objects.without_paper().exists()
