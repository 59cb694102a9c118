"""What an application must say, and on which days it can be."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from contracts.catalogue.services import SERVICES
from contracts.models import Application
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db


def refusals(**fields) -> dict[str, list[str | None]]:
    """What is said against an application with these fields: the codes, by field."""
    with pytest.raises(ValidationError) as refusal:
        ApplicationFactory(**fields)
    return {field: [error.code for error in errors] for field, errors in refusal.value.error_dict.items()}


def tokyo_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)


@pytest.mark.clause("G12.1", "MA2")
@pytest.mark.parametrize("item", ["", "TypeX", "typed", "ＴｙｐｅＤ"])
def test_mobile_access_names_its_item(item):
    assert "MA2" in refusals(service_code="mobile-access", item=item)["item"]


@pytest.mark.clause("MA2")
def test_other_services_have_no_item():
    assert refusals(service_code="data-storage", item="TypeD")["__all__"] == ["MA2"]


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"service_code": "lora-network"}, "service_code"),
        ({"service_code": ""}, "service_code"),
        ({"channel": "fax"}, "channel"),
        ({"start_wished_on": None}, "start_wished_on"),
        ({"received_at": None}, "received_at"),
        ({"mobile_access": True, "start_wished_on": None}, "start_wished_on"),
    ],
    ids=["unknown service", "no service", "unknown channel", "no day", "no moment of receipt", "no day for lines"],
)
def test_what_is_missing_or_unknown_is_told_where_it_was_typed(fields, wrong):
    assert wrong in refusals(**fields)
    assert Application.objects.count() == 0


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize(("service", "item", "lines"), [("mobile-access", "TypeD", 0), ("data-storage", "", 2)])
def test_lines_are_counted_from_one_and_only_for_mobile_access(service, item, lines):
    assert refusals(service_code=service, item=item, quantity=lines)["__all__"] == ["MA8.1"]


@pytest.mark.clause("IOT3.1", "IOT3.2")
def test_the_option_is_applied_for_with_the_iot_service_or_by_itself():
    assert refusals(mobile_access=True, with_option=True)["with_option"] == ["IOT3.2"]
    assert ApplicationFactory(with_option=True).pk
    assert ApplicationFactory(service_code="wise-paas-option").pk


@pytest.mark.clause("G12.1")
def test_numbers_follow_the_order_of_receipt_and_two_of_the_same_second_keep_theirs():
    first, second = ApplicationFactory(), ApplicationFactory()
    assert first.received_at == second.received_at
    assert (first.number < second.number, first.number[0]) == (True, "A")
    assert list(Application.objects.open()) == [first, second]


@pytest.mark.clause("G13.2")
def test_the_queue_goes_by_the_moment_of_receipt_not_by_the_number():
    later = ApplicationFactory(received_at=datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    earlier = ApplicationFactory(received_at=datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
    assert list(Application.objects.open()) == [earlier, later]


@pytest.mark.clause("G12.1")
def test_an_application_arrives_on_the_tokyo_day():
    half_past_midnight = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert ApplicationFactory(received_at=half_past_midnight).received_on == date(2026, 11, 25)


@pytest.mark.clause("G.S")
def test_before_the_first_terms_nothing_can_be_applied_for():
    day_before, first_day = date(2016, 11, 29), date(2016, 11, 30)
    assert refusals(received_at=tokyo_noon(day_before), start_wished_on=first_day)["received_at"] == ["G.S"]
    assert ApplicationFactory(received_at=tokyo_noon(first_day), start_wished_on=first_day).pk


@pytest.mark.clause("IOT.S", "MA.S1", "DS.S", "PC.S", "PMG.S", "WPC.S", "VPN.S")
@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_a_service_is_not_to_be_had_before_it_exists(service):
    item = "TypeD" if service.items else ""
    asked = {"service_code": service.code, "item": item, "received_at": tokyo_noon(service.since)}
    wished_too_early = refusals(**asked, start_wished_on=service.since - timedelta(1))
    assert wished_too_early["start_wished_on"] == [service.since_clause.id]
    assert ApplicationFactory(**asked, start_wished_on=service.since).pk


@pytest.mark.clause("PC.S", "PMG.S", "WPC.S", "VPN.S")
@pytest.mark.parametrize(
    ("code", "last_day_without", "clause"),
    [
        ("private-connector", date(2017, 10, 1), "PC.S"),
        ("private-mobile-gateway", date(2017, 10, 1), "PMG.S"),
        ("wise-paas-connector", date(2020, 9, 22), "WPC.S"),
        ("vpn-gateway", date(2023, 6, 30), "VPN.S"),
    ],
)
def test_the_day_before_the_supplementary_provisions_is_too_early(code, last_day_without, clause):
    asked = {"service_code": code, "received_at": tokyo_noon(date(2017, 9, 1)), "start_wished_on": last_day_without}
    assert clause in refusals(**asked)["start_wished_on"]


@pytest.mark.clause("G12.1")
@pytest.mark.parametrize(
    "wished",
    [date(2026, 11, 24), date(2018, 12, 1), date(2029, 1, 1), date(2206, 12, 1), date(9999, 12, 31)],
    ids=["yesterday", "years ago", "in three years", "swapped digits", "never"],
)
def test_absurd_days_are_refused(wished):
    assert refusals(start_wished_on=wished)["start_wished_on"] == ["G12.1"]


@pytest.mark.clause("G12.1")
def test_the_day_of_receipt_and_two_years_later_are_possible():
    assert ApplicationFactory(start_wished_on=date(2026, 11, 25)).pk
    assert ApplicationFactory(start_wished_on=date(2028, 11, 25)).pk


@pytest.mark.clause("MA4", "G9.1")
def test_a_second_mobile_access_contract_of_the_unit_is_refused_with_the_way_out(aois_company):
    standing = ContractFactory(**of(aois_company), mobile_access=True)
    with pytest.raises(ValidationError) as refusal:
        ApplicationFactory(**of(aois_company), mobile_access=True)
    (error,) = refusal.value.error_dict["service_code"]
    assert error.code == "MA4"
    assert standing.number in error.messages[0]
    assert "回線数を変更してください" in error.messages[0]


@pytest.mark.clause("MA4", "G9.1")
def test_after_the_first_has_ended_or_in_another_unit_there_may_be_one(aois_company, carols_company):
    ContractFactory(**of(aois_company), mobile_access=True, ended=True)
    assert ApplicationFactory(**of(aois_company), mobile_access=True).pk
    ContractFactory(**of(carols_company), mobile_access=True, ending=True)
    assert ApplicationFactory(**of(carols_company), mobile_access=True, start_wished_on=date(2026, 12, 26)).pk


@pytest.mark.clause("G13.2")
def test_the_moment_of_receipt_is_not_corrected_afterwards():
    application = ApplicationFactory()
    application.received_at += timedelta(hours=1)
    with chapter(actor=BEN), pytest.raises(RuleViolation):
        application.save()
