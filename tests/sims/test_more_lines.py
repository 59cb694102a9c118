"""More lines: applied for like a contract, screened like one, there from the day that staff set (MA8.1, G15)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from contracts import accepting, screening, starting
from contracts.models import Contract, Notice
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import changing
from sims.models import Line, LineChange, SimCard
from tests.acts import BEN, WEDNESDAY, accept, advance, end, give_notice, only_on, screened, suspended, take_back
from tests.factories import ApplicationFactory, CapFactory, ContractFactory
from tests.factories.contracts import of
from tests.sims.lined import asked_for, iot_of, living, mobile, more_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MID_JANUARY = date(2027, 1, 15)


@pytest.mark.clause("MA8.1", "G15.2")
def test_more_lines_are_ordered_at_once_when_their_day_is_the_day_of_acceptance():
    contract = mobile(3)
    accepted = more_lines(contract, 5)
    assert accepted == contract
    assert living(contract) == 8
    ordered = contract.lines.filter(state="ordered")
    assert set(ordered.values_list("ordered_on", "billing_starts_on")) == {(WEDNESDAY, WEDNESDAY)}
    change = LineChange.objects.get()
    assert (change.state, change.kind, change.quantity, change.effective_on) == ("done", "more", 5, WEDNESDAY)
    assert Contract.history.filter(id=contract.pk).latest().history_clause == "MA8.1"


@pytest.mark.clause("MA8.1")
def test_more_lines_from_a_later_day_wait_for_it_and_are_charged_from_it():
    contract = mobile(3)
    more_lines(contract, 5, MID_JANUARY)
    assert living(contract) == 3
    only_on(date(2027, 1, 14))
    assert living(contract) == 3
    only_on(MID_JANUARY)
    assert living(contract) == 8
    assert set(contract.lines.filter(state="ordered").values_list("billing_starts_on", flat=True)) == {MID_JANUARY}
    assert LineChange.objects.get().state == "done"
    only_on(date(2027, 1, 16))
    assert living(contract) == 8


@pytest.mark.clause("MA8.1")
def test_staff_set_the_day_from_which_the_lines_are_there_but_not_before_the_acceptance():
    contract = mobile(3)
    application = screened(asked_for(contract, 2))
    plan = accepting.plan_acceptance(application, on=WEDNESDAY, effective_on=date(2026, 11, 24))
    with pytest.raises(RuleViolation, match="day of its acceptance or later"):
        accepting.accept(plan, actor=BEN)
    plan = accepting.plan_acceptance(application, on=WEDNESDAY, effective_on=date(2026, 12, 10))
    accepting.accept(plan, actor=BEN)
    assert LineChange.objects.get().effective_on == date(2026, 12, 10)


@pytest.mark.clause("G3", "MA8.1")
def test_more_lines_of_a_contract_that_has_not_begun_are_charged_from_its_billing_start_on():
    iot = ContractFactory()
    contract = ContractFactory(**of(iot.customer), mobile_access=True, quantity=1, not_started=True, rests_on=[iot])
    more_lines(contract, 2)
    assert set(contract.lines.values_list("billing_starts_on", flat=True)) == {None}
    starting.set_start(contract, date(2026, 12, 1), today=WEDNESDAY, actor=BEN)
    only_on(date(2026, 12, 1))
    assert set(contract.lines.values_list("billing_starts_on", flat=True)) == {date(2026, 12, 1)}


@pytest.mark.clause("MA8.1")
def test_the_plan_of_a_first_acceptance_foresees_the_lines_that_are_ordered():
    iot = ContractFactory()
    application = screened(ApplicationFactory(**of(iot.customer), mobile_access=True, quantity=12))
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    assert [(effect.key[0], effect.on, str(effect.what)) for effect in plan.effects] == [
        ("lines-ordered", WEDNESDAY, "12 lines are ordered.")
    ]
    contract = accepting.accept(plan, actor=BEN)
    assert living(contract) == 12


def test_a_service_without_lines_foresees_none():
    application = screened(ApplicationFactory())
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    assert plan.effects == ()
    accepting.accept(plan, actor=BEN)
    assert not Line.objects.exists()


@pytest.mark.clause("G15.1")
def test_a_change_of_a_service_that_lets_nothing_be_changed_is_a_new_application():
    storage = ContractFactory(data_storage=True)
    with pytest.raises(ValidationError, match="Record a new application instead") as refusal:
        ApplicationFactory(
            customer=storage.customer,
            management_unit=storage.management_unit,
            service_code="data-storage",
            changes=storage,
        )
    assert refusal.value.error_dict["changes"][0].code == "G15.1"


@pytest.mark.clause("G15.1", "G10")
def test_a_change_is_of_ones_own_living_contract():
    contract, other = mobile(1), ContractFactory()
    with pytest.raises(ValidationError, match="are those of the contract"):
        ApplicationFactory(**of(other.customer), mobile_access=True, changes=contract)
    give_notice(contract)
    contract = fresh(contract)
    with pytest.raises(ValidationError, match="before the lines would be there"):
        asked_for(contract, 2, MID_JANUARY)
    assert asked_for(contract, 2, date(2026, 12, 25)).changes == contract


@pytest.mark.clause("G15.2", "G14.1.3")
def test_more_lines_with_arrears_are_held():
    contract = mobile(3)
    application = screened(asked_for(contract, 10), {"G14.1.3": "2026年10月分が未払い"})
    with pytest.raises(RuleViolation, match="ground for refusal applies"):
        accept(application)
    assert living(contract) == 3
    assert accept(application, reason="分割払いの合意あり") == contract
    assert living(contract) == 13


@pytest.mark.clause("G15.2", "G14.1.4")
def test_the_seven_grounds_are_looked_at_for_a_change_too():
    contract = mobile(1)
    lost = ContractFactory(**of(contract.customer), data_storage=True)
    end(lost, date(2026, 12, 31), "G28.1.2")
    application = asked_for(contract, 1)
    screening.begin(application, actor=BEN)
    found = dict(application.findings.values_list("ground", "result"))
    assert len(found) == 7
    assert (found["G14.1.4"], found["G14.1.1"]) == ("found", "clear")


@pytest.mark.clause("G14.3", "MA8.1", "G15.2")
def test_only_the_lines_over_the_cap_are_refused():
    contract = mobile(9)
    CapFactory(customer=contract.customer, service="mobile-access", most=20)
    more_lines(contract, 15)
    assert living(contract) == 20
    assert "4回線につきましては" in Notice.objects.get(kind="lines-accepted").body


@pytest.mark.clause("G14.3")
def test_lines_that_were_accepted_and_are_not_there_yet_count_for_the_cap():
    contract = mobile(9)
    CapFactory(customer=contract.customer, service="mobile-access", most=20)
    more_lines(contract, 10, MID_JANUARY)
    plan = accepting.plan_acceptance(screened(asked_for(contract, 5)), on=WEDNESDAY)
    assert (plan.quantity, plan.refused_quantity) == (1, 4)


@pytest.mark.clause("G14.3")
def test_lines_that_end_before_the_day_no_longer_count_for_the_cap():
    contract = mobile(20, cards=False)
    CapFactory(customer=contract.customer, service="mobile-access", most=20)
    leaving = changing.plan_reduction(contract, effective_on=date(2026, 12, 31), today=WEDNESDAY, how_many=5)
    changing.reduce(leaving, actor=BEN)
    assert [contract.change_applications.model(**about).room() for about in [
        {"customer": contract.customer, "service_code": "mobile-access", "start_wished_on": day}
        for day in (date(2026, 12, 31), date(2027, 1, 1))
    ]] == [0, 5]  # fmt: skip


@pytest.mark.clause("G14.3")
def test_all_or_nothing_holds_for_a_change_too():
    contract = mobile(9)
    CapFactory(customer=contract.customer, service="mobile-access", most=10)
    application = screened(asked_for(contract, 5, all_or_nothing=True))
    with pytest.raises(RuleViolation, match="room for 1 lines; 5 were asked for"):
        accept(application)


@pytest.mark.clause("G13.2")
def test_a_change_waits_its_turn():
    contract = mobile(1)
    first, second = asked_for(contract, 1), screened(asked_for(contract, 2))
    with pytest.raises(RuleViolation, match=f"{first.number} was received earlier"):
        accept(second)


@pytest.mark.clause("G13.1")
def test_the_letter_speaks_of_more_lines_and_from_which_day():
    contract = mobile(3)
    more_lines(contract, 5, MID_JANUARY)
    (letter,) = contract.notices.all()
    for words in ("回線追加", contract.number, "5回線", "2027年1月15日（金）"):
        assert words in f"{letter.subject}{letter.body}"
    assert "課金開始日につきましては" not in letter.body


@pytest.mark.clause("G14.2")
def test_a_refusal_speaks_of_more_lines_too():
    application = screened(asked_for(mobile(3), 5), {"G14.1.2": "圏外"})
    accepting.refuse_application(application, on=WEDNESDAY, actor=BEN)
    assert "5回線の追加" in Notice.objects.get(kind="refused").body


@pytest.mark.clause("MA8.1")
def test_l01_a_pending_change_is_closed_with_its_reason_when_a_notice_ends_the_contract_before():
    contract = mobile(10, cards=False)
    more_lines(contract, 10, MID_JANUARY)
    give_notice(contract, date(2026, 12, 1))
    change = LineChange.objects.get()
    assert (change.state, change.get_closed_because_display()) == ("closed", "The contract ends before")
    advance(date(2026, 11, 30))
    for day in (date(2027, 1, 1), MID_JANUARY, date(2027, 1, 31)):
        only_on(day)
    assert fresh(contract).ends_on == date(2026, 12, 31)
    assert set(contract.lines.values_list("state", "ends_on")) == {("ended", date(2026, 12, 31))}
    assert contract.lines.count() == 10
    assert not SimCard.objects.exists()


@pytest.mark.clause("MA8.1")
def test_l01_an_end_that_is_lifted_opens_the_change_not_again_and_says_so():
    contract = mobile(3)
    more_lines(contract, 10, MID_JANUARY)
    notice = give_notice(contract, date(2026, 12, 1))
    from contracts import ending

    plan = ending.plan_taking_back(notice, today=date(2026, 12, 2))
    change = LineChange.objects.get()
    assert [str(effect.what) for effect in plan.effects if effect.key == ("change-stays-closed", change.pk)] == [
        f"{change} stays closed. Record the change anew if it is still wanted."
    ]
    take_back(notice, today=date(2026, 12, 2))
    assert fresh(change).state == "closed"


@pytest.mark.clause("MA8.1")
def test_a_change_on_or_before_the_last_day_stands_beside_the_notice():
    contract = mobile(3)
    more_lines(contract, 1, date(2026, 12, 10))
    give_notice(contract, date(2026, 12, 1))
    only_on(date(2026, 12, 10))
    assert living(contract) == 4


@pytest.mark.clause("MA8.1")
def test_l03_more_lines_and_a_later_reduction_both_stand():
    contract = mobile(10, cards=False)
    reduction = changing.plan_reduction(contract, effective_on=date(2027, 2, 1), today=WEDNESDAY, how_many=4)
    changing.reduce(reduction, actor=BEN)
    more_lines(contract, 2, date(2027, 1, 10))
    only_on(date(2027, 1, 10))
    assert living(contract) == 12
    only_on(date(2027, 2, 2))
    assert living(contract) == 8


@pytest.mark.clause("G26.1", "MA8.1")
def test_a_suspended_contract_may_have_more_lines_which_wait_for_their_cards():
    contract = mobile(2)
    suspended(contract, date(2026, 11, 20))
    more_lines(contract, 1)
    assert sorted(contract.lines.values_list("state", flat=True)) == ["ordered", "stopped", "stopped"]


@pytest.mark.clause("MA12.2", "MA6")
def test_a_change_needs_nothing_but_the_contract_while_it_lasts():
    contract = mobile(2)
    give_notice(iot_of(contract))
    application = screened(asked_for(contract, 1, date(2026, 12, 20)))
    assert application.findings.get(ground="G14.1.1").result == "clear"
    assert accept(application).ends_on == date(2026, 12, 25)


@pytest.mark.clause("MA8.1")
def test_a_contract_that_ends_meanwhile_takes_no_more_lines():
    contract = mobile(2)
    application = screened(asked_for(contract, 1, MID_JANUARY))
    give_notice(contract)
    with pytest.raises(RuleViolation, match="before the lines would be there"):
        accept(application)
