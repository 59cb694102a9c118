"""U03: a dialog shows what will be, letters included; confirming does exactly that, and looking changes nothing."""

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation

from contracts.models import Application, Contract, Notice
from iijiot.actors import Actor
from iijiot.console.rehearsal import perform, rehearse, written
from iijiot.proposals import Proposal
from iijiot.recorded import recorded_models
from iijiot.records import Numbered, chapter, locked
from tests import acts
from tests.acts import screened
from tests.console.conftest import what_was_shown
from tests.console.test_dialogs_twice import REFUSED_THEN, SHOWN_AGAIN
from tests.factories import ApplicationFactory, CustomerFactory
from tests.factories.worlds import house
from tests.house.console import admins, as_superuser, page

EVERY = REFUSED_THEN | SHOWN_AGAIN
NUMBERED = {f"{model._meta.db_table}_id_seq" for model in recorded_models() if issubclass(model, Numbered)}


def numbers_used():
    """How far the sequences of numbered records have come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE sequencename LIKE 'contracts%%'")
        return {name: value for name, value in cursor.fetchall() if "historical" not in name}


def opened(browser, record, slug, sent):
    """The preview of a dialog, and what a browser sends to confirm it."""
    sent = sent(record) if callable(sent) else sent
    shown = browser.post(page(record, "do", slug), {"step": "preview", **sent})
    return shown, {"step": "confirm", "version": shown.context["version"], **what_was_shown(shown), **sent}


def test_every_dialog_that_moves_a_state_or_tells_somebody_is_among_these():
    known = {dialog.slug for admin in admins() for dialog in admin.dialogs if not dialog.seen_at_once}
    print(f"{len(known)} dialogs preview")
    never = {"credit-quality"}  # no service guarantees its quality
    elsewhere = {"add-dependency", "drop-dependency", "withdraw-proposal", "reset-second-factor", *never}
    assert known - set(EVERY) <= elsewhere


@pytest.mark.parametrize("slug", EVERY)
def test_what_was_shown_is_what_is_written_and_nothing_else(db, recorder, slug):
    made, sent = EVERY[slug]
    record, browser = made(), as_superuser()
    before = numbers_used()
    recorder.forget()
    shown, held = opened(browser, record, slug, sent)
    assert recorder.entries(side="row") == [], "looking changes nothing"
    plan, outcome = shown.context["plan"], shown.context["outcome"]
    told_of = getattr(plan or outcome, "letters", ())  # a plan that tells of none sends none
    letters = [(letter.to, letter.subject, letter.body) for letter in told_of]
    used = {name for name, value in numbers_used().items() if value != before[name]}
    assert not used & NUMBERED, "no number that people see is used up"
    told = set(Notice.objects.values_list("pk", flat=True))
    assert browser.post(page(record, "do", slug), held).status_code == 302
    sent_now = Notice.objects.exclude(pk__in=told).order_by("pk").values_list("to", "subject", "body")
    if slug != "accept":  # the number of the new contract stands in its letter
        assert list(sent_now) == letters
    else:
        assert len(sent_now) == len(letters) == 1
    if slug in (
        "waive-conditions",
        "publish-prices",
        "withdraw-prices",
    ):  # needs two: filed as it was shown, nothing done (test_four_eyes.py)
        proposal = Proposal.objects.get()
        assert proposal.fingerprint == outcome.fingerprint
        assert [said["words"] for said in proposal.shown["sentences"]] == [said.words for said in outcome.told]
    elif outcome is not None:
        entries = recorder.entries()
        tables = {entry.table for entry in entries}
        kinds = [model for model in recorded_models() if model._meta.db_table in tables]
        done = written(max(entry.who["chapter"] for entry in entries), kinds)
        assert done.fingerprint == outcome.fingerprint
        assert [said.words for said in done.told] == [said.words for said in outcome.told]


def test_a_refusal_shows_the_whole_letter_before_it_goes_out(desk):
    application = screened(ApplicationFactory(), {"G14.1.7": "事業内容が確認できないため"})
    shown = desk.get(page(application, "do", "refuse"))
    assert [letter.subject for letter in shown.context["outcome"].letters]
    assert "承諾いたしかねます" in shown.content.decode()
    assert not Notice.objects.exists()


def test_a_termination_shows_the_letter_of_every_contract_that_ends_and_its_last_billing_day(desk):
    world = house()
    shown = desk.post(page(world.backbone, "do", "end"), {"step": "preview", "effective_on": "2026-12-31"})
    plan = shown.context["plan"]
    ending = {world.connector, world.gateway, world.wise_connector, world.vpn}
    assert {letter.contract for letter in plan.letters} == ending
    assert {change.last_billing_day for change in plan.changes if change.subject in ending} == {acts.date(2026, 12, 31)}
    text = shown.content.decode()
    for contract in ending:
        assert f"契約番号　　{contract.number}" in text
    with translation.override("ja"):
        assert "この日まで課金" in text


def test_what_changed_meanwhile_stops_the_act_and_is_said(desk, emi):
    application = screened(ApplicationFactory(), {"G14.1.7": "事業内容が確認できないため"})
    _shown, held = opened(desk, application, "refuse", {})
    finding = application.findings.get(ground="G14.1.7")
    with chapter(actor=Actor.staff(emi)), locked(finding) as (row,):
        row.told = not row.told
        row.save()
    late = desk.post(page(application, "do", "refuse"), held)
    assert late.context["moved"]
    assert acts.again(application).state == "screening"
    assert not Notice.objects.exists()


def test_a_rehearsal_leaves_nothing_behind_not_even_mail(db, django_capture_on_commit_callbacks, ben):
    customer = CustomerFactory(name="旧")

    def act():
        with chapter(actor=Actor.staff(ben)), locked(customer) as (held,):
            held.name = "新"
            held.save()
        return held

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        outcome = rehearse(Actor.staff(ben), act)
    assert callbacks == []
    assert mail.outbox == []
    assert acts.again(customer).name == "旧"
    assert outcome.told[0].details == ("名称：旧 → 新",)
    assert perform(Actor.staff(ben), act, outcome.fingerprint).name == "新"


def test_new_records_get_no_number_before_they_are_kept(db, ben):
    application = screened(ApplicationFactory())
    from contracts import accepting

    def act():
        return accepting.accept(
            accepting.plan_acceptance(acts.again(application), on=acts.WEDNESDAY), actor=Actor.staff(ben)
        )

    before = numbers_used()["contracts_contract_id_seq"]
    outcome = rehearse(Actor.staff(ben), act)
    assert numbers_used()["contracts_contract_id_seq"] == before
    assert any("K新規" in said.subject for said in outcome.told)
    contract = perform(Actor.staff(ben), act, outcome.fingerprint)
    assert contract.number == f"K{contract.pk:07d}"
    assert (Contract.objects.count(), Application.objects.get().state) == (1, "accepted")
