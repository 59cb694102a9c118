"""Records: history of every write with who and why (X15, X18), protected states (S02, S04–S07), locks."""

import threading
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from contracts import accepting, starting
from contracts.models import Application, Contract, Customer, ManagementUnit, Termination
from iijiot import records
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change, bulk_transition
from iijiot.models import DayStep, User
from iijiot.plans import Stale, unmoved
from iijiot.records import chapter, citing, fresh, locked
from iijiot.rules import RuleViolation
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    CustomerFactory,
    ManagementUnitFactory,
    TerminationFactory,
    UserFactory,
)

CLERK = Actor.command("records test")
DAY = date(2026, 11, 25)


def told(record: Any) -> tuple[str, str, str, str]:
    """Kind, actor, reason and clause of the latest change."""
    row = type(record).history.filter(id=record.pk).latest("history_id")
    return row.history_actor_kind, row.history_actor, row.history_change_reason, row.history_clause


# Who and why


def test_a_write_outside_an_act_is_refused(db):
    customer = CustomerFactory()
    with pytest.raises(records.NoChapter):
        customer.save()
    with pytest.raises(records.NoChapter):
        bulk_change(Customer.objects.filter(pk=customer.pk), {"note": "x"})


@pytest.mark.clause("G5.3")
def test_x18_every_door_writes_its_own_name(db, ben):
    customer = CustomerFactory()
    for actor in (
        Actor.staff(ben),
        Actor.command("import"),
        Actor.command("import", ben),
        Actor.clock("end-contracts"),
    ):
        with chapter(actor=actor, reason="because", clause="G12.1"):
            customer.save()
        assert told(customer) == (actor.kind, actor.name, "because", "G12.1")
        assert Customer.history.filter(id=customer.pk).latest("history_id").history_user_id == actor.user_id


def test_x18_nobody_is_given_the_reason_or_the_actor_of_the_act_before(db):
    customer = CustomerFactory()
    with chapter(actor=CLERK, reason="first", clause="G12.1"):
        customer.save()
    with chapter(actor=Actor.clock("later")):
        customer.save()
    assert told(customer) == ("clock", "later", "", "")


def test_x18_an_act_that_failed_leaves_no_reason_behind(db):
    customer = CustomerFactory()
    customer.name = ""
    with pytest.raises(ValidationError), chapter(actor=CLERK, reason="failed"):
        customer.save()
    customer = fresh(customer)
    with chapter(actor=Actor.clock("later")):
        customer.save()
    assert told(customer)[2] == ""


def test_x18_another_thread_knows_nothing_of_this_ones_act(db):
    seen: list[Any] = []

    def look() -> None:
        try:
            records.current_chapter()
        except records.NoChapter as nobody:
            seen.append(nobody)

    with chapter(actor=CLERK):
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert len(seen) == 1


def test_all_rows_of_one_act_carry_its_id_and_the_clauses_of_their_parts(db):
    with chapter(actor=CLERK, reason="outer", clause="G13.1") as act:
        customer = CustomerFactory()
        with citing("G9.2"):
            unit = ManagementUnitFactory(customer=customer)
    rows = [Customer.history.get(id=customer.pk), ManagementUnit.history.get(id=unit.pk)]
    assert {row.history_chapter for row in rows} == {act.id}
    assert [row.history_clause for row in rows] == ["G13.1", "G9.2"]
    assert {row.history_actor for row in rows} == {CLERK.name}


def test_an_act_cites_a_clause_that_exists():
    with pytest.raises(Exception, match="G99"), chapter(actor=CLERK, clause="G99.1"):
        pass


def test_what_fails_in_the_middle_of_an_act_leaves_nothing(db):
    before = Customer.objects.count()

    def act() -> None:
        with chapter(actor=CLERK):
            CustomerFactory()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert Customer.objects.count() == before


def test_the_actor_stays_readable_when_the_name_has_changed(db):
    user = UserFactory(name="弁田 ベン")
    customer = CustomerFactory()
    with chapter(actor=Actor.staff(user)):
        customer.save()
        user.name = "別名"
        user.save()
    assert told(customer)[1] == "弁田 ベン"


# Bulk


def test_s07_history_of_a_bulk_change_says_what_the_rows_hold_not_what_somebody_read(db):
    """S07: the note was changed after the rows were read; each history row equals its row at that moment."""
    customers = CustomerFactory.create_batch(3)
    rows = Customer.objects.filter(pk__in=[c.pk for c in customers])
    with chapter(actor=CLERK):
        bulk_change(rows, {"note": "changed by somebody else"})
        assert bulk_change(rows, {"contact_person": "総務部"}) == [c.pk for c in customers]
    for customer in customers:
        row = Customer.history.filter(id=customer.pk).latest("history_id")
        assert (row.note, row.contact_person) == ("changed by somebody else", "総務部")


def test_s06_a_bulk_change_writes_one_history_row_each_in_two_statements(db):
    CustomerFactory.create_batch(20)
    with (
        chapter(actor=CLERK, reason="all at once", clause="G12.1") as act,
        CaptureQueriesContext(connection) as captured,
    ):
        bulk_change(Customer.objects.all(), {"note": "x"})
    assert len(captured) == 2
    assert Customer.history.filter(history_chapter=act.id, history_change_reason="all at once").count() == 20


def test_a_bulk_change_of_nothing_does_nothing(db):
    with chapter(actor=CLERK):
        assert bulk_change(Customer.objects.none(), {"note": "x"}) == []
        bulk_add([])


def test_a_bulk_change_can_take_each_rows_own_clause(db):
    contracts = [ContractFactory(ending=True), ContractFactory(ending=True, ends_under="MA12.2")]
    with chapter(actor=CLERK, clause="G29.1"):
        bulk_transition(Contract.objects.filter(pk__in=[c.pk for c in contracts]), "end", clause_from="ends_under")
    assert [told(contract)[3] for contract in contracts] == [contracts[0].ends_under, "MA12.2"]


def test_a_bulk_transition_leaves_rows_alone_that_are_in_another_state(db):
    pending, done = TerminationFactory(), TerminationFactory(carried_out=True)
    with chapter(actor=CLERK):
        assert bulk_transition(Termination.objects.all(), "carry_out") == [pending.pk]
    assert fresh(pending).state == fresh(done).state == "carried-out"
    assert Termination.history.filter(id=done.pk).count() == 1


def test_numbers_are_given_in_the_order_of_arrival_and_agree_with_the_id(db):
    with chapter(actor=CLERK):
        units = [ManagementUnit(customer=customer, name="支社") for customer in CustomerFactory.create_batch(3)]
        bulk_add(units)
    units.append(ManagementUnitFactory())
    assert [unit.number for unit in units] == [f"M{unit.pk:07d}" for unit in units]
    assert [unit.pk for unit in units] == sorted(unit.pk for unit in units)


def test_a_data_migration_writes_history_with_the_models_of_its_state(db):
    """Models as the migrations know them have no methods of ours; `bulk_change` needs none."""
    customer = CustomerFactory()
    state = MigrationLoader(connection).project_state().apps
    then = state.get_model("contracts", "Customer")
    with chapter(actor=Actor.command("migrate"), reason="0042: notes moved"):
        bulk_change(then._base_manager.filter(pk=customer.pk), {"note": "moved"})
    assert told(customer) == ("command", "migrate", "0042: notes moved", "")
    assert fresh(customer).note == "moved"


# States


def test_s02_refreshing_what_is_gone_leaves_states_protected(db):
    """S02: django-fsm's own cure for refresh opens the field of the whole class when the row is missing."""
    gone, other = ApplicationFactory.build(), ApplicationFactory()
    gone.pk = other.pk + 1000
    with pytest.raises(Application.DoesNotExist):
        gone.refresh_from_db()
    with pytest.raises(AttributeError):
        other.state = "accepted"
    with pytest.raises(Application.DoesNotExist):
        gone.refresh_from_db(fields=["state"])
    with pytest.raises(AttributeError):
        other.state = "accepted"


def test_a_refresh_reads_the_state_again_without_opening_it(db):
    application, same = ApplicationFactory(screened=True), None
    same = fresh(application)
    accepting.withdraw(application, on=DAY, actor=CLERK)
    same.refresh_from_db()
    assert (same.state, same.decided_on) == ("withdrawn", DAY)
    with pytest.raises(AttributeError):
        same.state = "screening"


def test_s05_a_record_with_a_protected_state_is_made_validated_and_changed(db):
    application = ApplicationFactory()
    application.full_clean()
    application.note = "x"
    with chapter(actor=CLERK):
        application.save()
    assert fresh(application).note == "x"


def test_s04_a_constructor_with_an_unknown_state_is_refused_by_rule_and_by_database(db):
    wrong = Contract(**{f.attname: getattr(ContractFactory(), f.attname) for f in Contract._meta.concrete_fields})
    wrong.__dict__["state"] = "bogus"
    with pytest.raises(ValidationError), chapter(actor=CLERK):
        wrong.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Contract).filter(pk=wrong.pk).update(state="bogus")


@pytest.mark.parametrize(
    "write",
    [
        lambda rows: rows.update(state="ended"),
        lambda rows: rows.bulk_update(list(rows), ["state"]),
        lambda rows: rows.bulk_create([]),
        lambda _rows: Contract.objects.update(state="ended"),
    ],
    ids=["update", "bulk_update", "bulk_create", "manager"],
)
def test_s04_no_queryset_writes_past_history(db, write):
    contract = ContractFactory()
    with pytest.raises((TypeError, AttributeError)):
        write(Contract.objects.all())
    assert fresh(contract).state == "active"


def test_a_transition_is_refused_on_a_row_that_is_not_held(db):
    application = ApplicationFactory(screened=True)
    with pytest.raises(records.NotLocked), chapter(actor=CLERK):
        application.withdraw(on=DAY)
    with chapter(actor=CLERK), locked(application) as (held,):
        with pytest.raises(records.NotLocked):
            application.withdraw(on=DAY)
        held.withdraw(on=DAY)
        held.save()
    released = fresh(ApplicationFactory(screened=True))
    with locked(released) as (was_held,):
        pass
    with pytest.raises(records.NotLocked), chapter(actor=CLERK):
        was_held.withdraw(on=DAY)


# Locks


def test_rows_are_locked_in_the_house_order_whatever_the_order_asked(db):
    contract = ContractFactory()
    with CaptureQueriesContext(connection) as captured, locked(contract, contract.customer) as (first, second):
        assert (first, second) == (contract, contract.customer)
    tables = [q["sql"].split('FROM "')[1].split('"')[0] for q in captured if "FOR NO KEY UPDATE" in q["sql"]]
    assert tables == ["contracts_customer", "contracts_contract"]


@pytest.mark.unrecorded("takes a row away behind the records' back")
def test_a_lock_on_what_is_gone_says_so(db):
    step = DayStep(day=DAY, step="x", done=0, finished_at="2026-11-25T00:00+09:00")
    with chapter(actor=CLERK):
        step.save()
    models.QuerySet(DayStep)._raw_delete("default")
    with pytest.raises(RuleViolation), locked(step):
        pass


def test_an_act_that_keeps_the_state_is_refused_on_what_has_moved(db):
    """S03: the second of two that saw the contract without a start is told, and replaces nothing."""
    contract = ContractFactory(not_started=True)
    seen = fresh(contract)
    starting.set_start(contract, date(2026, 12, 1), today=DAY, actor=CLERK)
    with pytest.raises(Stale):
        starting.set_start(seen, date(2026, 12, 10), today=DAY, actor=CLERK)
    assert fresh(contract).billing_starts_on == date(2026, 12, 1)
    unmoved(fresh(contract), fresh(contract), "billing_starts_on")


# Kept


def test_what_is_fixed_stays_and_says_under_which_clause(db):
    unit = ManagementUnitFactory()
    contract = ContractFactory(customer=unit.customer, management_unit=unit)
    contract.customer = CustomerFactory()
    contract.management_unit = ManagementUnitFactory(customer=contract.customer)
    with pytest.raises(RuleViolation, match="第10条"), chapter(actor=CLERK):
        contract.save()


def test_a_record_is_never_deleted_and_says_what_stands_in_the_way(db):
    contract = ContractFactory(ending=True)
    for delete in (contract.delete, contract.customer.delete, Customer.objects.all().delete):
        with pytest.raises(RuleViolation, match="削除できません"), transaction.atomic():
            delete()
    assert "契約" in contract.customer.why_not_deleted()
    assert Contract.objects.filter(pk=contract.pk).exists()


def test_a_user_is_found_however_the_login_id_was_capitalised(db):
    user = UserFactory(login_id="aoi")
    assert User.objects.get_by_natural_key(" AOI ") == user


def test_the_database_refuses_history_without_an_actor(db):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO contracts_historicalcustomer (id, history_type) VALUES (1, '+')")
