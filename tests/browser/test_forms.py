"""U09: each form in one column, labels above; errors on top lead to their fields; nothing typed is lost."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from contracts.models import Customer
from iijiot import roles
from iijiot.models import User
from tests.browser import pages
from tests.browser.conftest import PASSWORD
from tests.browser.login import get_in
from tests.browser.steps import follow, ja, save
from tests.factories import UserFactory
from tests.factories.worlds import house
from tests.login.steps import present_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = "見本の語"
FORM = "form[method=post][id$=_form], form.console-form"
TEXTS = (
    ":is(input[type=text], input:not([type]), textarea)[name]:visible:not([readonly]):not(.vForeignKeyRawIdAdminField)"
)
LAWFUL_BY_TEXT = {"partner, new", "recipient, new"}
"""Forms that would be saved with text alone; their first text is left out."""
LAYOUT = (Path(__file__).parent / "layout.js").read_text()
"""One column, each label above its field, what is required said in words."""


@pytest.fixture
def boss(transactional_db: None) -> User:
    """Somebody who may do everything, where every test commits."""
    return UserFactory(login_id="boss", name="上司", is_superuser=True)


def test_every_form_leads_to_its_errors_and_keeps_what_was_typed(enter: Callable[..., Page], boss: User) -> None:
    house()
    page, refused, walked = enter(boss), 0, [p for p in pages.everything() if p.name.endswith(", new")]
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.forms[0] && (document.forms[0].noValidate = true))"
    )
    for new in walked:
        page.goto(new.address)
        form = page.locator(FORM).first
        assert form.evaluate(LAYOUT) == [], new.name
        texts = form.locator(TEXTS)
        kept = {}
        for number in range(new.name in LAWFUL_BY_TEXT, texts.count()):
            texts.nth(number).fill(TYPED)
            kept[texts.nth(number).get_attribute("name")] = texts.nth(number).input_value()
        save(page)
        summary = page.locator(".errornote[role=alert]")
        assert summary.count(), f"{new.name} was saved though nothing was chosen: type less into it here"
        expect(summary).to_be_focused()
        links = [link.get_attribute("href") for link in summary.get_by_role("link").all()]
        of_the_whole = page.locator(".errornote:not([role=alert])")
        assert links or of_the_whole.count(), new.name
        assert [link for link in links if not page.locator(str(link)).count()] == [], new.name
        assert {name: page.locator(f"[name={name}]").input_value() for name in kept} == kept, new.name
        refused += len(links)
    print(f"{len(walked)} forms, {refused} errors with their links")
    assert len(walked) >= 7


def test_what_was_typed_survives_the_end_of_the_session(enter: Callable[..., Page], transactional_db: Any) -> None:
    ben = UserFactory(login_id="ben", name="勉", groups=[roles.DESK])
    page = enter(ben)
    page.goto("/console/contracts/customer/add/")
    page.locator("[name=kind]").select_option("body")
    for name, value in {
        "name": "見本会",
        "evidence": "規約",
        "address": "見本県",
        "notice_email": "a@mihon.example",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    Session.objects.all().delete()
    cache.clear()  # the code given a moment ago counts once
    save(page)
    seed = get_adapter().decrypt(Authenticator.objects.get(user=ben, type="totp").data["secret"])
    get_in(page, "ben", PASSWORD, lambda: present_code(seed))
    expect(page.locator("[data-draft-told]")).to_contain_text(
        ja("What you typed earlier and had not saved is back in the form.")
    )
    expect(page.locator("[name=name]")).to_have_value("見本会")
    expect(page.locator("[name=kind]")).to_have_value("body")
    save(page)
    expect(page).to_have_url(re.compile("/contracts/customer/$"))
    assert Customer.objects.get().name == "見本会"
    page.goto("/console/contracts/customer/add/")
    expect(page.locator("[name=name]")).to_have_value("")
    expect(page.locator("[data-draft-told]")).to_be_hidden()


def test_a_draft_is_forgotten_on_demand_and_keeps_no_password(enter: Callable[..., Page], boss: User) -> None:
    page = enter(boss)
    page.goto("/console/iijiot/user/add/")
    page.locator("[name=name]").fill("見本 太郎")
    page.locator("[name=new_password]").fill("himitsu-no-kotoba-1")
    assert "himitsu" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.goto("/console/")
    page.goto("/console/iijiot/user/add/")
    expect(page.locator("[name=name]")).to_have_value("見本 太郎")
    follow(page, page.get_by_role("button", name=ja("Forget it")))
    expect(page.locator("[name=name]")).to_have_value("")
