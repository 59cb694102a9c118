"""A payment is matched while its payer's merger is being written: the money is never left with whoever is no more (G17)."""

import threading

import pytest
from django.db import transaction

from billing import collecting
from billing.models import Receipt
from contracts import succeeding
from contracts.models import Customer, Succession
from tests.billing.owing import GEN
from tests.billing.test_passing import EFFECTIVE, FILED
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.payments import ReceiptFactory
from tests.races.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G17")]
SECONDS = 1


def test_a_payment_that_meets_its_payers_merger_waits_to_be_matched_anew():
    old, new, receipt = CustomerFactory(), CustomerFactory(), ReceiptFactory()
    ContractFactory(customer=old)
    made = Succession(
        predecessor=old, successor=new, effective_on=EFFECTIVE, filed_on=FILED, evidence="登記事項証明書", kind="absorption"
    )  # fmt: skip
    plan, written = succeeding.plan_succession(made, today=FILED), threading.Event()
    matching_ended = threading.Event()

    def merge() -> None:
        with transaction.atomic():
            succeeding.file(plan, actor=GEN)
            written.set()
            matching_ended.wait(SECONDS)

    def match() -> None:
        assert written.wait(60)
        try:
            collecting.match(receipt, Customer.objects.get(pk=old.pk), today=FILED, actor=GEN)
        finally:
            matching_ended.set()

    merged, matched = at_once(merge, match)
    assert merged.won
    assert not matched.won
    assert Receipt.objects.get(pk=receipt.pk).state == "unmatched"
    collecting.match(receipt, Customer.objects.get(pk=old.pk), today=FILED, actor=GEN)
    assert Receipt.objects.get(pk=receipt.pk).customer == new
