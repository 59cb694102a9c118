"""The ten minutes of the README, step by step on the demo's data, by somebody who knows nothing else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from contracts.models import Application, Contract, Customer, ExternalSubscription
from iijiot import clock, worlds
from iijiot.models import User
from tests.browser.steps import confirm, do, ja, look, open_customer, press, save, type_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

APPLICANT, ENDING = "例示食品株式会社", "見本精機株式会社"
SCREEN, FINDINGS, ACCEPT = "Begin screening", "Record findings", "Accept"
MEET, START, END = "Record a start condition as met", "Set the billing start date", "Record its end"


def section() -> str:
    """The section of the README that is followed here."""
    readme = (Path(settings.BASE_DIR) / "README.md").read_text()
    return readme.partition("## Ten minutes at the console")[2].partition("\n## ")[0]


def test_the_readme_calls_each_step_as_the_screen_does():
    steps = [SCREEN, FINDINGS, ACCEPT, MEET, START, END, "New application", "New external subscription"]
    words = [*map(ja, [*steps, "Does not apply", "Active", "Show what will happen"]), APPLICANT, ENDING]
    missing = [word for word in words if word not in section()]
    print(f"{len(words)} names in the README's ten minutes")
    assert missing == [], "the README's ten minutes call these otherwise"


@pytest.mark.long
@pytest.mark.unrecorded("the small world is built by real acts, and what the server's thread writes comes later")
@pytest.mark.clause("G13.1", "G14.1.1", "PC3", "PC4.1", "PC5.2")
def test_a_newcomer_gets_from_an_application_to_a_termination_and_finds_who_did_it(
    enter: Callable[..., Page], transactional_db: None, few_lines: None
) -> None:
    worlds.build("small", clock.business_day(), seed=1)
    clerk = User.objects.get(login_id="desk")
    page = enter(clerk)
    customer = Customer.objects.get(name=APPLICANT)

    # Take an application
    open_customer(page, APPLICANT)
    press(page, ja("New application"))
    type_in(page, service_code="private-connector")
    save(page)
    application = Application.objects.get(customer=customer, service_code="private-connector")
    its_page = f"/console/contracts/application/{application.pk}/change/"

    # Find out why it can't be accepted
    page.goto(its_page)
    do(page, ja(SCREEN))
    why = page.locator("#why-accept")
    page.locator(".console-head").get_by_role("link", name=ja(ACCEPT), exact=True).focus()
    expect(why).to_be_visible()
    expect(page.locator("body")).to_contain_text(ja("Private Backbone"))
    expect(page.locator("body")).to_contain_text("プライベートコネクタ 第3条")

    # Put that right
    open_customer(page, APPLICANT)
    press(page, ja("New external subscription"))
    type_in(page, service="private-backbone", reference="PB-000123", starts_on=clock.business_day().isoformat())
    save(page)
    page.goto(its_page)
    press(page, ja(FINDINGS))
    for ground in page.locator("form.console-form select").all():
        ground.select_option("clear")
    confirm(page, ja(FINDINGS))

    # Accept, out of turn, for a reason
    do(page, ja(ACCEPT), reason="先の申込は確認待ちのため")
    contract = Contract.objects.get(application=application)
    assert contract.dependencies.filter(on_external__service="private-backbone").exists()

    # Start
    page.goto(f"/console/contracts/contract/{contract.pk}/change/")
    do(page, ja(MEET), answer="機器側 172.16.0.0/16、社内側 10.20.0.0/16")
    do(page, ja(START))
    expect(page.locator(".console-badge").first).to_have_text(ja("Active"))

    # End something with four dependents
    backbone = ExternalSubscription.objects.get(customer__name=ENDING, service="private-backbone")
    last_day = clock.business_day() + timedelta(7)
    page.goto(f"/console/contracts/externalsubscription/{backbone.pk}/change/")
    press(page, ja(END))
    type_in(page, effective_on=last_day.isoformat(), reason="お客様からの連絡による")
    look(page)
    four = [row.contract for row in backbone.dependents.standing_with_contract() if row.contract.state == "active"]
    assert len(four) == 4
    for dependent in four:
        expect(page.locator(".console-plan")).to_contain_text(dependent.number)
    confirm(page, ja(END))
    assert set(Contract.objects.filter(ends_on=last_day, customer__name=ENDING)) == set(four)

    # Who did that?
    page.goto(f"/console/contracts/contract/{four[0].pk}/change/")
    latest = page.locator(".console-timeline > li").first
    expect(latest).to_contain_text(clerk.name)
    expect(latest).to_contain_text("お客様からの連絡による")
