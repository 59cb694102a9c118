"""U05: the timeline says who did what, act by act; pages lose and double nothing, and cost the same however long it is."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Contract, Customer
from iijiot.actors import Actor
from iijiot.bulk import bulk_transition
from iijiot.console.sentences import sentence
from iijiot.console.timeline import kinds, timeline
from iijiot.records import act_id, chapter, locked
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, InvoiceFactory, ManagementUnitFactory
from tests.house.console import logged_in, made, page
from tests.house.test_models import acts

CODE = re.compile(r"[a-z]+[-_][a-z]+")


def rename(customer, name, reason=""):
    with chapter(actor=Actor.command("a test"), reason=reason), locked(customer) as (held,):
        held.name = name
        held.save()


@pytest.mark.parametrize(("model", "name", "meta"), list(acts()), ids=lambda part: getattr(part, "__name__", None))
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_transition_has_its_sentence(model, name, meta, language, db):
    """The act by its label, the states by theirs; no code of ours shows."""
    record, field = made(model), meta.field.name
    for source, step in meta.transitions.items():
        before, after = (type(record).history.filter(id=record.pk).latest() for _row in range(2))
        before.__dict__[field], after.__dict__[field] = source, step.target or source
        with translation.override(language):
            said = sentence(model, before, after)
            assert said.words
            assert not CODE.search(said.words)
            if step.target and step.target != source:
                assert str(step.custom["label"]) in said.words
                assert str(dict(meta.field.flatchoices)[step.target]) in said.words


def test_acts_stand_in_order_with_actor_reason_and_change(db, ben):
    customer = CustomerFactory(name="旧")
    with chapter(actor=Actor.staff(ben), reason="商号変更", clause="G10"), locked(customer) as (held,):
        held.name = "新"
        held.save()
    latest, first = timeline([customer]).entries
    said = latest.sentences[0]
    assert (latest.reason, said.details, said.clause.id) == ("商号変更", ("名称：旧 → 新",), "G10")
    assert "弁田 ベン" in latest.actor
    assert any("旧" in detail for detail in first.sentences[0].details), "what was made, with the essential"


def test_a_change_far_down_is_told_against_what_was_there_before(db):
    customer = CustomerFactory()
    for number in range(60):
        rename(customer, f"名{number}")
    page_of = timeline([customer], 20)
    oldest = page_of.entries[-1].sentences[0].details
    assert oldest == ("名称：名39 → 名40",)


def test_a_bulk_act_is_one_entry_that_says_how_many_and_leads_to_all(db, ben):
    customer = CustomerFactory()
    contracts = [ContractFactory(customer=customer, ends_on=date(2026, 11, 24)) for _n in range(15)]
    with chapter(actor=Actor.clock("end-contracts")):
        bulk_transition(Contract.objects.order_by("pk"), "end")
    entry = timeline([customer.contracts.all()]).entries[0]
    assert len(entry.groups) == 1
    assert entry.groups[0].is_folded
    assert entry.more == ["契約 他3件"]
    every = logged_in(ben).get(reverse("act", args=[entry.id])).content.decode()
    assert all(contract.number in every for contract in contracts)


def test_an_act_shows_only_to_who_may_see_its_records(db, ben, hana):
    customer = CustomerFactory()
    entry = timeline([customer]).entries[0]
    desk = logged_in(ben)
    assert desk.get(reverse("act", args=[entry.id])).status_code == 200
    assert desk.get(reverse("act", args=[uuid.uuid4()])).status_code == 404
    assert logged_in(hana).get(reverse("act", args=[entry.id])).status_code == 404


def test_sums_have_their_separators_and_a_kind_is_named_once(db):
    draft = InvoiceFactory(draft=True, net=1_130_000, tax=113_000, total=1_243_000)
    with chapter(actor=Actor.command("a test")), locked(draft) as (held,):
        held.net += 1_000
        held.total += 1_000
        held.save()
    after, before = draft.history.order_by("-history_id")[:2]
    with translation.override("ja"):
        told = sentence(type(draft), before, after)
    assert any("1,130,000 → 1,131,000" in detail for detail in told.details)
    assert told.subject.count("請求書") == 1


def test_what_only_staff_may_read_is_marked(db, ben):
    customer = CustomerFactory()
    with chapter(actor=Actor.staff(ben)), locked(customer) as (held,):
        held.note = "支払いに注意"
        held.save()
    assert timeline([customer]).entries[0].sentences[0].staff_only
    rename(customer, "改称")
    assert not timeline([customer]).entries[0].sentences[0].staff_only
    application = ApplicationFactory(screened=True)
    assert all(said.staff_only for entry in timeline([application.findings.all()]).entries for said in entry.sentences)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["customer", "unit", "both"]), min_size=1, max_size=12), st.integers(1, 5))
def test_paging_loses_and_doubles_nothing(db, written, most):
    customer = CustomerFactory()
    unit = ManagementUnitFactory(customer=customer)
    for number, what in enumerate(written):
        with chapter(actor=Actor.command("a test")), locked(customer, unit) as (one, other):
            for record in {"customer": [one], "unit": [other], "both": [one, other]}[what]:
                record.name = f"名{number}"
                record.save()
    scope = [customer, customer.management_units.all()]
    history = [Customer.history.filter(id=customer.pk), type(unit).history.filter(id=unit.pk)]
    expected = sorted({row for rows in history for row in rows.values_list("history_chapter", flat=True)}, reverse=True)
    seen, before = [], ""
    for _page in range(len(expected) + 2):
        shown = timeline(scope, most, before=before)
        seen += [entry.id for entry in shown.entries]
        before = shown.older
        if not before:
            break
    assert seen == expected


def test_ids_of_acts_sort_in_the_order_of_the_acts():
    made = [act_id() for _n in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000


def test_a_kind_of_record_can_be_looked_at_alone(desk):
    customer = CustomerFactory()
    ManagementUnitFactory(customer=customer)
    labels = [label for label, _words in kinds([customer, customer.management_units.all()])]
    assert labels == ["contracts.customer", "contracts.managementunit"]
    shown = desk.get(page(customer, "change") + "?kind=contracts.managementunit").context["panels"][-1]
    assert {said.model for entry in shown["timeline"].entries for said in entry.sentences} == {
        "contracts.managementunit"
    }
    assert desk.get(page(customer, "change") + "?kind=nonsense&before=nonsense").status_code == 200


def test_older_acts_come_on_the_next_page_by_link(desk):
    customer = CustomerFactory(name="名")
    for number in range(25):
        rename(customer, f"名{number}")
    first = desk.get(page(customer, "change"))
    older = first.context["panels"][-1]["timeline"].older
    second = desk.get(page(customer, "change") + f"?before={older}").context["panels"][-1]["timeline"]
    one = {entry.id for entry in first.context["panels"][-1]["timeline"].entries}
    assert second.entries
    assert not one & {entry.id for entry in second.entries}


def test_the_cost_does_not_grow_with_the_history(db):
    def cost(customer):
        with CaptureQueriesContext(connection) as captured:
            assert timeline([customer, customer.management_units.all(), customer.contracts.all()]).entries
        return len(captured)

    short, long = CustomerFactory(), CustomerFactory()
    ManagementUnitFactory(customer=short)
    for _n in range(3):
        ManagementUnitFactory(customer=long)
    rename(short, "改")
    for number in range(30):
        rename(long, f"名{number}")
    assert cost(long) <= cost(short)


def test_the_daily_run_is_named_by_the_words_of_its_step(db):
    customer = CustomerFactory()
    with chapter(actor=Actor.clock("send-notices")), locked(customer) as (held,):
        held.name = "改"
        held.save()
    with translation.override("ja"):
        assert "通知" in timeline([customer]).entries[0].actor
