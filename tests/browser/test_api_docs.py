"""The page on which the API is tried: it loads nothing from elsewhere, keeps the strict policy, and asks with a token."""

import os
from urllib.parse import urlsplit

import pytest

from tests.browser.steps import LISTEN
from tests.factories import CustomerFactory
from tests.factories.partners import GrantFactory, PartnerFactory, issued, token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operation_is_read_and_tried_with_nothing_from_elsewhere(window, live_server):
    customer, partner = CustomerFactory(name="青井製作所"), PartnerFactory()
    GrantFactory(partner=partner, customer=customer)
    token = token_of(issued(partner).key)
    page = window(extra_http_headers={"Authorization": f"Bearer {token}"}).new_page()
    told, hosts = [], set()
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto("/api/v1/docs")
    operation = page.locator("#operations-customers-list_customers")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table").get_by_text("青井製作所").first.wait_for()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/api-docs.png", full_page=False)
    assert hosts - {""} == {urlsplit(live_server.url).netloc}
    assert told == []
