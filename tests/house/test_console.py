"""X26, X27, X25 and traps T1–T3: no admin lets a state, an old version or an act in by a back door."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin
from iijiot.models import AccessEvent
from iijiot.records import RecordedModel
from tests.acts import again
from tests.factories import UserFactory
from tests.house.console import (
    admins,
    as_superuser,
    ids,
    is_ours,
    list_page,
    logged_in,
    made,
    page,
    what_the_form_sends,
    with_all_but,
)
from tests.house.test_models import acts

DIALOGS = [(admin, dialog) for admin in admins() for dialog in admin.dialogs]
STATES = [
    (admin, name) for admin in admins() if issubclass(admin.model, RecordedModel) for name in admin.model.fsm_fields()
]


def request_of(user: Any) -> Any:
    """A request of this user to the console."""
    from django.test import RequestFactory

    request = RequestFactory().get("/console/")
    request.user = user
    return request


def test_there_are_admins_and_dialogs_to_look_at():
    print(f"{len(admins())} admins, {len(DIALOGS)} dialogs, {len(STATES)} with a state")
    assert len(admins()) >= 9
    assert len(DIALOGS) >= 12
    assert all(is_ours(admin.model) for admin in admins())


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_every_admin_stands_on_the_house_and_opens_no_back_door(admin):
    assert isinstance(admin, ConsoleAdmin), "derive it from ConsoleAdmin (iijiot/console/admin.py)"
    assert type(admin).history_view is ConsoleAdmin.history_view
    assert not hasattr(admin, "history_form_view"), "simple-history's form saves old versions (T1)"
    assert not admin.list_editable
    assert not admin.save_as
    for place in ("actions_list", "actions_row", "actions_detail", "actions_submit_line"):
        assert not getattr(admin, place, ()), f"{place}: an act is a dialog (T2)"
    for inline in admin.inlines:
        assert getattr(inline, "max_num", None) == 0 or not getattr(inline, "can_delete", True), inline


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_t3_every_list_action_names_its_permission(db, admin):
    request = request_of(UserFactory(is_superuser=True))
    actions = admin.get_actions(request)
    assert "delete_selected" not in actions
    for function, _name, _words in actions.values():
        assert getattr(function, "allowed_permissions", ()), f"{function.__name__} runs for any staff user"


@pytest.mark.parametrize(("admin", "dialog"), DIALOGS, ids=ids)
def test_every_dialog_names_a_permission_a_clause_and_a_label(db, admin, dialog):
    assert issubclass(dialog, ConsoleAction), "derive it from ConsoleAction (iijiot/console/actions.py)"
    app, code = dialog.permission.split(".")
    assert Permission.objects.filter(content_type__app_label=app, codename=code).exists()
    assert not re.match(r"(add|view)_", code), "give the dialog a permission of its own in Meta.permissions"
    assert Clause(dialog.clause)
    assert str(dialog.label)
    assert [d.slug for d in admin.dialogs].count(dialog.slug) == 1
    assert not dialog.transition or hasattr(admin.model, dialog.transition)


@pytest.mark.parametrize(("admin", "dialog"), DIALOGS, ids=ids)
def test_x25_t2_a_dialog_acts_neither_on_get_nor_for_whom_it_is_not(db, recorder, admin, dialog):
    record = made(admin.model)
    address = page(record, "do", dialog.slug)
    browsers = {
        "everything but this": with_all_but(dialog.permission),
        "nothing": logged_in(UserFactory()),
    }
    may = as_superuser()
    recorder.forget()
    for who, browser in browsers.items():
        assert browser.get(address).status_code == 403, f"{who}: check the dialog's permission before anything else"
        assert browser.post(address, {"step": "confirm"}).status_code == 403, who
    assert AccessEvent.objects.filter(kind="denied", path=address).count() == 2 * len(browsers), (
        "each stands in the log"
    )
    assert Client().post(address).status_code == 302
    for method in (may.get, may.head):
        assert method(address, {"step": "confirm"}).status_code == 200
    for verb in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        assert may.generic(verb, address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = may.cookies
    assert strict.post(address, {"step": "confirm"}).status_code == 403, "no CSRF token"
    assert recorder.entries() == []
    assert recorder.entries(side="row") == []


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_t1_no_page_brings_an_old_version_back(db, recorder, admin):
    record, browser = made(admin.model), as_superuser()
    version = type(record).history.filter(id=record.pk).latest().history_id
    recorder.forget()
    assert browser.get(page(record, "history")).status_code == 200
    assert browser.post(page(record, "history"), {"name": "x"}).status_code == 405
    old = f"{page(record, 'history')}{version}/"
    try:
        resolve(old)
    except Resolver404:
        pass
    else:
        assert browser.post(old, {"name": "x"}).status_code in (302, 403, 404, 405)
        assert browser.get(old).status_code in (302, 404)
    assert recorder.entries(side="row") == []


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_nobody_deletes_a_record(db, recorder, admin):
    record, browser = made(admin.model), as_superuser()
    recorder.forget()
    assert browser.post(page(record, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    browser.post(list_page(admin.model), chosen)
    assert type(record)._base_manager.filter(pk=record.pk).exists()
    assert recorder.entries(side="row") == []


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_a_list_action_writes_nothing_for_whoever_only_reads(db, recorder, fumi, admin):
    record, reader = made(admin.model), logged_in(fumi)
    recorder.forget()
    for action in admin.get_actions(request_of(UserFactory(is_superuser=True))):
        recorder.forget()
        reader.post(list_page(admin.model), {"action": action, "_selected_action": [record.pk]})
        assert recorder.entries(side="row") == []


@pytest.mark.parametrize(("admin", "name"), STATES, ids=ids)
@pytest.mark.parametrize("wanted", ["ended", "accepted", "sent", "bogus"])
def test_x27_a_state_sent_with_the_change_form_changes_nothing(db, admin, name, wanted):
    record, browser = made(admin.model), as_superuser()
    before = getattr(record, name)
    address = page(record, "change")
    assert name not in browser.get(address).context["adminform"].form.fields
    sent = what_the_form_sends(browser, address) | {name: wanted, f"initial-{name}": wanted}
    assert browser.post(address, sent).status_code in (200, 302, 403)
    assert getattr(type(record)._base_manager.get(pk=record.pk), name) == before


@pytest.mark.parametrize(("admin", "name"), STATES, ids=ids)
@pytest.mark.parametrize("wanted", ["ended", "accepted", "bogus"])
def test_x27_a_state_sent_with_the_form_for_a_new_one_changes_nothing(db, admin, name, wanted):
    browser, address = as_superuser(), list_page(admin.model, "add")
    if browser.get(address).status_code == 403:
        return
    record = made(admin.model)
    sent = {f.name: getattr(record, f.attname) for f in record._meta.concrete_fields if getattr(record, f.attname)}
    assert browser.post(address, sent | {name: wanted}).status_code in (200, 302)
    first = admin.model._meta.get_field(name).default
    made_now = admin.model._base_manager.filter(pk__gt=record.pk)
    assert set(made_now.values_list(name, flat=True)) <= {first}
    assert getattr(again(record), name) == getattr(record, name)


@pytest.mark.parametrize(("admin", "name"), STATES, ids=ids)
def test_x27_a_state_forged_into_the_list_changes_nothing(db, recorder, admin, name):
    record, browser = made(admin.model), as_superuser()
    recorder.forget()
    forged = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": record.pk, f"form-0-{name}": "ended",
        "_save": "1",
    }  # fmt: skip
    assert browser.post(list_page(admin.model), forged).status_code < 500
    assert recorder.entries(side="row") == []


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_staff_without_any_permission_see_nothing(db, admin):
    record, browser = made(admin.model), logged_in(UserFactory())
    for address in (list_page(admin.model), page(record, "change"), page(record, "history")):
        assert browser.get(address).status_code in (302, 403), address
    assert Client().get(list_page(admin.model)).status_code == 302


def test_the_home_page_is_for_staff_alone(db, aoi):
    assert Client().get(reverse("admin:index")).status_code == 302
    assert logged_in(aoi).get(reverse("admin:index"), follow=True).status_code == 403


WITHOUT_A_DIALOG = {
    ("Contract", "start"): "the daily run starts it on its day, or setting the day does",
    ("Contract", "schedule_end"): "follows from a notice or from what it rests on",
    ("Contract", "lift_end"): "follows from taking an end back",
    ("Contract", "end"): "the daily run ends it after its last day",
    ("Termination", "form_arrived"): "part of taking the notice on our form",
    ("Termination", "move"): "follows its cause",
    ("Termination", "take_back"): "the dialog plans the whole of it",
    ("Termination", "carry_out"): "the daily run, after the last day",
    ("Termination", "lapse"): "follows from an earlier end",
    ("ChangeReport", "withdraw"): "the customer, at the portal",
    ("Notice", "was_sent"): "sending, or recording a letter as posted",
    ("Notice", "failed"): "the mail server's answer",
    ("Application", "documents_arrived"): "follows the last document",
    ("StartCondition", "meet"): "by the contract's dialog",
    ("StartCondition", "reopen"): "by the contract's dialog, when told anew",
    ("Proposal", "lapse"): "the daily run",
    ("Contract", "suspend"): "follows from a suspension that begins",
    ("Contract", "restrict"): "follows from a restriction that begins, or from a stop that is lifted",
    ("Contract", "resume"): "follows when the last suspension is lifted",
    ("Suspension", "overtake"): "the daily run, when the contract ends",
    ("Death", "end_all"): "the daily run, once the two weeks are over",
    ("HeirFiling", "take"): "by the dialog of the death",
    ("HeirFiling", "turn_away"): "by the dialog of the death",
    ("Erasure", "propose"): "by the dialog of the customer",
    ("Erasure", "finish"): "part of carrying it out",
    ("Discontinuation", "carry_out"): "the daily run, after the last day",
    ("FileImport", "was_checked"): "the worker, once it has looked at the file",
    ("FileImport", "fail"): "the worker, where the file cannot be read",
    ("FileImport", "finish"): "the worker, once it has loaded the file",
    ("BulkRun", "finish"): "the worker, after its last slice",
    ("BulkRun", "fail"): "the worker, when something unforeseen came between",
    ("Line", "stop"): "follows when the contract is suspended",
    ("Line", "release"): "follows when the suspension is lifted",
    ("Line", "release_paused"): "follows when the suspension is lifted",
    ("Line", "end"): "the daily run, after the last day, or the end of the contract",
    ("LineChange", "carry_out"): "the daily run on its day, or the acceptance whose day has come",
    ("LineChange", "shrink"): "follows when a line that was to go is protected",
    ("Contract", "take_fewer_lines"): "by the dialog that chooses the lines",
    ("Contract", "change_quantity"): "follows when lines are ordered or have ended",
    ("NetworkPolicy", "expire"): "the daily run, after the last day",
    ("NetworkPolicy", "fall_away"): "follows when the line ends",
    ("SimCard", "assign"): "by the dialog of the line or contract",
    ("SimCard", "report_fault"): "by the dialog that takes a report",
    ("SimCard", "report_loss"): "by the dialog that takes a report",
    ("SimCard", "withdraw_report"): "by the dialog of the report",
    ("SimCard", "fall_due"): "follows when the line ends or the card is replaced",
    ("SimCard", "become_overdue"): "the daily run, once the day of return is over",
    ("SimCard", "write_off"): "follows when the procedure for its loss is done",
    ("SimCard", "receive_again"): "the scanner's page, when the card comes after all",
    **{
        ("SimCard", f"undo_to_{state}"): "by the dialog that undoes a return, to where the card was"
        for state in ("shipped", "on_loan", "faulty", "due_back", "overdue", "not_returned")
    },
    ("Invoice", "issue"): "by the dialog of the billing run",
    ("Invoice", "pay_in_part"): "follows when a payment is matched",
    ("Invoice", "pay_late_in_part"): "follows when a payment is matched",
    ("Invoice", "pay_off"): "follows when a payment is matched",
    ("Invoice", "take_payment_back"): "follows when a payment is undone or reversed",
    ("Invoice", "take_back_of_written_off"): "follows when a payment is undone or reversed",
    ("Invoice", "pass_with_all"): "follows when a merger or an inheritance is carried out",
    ("Invoice", "fall_overdue"): "the daily run, after the due day",
    ("ExtraItem", "bill"): "the billing run that puts it on an invoice",
    ("ExtraItem", "release"): "follows when the draft that has it is discarded",
    ("LateCharge", "correct"): "the close of a month, when the debt was smaller than was known",
    ("Allocation", "undo"): "by the dialog of the receipt",
    ("Receipt", "reverse"): "the booking of a bank's file that takes it back",
    ("BankFile", "answer"): "the booking of the bank's answer",
    ("Debit", "was_paid"): "the booking of the bank's answer",
    ("Debit", "fail"): "the booking of the bank's answer",
    ("Debit", "call_off"): "by the dialog of the file that asks for it",
    ("Mandate", "break_off"): "the booking of the bank's answer",
    ("Refund", "hand_over"): "by the dialog that makes the file of transfers",
    ("Refund", "take_out"): "by the dialog that calls off the file",
    ("SetAside", "settle"): "the billing run that bills the unit, or finds that nothing is owed",
}
"""Transitions that no dialog names as its own, each with what brings it about."""


def test_every_transition_belongs_to_a_dialog_or_says_what_brings_it_about():
    named = {(admin.model.__name__, dialog.transition) for admin, dialog in DIALOGS if dialog.transition}
    there = {(model.__name__, name) for model, name, _meta in acts()}
    print(f"{len(there)} transitions, {len(there & named)} by a dialog of their own")
    assert there - named - set(WITHOUT_A_DIALOG) == set(), "give it a dialog, or say here what brings it about"
    assert set(WITHOUT_A_DIALOG) <= there - named


def test_no_field_of_a_dialog_has_a_name_that_the_dialog_itself_sends():
    taken = {"step", "version", "outcome", "fingerprint", "typed_number"}
    assert [dialog.slug for _admin, dialog in DIALOGS if taken & set(dialog.form.base_fields)] == []
