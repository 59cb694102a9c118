"""Late charges: accruing before, claimed at closes, corrected, waived; by value date and part paid (G35)."""

from datetime import date

import pytest

from billing import claiming, crediting, issuing
from billing.models import ExtraItem, Invoice, LateCharge
from contracts.models import Customer
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation
from tests.billing.closed import close as run_close
from tests.billing.closed import closed
from tests.billing.owing import DUE, GEN, again, owe, pay, settled
from tests.factories import CompanyFactory, CustomerFactory, ManagementUnitFactory
from tests.factories.invoices import InvoiceFactory, InvoiceLineFactory
from tests.factories.payments import PaymentPolicyFactory
from tests.factories.prices import price_list
from tests.vectors import cases, days_read, group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

CLOSES = [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]


@pytest.fixture
def company(aois_company) -> Customer:
    return aois_company


def close(day: date) -> list[int]:
    """Close a month: what is claimed newly."""
    return [claimed.amount for claimed in claiming.claim(day, actor=GEN)]


@pytest.mark.clause("G35.1", "G35.2")
@pytest.mark.parametrize("case", cases("late_charge"))
def test_what_is_paid_late_costs_by_its_days_and_is_claimed_once(company, case):
    PaymentPolicyFactory(grace_waits_for_working_day=False)
    owe(company, case["unpaid"], case["due"])
    pay(company, case["unpaid"], case["paid"])
    expected = [case["expected"]] if case["expected"] else []
    assert close(date(2027, 10, 31)) == expected
    assert close(date(2027, 11, 30)) == []


@pytest.mark.clause("G35.2")
@pytest.mark.parametrize("case", cases("legal.late_charges.partial_payments"))
def test_each_part_counts_to_its_own_day(company, case):
    owe(company, case["principal"], case["due"])
    for part in case["parts"]:
        pay(company, part["amount"], part["paid"])
    assert sum(close(date(2027, 11, 30))) == case["expected_total"]


@pytest.mark.clause("G35.2")
def test_f01_each_close_claims_only_what_is_new(company):
    invoice = owe(company, 1_000_000, DUE, state="overdue")
    claimed = [
        close(date(2026, 11, 30)),
        close(date(2026, 11, 30)),
        close(date(2026, 12, 30)),
        close(date(2026, 12, 30)),
    ]
    assert claimed == [[20_000], [], [15_000], []]
    assert sum(LateCharge.objects.values_list("amount", flat=True)) == 35_000
    assert [(c.up_to, c.accrued, c.days) for c in invoice.late_charges.order_by("pk")] == [
        (date(2026, 11, 30), 20_000, 30),
        (date(2026, 12, 30), 35_000, 60),
    ]


@pytest.mark.clause("G35.2")
def test_claims_at_month_closes_sum_to_what_has_accrued(company):
    told = days_read(group("legal.late_charges.claims_at_month_close"))
    owe(company, told["principal"], told["due"], state="overdue")
    assert [close(step["close"]) for step in told["steps"]] == [[step["newly_claimed"]] for step in told["steps"]]


@pytest.mark.clause("G35.2", "G36", "G37")
def test_f02_the_principal_is_paid_and_the_late_charge_is_an_item_of_its_own(company):
    invoice = owe(company, 1_000_000, DUE, state="overdue")
    pay(company, 1_000_000, date(2026, 12, 30))
    assert settled(invoice) == [("paid", 1_000_000)]
    assert close(date(2026, 12, 31)) == [35_000]
    item = ExtraItem.objects.get()
    assert (item.kind, item.amount, item.taxable, item.clause, item.state) == (
        "late-charge", 35_000, False, "G35.2", "pending",
    )  # fmt: skip
    assert (item.month, item.arose_on, item.management_unit) == (
        date(2026, 12, 1), date(2026, 12, 31), invoice.management_unit,
    )  # fmt: skip
    assert invoice.number in item.text
    assert "1,000,000円×60日：35,000円" in item.reason


@pytest.mark.clause("G36")
def test_f02_a_late_charge_that_is_paid_late_draws_none(company):
    owe(company, 35_000, date(2026, 12, 31), late_charge=35_000, state="overdue")
    owe(company, 45_000, date(2026, 12, 31), late_charge=35_000, state="overdue")
    assert close(date(2027, 3, 31)) == [500]


@pytest.mark.clause("G36")
def test_payments_go_to_the_principal_before_the_late_charge_of_the_same_invoice(company):
    owe(company, 135_000, DUE, late_charge=35_000)
    pay(company, 100_000, date(2026, 11, 5))
    assert close(date(2027, 3, 31)) == []


@pytest.mark.clause("G35.1")
@pytest.mark.parametrize(("paid_on", "claimed"), [(0, []), (1, []), (10, []), (11, [20_000])])
def test_f04_no_late_charge_on_the_day_and_within_the_grace(company, paid_on, claimed):
    owe(company, 1_000_000, DUE)
    pay(company, 1_000_000, date.fromordinal(DUE.toordinal() + paid_on))
    assert close(date(2026, 11, 30)) == claimed


@pytest.mark.clause("G35.1")
def test_f09_the_value_date_counts_and_not_the_day_of_entry(company):
    owe(company, 1_000_000, DUE)
    pay(company, 1_000_000, date(2026, 11, 10), today=date(2026, 11, 15))
    assert close(date(2026, 11, 30)) == []


@pytest.mark.clause("G35.2")
def test_f10_the_part_paid_within_the_grace_costs_nothing(company):
    owe(company, 1_000_000, DUE)
    pay(company, 400_000, date(2026, 11, 5))
    pay(company, 600_000, date(2026, 12, 30))
    assert close(date(2026, 12, 31)) == [21_000]


@pytest.mark.clause("G35.2")
@pytest.mark.parametrize("waits", [True, False])
def test_the_end_of_the_grace_waits_for_a_working_day_where_staff_let_it(company, waits):
    PaymentPolicyFactory(grace_waits_for_working_day=waits)
    owe(company, 1_000_000, date(2027, 2, 1))
    pay(company, 1_000_000, date(2027, 2, 12))
    assert close(date(2027, 2, 28)) == ([] if waits else [20_000])


@pytest.mark.clause("G35.2")
def test_a_payment_after_the_close_counts_as_open_on_it(company):
    owe(company, 1_000_000, DUE)
    pay(company, 1_000_000, date(2027, 1, 5))
    assert [close(day) for day in CLOSES] == [[20_000], [15_000], [], []]


@pytest.mark.clause("G35.2")
def test_a_claim_that_was_not_owed_is_withdrawn_while_it_waits(company):
    """The payment was there in time and only entered late (F09)."""
    owe(company, 1_000_000, DUE, state="overdue")
    assert close(date(2026, 11, 30)) == [20_000]
    pay(company, 1_000_000, date(2026, 11, 5), today=date(2026, 12, 8))
    assert close(date(2026, 12, 31)) == []
    assert LateCharge.objects.get().state == "corrected"
    assert ExtraItem.objects.get().state == "withdrawn"
    assert close(date(2027, 1, 31)) == []


@pytest.mark.clause("G35.2")
def test_what_is_found_later_changes_the_sum_and_not_what_was_claimed_before(company):
    owe(company, 1_000_000, DUE, state="overdue")
    close(date(2026, 11, 30))
    pay(company, 400_000, date(2026, 11, 5), today=date(2026, 12, 8))
    assert close(date(2026, 12, 31)) == [1_000]
    assert set(LateCharge.objects.values_list("state", "amount")) == {("claimed", 20_000), ("claimed", 1_000)}


@pytest.mark.clause("G35.2", "G30.1")
def test_a_claim_that_was_not_owed_is_credited_once_it_is_invoiced(company):
    owe(company, 1_000_000, DUE, state="overdue")
    close(date(2026, 11, 30))
    line = on_an_invoice(ExtraItem.objects.get())
    pay(company, 900_000, date(2026, 11, 5), today=date(2026, 12, 8), invoices=[LateCharge.objects.get().invoice])
    assert close(date(2026, 12, 31)) == [3_500]
    credit = ExtraItem.objects.get(kind="credit")
    assert (credit.amount, credit.taxable, credit.lessens, credit.state) == (-20_000, False, line, "pending")
    assert list(LateCharge.objects.order_by("pk").values_list("state", "amount")) == [
        ("corrected", 20_000),
        ("claimed", 3_500),
    ]


def on_an_invoice(item: ExtraItem):
    """Put a late charge on an invoice, as the run does."""
    invoice = InvoiceFactory(
        customer=item.customer, management_unit=item.management_unit, month=item.month, net=0, untaxed=item.amount, lines=[],

    )  # fmt: skip
    line = InvoiceLineFactory(
        invoice=invoice, contract=None, kind="late-charge", clause="G35.2", amount=item.amount, extra=item,
        tax_percent=None,
    )  # fmt: skip
    with chapter(actor=GEN), locked(item) as (held,):
        held.bill()
        held.save()
    return line


@pytest.mark.clause("G35.2")
def test_what_only_the_cutting_off_of_parts_explains_stays_claimed(company):
    owe(company, 33_333, DUE, state="overdue")
    assert close(date(2026, 11, 30)) == [666]
    for part in (49, 49, 33_235):
        pay(company, part, date(2026, 12, 1))
    assert close(date(2026, 12, 31)) == []
    assert LateCharge.objects.get().state == "claimed"


@pytest.mark.clause("G35.2")
def test_a_debt_that_was_credited_was_never_late(company):
    invoice = owe(company, 1_000_000, DUE, state="overdue")
    assert close(date(2026, 11, 30)) == [20_000]
    InvoiceFactory(
        customer=company, management_unit=invoice.management_unit, credit_note=True, corrects=invoice, net=0, tax=0,
        untaxed=-900_000,
    )  # fmt: skip
    crediting.use_credit(company, today=date(2027, 1, 5), actor=GEN)
    assert close(date(2027, 1, 31)) == [5_000]
    assert list(LateCharge.objects.order_by("pk").values_list("state", "amount")) == [
        ("corrected", 20_000),
        ("claimed", 5_000),
    ]


def credit(invoice: Invoice, *lines: tuple[str, int]) -> Invoice:
    """A credit note for an invoice: of each kind so many yen, used for what the customer owes."""
    note: Invoice = InvoiceFactory(
        customer=invoice.customer, management_unit=invoice.management_unit, credit_note=True, corrects=invoice, net=0,
        tax=0, untaxed=-sum(yen for _kind, yen in lines), issued_on=date(2026, 11, 5), lines=[],
    )  # fmt: skip
    for kind, yen in lines:
        InvoiceLineFactory(invoice=note, contract=None, kind=kind, clause="G35.2", amount=-yen, tax_percent=None)
    crediting.use_credit(invoice.customer, today=date(2026, 11, 20), actor=GEN)
    return note


@pytest.mark.clause("G35.2", "G36")
@pytest.mark.parametrize(
    ("paid", "lines", "claimed"),
    [
        (0, [("late-charge", 20_000)], 2_000),
        (40_000, [("late-charge", 20_000)], 1_200),
        (0, [("late-charge", 15_000)], 2_000),
        (0, [("damages", 30_000), ("late-charge", 20_000)], 1_400),
        (90_000, [("damages", 30_000), ("late-charge", 20_000)], 0),
        (100_000, [("late-charge", 20_000)], 0),
    ],
    ids=["waived", "part paid", "part waived", "fee too", "more than is open", "fee is paid"],
)
def test_a_late_charge_that_is_credited_pays_nothing_else_of_its_invoice(company, paid, lines, claimed):
    invoice = owe(company, 120_000, DUE, late_charge=20_000, state="overdue")
    if paid:
        pay(company, paid, DUE)
    credit(invoice, *lines)
    assert close(date(2026, 11, 30)) == ([claimed] if claimed else [])


@pytest.mark.clause("G35.2")
def test_what_was_claimed_stays_owed_where_only_a_late_charge_of_the_same_invoice_is_credited(company):
    invoice = owe(company, 120_000, DUE, late_charge=20_000, state="overdue")
    assert close(date(2026, 11, 30)) == [2_000]
    credit(invoice, ("late-charge", 20_000))
    assert close(date(2026, 12, 31)) == [1_500]
    assert list(LateCharge.objects.order_by("pk").values_list("state", "amount")) == [
        ("claimed", 2_000),
        ("claimed", 1_500),
    ]


@pytest.mark.clause("G35.2")
def test_a_late_charge_credited_after_it_was_paid_pays_another_invoice(company):
    first = owe(company, 120_000, date(2026, 9, 30), late_charge=20_000)
    pay(company, 120_000, date(2026, 9, 30))
    owe(company, 100_000, DUE, state="overdue")
    credit(first, ("late-charge", 20_000))
    assert close(date(2026, 11, 30)) == [1_600]


@pytest.mark.clause("G35.2")
def test_a_claim_is_waived_for_a_reason_and_not_claimed_again(company):
    owe(company, 1_000_000, DUE, state="overdue")
    close(date(2026, 11, 30))
    claimed = LateCharge.objects.get()
    claiming.waive(claimed, because="当社の案内の誤り", today=date(2026, 12, 1), actor=GEN)
    assert (again(claimed).state, ExtraItem.objects.get().state) == ("waived", "withdrawn")
    assert close(date(2026, 11, 30)) == []
    assert close(date(2026, 12, 31)) == [15_000]
    with pytest.raises(RuleViolation):
        claiming.waive(again(claimed), because="再度", today=date(2026, 12, 1), actor=GEN)


@pytest.mark.clause("G35.2")
def test_a_claim_on_an_invoice_is_waived_by_a_credit(company):
    owe(company, 1_000_000, DUE, state="overdue")
    close(date(2026, 11, 30))
    line = on_an_invoice(ExtraItem.objects.get())
    claiming.waive(LateCharge.objects.get(), because="当社の案内の誤り", today=date(2026, 12, 1), actor=GEN)
    credit = ExtraItem.objects.get(kind="credit")
    assert (credit.amount, credit.lessens, credit.reason) == (-20_000, line, "当社の案内の誤り")


@pytest.mark.clause("G35.2", "G30.1")
def test_a_late_charge_billed_anew_after_a_discarded_draft_is_credited_where_it_stands(company):
    price_list()
    CompanyFactory()
    owe(company, 1_000_000, DUE, state="overdue")
    claimed = drafted_late_charge()
    issuing.discard(Invoice.objects.drafts().get(), reason="確認のため", actor=GEN)
    (stands,) = closed("2026-11", date(2026, 12, 1))
    claiming.waive(claimed, because="当社の案内の誤り", today=date(2026, 12, 5), actor=GEN)
    note = next(one for one in closed("2027-01", date(2027, 2, 1)) if one.kind == "credit-note")
    assert (note.corrects, note.total) == (stands, -20_000)


def drafted_late_charge() -> LateCharge:
    """Close November, which claims one."""
    run_close("2026-11", date(2026, 12, 1))
    return LateCharge.objects.get()


@pytest.mark.clause("G35.2", "G30.1")
def test_a_late_charge_given_up_while_it_is_on_a_draft_goes_with_the_draft(company):
    price_list()
    CompanyFactory()
    owe(company, 1_000_000, DUE, state="overdue")
    claiming.waive(drafted_late_charge(), because="当社の案内の誤り", today=date(2026, 12, 1), actor=GEN)
    assert set(ExtraItem.objects.values_list("amount", "state")) == {(20_000, "billed"), (-20_000, "pending")}
    issuing.discard(Invoice.objects.drafts().get(), reason="確認のため", actor=GEN)
    assert set(ExtraItem.objects.values_list("amount", "state")) == {(20_000, "withdrawn"), (-20_000, "withdrawn")}
    run_close("2026-11", date(2026, 12, 2))
    assert not Invoice.objects.drafts().exists()


@pytest.mark.clause("G35.2", "G36")
def test_a_late_charge_that_is_credited_pays_nothing_of_the_principal(company):
    invoice = owe(company, 120_000, DUE, late_charge=20_000, state="overdue")
    assert claiming.accruing(invoice, date(2026, 11, 30)).base == 100_000
    note = InvoiceFactory(
        customer=company, management_unit=invoice.management_unit, credit_note=True, corrects=invoice, net=0, tax=0,
        untaxed=-50_000, lines=[],
    )  # fmt: skip
    InvoiceLineFactory(
        invoice=note, contract=None, kind="late-charge", clause="G35.2", amount=-20_000, tax_percent=None
    )
    InvoiceLineFactory(
        invoice=note, contract=None, kind="goodwill", clause="G30.1", amount=-30_000, tax_percent=None, place=2
    )
    crediting.use_credit(company, today=date(2027, 1, 5), actor=GEN)
    assert settled(invoice) == [("overdue", 50_000)]
    assert claiming.accruing(again(invoice), date(2026, 11, 30)).base == 70_000
    pay(company, 70_000, date(2027, 1, 5))
    assert claiming.accruing(again(invoice), date(2027, 1, 31)).base == 70_000


@pytest.mark.clause("G35.2")
def test_what_accrues_is_shown_before_and_waived_before_it_is_claimed(company):
    invoice = owe(company, 1_000_000, DUE, state="overdue")
    shown = claiming.accruing(invoice, date(2026, 11, 20))
    assert (shown.accrued, shown.new, shown.days, shown.next_on) == (20_000, 20_000, 20, date(2026, 12, 30))
    claiming.waive_accruing(again(invoice), because="災害", today=date(2026, 11, 20), actor=GEN)
    assert claiming.accruing(invoice, date(2026, 11, 20)).new == 0
    assert close(date(2026, 11, 30)) == []
    assert close(date(2026, 12, 31)) == [15_000]
    with pytest.raises(RuleViolation, match="Nothing has accrued"):
        claiming.waive_accruing(again(invoice), because="災害", today=date(2026, 11, 20), actor=GEN)


@pytest.mark.clause("G35.1")
def test_within_the_grace_it_is_shown_when_a_late_charge_begins(company):
    invoice = owe(company, 1_000_000, DUE)
    shown = claiming.accruing(invoice, date(2026, 11, 5))
    assert (shown.accrued, shown.next_on) == (0, date(2026, 11, 11))


def test_what_is_written_off_accrues_no_more(company):
    owe(company, 1_000_000, DUE, state="written-off")
    assert close(date(2026, 12, 31)) == []


@pytest.mark.clause("G17")
def test_a_late_charge_on_a_debt_that_passed_is_claimed_from_who_owes_it_now(company):
    heir = CustomerFactory(name="合併後株式会社")
    unit = ManagementUnitFactory(customer=heir)
    owe(company, 1_000_000, DUE, state="overdue", passed_to=heir)
    assert close(date(2026, 11, 30)) == [20_000]
    item = ExtraItem.objects.get()
    assert (item.customer, item.management_unit) == (heir, unit)


def test_many_invoices_are_claimed_in_as_many_statements_as_one(company, django_assert_max_num_queries):
    for _n in range(5):
        owe(CustomerFactory(), 1_000_000, DUE, state="overdue")
    with django_assert_max_num_queries(25):
        assert close(date(2026, 11, 30)) == [20_000] * 5
