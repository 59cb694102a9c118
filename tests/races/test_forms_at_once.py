"""Two clerks save the same at once in two browsers: one is saved, the other is told so in the form, with what was typed."""

import pytest
from django.test import Client

from contracts.models import Customer, ExternalSubscription
from tests.factories import CustomerFactory, UserFactory, corporate_number
from tests.house.console import list_page, logged_in
from tests.races.together import ROUNDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def sent_by_two(model, sent):
    """What two browsers are answered who send the same form at the same moment."""
    browsers = [logged_in(UserFactory(is_superuser=True)) for _n in range(2)]
    address = list_page(model, "add")

    def sending(browser: Client):
        return lambda: browser.post(address, sent)

    answers = [outcome.result for outcome in at_once(*map(sending, browsers))]
    return sorted(answers, key=lambda answer: -answer.status_code)


@pytest.mark.clause("G8")
@pytest.mark.parametrize("n", range(ROUNDS))
def test_a_corporate_number_is_recorded_once(n):
    typed = {
        "kind": "corporation",
        "name": "架空産業株式会社",
        "corporate_number": corporate_number(880_000 + n),
        "address": "東京都",
        "notice_email": "info@kakuu.example",
    }
    saved, refused = sent_by_two(Customer, typed)
    assert (saved.status_code, refused.status_code) == (302, 200)
    form = refused.context["adminform"].form
    assert "この法人番号" in " ".join(form.non_field_errors())
    assert form["name"].value() == typed["name"]
    assert Customer.objects.filter(corporate_number=typed["corporate_number"]).count() == 1


@pytest.mark.parametrize("n", range(ROUNDS))
def test_a_subscription_is_recorded_once(n):
    customer = CustomerFactory(corporate_number=corporate_number(890_000 + n))
    typed = {"customer": customer.pk, "service": "private-backbone", "reference": "PB-1", "starts_on": "2026-11-25"}
    saved, refused = sent_by_two(ExternalSubscription, typed)
    assert (saved.status_code, refused.status_code) == (302, 200)
    assert refused.context["adminform"].form.errors
    assert ExternalSubscription.objects.filter(customer=customer).count() == 1
