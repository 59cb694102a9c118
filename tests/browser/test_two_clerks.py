"""U18, U20: two clerks on one record see each other; what cannot be taken back wants its number typed."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from iijiot import roles
from tests.acts import again, screened
from tests.browser.steps import confirmation, ja, look, press, type_in
from tests.factories import ApplicationFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("G14.1")
def test_two_clerks_see_each_other_and_a_refusal_wants_the_number(
    enter: Callable[..., Page], transactional_db: Any
) -> None:
    application = screened(ApplicationFactory(), {"G14.1.7": "支払遅延"})
    address = f"/console/contracts/application/{application.pk}/change/"
    bens = enter(UserFactory(login_id="ben", name="弁田", groups=[roles.DESK]))
    emis = enter(UserFactory(login_id="emi", name="江見", groups=[roles.DESK]))
    bens.goto(address)
    expect(bens.locator("[data-open-record]")).to_be_hidden()
    emis.goto(address)
    expect(emis.locator("[data-open-record]")).to_contain_text("弁田")
    bens.goto("/console/")
    emis.reload()
    expect(emis.locator("[data-open-record]")).to_be_hidden()

    press(emis, ja("Refuse"))
    type_in(emis, reason="支払遅延のため")
    look(emis)
    emis.locator("#typed_number").fill("A00000")
    confirmation(emis).click()
    expect(emis.locator("#typed-error")).to_be_visible()
    expect(emis.locator("#typed_number")).to_be_focused()
    emis.locator("#typed_number").fill(application.number.lower())
    confirmation(emis).click()
    expect(emis.locator("body")).to_contain_text(ja("The application is refused and the applicant told."))
    assert again(application).state == "refused"
