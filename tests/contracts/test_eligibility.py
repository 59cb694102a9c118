"""What each service requires of the customer; pure, without a database."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Holding
from tests.vectors import cases

DAY = date(2026, 11, 25)
HELD = {
    "IOT": ("iot", ""),
    "MA": ("mobile-access", ""),
    "PC": ("private-connector", ""),
    "PBB": ("private-backbone", ""),
    "I_CLOSED": ("mobile-type-i", "closed"),
    "I_OPEN": ("mobile-type-i", "open"),
    "K": ("mobile-type-k", ""),
    "WISE_USER": ("wise-paas-use", ""),
}
CODES = {
    "MA": "mobile-access",
    "DS": "data-storage",
    "PC": "private-connector",
    "VPN": "vpn-gateway",
    "WPC": "wise-paas-connector",
    "WISE_OPTION": "wise-paas-option",
}


def holding(name: str, first: date = date(2026, 4, 1), last: date | None = None, pk: int = 1) -> Holding:
    code, network = HELD[name]
    return Holding(code, first, last, (name, pk), name, network)


def requirement(code: str):
    return SERVICES[code].eligibility


def missing(code: str, *names: str) -> list[str]:
    explained = requirement(code).explain([holding(name) for name in names], DAY)
    return [str(part.words) for part in explained if not part.met]


@pytest.mark.clause("PMG3", "G14.1.1")
@pytest.mark.parametrize("case", cases("legal.eligibility.PMG3"), ids=lambda case: "+".join(case["holds"]) or "nothing")
def test_a_mobile_gateway_needs_iot_backbone_and_one_of_the_mobile_services(case):
    assert requirement("private-mobile-gateway").met(map(holding, case["holds"]), DAY) is case["expected"]


@pytest.mark.clause("PMG3")
@pytest.mark.parametrize("iot", [True, False], ids=["iot", ""])
@pytest.mark.parametrize("backbone", [True, False], ids=["backbone", ""])
@pytest.mark.parametrize("mobile_access", [True, False], ids=["mobile access", ""])
@pytest.mark.parametrize("type_i", ["I_CLOSED", "I_OPEN", None])
@pytest.mark.parametrize("type_k", [True, False], ids=["type K", ""])
def test_all_forty_eight_combinations_follow_the_chosen_reading(iot, backbone, mobile_access, type_i, type_k):
    held = {"IOT": iot, "PBB": backbone, "MA": mobile_access, "K": type_k}
    names = [name for name, has in held.items() if has] + ([type_i] if type_i else [])
    expected = iot and backbone and (mobile_access or type_i == "I_CLOSED" or type_k)
    assert requirement("private-mobile-gateway").met(map(holding, names), DAY) is expected


@pytest.mark.clause("MA6", "DS3", "PC3", "VPN3", "WPC3", "IOT3.3", "G14.1.1")
@pytest.mark.parametrize(
    "case", cases("legal.eligibility.others"), ids=lambda case: f"{case['service']}: {'+'.join(case['holds']) or '-'}"
)
def test_every_other_service_needs_what_its_provision_names(case):
    assert requirement(CODES[case["service"]]).met(map(holding, case["holds"]), DAY) is case["expected"]


@pytest.mark.clause("MA6", "DS3", "PC3", "PMG3", "VPN3", "WPC3", "IOT3.3")
@pytest.mark.parametrize(
    ("code", "clause", "held"),
    [
        ("mobile-access", "MA6", ["IOT"]),
        ("data-storage", "DS3", ["IOT"]),
        ("private-connector", "PC3", ["IOT", "PBB"]),
        ("vpn-gateway", "VPN3", ["IOT", "PBB"]),
        ("wise-paas-connector", "WPC3", ["IOT", "PC", "PBB", "WISE_USER"]),
        ("private-mobile-gateway", "PMG3", ["IOT", "PBB", "K"]),
        ("wise-paas-option", "IOT3.3", ["IOT", "MA", "WISE_USER"]),
    ],
)
def test_nothing_that_the_provision_names_can_be_left_out(code, clause, held):
    assert requirement(code).said_by.id == clause
    assert requirement(code).met(map(holding, held), DAY)
    for left_out in held:
        assert not requirement(code).met([holding(name) for name in held if name != left_out], DAY)


@pytest.mark.clause("IOT3.3")
@pytest.mark.parametrize(
    ("mobile", "enough"),
    [("MA", True), ("I_CLOSED", True), ("I_OPEN", False), ("K", False)],
    ids=["Mobile Access", "Type I closed", "Type I open", "Type K"],
)
def test_type_k_and_open_type_i_never_qualify_for_the_option(mobile, enough):
    held = [holding("IOT"), holding("WISE_USER"), holding(mobile)]
    assert requirement("wise-paas-option").met(held, DAY) is enough


@pytest.mark.clause("G14.1.1")
def test_the_iot_service_itself_requires_nothing():
    assert requirement("iot").met([], DAY)
    assert requirement("iot").explain([], DAY) == []


@pytest.mark.clause("PMG3", "G14.1.1")
def test_what_is_missing_is_told_in_the_readers_language():
    with override("en"):
        assert missing("private-mobile-gateway", "IOT") == [
            "Private Backbone",
            "Mobile Access or Mobile Service Type I (closed network) or Mobile Service Type K",
        ]
    with override("ja"):
        backbone, mobile = missing("private-mobile-gateway", "IOT")
    assert backbone == "プライベートバックボーン"
    assert mobile.startswith("モバイルアクセス")
    assert "（閉域" in mobile


@pytest.mark.clause("PC3", "WPC3")
def test_each_missing_part_is_named_and_no_other():
    with override("en"):
        assert missing("private-connector", "IOT") == ["Private Backbone"]
        assert missing("private-connector", "PBB") == ["IIJ IoT service"]
        assert missing("wise-paas-connector", "IOT", "PC", "PBB") == ["Use of WISE-PaaS"]


@pytest.mark.clause("MA6")
def test_the_last_day_of_what_is_required_still_counts():
    ending = holding("IOT", last=date(2026, 12, 31))
    assert requirement("mobile-access").met([ending], date(2026, 12, 31))
    assert not requirement("mobile-access").met([ending], date(2027, 1, 1))


@pytest.mark.clause("MA6")
def test_a_requirement_that_comes_later_says_from_when_on():
    coming = holding("IOT", first=date(2027, 2, 1))
    assert not requirement("mobile-access").met([coming], date(2027, 1, 20))
    assert requirement("mobile-access").possible_from([coming], date(2027, 1, 20)) == date(2027, 2, 1)
    assert requirement("mobile-access").possible_from([coming], date(2027, 2, 10)) == date(2027, 2, 10)


@pytest.mark.clause("PC3")
def test_possible_from_is_the_first_day_on_which_all_parts_are_there_at_once():
    iot = holding("IOT", first=date(2027, 1, 10))
    gone_before = holding("PBB", last=date(2027, 1, 5))
    back_again = holding("PBB", first=date(2027, 3, 1), pk=2)
    needs = requirement("private-connector")
    assert needs.possible_from([iot, gone_before, back_again], DAY) == date(2027, 3, 1)
    assert needs.possible_from([iot, gone_before], DAY) is None
    assert needs.possible_from([], DAY) is None


@pytest.mark.clause("MA6")
def test_where_several_would_do_the_longest_lasting_is_offered_first():
    endless, short, shorter = (
        holding("IOT", pk=3),
        holding("IOT", last=DAY + timedelta(60), pk=1),
        holding("IOT", last=DAY + timedelta(30), pk=2),
    )
    (part,) = requirement("mobile-access").explain([shorter, short, endless], DAY)
    assert part.by == (endless, short, shorter)
