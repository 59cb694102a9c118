"""X43, R13: the same key twice at once makes one thing, and both are told of it, or the second when to try again."""

import json

import pytest
from django.test import Client

from contracts.models import Application, Termination
from iijiot import clock
from iijiot.models import KeptAnswer
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory, bearer, issued, token_of
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 50


def sending(token: str, path: str, body: object, key: str):
    """Sends a request on a connection of its own."""
    return lambda: Client().post(
        f"/api/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY=key,
        HTTP_IF_MATCH="*",
        **bearer(token),
    )


@pytest.fixture
def world():
    """A partner's system that sees a customer."""
    customer, partner = CustomerFactory(), PartnerFactory()
    GrantFactory(partner=partner, customer=customer)
    return customer, token_of(issued(partner).key)


def test_x43_r13_m19_of_fifty_pairs_with_the_same_key_each_makes_one_application(world):
    customer, token = world
    body = {
        "customer": f"cus_{customer.number}",
        "management_unit": f"unit_{of(customer)['management_unit'].number}",
        "service": "iot",
        "start_wished_on": clock.business_day().isoformat(),
    }
    waited = 0
    for pair in range(PAIRS):
        one = sending(token, "applications", body, f"pair-{pair}")
        answers = [outcome.result for outcome in at_once(one, one)]
        made = [answer for answer in answers if answer.status_code == 201]
        told = [answer for answer in answers if answer.status_code != 201]
        assert Application.objects.count() == KeptAnswer.objects.count() == pair + 1
        assert {answer.content for answer in made} == {made[0].content}
        assert [answer.headers.get("Idempotent-Replayed") for answer in made].count(None) == 1
        for answer in told:
            assert (answer.status_code, answer.json()["code"]) == (409, "request-in-progress")
            assert answer.headers["Retry-After"] == "1"
        waited += len(told)
        assert one().content == made[0].content
    print(f"{waited} of {PAIRS} were told to try again, {PAIRS - waited} were answered as before")


def test_two_keys_at_once_end_a_contract_once(world):
    customer, token = world
    for turn in range(10):
        contract = ContractFactory(**of(customer))
        path = f"contracts/ctr_{contract.number}/termination-notices"
        answers = [
            outcome.result for outcome in at_once(*(sending(token, path, {}, f"end-{turn}-{n}") for n in range(2)))
        ]
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert Termination.objects.filter(contract=contract).count() == 1
