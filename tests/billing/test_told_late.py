"""What a run could not bill, or what somebody else's act changed meanwhile, is found by a later one: once, and for whom it is."""

from datetime import date
from functools import partial

import pytest

from billing import agreeing, charging, claiming, closing, deciding, issuing
from billing.models import AgreedPrice, BillingChunk, ExtraItem, Invoice, LateCharge, PriceVersion, SetAside
from billing.months import Month
from contracts.models import Contract
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN, again, end
from tests.billing.closed import close, closed, closed_and_paid, documents, issue, on, run_of, sums
from tests.billing.owing import owe
from tests.billing.succeeded import merged
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.invoices import ExemptionFactory
from tests.factories.prices import AgreedPriceFactory, PriceFactory, price_list

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G30.1")]

CLOSED_ON = {
    "2026-11": date(2026, 12, 1),
    "2026-12": date(2027, 1, 5),
    "2027-01": date(2027, 2, 1),
    "2027-02": date(2027, 3, 1),
}


@pytest.fixture(autouse=True)
def _prices() -> None:
    price_list()
    CompanyFactory()


def ended_late(contract: Contract, last: date, told_on: date) -> None:
    with on(told_on):
        end(again(contract), last, "G28.1.2", today=told_on)


def paid_months(*months: str) -> None:
    for month in months:
        closed_and_paid(month, CLOSED_ON[month])


def test_what_is_told_late_of_somebody_exempt_is_credited_once_the_exemption_is_over():
    contract = ContractFactory(private_connector=True)
    paid_months("2026-11")
    ended_late(contract, date(2026, 11, 15), date(2026, 12, 10))
    ExemptionFactory(
        customer=contract.customer, exempt_from="invoicing", since=date(2026, 12, 20), until=date(2027, 1, 10)
    )
    assert close("2026-12", CLOSED_ON["2026-12"]).expected == 0
    (note,) = closed("2027-01", CLOSED_ON["2027-01"])
    assert sums(note) == (-15_000, -1_500, -16_500)


def test_an_exempt_month_stands_on_the_next_invoice():
    contract = ContractFactory()
    ExemptionFactory(
        customer=contract.customer, exempt_from="invoicing", since=date(2026, 12, 1), until=date(2026, 12, 20)
    )
    close("2026-11", CLOSED_ON["2026-11"])
    (invoice,) = closed("2026-12", CLOSED_ON["2026-12"])
    assert [(line.month.month, line.amount) for line in invoice.lines.in_order()] == [(11, 5_000), (12, 5_000)]


def test_l14_a_draft_of_a_credit_that_was_discarded_is_made_again():
    contract = ContractFactory(private_connector=True)
    ContractFactory(**of(contract.customer))
    paid_months("2026-11", "2026-12")
    ended_late(contract, date(2026, 12, 20), date(2027, 1, 10))
    close("2027-01", CLOSED_ON["2027-01"])
    note = Invoice.objects.get(kind="credit-note")
    with on(CLOSED_ON["2027-01"]):
        issuing.discard(note, reason="確認のため", actor=BEN)
    assert {draft.state for draft in Invoice.objects.filter(month=date(2027, 1, 1))} == {"discarded"}
    issued = closed("2027-01", CLOSED_ON["2027-01"])
    assert sorted(document.total for document in issued) == [-11_711, 5_500]


def test_a_draft_that_was_discarded_and_forgotten_stands_on_the_next_invoice():
    forgotten, other = ContractFactory(), ContractFactory()
    close("2026-11", CLOSED_ON["2026-11"])
    with on(CLOSED_ON["2026-11"]):
        issuing.discard(Invoice.objects.get(customer=forgotten.customer), reason="確認のため", actor=BEN)
    issue("2026-11", CLOSED_ON["2026-11"])
    close("2026-12", CLOSED_ON["2026-12"])
    nets = {draft.customer_id: draft.net for draft in documents("2026-12")}
    assert nets == {forgotten.customer_id: 10_000, other.customer_id: 5_000}


@pytest.mark.clause("G32")
def test_no_more_is_credited_by_hand_than_credit_notes_have_left():
    contract = ContractFactory(private_connector=True)
    paid_months("2026-11", "2026-12")
    line = Invoice.objects.get(month=date(2026, 12, 1)).lines.get()
    ended_late(contract, date(2026, 12, 20), date(2027, 1, 10))
    closed("2027-01", CLOSED_ON["2027-01"])
    credit = partial(deciding.give_goodwill, line, text="取消", reason="誤請求", on=date(2027, 2, 7), actor=BEN)
    with on(date(2027, 2, 7)), pytest.raises(RuleViolation, match="19,354"):
        credit(30_000)


@pytest.mark.clause("G32")
def test_a_credit_that_the_facts_have_overtaken_sets_its_unit_aside_and_nobody_elses():
    contract, other = ContractFactory(private_connector=True), ContractFactory()
    paid_months("2026-11", "2026-12")
    line = Invoice.objects.get(month=date(2026, 12, 1), customer=contract.customer).lines.get()
    ended_late(contract, date(2026, 12, 20), date(2027, 1, 10))
    closed("2027-01", CLOSED_ON["2027-01"])
    with chapter(actor=BEN):
        ExtraItem(
            customer=contract.customer, management_unit=contract.management_unit, contract=contract, kind="goodwill",
            month=date(2026, 12, 1), arose_on=date(2027, 2, 7), amount=-30_000, taxable=True, clause="G30.1", text="取消",
            reason="誤請求", lessens=line,
        ).save()  # fmt: skip
    close("2027-02", CLOSED_ON["2027-02"])
    (aside,) = SetAside.objects.open()
    assert (aside.cause, aside.management_unit) == ("over-credit", contract.management_unit)
    assert "19,354円" in aside.why
    assert [draft.customer for draft in documents("2027-02")] == [other.customer]


@pytest.mark.clause("G34")
def test_a_credited_surcharge_is_not_charged_again_where_the_contract_is_told_late():
    contract = ContractFactory(private_connector=True)
    with on(date(2026, 12, 10)):
        deciding.claim_surcharge(contract, 10_000, text="割増金", reason="不正", on=date(2026, 12, 10), actor=BEN)
    paid_months("2026-12")
    line = Invoice.objects.get().lines.get(kind="surcharge")
    with on(date(2027, 1, 7)):
        deciding.give_goodwill(line, 20_000, text="取消", reason="誤り", on=date(2027, 1, 7), actor=BEN)
    ended_late(contract, date(2026, 12, 20), date(2027, 1, 10))
    (note,) = closed("2027-01", CLOSED_ON["2027-01"])
    assert sums(note) == (-30_646, -1_065, -31_711)


@pytest.mark.clause("G32")
def test_a_second_credit_on_an_invoice_that_the_run_corrected_waits_for_the_next_run():
    contract = ContractFactory(private_connector=True)
    paid_months("2026-11", "2026-12")
    line = Invoice.objects.get(month=date(2026, 12, 1)).lines.get()
    ended_late(contract, date(2026, 12, 20), date(2027, 1, 10))
    closed("2027-01", CLOSED_ON["2027-01"])
    with on(date(2027, 1, 31)):
        deciding.give_goodwill(line, 1_000, text="お詫び", reason="障害", on=date(2027, 1, 31), actor=BEN)
    assert close("2027-01", CLOSED_ON["2027-01"]).beyond == 0
    (note,) = closed("2027-02", CLOSED_ON["2027-02"])
    assert sums(note) == (-1_000, -100, -1_100)


@pytest.mark.clause("G17")
def test_a_credit_note_belongs_to_whom_its_invoice_belongs():
    contract, successor = ContractFactory(), CustomerFactory()
    before = contract.customer
    closed("2026-11", CLOSED_ON["2026-11"])
    with on(date(2026, 12, 20)):
        merged(before, successor, kind="split", numbers=[contract.number], debts="なし")
    ended_late(contract, date(2026, 11, 15), date(2026, 12, 22))
    closed("2026-12", CLOSED_ON["2026-12"])
    note = Invoice.objects.get(kind="credit-note")
    assert (note.debtor, note.recipient_name) == (before, before.name)


@pytest.mark.clause("G17")
def test_drafts_pass_with_a_merger():
    contract, successor = ContractFactory(), CustomerFactory()
    close("2026-11", date(2026, 12, 19))
    with on(date(2026, 12, 20)):
        merged(contract.customer, successor)
    (invoice,) = issue("2026-11", date(2026, 12, 21))
    assert (invoice.customer, invoice.debtor) == (contract.customer, successor)


def test_another_month_waits_until_a_run_is_done():
    ContractFactory()
    paid_months("2026-11")
    with on(CLOSED_ON["2026-12"]):
        closing.begin(Month(2026, 12), actor=BEN)
        with pytest.raises(RuleViolation, match="2026-12"):
            closing.begin(Month(2026, 11), actor=BEN)
        closing.work(run_of("2026-12"))
        closing.begin(Month(2026, 11), actor=BEN)
    assert BillingChunk.objects.left().exists()


@pytest.mark.clause("G17")
@pytest.mark.parametrize("scope", ["customer", "application", "contract"])
def test_what_was_agreed_goes_with_a_contract_to_its_new_customer(scope):
    contract, successor = ContractFactory(), CustomerFactory()
    own = {"customer": {}, "application": {"application": contract.application}, "contract": {"contract": contract}}
    AgreedPriceFactory(customer=contract.customer, **own[scope])
    with on(date(2026, 12, 20)):
        merged(contract.customer, successor)
    (line,) = charging.of_contracts(Month(2026, 12), [contract.pk]).all_lines()
    assert line.fee == 4_000
    price = AgreedPrice.objects.get(contract=contract)
    with on(date(2026, 12, 21)):
        agreeing.end(price, date(2026, 12, 31), today=date(2026, 12, 21), actor=BEN)
    assert charging.of_contracts(Month(2027, 1), [contract.pk]).all_lines()[0].fee == 5_000


@pytest.mark.clause("G35.2")
def test_a_month_that_is_closed_once_more_leaves_what_later_ones_claimed(aois_company):
    owe(aois_company, 1_000_000, date(2026, 10, 31), state="overdue")
    for close_on in (date(2026, 11, 30), date(2026, 12, 31), date(2026, 11, 30)):
        claiming.claim(close_on, actor=BEN)
    claims = LateCharge.objects.order_by("pk").values_list("state", "amount")
    assert list(claims) == [("claimed", 20_000), ("claimed", 15_000)]


@pytest.mark.clause("G30.4")
def test_what_is_agreed_late_reaches_no_month_before_the_first_that_was_closed_here():
    contract = ContractFactory()
    paid_months("2026-11")
    with on(date(2026, 12, 10)):
        AgreedPriceFactory(customer=contract.customer, since=date(2026, 4, 1))
    (note, invoice) = sorted(closed("2026-12", CLOSED_ON["2026-12"]), key=lambda document: document.total)
    assert [(line.month.month, line.amount) for line in note.lines.in_order()] == [(11, -1_000)]
    assert [(line.month.month, line.amount) for line in invoice.lines.in_order()] == [(12, 4_000)]


@pytest.mark.clause("G30.4")
def test_an_initial_fee_that_is_agreed_late_for_what_ended_before_its_start_is_credited():
    PriceFactory(version=PriceVersion.objects.get(), kind="initial", yen=3_000)
    contract = ContractFactory(starting=True, accepted_on=date(2026, 11, 2))
    with on(date(2026, 11, 10)):
        end(contract, date(2026, 11, 20), "G28.1.2", today=date(2026, 11, 10))
    (invoice,) = closed_and_paid("2026-11", CLOSED_ON["2026-11"])
    assert [(line.kind, line.amount) for line in invoice.lines.in_order()] == [("initial", 3_000)]
    with on(date(2026, 12, 10)):
        AgreedPriceFactory(customer=contract.customer, kind="initial", yen=1_000)
    (note,) = closed("2026-12", CLOSED_ON["2026-12"])
    assert [(line.kind, line.amount) for line in note.lines.in_order()] == [("initial", -2_000)]
