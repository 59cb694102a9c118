"""States and history: protected by every way, told of every change."""

from datetime import date

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import override

from contracts import accepting
from contracts.models import Application, Contract, Customer, Finding, Notice, StartCondition, Termination
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change
from iijiot.plans import Stale
from iijiot.records import NotLocked, chapter, locked
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, advance, again, do, give_notice, plan_notice, screened
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, ManagementUnitFactory, UserFactory
from tests.factories.contracts import of
from tests.house.console import enter

pytestmark = pytest.mark.django_db

WITH_STATES = [Application, Contract, StartCondition, Termination, Notice]
CLERK = Actor.command("Ben")


@pytest.mark.clause("G13.1")
def test_s01_one_application_accepted_by_two_clerks_makes_one_contract_and_one_notice(aois_company, ben, emi):
    application = screened(ApplicationFactory(**of(aois_company)))
    first = accepting.plan_acceptance(application, on=WEDNESDAY)
    second = accepting.plan_acceptance(again(application), on=WEDNESDAY)
    accepting.accept(first, actor=Actor.staff(ben))
    with pytest.raises((RuleViolation, Stale)):
        accepting.accept(second, actor=Actor.staff(emi))
    assert (Contract.objects.count(), Notice.objects.count()) == (1, 1)
    assert again(application).history.first().history_user == ben


@pytest.mark.unrecorded("removes a row past the model")
def test_s02_a_refresh_of_a_record_that_is_gone_opens_no_state():
    gone, other = ContractFactory(), ContractFactory()
    type(gone)._base_manager.filter(pk=gone.pk)._raw_delete("default")
    with pytest.raises(Contract.DoesNotExist):
        gone.refresh_from_db()
    for record in (other, gone):
        with pytest.raises(AttributeError):
            setattr(record, "state", "ended")  # noqa: B010 - the types refuse it too


@pytest.mark.parametrize("model", WITH_STATES, ids=lambda model: model.__name__)
def test_s02_no_state_is_assigned(model):
    record = model(state=model._meta.get_field("state").choices[0][0])
    with pytest.raises(AttributeError):
        record.state = model._meta.get_field("state").choices[-1][0]


def test_s02_a_refresh_reads_the_state_too(aois_company):
    contract = ContractFactory(**of(aois_company))
    seen = again(contract)
    give_notice(contract, date(2026, 10, 1), today=WEDNESDAY)
    seen.refresh_from_db()
    assert (seen.state, seen.ends_on) == ("ended", date(2026, 10, 31))
    with pytest.raises(AttributeError):
        seen.state = "active"


@pytest.mark.clause("G29.1")
def test_s03_the_second_of_two_notices_with_different_days_is_refused_never_silently_replaced(aois_company):
    contract = ContractFactory(**of(aois_company))
    first = plan_notice(contract, named_on=date(2026, 12, 31))
    second = plan_notice(again(contract), named_on=date(2027, 1, 31))
    do(first)
    with pytest.raises((RuleViolation, Stale)):
        do(second)
    assert again(contract).ends_on == date(2026, 12, 31)
    assert contract.terminations.count() == 1


@pytest.mark.clause("G29.1")
def test_s03_a_row_that_is_not_held_takes_no_transition(aois_company):
    contract = ContractFactory(**of(aois_company))
    with chapter(actor=CLERK), pytest.raises(NotLocked):
        contract.schedule_end(date(2026, 12, 31), "IOT4")
    with chapter(actor=CLERK), locked(contract) as (held,):
        held.schedule_end(date(2026, 12, 31), "IOT4")
        held.save()
    assert again(contract).ends_on == date(2026, 12, 31)


@pytest.mark.parametrize("model", WITH_STATES, ids=lambda model: model.__name__)
def test_s04_querysets_set_no_state(model):
    for write in (
        lambda: model.objects.update(state="bogus"),
        lambda: model.objects.bulk_update([], ["state"]),
        lambda: model.objects.bulk_create([model(state="bogus")]),
    ):
        with pytest.raises(TypeError, match="bulk_"):
            write()


def test_s04_an_unknown_state_is_stopped_by_the_database(aois_company):
    contract = ContractFactory(**of(aois_company))
    with pytest.raises(IntegrityError, match="contract_state_known"), transaction.atomic():
        models.QuerySet(Contract).filter(pk=contract.pk).update(state="bogus")
    assert again(contract).state == "active"


def test_s04_a_contract_is_not_made_in_an_impossible_state(aois_company):
    fields = {**of(aois_company), "accepted_on": WEDNESDAY, "service_code": "iot"}
    for wrong in ("bogus", "ended", "active"):
        with chapter(actor=CLERK), pytest.raises(ValidationError):
            Contract(**fields, state=wrong).save()
    assert Contract.objects.count() == 0


def test_s04_a_crafted_post_sets_no_state(client, aois_company):
    enter(client, UserFactory(login_id="root", name="Root", is_superuser=True))
    application = ApplicationFactory(**of(aois_company))
    for record in (ContractFactory(**of(aois_company)), application):
        url = reverse(f"admin:contracts_{record._meta.model_name}_change", args=[record.pk])
        client.post(url, {"state": "ended", "ends_on": "2026-12-31", "note": "x"})
        assert again(record).state == record.state


def test_s04_no_admin_lets_a_state_be_typed():
    for model, site_admin in admin.site._registry.items():
        if model in WITH_STATES:
            assert "state" not in site_admin.list_editable
            assert "state" not in [str(name) for name in site_admin.fields or ()]


def test_s05_adding_and_editing_in_the_console_works_with_the_protection_on(client, aois_company, ben):
    enter(client, ben)
    unit = ManagementUnitFactory(customer=aois_company)
    add = reverse("admin:contracts_application_add")
    shown = client.get(add)
    fields = shown.context["adminform"].form.fields
    assert "state" not in fields
    typed = {
        "received_at_0": "2026-11-25",
        "received_at_1": "10:00",
        "received_at": "2026-11-25 10:00",
        "channel": "electronic",
        "customer": aois_company.pk,
        "management_unit": unit.pk,
        "service_code": "iot",
        "item": "",
        "quantity": 1,
        "start_wished_on": "2026-12-01",
        "note": "",
        "change_reason": "電話で受付",
    }
    done = client.post(add, typed)
    assert done.status_code == 302, done.context["adminform"].form.errors
    application = Application.objects.get()
    assert (application.state, application.history.get().history_user) == ("received", ben)

    change = reverse("admin:contracts_application_change", args=[application.pk])
    form = client.get(change).context["adminform"].form
    edited = {"opened_at": form["opened_at"].value(), "note": "担当：総務部", "change_reason": "メモを追加"}
    done = client.post(change, {**typed, **edited})
    assert done.status_code == 302
    assert (again(application).note, again(application).state) == ("担当：総務部", "received")
    assert application.history.first().history_change_reason == "メモを追加"


@pytest.mark.clause("G5.3")
def test_s06_two_thousand_ends_in_one_run_leave_two_thousand_history_rows():
    customer = CustomerFactory()
    with chapter(actor=Actor.command("factory")):
        unit = ManagementUnitFactory(customer=customer)
        bulk_add(
            [
                Contract(
                    customer=customer,
                    management_unit=unit,
                    service_code="iot",
                    accepted_on=date(2026, 3, 25),
                    billing_starts_on=date(2026, 4, 1),
                    ends_on=date(2026, 12, 31),
                    ends_under="IOT4" if n % 2 else "G28.1.2",
                    state="active",
                )
                for n in range(2000)
            ]
        )
    rows = advance(date(2027, 1, 1))
    assert next(row.done for row in rows if row.step == "end-contracts") == 2000
    told = Contract.history.filter(history_type="~")
    assert told.count() == told.values("id").distinct().count() == 2000
    assert set(told.values_list("history_actor_kind", "history_actor", "state", "history_clause")) == {
        ("clock", "end-contracts", "ended", "IOT4"),
        ("clock", "end-contracts", "ended", "G28.1.2"),
    }
    assert told.values("history_chapter").distinct().count() == 1
    assert told.filter(history_date__isnull=True).count() == 0


@pytest.mark.clause("G5.3")
def test_s07_history_of_a_bulk_change_is_what_the_rows_hold_not_what_was_loaded_before():
    customers = [CustomerFactory() for _ in range(3)]
    loaded = list(Customer.objects.only("name"))
    with chapter(actor=CLERK):
        fresh = again(customers[1])
        fresh.note = "別の担当者が追記"
        fresh.save()
    with chapter(actor=CLERK, reason="一括変更"):
        bulk_change(Customer.objects.filter(pk__in=[c.pk for c in loaded]), {"contact_person": "新担当"})
    for customer in customers:
        row, stored = customer.history.first(), again(customer)
        told = {field.attname: getattr(row, field.attname) for field in Customer._meta.concrete_fields}
        assert told == {field.attname: getattr(stored, field.attname) for field in Customer._meta.concrete_fields}
    assert again(customers[1]).history.first().note == "別の担当者が追記"


@pytest.mark.clause("G5.3")
def test_s08_what_the_clock_does_says_so_and_what_a_person_starts_says_who(aois_company, ben):
    contract = ContractFactory(**of(aois_company))
    do(plan_notice(contract, date(2026, 10, 27)), actor=Actor.staff(ben), today=WEDNESDAY)
    advance(date(2026, 11, 27))
    ended, scheduled = contract.history.all()[:2]
    assert (ended.history_actor_kind, ended.history_actor, ended.history_user) == ("clock", "end-contracts", None)
    assert (scheduled.history_actor_kind, scheduled.history_actor, scheduled.history_user) == ("staff", str(ben), ben)


def test_s08_nothing_is_written_while_nobody_acts(aois_company):
    aois_company.note = "x"
    with pytest.raises(RuntimeError, match="open a `chapter`"):
        aois_company.save()


@pytest.mark.clause("G13.1", "G14.1.6")
def test_m16_of_accepting_and_refusing_in_one_second_one_wins_and_the_other_sees_it(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)), found={"G14.1.6": "過去の不正利用"})
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    accepting.refuse_application(again(application), on=WEDNESDAY, actor=BEN)
    with pytest.raises((RuleViolation, Stale)):
        accepting.accept(plan, actor=BEN, reason="問題なしと判断")
    with override("en"), pytest.raises(RuleViolation, match="while the state is “Refused”"):
        accept(again(application), reason="問題なしと判断")
    assert (Contract.objects.count(), Notice.objects.count()) == (0, 1)
    assert Finding.objects.filter(result="found").count() == 1
