"""U09: a form that makes a record makes one, however often it is sent, by one click or by two at once."""

import re
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Customer
from iijiot.models import SentForm
from iijiot.roles import DESK
from tests.factories import UserFactory
from tests.house.console import logged_in
from tests.races.together import ROUNDS, at_once

ADD = "/console/contracts/customer/add/"


def typed(browser: Client, **fields: str) -> dict[str, str]:
    """A new customer's form as a browser would send it, with the key that the page was given."""
    key = re.search(r'name="form_key" value="([^"]+)"', browser.get(ADD).content.decode())
    assert key, "The empty form has no key: see templates/console/form_start.html."
    return {
        "form_key": key[1],
        "kind": "body",
        "name": "見本商事",
        "evidence": "登記簿",
        "address": "見本県架空市1-2",
        "postal_code": "100-0000",
        "notice_email": "a@example.jp",
        **fields,
    }


def test_sent_twice_it_leads_to_what_it_made(db):
    browser = logged_in(UserFactory(groups=[DESK]))
    form = typed(browser)
    first, second = browser.post(ADD, form), browser.post(ADD, form)
    customer = Customer.objects.get()
    assert first.status_code == second.status_code == 302
    assert second["location"] == reverse("admin:contracts_customer_change", args=[customer.pk])
    assert "送信済み" in browser.get(second["location"]).content.decode()
    assert SentForm.objects.get().record == customer


def test_a_form_with_errors_may_be_sent_again(db):
    browser = logged_in(UserFactory(groups=[DESK]))
    form = typed(browser, name="")
    refused = browser.post(ADD, form)
    assert refused.status_code == 200
    assert form["form_key"] in refused.content.decode()
    assert browser.post(ADD, form | {"name": "見本商事"}).status_code == 302
    assert Customer.objects.count() == 1


def test_a_key_is_of_no_use_to_somebody_else(db):
    form = typed(logged_in(UserFactory(groups=[DESK])))
    assert logged_in(UserFactory(groups=[DESK])).post(ADD, form).status_code == 302
    assert logged_in(UserFactory(groups=[DESK])).post(ADD, form).status_code == 403
    assert Customer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_by_two_connections_at_once_it_makes_one():
    browser, other_tab = logged_in(UserFactory(groups=[DESK])), Client()
    other_tab.cookies = browser.cookies
    for number in range(ROUNDS):
        form = typed(browser, name=f"見本商事{number}")
        answers = at_once(partial(browser.post, ADD, form), partial(other_tab.post, ADD, form))
        assert [answer.result.status_code for answer in answers] == [302, 302]
        assert Customer.objects.filter(name=f"見本商事{number}").count() == 1
    print(f"{ROUNDS} rounds, one record each")
