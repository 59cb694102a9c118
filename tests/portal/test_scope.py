"""X22: somebody else's record is as little there as one that never was, on every page, for every role and method."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from contracts.models import Contract
from contracts.models.account import Role
from tests.factories import AccountFactory, ContractFactory, ManagementUnitFactory, UserFactory
from tests.factories.users import PASSWORD
from tests.house.console import logged_in
from tests.portal import addresses
from tests.recorder import recorded_models


def without_number(body: bytes) -> bytes:
    """A page without the number of its request, which is another each time."""
    return re.sub(rb'<p class="number">.*?</p>', b"", body)


def headers_of(answer) -> dict[str, str]:
    """What stands above a page, without the number and the nonce of its request."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return {name: re.sub(r"'nonce-[^']*'", "", value) for name, value in headers.items()}


def test_every_page_of_a_record_has_one_to_be_looked_at():
    assert set(addresses.RECORDS) == set(addresses.of_records()), (
        "say in tests/portal/addresses.py which record it is of"
    )
    print(f"{len(addresses.every())} pages, {len(addresses.of_records())} of one record")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_somebody_elses_record_is_as_one_that_never_was(aois_company, carols_company, name, role):
    """404, byte by byte as for what is not there; by GET and POST alike."""
    account = AccountFactory(customer=carols_company, role=role, must_renew_password=False)
    browser = logged_in(account.user)
    hers, nobodys = addresses.filled(name, aois_company), addresses.missing(name)
    for send in (browser.get, browser.post, browser.head):
        answer, other = send(hers), send(nobodys)
        refused = {403} if not account.rights or "decide" not in account.rights else set()
        assert answer.status_code in {404, 405} | refused, f"{send.__name__} {hers}: {answer.status_code}"
        assert answer.status_code == other.status_code
        assert without_number(answer.content) == without_number(other.content)
        assert headers_of(answer) == headers_of(other)


@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_nothing_that_is_sent_changes_somebody_elses_record(of_carol, aois_company, name):
    """A whole form, with password and confirmation, is answered as one to what is not there, and nothing is written."""
    record = addresses.RECORDS[name](aois_company)
    hers, nobodys = addresses.address(name, record), addresses.missing(name)
    before = written()
    sent = {
        "step": "confirm",
        "password": PASSWORD,
        "fingerprint": "x",
        "answer": "x",
        "label": "x",
        "kind": "loss",
        "what": "x",
    }
    answer, other = of_carol.post(hers, sent), of_carol.post(nobodys, sent)
    assert answer.status_code in (404, 405)
    assert without_number(answer.content) == without_number(other.content)
    assert written() == before


NESTED = sorted(name for name, whole in addresses.of_records().items() if len(addresses.PLACE.findall(whole)) > 1)


@pytest.mark.parametrize("name", NESTED)
def test_somebody_elses_part_is_not_there_below_ones_own_record(browser, aois_company, carols_company, name):
    own, foreign = addresses.RECORDS[name](aois_company), addresses.RECORDS[name](carols_company)
    first, *further = own
    mixed = addresses.address(name, {first: own[first], **{key: foreign[key] for key in further}})
    missing = addresses.address(name, {first: own[first], **dict.fromkeys(further, 999999)})
    for send in (browser.get, browser.post):
        answer, other = send(mixed), send(missing)
        assert (answer.status_code, other.status_code) == (404, 404)
        assert without_number(answer.content) == without_number(other.content)


@pytest.mark.parametrize("name", sorted({**addresses.of_records(), **addresses.lists()}))
def test_no_form_offers_or_takes_anything_of_somebody_elses(browser, aois_company, carols_company, name):
    """Whatever a field lets be chosen is the customer's own; somebody else's key is as one that nobody has."""
    others = {
        unit.pk
        for unit in (ManagementUnitFactory(customer=carols_company), ManagementUnitFactory(customer=carols_company))
    }
    ContractFactory(customer=carols_company, mobile_access=True)
    answer = browser.get(addresses.filled(name, aois_company) if name in addresses.RECORDS else addresses.lists()[name])
    for form in [
        part for part in (answer.context or {}) and (answer.context.get("form"), answer.context.get("filter")) if part
    ]:
        for field_name, field in form.fields.items():
            offered = getattr(field, "queryset", None)
            assert offered is None or {row.customer for row in offered} <= {aois_company}, field_name
            words = " ".join(f"{value} {label}" for value, label in getattr(field, "choices", ()))
            foreign = Contract.objects.of_customer(carols_company).values_list("number", flat=True)
            assert not [number for number in foreign if number in words], field_name
            if offered is not None:
                told = [form_errors(form, field_name, key) for key in (*others, 999999)]
                assert told[0]
                assert told == told[:1] * len(told)


def form_errors(form, name: str, value: object) -> list[str]:
    """What a field says of a value."""
    try:
        form.fields[name].clean(value)
    except ValidationError as error:
        return error.messages
    return []


def written() -> int:
    """How many rows of history there are, of anything."""
    return sum(model.history.count() for model in recorded_models() if hasattr(model, "history"))


@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_ones_own_record_is_there(browser, aois_company, name):
    # a PDF that is not made yet is not there either
    there = {404} if name == "invoice_pdf" else {200}
    assert browser.get(addresses.filled(name, aois_company)).status_code in there


@pytest.mark.parametrize("name", sorted(addresses.every()))
def test_nobody_sees_a_page_without_logging_in_and_no_staff_does(aois_company, name):
    known = {**addresses.lists(), **addresses.FOR_ALL, "terms_text": "/portal/terms/999999/"}
    asked = addresses.filled(name, aois_company) if name in addresses.RECORDS else known[name]
    assert Client().get(asked).status_code == 302
    for user in (UserFactory(is_superuser=True), UserFactory(customer_side=True)):
        assert logged_in(user).get(asked).status_code == 403, "neither staff nor who acts for no customer"
