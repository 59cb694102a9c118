"""The constraints of invoices, runs and exemptions, and of the company: for each a row that keeps it, and what breaks it."""

from datetime import date
from itertools import count

from billing.models import BillingRun
from tests.factories import CompanyFactory
from tests.factories.contracts import of
from tests.factories.invoices import (
    BillingChunkFactory,
    BillingRunFactory,
    ExemptionFactory,
    InvoiceFactory,
    SetAsideFactory,
)
from tests.house.constraint_cases import Check, Unique

DECEMBER = date(2026, 12, 1)

_months = count(2_000 * 12)


def a_run() -> BillingRun:
    """A run of a month that has none: there is one a month, and some of these rows are committed."""
    year, month = divmod(next(_months), 12)
    made: BillingRun = BillingRunFactory(month=date(year, month + 1, 1))
    return made


CHECKS: dict[str, Check] = {
    "company_is_registered_from_a_day": Check(CompanyFactory, {"registered_on": None}),
    "invoice_state_known": Check(InvoiceFactory, {"state": "lost"}),
    "invoice_is_one_of_three_kinds": Check(InvoiceFactory, {"kind": "statement"}),
    "invoice_adds_up": Check(InvoiceFactory, {"net": 4_999}),
    "invoice_settled_within_total": Check(InvoiceFactory, {"settled": 5_501}),
    "invoice_paid_is_settled": Check(lambda: InvoiceFactory(paid=True), {"settled": 5_499}),
    "invoice_month_is_a_first_day": Check(InvoiceFactory, {"month": date(2026, 11, 2)}),
    "invoice_has_a_number_once_issued": Check(InvoiceFactory, {"number": ""}),
    "invoice_issued_has_a_due_day": Check(InvoiceFactory, {"due_on": None}),
    "run_month_is_a_first_day": Check(BillingRunFactory, {"month": date(2026, 11, 30)}),
    "chunk_is_a_range": Check(BillingChunkFactory, {"last_customer": 0}),
    "set_aside_state_known": Check(SetAsideFactory, {"state": "lost"}),
    "set_aside_for_a_known_cause": Check(SetAsideFactory, {"cause": "mood"}),
    "exemption_state_known": Check(ExemptionFactory, {"state": "lost"}),
    "exemption_from_something_known": Check(ExemptionFactory, {"exempt_from": "paying"}),
    "exemption_ends_after_it_begins": Check(ExemptionFactory, {"until": date(2026, 11, 30)}),
    "exemption_has_a_reason": Check(ExemptionFactory, {"because": ""}),
    "billing_billingrun_rounds_check": Check(BillingRunFactory, {"rounds": -1}),
    **{
        f"billing_billingchunk_{column}_check": Check(BillingChunkFactory, {column: -1})
        for column in ("round", "weight", "expected", "made", "there", "aside", "beyond")
    },
}

UNIQUES: dict[str, list[Unique]] = {
    "one_invoice_per_number": [
        Unique(InvoiceFactory, lambda row: InvoiceFactory(), lambda rival: {"number": rival.number})
    ],
    "one_invoice_per_unit_and_month": [
        Unique(
            InvoiceFactory,
            lambda row: InvoiceFactory(**of(row.customer), month=DECEMBER, lines=[]),
            lambda rival: {"month": rival.month},
        )
    ],
    "one_credit_note_per_invoice_and_run": [
        Unique(
            lambda: InvoiceFactory(credit_note=True, run=a_run()),
            lambda row: InvoiceFactory(
                credit_note=True,
                **of(row.customer),
                corrects=row.corrects,
                run=a_run(),
                lines=[],
            ),
            lambda rival: {"run_id": rival.run_id},
        )
    ],
    "billing_billingrun_month_key": [Unique(a_run, lambda row: a_run(), lambda rival: {"month": rival.month})],
    "one_chunk_per_range": [
        Unique(
            lambda: BillingChunkFactory(run=a_run()),
            lambda row: BillingChunkFactory(run=row.run, first_customer=5),
            lambda rival: {"first_customer": rival.first_customer},
        )
    ],
    "one_set_aside_per_unit_and_run": [
        Unique(
            lambda: SetAsideFactory(run=a_run()),
            lambda row: SetAsideFactory(run=row.run),
            lambda rival: {"management_unit_id": rival.management_unit_id},
        )
    ],
}
OTHERS: dict[str, str] = {}
