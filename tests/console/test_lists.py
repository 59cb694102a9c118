"""Lists: paged by keyset without counting, columns by link, views under a name; the deep end costs as much as the first."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Contract, Termination
from iijiot import roles
from iijiot.bulk import bulk_add
from iijiot.keyset import Key, keys_of, page, read_cursor
from iijiot.records import chapter
from iijiot.saved_views import SavedView
from tests.factories import ContractFactory, CustomerFactory, ManagementUnitFactory, TerminationFactory, UserFactory
from tests.factories.base import MAKER
from tests.house.console import admins, as_superuser, ids, list_page, logged_in, made

DAYS = [None, date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)]


def contracts(days):
    """Living contracts with these last days."""
    customer = CustomerFactory()
    unit = ManagementUnitFactory(customer=customer)
    with chapter(actor=MAKER):
        bulk_add(
            [
                Contract(
                    customer=customer, management_unit=unit, service_code="data-storage", accepted_on=date(2026, 4, 1),
                    billing_starts_on=date(2026, 4, 1), state="active", ends_on=day, ends_under="DS4.1" if day else "",
                )
                for day in days
            ]
        )  # fmt: skip
    return Contract.objects.filter(customer=customer)


def walked(rows, keys, size, *, back=False):
    """Every row by following the links, from the first page on or from the last one back."""
    seen, slice_ = [], page(rows, keys, size)
    pages = [slice_]
    while slice_.after:
        slice_ = page(rows, keys, size, after=slice_.after)
        pages.append(slice_)
    if back:
        pages = [slice_]
        while slice_.before:
            slice_ = page(rows, keys, size, before=slice_.before)
            pages.insert(0, slice_)
    for one in pages:
        seen += [row.pk for row in one.rows]
    return seen


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_the_rows_of_a_list_are_rows_of_its_table(db, admin):
    """Also for somebody who may do nothing to many at once."""
    made(admin.model)
    for browser in (as_superuser(), logged_in(UserFactory(groups=[roles.AUDITOR]))):
        answer = browser.get(list_page(admin.model))
        if answer.status_code == 200:
            shown = answer.content.decode()
            assert "<td data-label=" in shown
            assert "&lt;td" not in shown


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(DAYS), max_size=14),
    st.integers(1, 5),
    st.sampled_from(
        [["ends_on"], ["-ends_on"], ["state", "-ends_on"], ["-ends_on", "-pk"], ["customer", "ends_on"], []]
    ),
)
def test_walking_forward_and_back_meets_every_row_once(db, days, size, order):
    rows = contracts(days)
    keys = keys_of(Contract, order)
    expected = list(rows.order_by(*(key.expression for key in keys)).values_list("pk", flat=True))
    assert walked(rows, keys, size) == expected
    assert sorted(walked(rows, keys, size, back=True)) == sorted(expected)


def test_an_order_ends_in_the_primary_key_and_follows_foreign_keys():
    assert keys_of(Contract, ["-ends_on"]) == [Key("ends_on", descending=True), Key("pk")]
    assert keys_of(Contract, ["-customer"]) == [Key("customer__number", descending=True), Key("pk")]
    assert keys_of(Contract, ["-pk", "state"]) == [Key("pk", descending=True)]


@pytest.mark.parametrize("text", ["", "x", "%%%", "W10", "WyJwayIsICJub24iXQ", "9" * 5000, "bnVsbA", "WzFd"])
def test_a_cursor_that_was_tampered_with_is_the_first_page(db, desk, text):
    assert read_cursor(Contract, keys_of(Contract, []), text) is None
    ContractFactory()
    for name in ("after", "before"):
        assert len(desk.get(list_page(Contract), {name: text}).context["cl"].result_list) == 1


def test_the_deep_end_skips_nothing_counts_nothing_and_goes_by_index(db):
    for n in range(3):
        TerminationFactory(contract=ContractFactory(), effective_on=date(2026, 12, 1) + timedelta(n))
    keys = keys_of(Termination, ["effective_on", "pk"])
    first = page(Termination.objects.all(), keys, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # three rows are sorted as fast as they are found
    with CaptureQueriesContext(connection) as captured:
        page(Termination.objects.all(), keys, 1, after=first.after)
    for told in captured:
        assert "OFFSET" not in told["sql"]
        assert "COUNT(" not in told["sql"]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "termination_by_day" in plan


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_every_list_can_be_walked_by_its_links_in_every_order_it_offers(db, monkeypatch, admin):
    monkeypatch.setattr(type(admin), "list_per_page", 2)
    there = {made(admin.model).pk for _n in range(5)}
    browser, boss, walks = as_superuser(), UserFactory(is_superuser=True), 0

    def listed(address: str) -> Any:
        """What a page lists, without the page."""
        request = RequestFactory().get(address)
        request.user = boss
        return admin.get_changelist_instance(request)

    for order in ["", *(f"{sign}{place}" for place in range(len(admin.list_display)) for sign in ("", "-"))]:
        address, seen = f"{list_page(admin.model)}?{f'o={order}' if order else ''}", []
        while address:
            cl = listed(address) if order else browser.get(address).context["cl"]
            seen += [row.pk for row in cl.result_list]
            address = list_page(admin.model) + cl.next_url if cl.next_url else ""
        assert len(seen) == len(set(seen)), order
        assert there <= set(seen), order
        walks += 1
    print(f"{walks} orders walked")


def test_columns_are_chosen_by_link_in_their_order_and_only_from_what_is_offered(desk):
    contract = ContractFactory()
    shown = desk.get(list_page(Contract), {"columns": "ends_on,customer,accepted_on,customer__notice_email,password"})
    assert shown.context["cl"].list_display == ["ends_on", "customer", "accepted_on"]
    assert contract.customer.name in shown.content.decode()
    assert desk.get(list_page(Contract), {"columns": "nonsense"}).context["cl"].list_display[0] == "number"
    again = desk.get(list_page(Contract) + "?columns=customer&columns=ends_on&o=2")
    assert again.context["cl"].list_display == ["customer", "ends_on"]
    assert "columns=customer" in again.context["cl"].headers[0]["url_primary"]


def save(browser, name, query, *, shared=False):
    sent = {"register": "contracts.contract", "name": name, "query": query} | ({"shared": "on"} if shared else {})
    return browser.post(reverse("save_view"), sent)


def test_a_list_is_saved_under_a_name_offered_above_the_list_and_put_away(desk, ben):
    answer = save(desk, "解約予定（東京）", "?queue=ending&columns=number,ends_on&after=xyz")
    assert answer.url == f"{list_page(Contract)}?queue=ending&columns=number%2Cends_on"
    view = SavedView.objects.get()
    assert (view.owner, view.query) == (ben, "queue=ending&columns=number%2Cends_on")
    shown = desk.get(answer.url)
    assert shown.context["above"]["views"][0]["current"]
    assert "解約予定（東京）" in shown.content.decode()
    save(desk, "解約予定（東京）", "?queue=to-start")
    assert SavedView.objects.get().query == "queue=to-start", "the same name is the same view"
    assert desk.post(reverse("change_view", args=[view.pk]), {"act": "put-away"}).status_code == 302
    assert desk.get(list_page(Contract)).context["above"]["views"] == []
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_for_all_and_changed_by_its_owner_alone(desk, emi):
    save(desk, "みんなの一覧", "?state__exact=active", shared=True)
    save(desk, "私の一覧", "?state__exact=ended")
    other = logged_in(emi)
    assert [told["view"].name for told in other.get(list_page(Contract)).context["above"]["views"]] == ["みんなの一覧"]
    for view in SavedView.objects.all():
        assert other.post(reverse("change_view", args=[view.pk]), {"act": "put-away"}).status_code == 404


def test_one_view_is_the_page_one_starts_with(desk):
    assert desk.get(reverse("console_start")).url == reverse("admin:index")
    save(desk, "一", "?queue=ending")
    save(desk, "二", "?queue=to-start")
    one, two = SavedView.objects.order_by("pk")
    for view in (one, two):
        desk.post(reverse("change_view", args=[view.pk]), {"act": "start"})
        assert desk.get(reverse("console_start")).url == f"{list_page(Contract)}?{view.query}"
    desk.post(reverse("change_view", args=[two.pk]), {"act": "no-start"})
    assert desk.get(reverse("console_start")).url == reverse("admin:index")


def test_a_view_is_saved_only_of_a_register_one_may_see(desk, hana):
    sent = {"register": "contracts.contract", "name": "x", "query": ""}
    assert logged_in(hana).post(reverse("save_view"), sent).status_code == 403
    for register in ("auth.group", "nonsense", "iijiot"):
        assert desk.post(reverse("save_view"), sent | {"register": register}).status_code == 404
    assert desk.get(reverse("save_view")).status_code == 405
    assert save(desk, " ", "").status_code == 302
    assert not SavedView.objects.exists()
