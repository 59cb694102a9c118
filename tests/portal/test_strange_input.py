"""X28, X41: what a form or a list was never made for is named or ignored; it changes and tells nothing."""

from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.urls import resolve

from contracts.models import Account
from tests.house.console import logged_in
from tests.portal import addresses
from tests.portal.test_home import filled_with
from tests.quick import quick
from tests.recorder import recorded_models

OURS = ("iijiot", "contracts", "sims", "billing")


def every_field() -> dict[str, str]:
    """Every field of every model of ours, and some paths through related ones."""
    names = {
        field.name for model in apps.get_models() if model._meta.app_label in OURS for field in model._meta.get_fields()
    }
    paths = {
        "customer__name",
        "contract__customer",
        "account__user__password",
        "user__is_staff",
        "member",
        "actor",
        "id",
        "pk",
    }
    return dict.fromkeys(sorted(names | paths), "1")


def with_forms(browser, customer) -> dict[str, tuple[str, Any]]:
    """Every page with a form that is sent, with the form as it is shown."""
    asked = {name: addresses.filled(name, customer) for name in addresses.of_records()} | addresses.lists()
    asked["use"] = addresses.FOR_ALL["use"]
    found = {}
    for name, address in asked.items():
        answer = browser.get(address)
        form = (answer.context or {}).get("form")
        if form is not None and 'method="post" novalidate' in answer.content.decode().replace(
            'enctype="multipart/form-data" ', ""
        ):
            found[name] = (address, form)
    return found


def written() -> int:
    """How many rows of history there are, of anything."""
    return sum(model.history.count() for model in recorded_models() if hasattr(model, "history"))


def test_x28_every_field_that_a_form_does_not_show_is_named_and_nothing_is_done(browser, aois_company):
    forms = with_forms(browser, aois_company)
    print(f"{len(forms)} forms: {sorted(forms)}")
    assert len(forms) >= 12
    before = written()
    for name, (address, form) in forms.items():
        beside = getattr(resolve(address).func, "view_class").beside  # noqa: B009 - a view has one, its type says nothing of it
        shown = {*(field.html_name for field in form), *beside}
        sent = {key: value for key, value in every_field().items() if key not in shown}
        answer = browser.post(address, {**dict.fromkeys(shown, "1"), **sent})
        told = answer.content.decode()
        assert answer.status_code == 400, f"{name}: {answer.status_code}"
        assert [key for key in sent if f"<code>{key}</code>" not in told] == [], name
    assert written() == before


STRANGE = {
    "a connector": "_connector=OR",
    "a regular expression": "q__regex=.*&state__regex=.*",
    "a path to a password": "account__user__password__startswith=p",
    "a path to notes": "customer__note__contains=a&order_by=customer__note",
    "ten thousand signs": "q=" + "あ" * 10_000,
    "NUL": "q=%00&after=%00&state=%00&contract=%00&tag=%00&open=%00&ended=%00",
    "bad UTF-8": "q=%ff%fe&tag=%c3%28",
    "a far page": "page=1000000000&p=1000000000&after=1000000000&line_after=1000000000",
    "a cursor of nonsense": "after=" + "A" * 9_000,
    "a sort by a foreign path": "o=-customer__name&sort=password&ordering=-user__password",
    "wildcards": "q=%25&tag=%25_&contract=%25",
    "the same many times": "&".join(["q=1", "state=active", "ended=1", "open=1"] * 100),
}


@pytest.fixture
def filled(aois_company, outsider: Account) -> None:
    """Something on every list, of both companies."""
    filled_with(aois_company, 2)
    filled_with(outsider.customer, 2)


@pytest.mark.parametrize("asked", STRANGE.values(), ids=STRANGE)
def test_x41_a_list_answers_what_it_does_not_know_quickly_and_with_nothing_of_anybody_else(
    browser, filled, outsider, asked
):
    foreign = {outsider.customer.name, *outsider.customer.contracts.values_list("number", flat=True)}
    for name, address in addresses.lists().items():
        answer = quick(partial(browser.get, f"{address}?{asked}"), name)
        words = (answer.getvalue() if answer.streaming else answer.content).decode()
        assert answer.status_code in (200, 400), f"{name}: {answer.status_code}"
        assert not [word for word in foreign if word in words], name


@pytest.mark.parametrize(
    "hidden", ["customer__name__startswith", "account__user__password__startswith", "note__contains"]
)
def test_x41_no_difference_tells_a_hidden_value(someone, filled, aois_company, hidden):
    """The same page whether the guess is right or wrong."""
    browser = logged_in(someone("viewer").user)
    right = {"customer__name__startswith": aois_company.name[:3]}.get(hidden, "a")
    for name in ("lines", "contracts", "invoices", "applications", "notices", "users", "returns"):
        told = []
        for guess in (right, "〇〇〇"):
            answer = browser.get(f"/portal/{name}/", {hidden: guess})
            assert answer.status_code == 200
            told.append([getattr(row, "pk", row) for row in answer.context["page"].rows])
        assert told[0] == told[1], name
