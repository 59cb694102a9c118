"""A customer's termination notice on one contract: which day, what is refused, what is warned of."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from contracts import ending
from contracts.catalogue.vocabulary import Dated
from contracts.models import Notice, Termination
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, advance, again, do, end, give_notice, only_on, plan_notice, take_back
from tests.contracts.test_catalogue import ENDS_BY_NOTICE
from tests.factories import ContractFactory, TerminationFactory
from tests.factories.contracts import of
from tests.factories.worlds import house
from tests.vectors import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def iot(aois_company):
    return ContractFactory(**of(aois_company))


@pytest.mark.clause("IOT4", "IOT3.8", "MA12.1", "DS4.1", "PC5.1", "PMG5.1", "WPC5.1", "VPN5.1", "G29.1")
def test_the_notice_ends_each_service_on_the_day_its_own_provision_says():
    world = house()
    for case in [parameter.values[0] for parameter in cases("termination_date")]:
        for contract in world.contracts.values():
            plan = plan_notice(contract, case["arrived"], case["named"])
            (change,) = [change for change in plan.changes if change.subject == contract]
            assert (change.after.on, change.after.clause) == (case["expected"], ENDS_BY_NOTICE[contract.service_code])


@pytest.mark.clause("IOT4", "G29.1")
@pytest.mark.parametrize("case", cases("termination_date"))
def test_the_contract_and_its_end_say_the_day_and_the_clause(iot, case):
    made = give_notice(iot, case["arrived"], case["named"])
    assert (made.arrived_on, made.named_on, made.effective_on) == (case["arrived"], case["named"], case["expected"])
    assert (again(iot).ends_on, again(iot).ends_under) == (case["expected"], "IOT4")
    assert iot.last_day(made) == Dated(case["expected"], Clause("IOT4"))


@pytest.mark.clause("G29.1")
@pytest.mark.parametrize("case", cases("legal.notice_dates.arrival_instant"))
def test_a_notice_counts_from_the_tokyo_day_on_which_it_arrived(iot, case):
    arrived = clock.tokyo_day(datetime.fromisoformat(case["instant"]))
    assert arrived == case["tokyo_day"]
    assert give_notice(iot, arrived).effective_on == case["expected"]


@pytest.mark.clause("IOT3.8")
def test_the_end_of_the_option_leaves_its_contract():
    world = house()
    give_notice(world.option, WEDNESDAY, date(2026, 11, 30))
    assert again(world.option).ends_on == date(2026, 12, 25)
    assert again(world.iot).ends_on is None


@pytest.mark.clause("G29.1")
@pytest.mark.parametrize(
    ("arrived", "named", "today", "words"),
    [
        (date(2026, 11, 26), None, WEDNESDAY, "has not come yet"),
        (date(2026, 3, 24), None, WEDNESDAY, "accepted on"),
        (WEDNESDAY, date(2206, 12, 31), WEDNESDAY, "Check the year"),
    ],
    ids=["arrives tomorrow", "before the acceptance", "absurd year"],
)
def test_days_that_cannot_be_are_refused(iot, arrived, named, today, words):
    with override("en"), pytest.raises(RuleViolation, match=words) as refusal:
        plan_notice(iot, arrived, named, today=today)
    assert refusal.value.unmet[0].clause == Clause("G29.1")
    assert Termination.objects.count() == 0


@pytest.mark.clause("G29.1")
@pytest.mark.parametrize(("language", "words"), [("en", "not possible while the state is"), ("ja", "終了")])
def test_what_has_ended_cannot_be_terminated(aois_company, language, words):
    ended = ContractFactory(**of(aois_company), ended=True)
    with override(language), pytest.raises(RuleViolation, match=words):
        plan_notice(ended)


@pytest.mark.clause("G29.1")
def test_a_second_notice_for_the_same_day_or_a_later_one_is_refused(iot):
    give_notice(iot, date(2026, 11, 20), date(2026, 12, 31))
    for named in (date(2026, 12, 31), date(2027, 1, 31)):
        with override("en"), pytest.raises(RuleViolation, match="already ends on"):
            plan_notice(iot, WEDNESDAY, named)
    assert again(iot).ends_on == date(2026, 12, 31)


@pytest.mark.clause("G29.1", "MA12.2")
def test_an_earlier_second_notice_moves_the_contract_and_its_dependents():
    world = house()
    give_notice(world.iot, named_on=date(2027, 3, 31))
    assert again(world.connector).ends_on == date(2027, 3, 31)
    give_notice(world.iot)
    for contract in world.contracts.values():
        assert again(contract).ends_on == date(2026, 12, 25)
        assert contract.terminations.filter(origin="cascade").count() in (0, 1)
    advance(date(2026, 12, 26))
    assert sorted(world.iot.terminations.values_list("effective_on", "state")) == [
        (date(2026, 12, 25), "carried-out"),
        (date(2027, 3, 31), "lapsed"),
    ]


@pytest.mark.clause("G29.1")
def test_a_notice_found_late_ends_the_contract_at_once_with_its_own_day():
    world = house()
    plan = plan_notice(world.mobile_access, date(2026, 10, 20), today=WEDNESDAY)
    with override("en"):
        assert any("over already" in str(warning) for warning in plan.warnings)
    do(plan)
    for contract in (world.mobile_access, world.gateway):
        assert (again(contract).state, again(contract).ends_on) == ("ended", date(2026, 11, 19))
        assert contract.terminations.get().state == "carried-out"


@pytest.mark.clause("G29.1")
def test_the_last_day_itself_is_not_over_yet(iot):
    give_notice(iot, date(2026, 10, 26), today=WEDNESDAY)
    assert (again(iot).ends_on, again(iot).state) == (WEDNESDAY, "active")


@pytest.mark.clause("G29.1", "IOT4")
def test_a_day_named_too_early_is_pointed_out(iot):
    plan = plan_notice(iot, WEDNESDAY, date(2026, 11, 30))
    with override("en"):
        assert "Named: Mon 30 November 2026" in str(plan.warnings[0])


@pytest.mark.clause("G30.2.2")
def test_a_last_day_on_the_first_of_a_month_is_pointed_out(iot):
    with override("en"):
        assert "first of a month" in str(plan_notice(iot, date(2026, 11, 1)).warnings[0])
        assert plan_notice(iot, date(2026, 11, 2)).warnings == ()


@pytest.mark.clause("G29.1")
def test_without_our_form_no_end_follows_and_it_counts_from_the_forms_arrival(iot):
    message = ending.record_message(iot, arrived_on=WEDNESDAY, note="メールで解約の連絡", actor=BEN)
    assert (message.state, message.effective_on, again(iot).ends_on) == ("form-missing", None, None)
    only_on(date(2027, 1, 31))
    assert again(iot).state == "active"


@pytest.mark.clause("G29.1")
def test_when_our_form_arrives_the_same_row_gets_its_day(iot):
    message = ending.record_message(iot, arrived_on=WEDNESDAY, note="メールで解約の連絡", actor=BEN)
    made = give_notice(iot, date(2026, 12, 2), today=date(2026, 12, 2), completes=message)
    assert made.pk == message.pk
    assert (made.state, made.arrived_on, made.effective_on) == ("scheduled", date(2026, 12, 2), date(2027, 1, 1))
    assert again(iot).ends_on == date(2027, 1, 1)
    assert iot.terminations.count() == 1


@pytest.mark.clause("G29.1")
def test_a_form_that_came_before_the_message_it_completes_is_refused(iot):
    message = ending.record_message(iot, arrived_on=WEDNESDAY, note="電話", actor=BEN)
    with override("en"), pytest.raises(RuleViolation, match="before the customer first wrote"):
        give_notice(iot, date(2026, 11, 24), today=WEDNESDAY, completes=message)
    assert again(message).state == "form-missing"


@pytest.mark.clause("G29.1")
def test_a_message_for_which_the_form_never_comes_lapses_with_the_contract(iot):
    message = ending.record_message(iot, arrived_on=WEDNESDAY, note="電話", actor=BEN)
    end(iot, date(2026, 12, 10), clause="G28.1.2")
    advance(date(2026, 12, 11))
    assert again(message).state == "lapsed"


@pytest.mark.clause("G29.1")
def test_a_contract_that_ends_before_its_billing_start_never_starts(aois_company):
    waiting = ContractFactory(**of(aois_company), starting=True, billing_starts_on=date(2027, 1, 1))
    give_notice(waiting)
    only_on(date(2027, 1, 2))
    assert (again(waiting).state, again(waiting).ends_on) == ("ended", date(2026, 12, 25))


@pytest.mark.clause("G29.1")
def test_one_notice_names_one_contract_and_leaves_what_it_rests_on():
    world = house()
    give_notice(world.data_storage)
    assert [contract for contract in world.contracts.values() if again(contract).ends_on] == [world.data_storage]


@pytest.mark.clause("G12.2.1", "DS4.2")
def test_each_contract_that_ends_gets_one_notice_and_data_storage_is_told_of_its_data():
    world = house()
    give_notice(world.iot)
    told = Notice.objects.filter(kind="end-scheduled")
    assert sorted(told.values_list("contract", flat=True)) == sorted(c.pk for c in world.contracts.values())
    assert "復元できません" in told.get(contract=world.data_storage).body


def test_a_plan_is_refused_when_the_world_moved_since_it_was_shown():
    world = house()
    plan = plan_notice(world.iot)
    give_notice(world.connector, date(2026, 11, 10), today=WEDNESDAY)
    with pytest.raises(Stale) as stale:
        do(plan)
    assert again(world.iot).ends_on is None
    kept = {change.subject: change.after.on for change in stale.value.now.kept}
    assert kept[world.connector] == date(2026, 12, 10)
    do(stale.value.now)
    assert again(world.iot).ends_on == date(2026, 12, 25)


def test_the_same_plan_carried_out_twice_is_stale_the_second_time(iot):
    plan = plan_notice(iot)
    do(plan)
    with pytest.raises(Stale):
        do(plan)
    assert iot.terminations.count() == 1


@pytest.mark.clause("G29.1")
def test_an_end_that_is_over_cannot_be_planned_again_by_the_company(aois_company):
    contract = TerminationFactory(by_company=True, contract=ContractFactory(**of(aois_company))).contract
    with override("en"), pytest.raises(RuleViolation, match="already ends on"):
        end(contract, date(2026, 12, 10), clause="G28.1.2")


@pytest.mark.clause("G29.1")
def test_the_same_subscription_cannot_end_before_it_began(aois_company):
    world = house(aois_company)
    with override("en"), pytest.raises(RuleViolation, match="cannot be before the first"):
        end(world.backbone, date(2026, 3, 31))


@pytest.mark.clause("G29.1")
def test_after_an_end_was_taken_back_a_new_notice_is_taken(iot):
    take_back(give_notice(iot))
    assert again(iot).ends_on is None
    assert give_notice(iot, named_on=date(2027, 1, 31)).effective_on == date(2027, 1, 31)


def test_the_arrival_is_kept_as_it_was_given(iot):
    instant = datetime(2026, 11, 1, 15, 30, tzinfo=UTC)
    assert give_notice(iot, clock.tokyo_day(instant)).arrived_on == date(2026, 11, 2)
