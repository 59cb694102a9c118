"""Reminders: one letter for each customer and day, each step once; dunning as often as staff have set."""

from datetime import date, timedelta

import pytest

from contracts.models import Notice
from iijiot import daily
from iijiot.records import chapter, fresh
from iijiot.rules import RuleViolation
from sims import due, reminding
from sims.models import Incident, SimCard
from tests.acts import BEN
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory
from tests.factories.sims import IncidentFactory, LineFactory, ReturnPolicyFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")
DUE = date(2027, 1, 29)


def due_back(contract=None, on: date = DUE, state: str = "due-back") -> SimCard:
    line = LineFactory(ended=True, **({"contract": contract} if contract else {}))
    made: SimCard = SimCardFactory(lent=True, line=line, state=state, due_back_on=on)
    return made


def remind(day: date) -> int:
    tally = daily.Tally()
    due.remind_of_cards(day, tally)
    assert tally.set_aside == []
    return tally.done


@pytest.mark.clause("MA9.2")
def test_a_customer_is_reminded_fourteen_seven_and_one_day_before(db):
    card = due_back()
    told = [day for n in range(20, -3, -1) if remind(day := DUE - timedelta(days=n))]
    assert told == [date(2027, 1, 15), date(2027, 1, 22), date(2027, 1, 28)]
    assert Notice.objects.filter(kind="cards-due").count() == 3
    assert fresh(card).reminded_before == 1


@pytest.mark.clause("MA9.2")
def test_one_letter_a_day_names_all_cards_of_a_customer(db):
    contract = ContractFactory(mobile_access=True)
    cards = [due_back(contract), due_back(contract), due_back(contract, on=DUE + timedelta(days=7))]
    other = due_back()
    later = due_back(contract, on=DUE + timedelta(days=1))
    assert remind(DUE - timedelta(days=7)) == 2
    letter = Notice.objects.get(customer=contract.customer)
    assert all(card.iccid in letter.body for card in cards)
    assert "3枚" in letter.subject
    assert other.iccid not in letter.body
    assert later.iccid not in letter.body
    assert (letter.clause, letter.kind) == ("MA9.2", "cards-due")


@pytest.mark.clause("MA9.2")
def test_a_day_that_is_run_again_sends_nothing_twice(db):
    due_back()
    day = DUE - timedelta(days=14)
    assert (remind(day), remind(day)) == (1, 0)
    assert Notice.objects.count() == 1


def test_a_letter_names_fifty_cards_and_counts_the_others(db):
    contract = ContractFactory(mobile_access=True)
    for _n in range(52):
        due_back(contract)
    remind(DUE - timedelta(days=1))
    body = Notice.objects.get().body
    assert body.count("ICCID") == 50
    assert "ほか2枚" in body


@pytest.mark.clause("MA9.2")
def test_overdue_cards_are_dunned_weekly_up_to_the_limit_that_staff_set(db):
    ReturnPolicyFactory(most_times=3)
    card = due_back(on=date(2027, 1, 4))
    told = []
    for n in range(40):
        day = date(2027, 1, 4) + timedelta(days=n)
        due.mark_overdue(day, daily.Tally())
        tally = daily.Tally()
        due.dun_for_cards(day, tally)
        told += [day] * tally.done
    assert told == [date(2027, 1, 5), date(2027, 1, 12), date(2027, 1, 19)]
    assert (fresh(card).dunned_times, fresh(card).dunned_on) == (3, date(2027, 1, 19))
    assert Notice.objects.filter(kind="cards-overdue").count() == 3


@pytest.mark.clause("MA9.2")
def test_staff_may_leave_more_weeks_between_or_dun_nobody(db):
    rules = ReturnPolicyFactory(weeks_between=2)
    card = due_back(state="overdue", on=date(2027, 1, 4))
    days = [date(2027, 1, 5), date(2027, 1, 12), date(2027, 1, 19)]
    assert [reminding.dun(card.customer, on=day, actor=BEN) is not None for day in days] == [True, False, True]
    rules.most_times = 0
    with chapter(actor=BEN):
        rules.save()
    assert reminding.dun(card.customer, on=date(2027, 3, 1), actor=BEN) is None


def test_no_letter_goes_to_who_has_nothing_due(db):
    assert reminding.remind(CustomerFactory(), on=DUE, actor=BEN) is None
    assert not Notice.objects.exists()


@pytest.mark.clause("MA13.2")
def test_a_loss_without_procedure_comes_up_each_month(db):
    incident = IncidentFactory()
    assert not Incident.objects.to_remind(date(2027, 1, 4)).exists()
    assert list(Incident.objects.to_remind(date(2027, 1, 5))) == [incident]
    notice = reminding.remind_of_loss(incident, on=date(2027, 1, 5), actor=BEN)
    assert "31日" in notice.body
    assert incident.card.iccid in notice.body
    assert (notice.contract, notice.clause) == (incident.line.contract, "MA13.2")
    assert not Incident.objects.to_remind(date(2027, 2, 4)).exists()
    assert list(Incident.objects.to_remind(date(2027, 2, 5))) == [incident]


@pytest.mark.clause("MA13.2")
def test_nobody_is_reminded_of_a_fault_or_before_the_report(db):
    faulty = IncidentFactory(card=SimCardFactory(lent=True, state="faulty"), kind="fault")
    assert not Incident.objects.to_remind(date(2027, 6, 1)).exists()
    with pytest.raises(RuleViolation, match="reminded of lost cards"):
        reminding.remind_of_loss(faulty, on=date(2027, 1, 5), actor=BEN)
    with pytest.raises(RuleViolation, match="before the report"):
        reminding.remind_of_loss(IncidentFactory(), on=date(2026, 12, 4), actor=BEN)


@pytest.mark.clause("MA9.2")
def test_staff_set_on_which_days_customers_are_reminded_or_that_nobody_is(db):
    rules = ReturnPolicyFactory(reminded_days_before=[3, 10, 3])
    assert rules.reminded_days_before == [10, 3]
    card = due_back()
    assert [day for n in range(20, -1, -1) if remind(day := DUE - timedelta(days=n))] == [
        date(2027, 1, 19),
        date(2027, 1, 26),
    ]
    with chapter(actor=BEN):
        rules.reminded_days_before = []
        rules.save()
    due_back()
    assert not any(remind(DUE - timedelta(days=n)) for n in range(20, -1, -1))
    assert fresh(card).reminded_before == 3


@pytest.mark.clause("MA9.2")
def test_the_letter_says_where_the_cards_go(db):
    CompanyFactory(postal_code="102-0071", address="東京都千代田区富士見2-10-2")
    card = due_back(state="overdue")
    letter = reminding.dun(card.customer, on=date(2027, 2, 1), actor=BEN)
    assert letter is not None
    assert "〒102-0071　東京都千代田区富士見2-10-2" in letter.body
    assert card.line.number in letter.body


@pytest.mark.clause("MA9.2")
def test_cards_are_called_back_by_hand_the_overdue_ones_first_and_once_a_day(db):
    contract = ContractFactory(mobile_access=True)
    late, waiting = due_back(contract, state="overdue"), due_back(contract)
    day = date(2027, 2, 1)
    letter = reminding.call_back(contract.customer, on=day, actor=BEN, reason="電話で依頼")
    assert (letter.kind, late.iccid in letter.body, waiting.iccid in letter.body) == ("cards-overdue", True, False)
    assert (fresh(late).dunned_times, fresh(waiting).dunned_times) == (1, 0)
    with pytest.raises(RuleViolation, match="today already"):
        reminding.call_back(contract.customer, on=day, actor=BEN)
    assert reminding.dun(contract.customer, on=day + timedelta(days=1), actor=BEN) is None, "its turn comes in a week"


@pytest.mark.clause("MA9.2")
def test_before_any_card_is_overdue_those_due_are_called_back(db):
    card = due_back()
    letter = reminding.call_back(card.customer, on=date(2027, 1, 10), actor=BEN)
    assert (letter.kind, card.iccid in letter.body) == ("cards-due", True)
    with pytest.raises(RuleViolation, match="No card of the customer is awaited"):
        reminding.call_back(CustomerFactory(), on=date(2027, 1, 10), actor=BEN)
