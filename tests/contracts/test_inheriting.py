"""G18: the first heir to file within two weeks takes over everything; without one all ends on the day of death."""

from datetime import date, datetime, time

import pytest

from contracts import inheriting
from contracts.models import Contract, Notice
from iijiot import clock
from iijiot.rules import RuleViolation
from tests.acts import BEN, advance, again, ends, give_notice, states, suspend
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.worlds import house
from tests.vectors import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DIED = date(2026, 11, 10)


def person(**more):
    return CustomerFactory(kind="sole-proprietor", corporate_number="", evidence="開業届", **more)


@pytest.fixture
def deceased():
    return house(person(name="架空 太郎"))


def died(customer, died_on=DIED, reported_on=date(2026, 11, 12)):
    return inheriting.report_death(
        customer, died_on=died_on, reported_on=reported_on, source="除籍謄本", today=reported_on, actor=BEN
    )


def files(death, heir, at: str):
    moment = datetime.fromisoformat(at)
    return inheriting.file(death, heir, filed_at=moment, evidence="法定相続情報", now=moment, actor=BEN)


@pytest.mark.clause("G18.1")
@pytest.mark.parametrize("case", cases("inheritance_deadline"))
def test_heirs_file_within_two_weeks_after_the_death(case):
    death = died(person(), case["start"], case["start"])
    assert death.file_by == case["last_day"]


@pytest.mark.clause("G18.1", "G18.2")
@pytest.mark.parametrize("case", cases("legal.inheritance_race"))
def test_the_first_in_time_who_is_not_refused_takes_over(deceased, case):
    death = died(deceased.customer, case["death"])
    heirs = {}
    for filing in case["filings"]:
        heir = heirs[filing["heir"]] = person(name=f"架空 {filing['heir']}")
        made = files(death, heir, str(filing["at"]).replace(" ", "T"))
        if "refused_under" in filing:
            inheriting.refuse_heir(made, ground=filing["refused_under"], note="過去の不払い", actor=BEN)
    advance(date(2026, 11, 24))
    if case["successor"] is None:
        advance(date(2026, 11, 25))
        assert set(ends(deceased.customer).values()) == {case["contract_ended"]}
        return
    first = again(death).next_filing()
    assert first.heir == heirs[case["successor"]]
    inheriting.take_over(first, note="該当なし", actor=BEN)
    assert set(Contract.objects.values_list("customer", flat=True)) == {first.heir.pk}


@pytest.mark.clause("G18.1")
def test_two_heirs_the_later_cannot_be_taken_before_the_earlier(deceased):
    death = died(deceased.customer)
    later = files(death, person(), "2026-11-20T09:00+09:00")
    earlier = files(death, person(name="架空 二郎"), "2026-11-19T18:00+09:00")
    with pytest.raises(RuleViolation, match="架空 二郎 filed earlier"):
        inheriting.take_over(later, note="", actor=BEN)
    inheriting.take_over(earlier, note="", actor=BEN)
    with pytest.raises(RuleViolation):
        inheriting.take_over(again(later), note="", actor=BEN)


@pytest.mark.clause("G18.1")
def test_what_is_taken_over_runs_on_without_a_break(deceased):
    death = died(deceased.customer)
    heir = person(name="架空 花子")
    inheriting.take_over(files(death, heir, "2026-11-20T09:00+09:00"), note="", actor=BEN)
    advance(date(2026, 11, 30))
    assert set(states(heir).values()) == {"active"}
    assert set(ends(heir).values()) == {None}
    assert again(death).state == "taken-over"
    assert "2026年11月10日（火）付" in Notice.objects.get(kind="succession").body


@pytest.mark.clause("G18.1")
def test_without_an_heir_everything_ends_with_the_day_of_death_once(deceased):
    give_notice(deceased.vpn, date(2026, 10, 1))
    death = died(deceased.customer)
    advance(death.file_by)
    assert set(states(deceased.customer).values()) == {"active"} | (
        {"ended"} if again(deceased.vpn).state == "ended" else set()
    )
    advance(date(2026, 11, 25))
    found = ends(deceased.customer)
    assert found.pop("vpn-gateway") == date(2026, 10, 31)
    assert set(found.values()) == {DIED}
    assert set(states(deceased.customer).values()) == {"ended"}
    before = Contract.history.count()
    advance(date(2026, 11, 26))
    assert Contract.history.count() == before


@pytest.mark.clause("G18.1")
def test_a_filing_in_time_that_nobody_has_decided_keeps_the_contracts(deceased):
    death = died(deceased.customer)
    filing = files(death, person(), "2026-11-24T23:59+09:00")
    advance(date(2026, 12, 10))
    assert set(states(deceased.customer).values()) == {"active"}
    inheriting.refuse_heir(filing, ground="G14.1.3", note="支払の見込みがない", actor=BEN)
    advance(date(2026, 12, 11))
    assert set(ends(deceased.customer).values()) == {DIED}


@pytest.mark.clause("G18.1")
def test_until_it_is_decided_nothing_else_happens_to_the_contracts(deceased):
    died(deceased.customer)
    with pytest.raises(RuleViolation, match="The customer has died"):
        give_notice(again(deceased.iot))
    with pytest.raises(RuleViolation, match="The customer has died"):
        suspend(again(deceased.iot), date(2026, 12, 1))


@pytest.mark.clause("G18.1")
def test_a_filing_after_the_two_weeks_is_recorded_as_too_late(deceased):
    death = died(deceased.customer)
    assert files(death, person(), "2026-11-25T00:00+09:00").state == "late"
    assert death.next_filing() is None


@pytest.mark.clause("G18.2")
def test_an_heir_is_refused_only_on_a_ground_of_article_14(deceased):
    filing = files(died(deceased.customer), person(), "2026-11-20T09:00+09:00")
    with pytest.raises(RuleViolation, match="grounds of article 14"):
        inheriting.refuse_heir(filing, ground="whim", note="", actor=BEN)


@pytest.mark.clause("G18.1")
def test_a_corporation_does_not_die_and_nobody_dies_twice():
    with pytest.raises(Exception, match="Only a sole proprietor can die"):
        died(CustomerFactory())
    customer = person()
    died(customer)
    with pytest.raises(Exception, match="recorded already"):
        died(customer)


def test_nobody_inherits_from_himself_and_nothing_arrives_in_the_future():
    customer = person()
    death = died(customer)
    with pytest.raises(RuleViolation, match="The heir is another customer"):
        files(death, customer, "2026-11-20T09:00+09:00")
    now = datetime.combine(date(2026, 11, 20), time(9), clock.TOKYO)
    later = datetime.combine(date(2026, 11, 21), time(9), clock.TOKYO)
    with pytest.raises(RuleViolation, match="not come yet"):
        inheriting.file(death, person(), filed_at=later, evidence="戸籍", now=now, actor=BEN)


def test_before_the_two_weeks_are_over_nothing_is_ended(deceased):
    with pytest.raises(RuleViolation, match="Heirs can still file"):
        inheriting.end_without_heir(died(deceased.customer), today=date(2026, 11, 24), actor=BEN)


def test_a_contract_that_rests_on_another_ends_once(deceased):
    storage = ContractFactory(**of(deceased.customer), data_storage=True, rests_on=[deceased.iot])
    died(deceased.customer)
    advance(date(2026, 11, 25))
    assert again(storage).terminations.filter(state="carried-out").count() == 1
