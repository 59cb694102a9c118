"""Help in place: every page leads to help for what it shows, and every kind of record has its life drawn."""

import pytest
from django.urls import reverse

from iijiot.console.guide import has_help
from iijiot.machines import machines
from tests.factories import ContractFactory
from tests.house.console import admins, as_superuser, ids, list_page, made, page


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_the_life_of_a_kind_of_record_is_drawn_with_the_present_state_marked(desk, machine):
    shown = desk.get(reverse("life", args=[machine.name]) + f"?at={machine.first}")
    marked = [box.state for box in shown.context["diagram"].boxes if box.is_present]
    assert marked == [machine.first]
    assert shown.content.decode().count("<rect") >= len(machine.labels)


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_every_list_and_every_record_leads_to_its_help(db, admin):
    browser, record = as_superuser(), made(admin.model)
    label = admin.model._meta.label_lower
    target = reverse("life", args=[label]) if has_help(label) else reverse("guide")
    for address in (list_page(admin.model), page(record, "change")):
        assert f'href="{target}' in browser.get(address).content.decode(), address


def test_the_record_page_marks_its_own_state(db):
    contract = ContractFactory()
    shown = as_superuser().get(page(contract, "change")).content.decode()
    assert reverse("life", args=["contracts.contract"]) + f"?at={contract.state}" in shown


def test_the_first_page_of_help_explains_every_kind_of_record_that_staff_work_with(desk):
    shown = desk.get(reverse("guide"))
    assert shown.status_code == 200
    assert len(shown.context["kinds"]) >= 7
    assert len(shown.context["words"]) >= 8


def test_the_first_page_of_help_leads_to_the_life_of_every_kind_of_record(desk):
    shown = desk.get(reverse("guide")).content.decode()
    print(f"{len(machines())} kinds of records with states")
    assert [
        machine.name for machine in machines() if f'href="{reverse("life", args=[machine.name])}"' not in shown
    ] == []
    assert {machine.name.partition(".")[2] for machine in machines()} >= {
        "account", "application", "changereport", "contract", "death", "discontinuation", "heirfiling", "measure",
        "notice", "proposal", "startcondition", "succession", "suspension", "termination", "termsversion", "violation",
    }  # fmt: skip


@pytest.mark.parametrize("label", ["nothing.there", "nonsense", "auth.group", "iijiot"])
def test_no_help_for_what_is_no_record(desk, label):
    assert desk.get(reverse("life", args=[label])).status_code == 404
