"""U18, U20: two clerks on one record see each other; what cannot be taken back wants its number typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from contracts.models import Application
from iijiot import roles
from tests.acts import again, screened
from tests.browser.steps import confirmation, follow, ja, look, press, type_in
from tests.factories import ApplicationFactory, UserFactory
from tests.workers import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def have_open(application: Application) -> set[int]:
    """The users whose pages have said so."""
    return set(cache.get(f"open:contracts.application:{application.pk}", {}))


@pytest.mark.clause("G14.1")
def test_two_clerks_see_each_other_and_a_refusal_wants_the_number(
    enter: Callable[..., Page], transactional_db: Any
) -> None:
    application = screened(ApplicationFactory(), {"G14.1.7": "支払遅延"})
    address = f"/console/contracts/application/{application.pk}/change/"
    ben = UserFactory(login_id="ben", name="弁田", groups=[roles.DESK])
    emi = UserFactory(login_id="emi", name="江見", groups=[roles.DESK])
    bens, emis = enter(ben), enter(emi)
    bens.goto(address)
    wait_until(lambda: have_open(application) == {ben.pk}, "Ben's page says that it is open")
    expect(bens.locator("[data-open-record]")).to_be_hidden()
    emis.goto(address)
    expect(emis.locator("[data-open-record]")).to_contain_text("弁田")
    bens.goto("/console/")
    wait_until(lambda: have_open(application) == {emi.pk}, "Ben's page says that it is left")
    emis.reload()
    expect(emis.locator("[data-open-record]")).to_be_hidden()

    press(emis, ja("Refuse"))
    type_in(emis, reason="支払遅延のため")
    look(emis)
    emis.locator("#typed_number").fill("A00000")
    follow(emis, confirmation(emis))
    expect(emis.locator("#typed-error")).to_be_visible()
    expect(emis.locator("#typed_number")).to_be_focused()
    emis.locator("#typed_number").fill(application.number.lower())
    follow(emis, confirmation(emis))
    expect(emis.locator("body")).to_contain_text(ja("The application is refused and the applicant told."))
    assert again(application).state == "refused"
