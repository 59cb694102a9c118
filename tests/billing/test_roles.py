"""Who sees accounts, their holders and who paid: those whose work needs it (G38, G40)."""

import pytest

from billing.models import BankFile, Mandate, PayerSign, Receipt, Refund
from iijiot import roles
from tests.factories import UserFactory
from tests.factories.payments import MandateFactory, PayerSignFactory
from tests.house.console import list_page, logged_in, page

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G38.1", "G40.1")]

NEED_TO_KNOW = {roles.DESK, roles.BILLING, roles.APPROVER, roles.AUDITOR}


@pytest.mark.parametrize("group", roles.LABELS)
def test_payments_are_read_by_those_whose_work_needs_them(group):
    mandate = MandateFactory()
    browser = logged_in(UserFactory(groups=[group]))
    addresses = [page(mandate, "change"), *map(list_page, (BankFile, Mandate, PayerSign, Receipt, Refund))]
    answers = {browser.get(address).status_code for address in addresses}
    assert answers == ({200} if group in NEED_TO_KNOW else {403})


@pytest.mark.parametrize(("group", "is_shown"), [(roles.STOCK, False), (roles.DESK, True)])
def test_the_page_of_a_customer_shows_payers_and_accounts_to_them_alone(group, is_shown):
    mandate = MandateFactory()
    sign = PayerSignFactory(customer=mandate.customer)
    shown = logged_in(UserFactory(groups=[group])).get(page(mandate.customer, "change"))
    assert shown.status_code == 200
    told = shown.content.decode()
    assert [mandate.number in told, sign.value in told] == [is_shown, is_shown]
