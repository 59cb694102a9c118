"""The procedure for a fault or a loss: a new card, or the line's end."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from iijiot import daily
from iijiot.records import chapter, fresh, locked
from iijiot.rules import RuleViolation
from sims import due, replacing, reporting, returning
from sims.models import ChargeEvent, DesignatedItem, SimCard
from tests.acts import BEN
from tests.factories.sims import IncidentFactory, LineFactory, ReplacementFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")
DONE = date(2026, 12, 20)


def with_other_line(incident):
    LineFactory(contract=incident.line.contract)
    return incident


def loss():
    return with_other_line(IncidentFactory())


def fault():
    return with_other_line(IncidentFactory(card=SimCardFactory(lent=True, state="faulty"), kind="fault"))


@pytest.mark.clause("MA10.1", "MA9.2")
def test_a_faulty_card_is_replaced_from_stock_and_due_back_thirty_days_later(db):
    incident, stock = fault(), SimCardFactory()
    link = replacing.replace(incident.card, reason="fault", on=DONE, actor=BEN)
    old, new, settled = fresh(incident.card), fresh(stock), fresh(incident)
    assert (str(old.state), old.due_back_on) == ("due-back", date(2027, 1, 19))
    assert (str(new.state), new.line, new.generation) == ("assigned", incident.line, 1)
    assert (link.old, link.new, link.incident, link.replaced_on) == (old, new, incident, DONE)
    assert (str(settled.state), settled.settled_on) == ("replaced", DONE)
    assert not ChargeEvent.objects.exists()
    assert str(fresh(incident.line).state) == "active", "the line stays in service and charged"


@pytest.mark.clause("MA10.1", "MA10.2.1")
def test_a_lost_card_is_written_off_when_it_is_replaced(db):
    incident = loss()
    SimCardFactory()
    replacing.replace(incident.card, reason="loss", on=DONE, actor=BEN)
    old = fresh(incident.card)
    assert (str(old.state), old.over_on, old.due_back_on) == ("written-off", DONE, None)
    reporting.find(old, on=date(2026, 12, 28), actor=BEN)
    assert str(fresh(old).state) == "found"
    assert not SimCard.objects.awaited().exists()


@pytest.mark.clause("MA10.1", "MA10.2.1")
def test_the_procedure_goes_on_for_a_card_that_was_found_meanwhile(db):
    incident = loss()
    new = SimCardFactory()
    reporting.find(incident.card, on=date(2026, 12, 10), actor=BEN)
    replacing.replace(fresh(incident.card), reason="loss", on=DONE, actor=BEN)
    assert (str(fresh(incident.card).state), str(fresh(incident).state)) == ("found", "replaced")
    assert fresh(new).line == incident.line


@pytest.mark.clause("MA10.1")
def test_the_procedure_goes_on_for_a_faulty_card_that_has_come_back_already(db):
    incident, new = fault(), SimCardFactory()
    returning.take_back(incident.card, on=date(2026, 12, 15), actor=BEN)
    replacing.replace(fresh(incident.card), reason="fault", on=DONE, actor=BEN)
    assert (str(fresh(incident.card).state), fresh(new).line) == ("returned", incident.line)


@pytest.mark.clause("MA13.1", "G30.1")
def test_a_fee_arises_only_for_a_price_that_was_shown(db):
    incident = loss()
    SimCardFactory()
    replacing.replace(incident.card, reason="loss", on=DONE, price_shown="料金表 2026年4月版 3,000円", actor=BEN)
    event = ChargeEvent.objects.get()
    assert (event.cause, event.occurred_on, event.card, event.contract) == (
        "replacement",
        DONE,
        incident.card,
        incident.line.contract,
    )
    assert ChargeEvent.history.get().history_clause == "MA13.1"


def test_a_card_in_use_is_replaced_without_a_report_too(db):
    card, nano = SimCardFactory(lent=True), SimCardFactory(form_factor="4ff")
    replacing.replace(card, reason="wish", on=DONE, form_factor="4ff", actor=BEN)
    assert (str(fresh(card).state), fresh(nano).line) == ("due-back", card.line)


@pytest.mark.clause("MA8.2")
def test_at_a_mere_wish_a_card_is_replaced_only_while_the_company_offers_that(db):
    card = SimCardFactory(lent=True)
    SimCardFactory()
    with chapter(actor=BEN):
        item = DesignatedItem.objects.get(code="form-factor")
        item.is_offered = False
        item.save()
    with pytest.raises(RuleViolation, match="not among what can be changed"):
        replacing.replace(card, reason="wish", on=DONE, actor=BEN)
    replacing.replace(card, reason="recall", on=DONE, actor=BEN)
    assert str(fresh(card).state) == "due-back"


def test_the_next_card_of_a_chain_stands_one_place_further(db):
    link = ReplacementFactory()
    third = SimCardFactory()
    replacing.replace(link.new, reason="fault", on=date(2026, 12, 28), actor=BEN)
    assert fresh(third).generation == 2


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (lambda: SimCardFactory(), "No line has this card"),
        (lambda: SimCardFactory(assigned=True), "replaced while a line uses it"),
        (lambda: SimCardFactory(lent=True, line=LineFactory(ended=True), state="faulty"), "has ended"),
        (lambda: SimCardFactory(lent=True, state="returned", over_on=date(2026, 12, 1)), "while a line uses it"),
        (lambda: ReplacementFactory().old, "while a line uses it"),
        (lambda: SimCardFactory(lent=True, lent_on=date(2026, 12, 21)), "not replaced before"),
        (
            lambda: SimCardFactory(lent=True, line=LineFactory(ends_on=date(2026, 12, 19), ends_under="MA8.1")),
            "ends on",
        ),
    ],
    ids=["in stock", "not sent yet", "line ended", "returned", "replaced before", "sent later", "line ends before"],
)
def test_what_no_line_uses_is_not_replaced(db, card, said):
    old = card()
    SimCardFactory()
    with pytest.raises(RuleViolation, match=said):
        replacing.replace(old, reason="wish", on=DONE, actor=BEN)
    assert SimCard.objects.in_stock().count() == 1 + (str(old.state) == "in-stock")


def test_without_stock_nothing_is_replaced(db):
    incident = loss()
    SimCardFactory(form_factor="4ff")
    with pytest.raises(RuleViolation, match="Such cards in stock: 0; needed: 1"):
        replacing.replace(incident.card, reason="loss", on=DONE, actor=BEN)
    assert (str(fresh(incident.card).state), str(fresh(incident).state)) == ("lost", "open")


def test_a_card_that_once_stood_for_another_does_not_again(db):
    chosen = SimCardFactory(generation=1)
    with pytest.raises(RuleViolation, match="once stood for another"):
        replacing.replace(SimCardFactory(lent=True), new=chosen, reason="wish", on=DONE, actor=BEN)


def beside_another(incident):
    """The contract has one line more."""
    LineFactory(contract=incident.line.contract)
    return incident


@pytest.mark.clause("MA10.1", "MA13.2")
def test_the_day_of_the_procedure_is_the_last_one_of_the_line_that_ends_with_it(db):
    incident = beside_another(loss())
    replacing.end_line(incident, on=DONE, actor=BEN, reason="回線は不要")
    line = fresh(incident.line)
    assert (line.ends_on, line.ends_under, str(line.state)) == (DONE, "MA10.1", "active")
    assert (str(fresh(incident).state), fresh(incident).settled_on) == ("line-ends", DONE)
    assert str(fresh(incident.card).state) == "written-off"
    due.end_lines(date(2026, 12, 21), daily.Tally())
    assert (str(fresh(line).state), fresh(line).ends_on) == ("ended", DONE)


@pytest.mark.clause("MA10.1", "MA9.2")
def test_a_faulty_card_whose_line_ends_is_due_back_thirty_days_after(db):
    incident = beside_another(fault())
    replacing.end_line(incident, on=DONE, actor=BEN)
    assert (str(fresh(incident.card).state), fresh(incident.card).due_back_on) == ("due-back", date(2027, 1, 19))
    due.end_lines(date(2026, 12, 21), daily.Tally())
    assert fresh(incident.card).due_back_on == date(2027, 1, 19)


@pytest.mark.clause("MA10.1")
def test_a_protected_line_is_not_ended_by_the_procedure(db):
    incident = IncidentFactory(card=SimCardFactory(lent=True, line=LineFactory(protected=True), state="lost"))
    with pytest.raises(RuleViolation, match="protected"):
        replacing.end_line(incident, on=DONE, actor=BEN)
    assert str(fresh(incident).state) == "open"


@pytest.mark.clause("MA10.1", "MA8.1")
def test_the_last_line_of_a_contract_ends_by_a_notice_and_not_by_the_procedure(db):
    incident = IncidentFactory()
    with pytest.raises(RuleViolation, match="That is the end of the contract"):
        replacing.end_line(incident, on=DONE, actor=BEN)
    assert (str(fresh(incident).state), str(fresh(incident.card).state)) == ("open", "lost")


@pytest.mark.clause("MA10.1", "MA8.1")
def test_the_procedure_asks_for_no_leave_of_a_protected_contract_where_the_line_ends_before_its_day(db):
    line = LineFactory(ends_on=date(2026, 12, 10), ends_under="MA8.1", contract__protected=True)
    incident = IncidentFactory(card=SimCardFactory(lent=True, line=line, state="lost"))
    with pytest.raises(RuleViolation, match="contract is protected"):
        replacing.end_line(incident, on=date(2026, 12, 9), actor=BEN)
    replacing.end_line(incident, on=DONE, actor=BEN)
    assert (fresh(line).ends_on, fresh(line).ends_under) == (date(2026, 12, 10), "MA8.1")


@pytest.mark.clause("MA13.2")
def test_without_a_procedure_the_report_stays_open_for_ever(db):
    incident = loss()
    for day in (date(2027, 1, 5), date(2027, 6, 5)):
        due.end_lines(day, daily.Tally())
    assert str(fresh(incident).state) == "open"
    assert (fresh(incident.line).ends_on, str(fresh(incident.line).state)) == (None, "active")


@pytest.mark.unrecorded("writes past everything, to show that the database refuses it")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sims_replacement SET old_id = new_id, new_id = old_id WHERE id = %(link)s",
        "UPDATE sims_replacement SET new_id = old_id WHERE id = %(link)s",
        "UPDATE sims_replacement SET old_generation = 1, new_generation = 2 WHERE id = %(link)s",
        "UPDATE sims_simcard SET generation = 0 WHERE id = %(new)s",
    ],
    ids=["turned round", "by itself", "other places", "a card moved in its chain"],
)
def test_the_database_lets_no_chain_of_replacements_close_into_a_ring(db, statement):
    link = ReplacementFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}" % {"link": link.pk, "new": link.new_id})


def test_the_procedure_is_not_done_before_the_report(db):
    incident = loss()
    SimCardFactory()
    with pytest.raises(RuleViolation, match="cannot be done before the report"):
        replacing.replace(incident.card, reason="loss", on=date(2026, 12, 4), actor=BEN)
    with chapter(actor=BEN), locked(incident) as (held,), pytest.raises(RuleViolation, match="before the report"):
        held.end_line(date(2026, 12, 4))
