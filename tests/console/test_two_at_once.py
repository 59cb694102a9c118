"""Two tabs, two clerks: what was shown is compared with what is, and a change of rights is remembered."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from iijiot import roles
from tests.acts import again
from tests.console.conftest import what_was_shown
from tests.factories import ContractFactory, UserFactory
from tests.house.console import as_superuser, what_the_form_sends


@pytest.mark.clause("G3")
def test_x11_a_dialog_opened_before_somebody_else_acted_shows_the_present_state_first(desk):
    contract = ContractFactory(starting=True, billing_starts_on=None)
    address = f"/console/contracts/contract/{contract.pk}/do/set-start/"
    opened = desk.post(address, {"billing_from": "2026-12-10", "step": "preview"})
    sent = {"billing_from": "2026-12-10", "step": "confirm", "version": opened.context["version"]}
    other = sent | what_was_shown(opened)
    assert desk.post(address, other).status_code == 302
    late = desk.post(address, other | {"billing_from": "2026-12-20"})
    assert late.context["moved"]
    assert again(contract).billing_starts_on == date(2026, 12, 10)
    now = {"version": late.context["version"], "billing_from": "2026-12-20", "step": "confirm"}
    assert desk.post(address, now | what_was_shown(late)).status_code == 302
    assert again(contract).billing_starts_on == date(2026, 12, 20)


def test_a_change_of_groups_stands_in_the_history_of_the_user(db):
    browser, user = as_superuser(), UserFactory(groups=[roles.DESK])
    address = f"/console/iijiot/user/{user.pk}/change/"
    sent = what_the_form_sends(browser, address)
    groups = [Group.objects.get(name=roles.APPROVER).pk]
    browser.post(address, sent | {"groups": groups, "change_reason": "昇任"})
    told = [(row.roles, row.history_change_reason) for row in user.history.order_by("history_id")]
    assert told[-1] == ("approver", "昇任")
    assert "desk" in {said for said, _why in told}
