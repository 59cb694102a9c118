"""X19: taking out and disclosing leave one line each in the access log, with count and filter; auditors alone read it."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from contracts.admin.recipient import DISCLOSE
from iijiot import access_log, roles
from iijiot.models import AccessEvent
from tests.console.conftest import what_was_shown
from tests.console.secrecies import REFUSED_THEN, SHOWN_AGAIN
from tests.factories import UserFactory
from tests.house.console import admins, as_superuser, ids, list_page, logged_in, made, page

DISCLOSING = [(admin, dialog) for admin in admins() for dialog in admin.dialogs if dialog.permission == DISCLOSE]
CASES = REFUSED_THEN | SHOWN_AGAIN


@pytest.fixture(autouse=True)
def wednesday() -> Any:
    """2026-11-25, 10:00 in Tokyo."""
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        yield


def lines() -> list[tuple[str, str]]:
    """What the access log says of data that left."""
    return list(AccessEvent.objects.filter(kind__in=["exported", "disclosed"]).values_list("kind", "detail"))


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_each_file_of_each_list_is_one_line_with_its_count(db, admin):
    made(admin.model)
    browser = as_superuser()
    address = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_export")
    count = admin.model._base_manager.count()
    for form in ("csv", "cp932", "xlsx"):
        assert browser.post(address, {"form": form}).status_code == 200
    assert [detail.strip() for _kind, detail in lines()] == [
        f"{admin.opts.verbose_name_plural} {count} {form}" for form in ("xlsx", "cp932", "csv")
    ]


def test_the_filter_and_the_search_of_a_file_stand_in_its_line(db):
    browser = as_superuser()
    browser.post(f"{reverse('admin:contracts_contract_export')}?state__exact=ended&q=K0000001", {"form": "csv"})
    ((_kind, detail),) = lines()
    assert "終了" in detail
    assert "K0000001" in detail


def test_there_are_dialogs_that_disclose():
    assert {dialog.slug for _admin, dialog in DISCLOSING} >= {
        "disclose", "disclose-settings", "disclose-statistic", "hand-on",
    }  # fmt: skip


@pytest.mark.parametrize(("admin", "dialog"), DISCLOSING, ids=ids)
def test_each_disclosure_is_one_line_of_who_and_how_much(db, admin, dialog):
    assert dialog.slug in CASES, "give it a lawful case in tests/console/secrecies.py"
    make, typed = CASES[dialog.slug]
    record = make()
    sent = typed(record) if callable(typed) else typed
    user = UserFactory(is_superuser=True)
    browser, address = logged_in(user), page(record, "do", dialog.slug)
    shown = browser.post(address, {"step": "preview", **sent})
    assert lines() == [], "looking at what would be disclosed discloses nothing"
    done = browser.post(address, {"step": "confirm", **what_was_shown(shown), **sent})
    assert done.status_code == 302
    (event,) = AccessEvent.objects.filter(kind="disclosed")
    number, information, scope, count = event.detail.split()
    assert (event.user_id, event.who) == (user.pk, user.name)
    assert number.startswith("R")
    assert information
    assert scope in {"listed", "customer", "all"}
    assert int(count) >= 1


def test_only_auditors_read_the_log(db):
    event = access_log.note(AccessEvent.Kind.DISCLOSED, None, who="somebody", detail="R0000001 personal listed 1")
    addresses = (list_page(AccessEvent), page(event, "change"))
    answers = {
        role: {logged_in(UserFactory(groups=[role])).get(address).status_code for address in addresses}
        for role in roles.LABELS
    }
    assert answers.pop(roles.AUDITOR) == {200}
    assert set(map(frozenset, answers.values())) == {frozenset({403})}


def test_nobody_changes_or_removes_a_line(db):
    event = access_log.note(AccessEvent.Kind.DISCLOSED, None, who="somebody")
    browser = as_superuser()
    for name in ("change", "delete"):
        assert browser.post(page(event, name), {"who": "nobody"}).status_code in (403, 404)
    assert AccessEvent.objects.get(pk=event.pk).who == "somebody"
