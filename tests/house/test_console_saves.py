"""X11, X18: what is saved at the console carries who and why, and is never saved over what somebody saved meanwhile."""

import pytest
from django.test import Client

from tests.house.console import admins, as_superuser, ids, made, page, what_the_form_sends

EDITABLE = [
    a for a in admins() if type(a).has_change_permission.__qualname__.startswith(("BaseModelAdmin", "ModelAdmin"))
]


def history(record):
    """The rows of history, the latest first."""
    return type(record).history.filter(id=record.pk).order_by("-history_id")


def test_there_are_forms_to_look_at():
    print("editable:", ", ".join(ids(admin) for admin in EDITABLE))
    assert len(EDITABLE) >= 6


@pytest.mark.parametrize("admin", EDITABLE, ids=ids)
def test_x11_a_form_opened_before_another_was_saved_is_refused_and_says_so(db, admin):
    record, browser = made(admin.model), as_superuser()
    address = page(record, "change")
    first, second = what_the_form_sends(browser, address), what_the_form_sends(browser, address)
    saved = browser.post(address, first | {"change_reason": "first"})
    assert saved.status_code == 302, saved.context and saved.context["adminform"].form.errors
    count = history(record).count()
    refused = browser.post(address, second | {"change_reason": "second"})
    assert refused.status_code == 200
    errors = refused.context["adminform"].form.errors.as_data()["__all__"]
    assert [error.code for error in errors] == ["stale"]
    assert history(record).count() == count
    assert not history(record).filter(history_change_reason="second").exists()


@pytest.mark.parametrize("admin", EDITABLE, ids=ids)
def test_x11_a_form_without_its_version_is_refused(db, admin):
    record, browser = made(admin.model), as_superuser()
    address = page(record, "change")
    sent = what_the_form_sends(browser, address)
    count = history(record).count()
    browser.post(address, {name: value for name, value in sent.items() if name != "opened_at"})
    assert history(record).count() == count


@pytest.mark.parametrize("admin", EDITABLE, ids=ids)
def test_x18_a_save_carries_who_and_why_and_the_next_one_nothing_of_it(db, admin):
    record, browser, other = made(admin.model), as_superuser(), as_superuser()
    address = page(record, "change")
    browser.post(address, what_the_form_sends(browser, address) | {"change_reason": "転居の届出"})
    first = history(record).first()
    other.post(address, what_the_form_sends(other, address))
    second = history(record).first()
    assert first.pk != second.pk
    assert (first.history_actor_kind, first.history_change_reason) == ("staff", "転居の届出")
    assert (second.history_actor_kind, second.history_change_reason) == ("staff", "")
    assert first.history_user_id == user_of(browser)
    assert second.history_user_id == user_of(other)
    assert first.history_chapter != second.history_chapter


def user_of(browser: Client) -> int:
    """Who is logged in."""
    return int(browser.session["_auth_user_id"])
