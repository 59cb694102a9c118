"""U18: who else has a record open is said on its pages; a form that somebody overtook shows both versions."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from iijiot import clock
from tests.acts import again
from tests.factories import ContractFactory, CustomerFactory
from tests.house.console import as_superuser, logged_in, page, what_the_form_sends

ASK = "/console/also-open/"


def told(browser, record, **sent):
    """What the page of a record is told when it asks."""
    return browser.post(ASK, {"record": f"{record._meta.label_lower}:{record.pk}", **sent}).json()["told"]


def test_two_who_have_a_record_open_are_told_of_each_other(ben, emi):
    contract, other = ContractFactory(), ContractFactory()
    bens, emis = logged_in(ben), logged_in(emi)
    assert told(bens, contract) == ""
    assert told(bens, contract) == "", "nobody is told of himself"
    assert told(emis, other) == ""
    opened = f"{clock.now().astimezone(clock.TOKYO):%H:%M}"
    assert told(emis, contract) == f"弁田 ベンさんも{opened}から開いています。"
    assert "江見 えみ" in told(bens, contract)


def test_who_leaves_or_gives_no_sign_for_75_seconds_is_there_no_more(ben, emi):
    contract, bens, emis = ContractFactory(), logged_in(ben), logged_in(emi)
    told(bens, contract)
    told(bens, contract, leaving="1")
    assert told(emis, contract) == ""
    with time_machine.travel(clock.now() + timedelta(seconds=74), tick=False):
        assert told(bens, contract) != ""
    with time_machine.travel(clock.now() + timedelta(seconds=76), tick=False):
        assert told(bens, contract) == ""


@pytest.mark.parametrize(
    "record", ["", "nonsense", "contracts.contract", "auth.group:1", "sessions.session:1", "x.y:1"]
)
def test_nobody_is_told_of_what_he_may_not_see(hana, carol, record):
    for user in (hana, carol):
        assert logged_in(user).post(ASK, {"record": record or "contracts.contract:1"}).status_code in (302, 403)


def test_a_page_that_asks_by_itself_keeps_no_session_alive(ben):
    contract, browser = ContractFactory(), logged_in(ben)
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        told(browser, contract)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert browser.get(reverse("admin:index")).status_code == 302


def test_pages_and_dialogs_of_a_record_ask_for_it(desk):
    contract = ContractFactory()
    for address in (page(contract, "change"), page(contract, "do", "terminate")):
        assert f'data-open-record="contracts.contract:{contract.pk}"' in desk.get(address).content.decode()


@pytest.mark.clause("G16")
def test_an_overtaken_form_shows_both_versions_and_keeps_what_was_typed(ben, emi):
    customer = CustomerFactory(address="東京都千代田区見本町1-1", phone="03-1111-1111", contact_person="総務部")
    address = page(customer, "change")
    bens, emis = logged_in(ben), logged_in(emi)
    opened = what_the_form_sends(bens, address)
    first = what_the_form_sends(emis, address) | {
        "address": "大阪市見本区2-2",
        "contact_person": "管理部",
        "change_reason": "誤記の訂正",
    }
    assert emis.post(address, first).status_code == 302
    corrected = {"address": "名古屋市見本区3-3", "phone": "03-2222-2222", "change_reason": "誤記の訂正"}
    late = bens.post(address, opened | corrected)
    form = late.context["adminform"].form
    shown = {str(field.label): (field.opened, field.now, field.typed) for field in form.differing}
    assert shown == {
        "住所": ("東京都千代田区見本町1-1", "大阪市見本区2-2", "名古屋市見本区3-3"),
        "契約者の担当者": ("総務部", "管理部", ""),
    }
    assert "江見" in str(form.errors)
    held = {name: form[name].value() for name in ("address", "phone", "contact_person")}
    assert held == {"address": "名古屋市見本区3-3", "phone": "03-2222-2222", "contact_person": "管理部"}
    sent = opened | corrected | held | {"opened_at": form["opened_at"].value()}
    assert bens.post(address, sent).status_code == 302
    saved = again(customer)
    assert (saved.address, saved.phone, saved.contact_person) == ("名古屋市見本区3-3", "03-2222-2222", "管理部")


def test_an_overtaken_form_of_a_user_takes_over_ticks_that_nobody_typed(db, emi):
    first, second = as_superuser(), as_superuser()
    address = page(emi, "change")
    opened = what_the_form_sends(first, address)
    gone = {name: value for name, value in what_the_form_sends(second, address).items() if name != "is_active"}
    assert second.post(address, gone).status_code == 302
    late = first.post(address, opened | {"name": "江見 絵美"}).context["adminform"].form
    assert not late["is_active"].value()
    assert late["name"].value() == "江見 絵美"
