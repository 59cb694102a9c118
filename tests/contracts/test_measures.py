"""G6.2, G24, G25, G29.2: measures that touch a service, announced in time, and the customer's way out."""

from datetime import date, datetime, timedelta

import pytest

from contracts import announcing, interrupting, terminating
from contracts.models import Announcement, Customer, Notice
from iijiot import clock
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import BEN, accept, advance, again, announce, do, screened
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, MeasureFactory
from tests.factories.contracts import of
from tests.vectors import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TWENTIETH = date(2026, 12, 20)


def moment(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.TOKYO)


def works(starts_on: date = TWENTIETH, **more):
    return MeasureFactory(kind="works", starts_at=moment(starts_on), **more)


@pytest.mark.clause("G25.2")
@pytest.mark.parametrize("case", cases("notice_14_days"))
def test_works_are_announced_fourteen_days_before_and_not_a_day_later(case):
    measure = works(case["start"])
    assert measure.latest_notice() == case["latest_notice"]
    with pytest.raises(RuleViolation, match="comes too late"):
        announcing.plan_announcing(measure, at=moment(case["latest_notice"] + timedelta(1)))
    plan = announcing.plan_announcing(measure, at=moment(case["latest_notice"], 23))
    assert "not fourteen clear days" in str(plan.warnings[0])
    assert not announcing.plan_announcing(measure, at=moment(case["latest_notice"] - timedelta(1))).warnings


@pytest.mark.clause("G25.2")
def test_the_refusal_names_the_latest_day_and_an_urgent_reason_goes_through():
    with pytest.raises(RuleViolation, match="the latest day was Sun 6 December 2026"):
        announcing.plan_announcing(works(), at=moment(date(2026, 12, 7)))
    assert announcing.plan_announcing(works(urgent_because="火災のおそれ"), at=moment(date(2026, 12, 7)))


@pytest.mark.clause("G25.1", "G25.2")
def test_a_fault_is_announced_any_moment_before_it_begins():
    measure = MeasureFactory(kind="fault", starts_at=moment(TWENTIETH, 8))
    assert announcing.plan_announcing(measure, at=moment(TWENTIETH, 7))
    with pytest.raises(RuleViolation, match="before it begins"):
        announcing.plan_announcing(measure, at=moment(TWENTIETH, 8))


@pytest.mark.clause("G25.2")
def test_everybody_whom_it_touches_is_told_fact_reason_and_period_and_nobody_else(carols_company):
    ours = [ContractFactory(mobile_access=True).customer for _n in range(3)]
    ContractFactory(**of(carols_company))
    ContractFactory(mobile_access=True, ended=True)
    made = announce(works(service="mobile-access", part="関東地区"), at=moment(date(2026, 12, 1)))
    notices = Notice.objects.of_customer([c.pk for c in Customer.objects.all()]).filter(announcement=made)
    assert {notice.customer for notice in notices} == set(ours)
    assert (made.recipients, made.progress()) == (3, {"to-send": 3})
    for notice in notices:
        assert notice.body.startswith(f"{notice.customer.name} 御中")
        for words in (
            "関東地区",
            "2026年12月20日（日）0時",
            "設備の更新工事",
            "2026年12月20日 0時から6時まで",
            "第25条",
        ):
            assert words in notice.body
        assert (notice.to, notice.clause, notice.number) == (
            notice.customer.notice_email, "G25.1", f"N{notice.pk:07d}"
        )  # fmt: skip
        row = Notice.history.get(id=notice.pk)
        assert (row.history_actor, row.history_clause) == ("Ben", "G12.2.1")


@pytest.mark.clause("G25.2")
def test_a_customer_with_two_contracts_is_told_once():
    contract = ContractFactory(mobile_access=True)
    ContractFactory(customer=contract.customer, mobile_access=True)
    assert announce(works(service=""), at=moment(date(2026, 12, 1))).recipients == 1


@pytest.mark.clause("G25.2")
def test_a_sole_proprietor_is_addressed_as_a_person():
    customer = CustomerFactory(kind="sole-proprietor", name="架空 花子", corporate_number="", evidence="開業届")
    ContractFactory(**of(customer))
    announce(works(service=""), at=moment(date(2026, 12, 1)))
    assert Notice.objects.get(customer=customer).body.startswith("架空 花子 様\n")


@pytest.mark.clause("G25.2")
def test_who_joins_after_the_announcement_is_told_at_once(aois_company):
    ContractFactory()
    made = announce(works(service=""), at=moment(date(2026, 12, 1)))
    application = screened(ApplicationFactory(customer=aois_company))
    accept(application, on=date(2026, 12, 10))
    (told,) = Notice.objects.of_customer(aois_company).filter(announcement=made)
    assert told.body.startswith("株式会社アオイ製作所 御中")
    assert Notice.objects.filter(announcement=made).count() == 2


def test_what_changed_since_it_was_shown_is_shown_again():
    ContractFactory()
    measure = works(service="")
    plan = announcing.plan_announcing(measure, at=moment(date(2026, 12, 1)))
    ContractFactory()
    with pytest.raises(Stale):
        announcing.carry_out(plan, actor=BEN, reason="")
    assert again(measure).state == "draft"
    assert not Announcement.objects.exists()


@pytest.mark.clause("G25.1")
def test_the_clock_puts_into_force_what_was_announced_and_nothing_else():
    ContractFactory()
    announced, draft = works(service=""), works(service="")
    announce(announced, at=moment(date(2026, 12, 1)))
    advance(TWENTIETH)
    assert (again(announced).state, again(draft).state) == ("in-force", "draft")
    with pytest.raises(RuleViolation, match="Tell the customers first"):
        interrupting.begin(draft, on=TWENTIETH, actor=BEN)


@pytest.mark.clause("G24.1")
def test_an_emergency_needs_no_announcement():
    measure = MeasureFactory(kind="restriction", starts_at=moment(TWENTIETH))
    interrupting.begin(measure, on=TWENTIETH, actor=BEN)
    assert again(measure).state == "in-force"


def test_it_does_not_begin_before_its_day():
    with pytest.raises(RuleViolation, match="Its day has not come"):
        interrupting.begin(MeasureFactory(kind="restriction"), on=TWENTIETH - timedelta(1), actor=BEN)


@pytest.mark.clause("G6.2")
def test_no_use_abroad_is_announced_with_its_day_and_shows_on_the_contracts(aois_company):
    contract = ContractFactory(**of(aois_company), mobile_access=True)
    measure = MeasureFactory(kind="abroad", service="mobile-access", starts_at=moment(date(2026, 12, 1)))
    with pytest.raises(RuleViolation, match="before it begins"):
        announcing.plan_announcing(measure, at=moment(date(2026, 12, 1)))
    announce(measure, at=moment(date(2026, 11, 30)))
    assert announcing.touching(contract) == [measure]
    assert again(contract).state == "active"


def test_what_is_withdrawn_is_told_to_those_who_were_told():
    ContractFactory()
    measure = works(service="")
    announce(measure, at=moment(date(2026, 12, 1)))
    interrupting.withdraw(again(measure), on=date(2026, 12, 5), because="工事の中止", actor=BEN)
    ContractFactory()
    assert Notice.objects.filter(kind="withdrawn").count() == 1
    advance(TWENTIETH)
    assert again(measure).state == "withdrawn"


def test_withdrawing_what_nobody_was_told_of_writes_no_notice():
    interrupting.withdraw(works(), on=date(2026, 12, 5), because="誤り", actor=BEN)
    assert not Notice.objects.exists()


def in_trouble(
    contract, measure, arrived_on=date(2026, 12, 23), today=None, statement="監視ができず事業の目的を果たせない"
):
    return terminating.plan_ending_in_trouble(
        contract, measure, arrived_on=arrived_on, statement=statement, today=today or arrived_on
    )


def restriction(**more):
    measure = MeasureFactory(**{"kind": "restriction", "stops_use": True, "service": "mobile-access", **more})
    interrupting.begin(measure, on=TWENTIETH, actor=BEN)
    return again(measure)


@pytest.mark.clause("G29.2", "G24.1")
def test_what_cannot_be_used_ends_on_the_day_on_which_the_customer_says_so(aois_company):
    iot = ContractFactory(**of(aois_company))
    mobile = ContractFactory(**of(aois_company), mobile_access=True, rests_on=[iot])
    made = do(in_trouble(mobile, restriction()), today=date(2026, 12, 23))
    assert (made.origin, made.how, made.clause, made.effective_on) == ("trouble", "other", "G29.2", date(2026, 12, 23))
    assert (again(mobile).ends_on, again(iot).ends_on) == (date(2026, 12, 23), None)
    assert "第29条第2項" in Notice.objects.get(kind="end-scheduled").body


@pytest.mark.clause("G29.2")
@pytest.mark.parametrize(
    "measure",
    [
        lambda: restriction(service="data-storage"),
        lambda: MeasureFactory(kind="restriction", stops_use=True, service="mobile-access"),
        lambda: restriction(stops_use=False),
    ],
    ids=["another service", "not in force", "still usable"],
)
def test_a_contract_that_no_measure_makes_useless_is_not_ended_so(measure):
    contract = ContractFactory(mobile_access=True)
    with pytest.raises(RuleViolation, match="No restriction or interruption in force"):
        in_trouble(contract, measure())
    assert terminating.why_no_trouble(contract)


@pytest.mark.clause("G29.2")
def test_the_way_out_closes_with_the_measure_and_opens_no_earlier():
    contract = ContractFactory(mobile_access=True)
    measure = restriction()
    for arrived, today, words in (
        (TWENTIETH - timedelta(1), TWENTIETH, "in force"),
        (date(2026, 12, 24), date(2026, 12, 23), "not come yet"),
    ):
        with pytest.raises(RuleViolation, match=words):
            in_trouble(contract, measure, arrived, today)
    with pytest.raises(RuleViolation, match="Write down why"):
        in_trouble(contract, measure, statement=" ")
    interrupting.finish(measure, on=date(2026, 12, 23), because="復旧", actor=BEN)
    with pytest.raises(RuleViolation, match="in force"):
        in_trouble(contract, again(measure))
