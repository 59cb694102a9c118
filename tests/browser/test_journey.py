"""From application to cascade, as a clerk does it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation
from playwright.sync_api import Page, expect

from contracts.models import Application, Contract, Customer, ExternalSubscription, Termination
from iijiot import clock
from iijiot.days import japanese_day
from iijiot.models import User
from tests.browser.steps import confirm, confirmation, do, look, press, save, type_in
from tests.factories import CustomerFactory, ManagementUnitFactory
from tests.factories.worlds import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]


@pytest.fixture
def ben(transactional_db: None) -> User:
    """Ben of support, where every test commits."""
    from iijiot import roles
    from tests.factories import UserFactory

    return UserFactory(login_id="ben", name="弁田 ベン", groups=[roles.DESK])


@pytest.mark.clause("G13.1", "G14.1.1", "G3", "PC4.1")
def test_an_application_becomes_a_contract_that_starts(enter: Callable[..., Page], ben: User) -> None:
    customer: Customer = CustomerFactory()
    ManagementUnitFactory(customer=customer, name="本社")
    page = enter(ben)

    page.goto(f"/console/contracts/customer/{customer.pk}/change/")
    press(page, "申込の登録")
    page.select_option("[name=service_code]", "iot")
    save(page)
    application = Application.objects.get()
    assert (application.customer, application.service_code) == (customer, "iot")

    page.goto(f"/console/contracts/application/{application.pk}/change/")
    do(page, "審査開始")
    press(page, "審査所見の記録")
    for select in page.locator("form.console-form select").all():
        select.select_option("clear")
    confirm(page, "審査所見の記録")
    do(page, "承諾")

    contract = Contract.objects.get()
    expect(page.locator(".console-badge").first).to_have_text("開始待ち")
    do(page, "課金開始日の設定")
    expect(page.locator(".console-badge").first).to_have_text("提供中")
    assert Contract.objects.get(pk=contract.pk).billing_starts_on == clock.business_day()
    last = contract.history.order_by("history_id").last()
    assert (last.history_actor, last.history_clause) == ("弁田 ベン", "G3")


@pytest.mark.clause("PC5.2", "PMG5.2", "WPC5.2", "VPN5.2")
def test_ending_the_backbone_shows_four_dependents_and_the_clock_ends_them(
    enter: Callable[..., Page], ben: User
) -> None:
    world = house()
    four = [world.connector, world.gateway, world.wise_connector, world.vpn]
    last_day = clock.business_day() + timedelta(days=10)
    page = enter(ben)

    page.goto(f"/console/contracts/externalsubscription/{world.backbone.pk}/change/")
    press(page, "終了の記録")
    type_in(page, effective_on=last_day.isoformat())
    look(page)
    plan = page.locator(".console-plan")
    with translation.override("ja"):
        for contract in four:
            row = plan.get_by_role("row").filter(has_text=contract.number)
            expect(row.first).to_contain_text(japanese_day(last_day))
            expect(row.first).to_contain_text(contract.service.ends_with.said_by.citation)
    assert not Termination.objects.exists()
    confirm(page, "終了の記録")
    ending = Contract.objects.filter(ends_on=last_day)
    assert set(ending) == set(four)
    assert ExternalSubscription.objects.get(pk=world.backbone.pk).ends_on == last_day

    page.goto(f"/console/contracts/customer/{world.customer.pk}/change/")
    expect(page.locator(".console-tree").first).to_contain_text(japanese_day(last_day))

    call_command("advance_day", to=(last_day + timedelta(days=1)).isoformat())
    page.reload()
    expect(page.locator(".console-banner")).to_contain_text(japanese_day(last_day + timedelta(days=1)))
    tree = page.locator(".console-tree").first
    expect(page.get_by_text("終了済みの契約4件")).to_be_visible()
    expect(tree.get_by_text("提供中", exact=True)).to_have_count(4)
    assert {c.state for c in Contract.objects.filter(pk__in=[c.pk for c in four])} == {"ended"}


def test_a_button_that_cannot_act_says_why_on_focus_and_in_its_dialog(enter: Callable[..., Page], ben: User) -> None:
    world = house()
    page = enter(ben)
    page.goto(f"/console/contracts/contract/{world.iot.pk}/change/")
    button = page.get_by_role("link", name="課金開始日の設定", exact=True)
    assert button.get_attribute("aria-disabled") == "true"
    button.focus()
    expect(page.locator("#why-set-start")).to_be_visible()
    expect(page.locator("#why-set-start")).to_contain_text("一般規程 第3条")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("一般規程 第3条")
    expect(page.locator("form.console-form")).to_have_count(0)


def test_a_double_click_on_the_confirmation_ends_the_contract_once(enter: Callable[..., Page], ben: User) -> None:
    world = house()
    page = enter(ben)
    page.goto(f"/console/contracts/contract/{world.data_storage.pk}/do/terminate/")
    look(page)
    with page.expect_navigation():
        confirmation(page).dblclick()
    page.wait_for_load_state("networkidle")
    assert Termination.objects.filter(contract=world.data_storage).count() == 1


def test_the_console_is_japanese_whatever_the_browser_says_until_english_is_picked(
    enter: Callable[..., Page], ben: User
) -> None:
    page = enter(ben, locale="en-US")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("link", name="処理待ちの申込", exact=False).last).to_be_visible()
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    answer: Any = page.request.post(
        "/i18n/setlang/", form={"language": "en", "csrfmiddlewaretoken": str(token)}, headers={"Referer": page.url}
    )
    assert answer.ok
    page.goto("/console/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Applications waiting", exact=False).last).to_be_visible()
