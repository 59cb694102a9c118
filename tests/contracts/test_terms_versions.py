"""Which version of the terms is in force on a day."""

from datetime import date, timedelta

import pytest

from contracts.catalogue.terms_versions import EFFECTIVE_DAYS, exists_since, mobile_access_name, version_in_force
from tests.vectors import cases, days_read, group


@pytest.mark.clause("G2.1", "G.S")
@pytest.mark.parametrize("case", cases("legal.terms_versions.in_force"))
def test_the_latest_version_not_after_a_day_is_in_force(case):
    assert version_in_force(case["provision"], case["day"]) == case["expected"]


@pytest.mark.clause("G.S", "IOT.S", "MA.S1", "DS.S", "PC.S", "PMG.S", "WPC.S", "VPN.S")
@pytest.mark.parametrize("provision", list(EFFECTIVE_DAYS))
def test_the_effective_days_are_those_of_the_supplementary_provisions(provision):
    expected = days_read(group("legal.terms_versions.effective_days"))
    assert set(expected) == set(EFFECTIVE_DAYS)
    assert list(EFFECTIVE_DAYS[provision]) == expected[provision]


@pytest.mark.clause("IOT.S", "MA.S1", "DS.S", "PC.S", "PMG.S", "WPC.S", "VPN.S")
@pytest.mark.parametrize("provision", list(EFFECTIVE_DAYS))
def test_a_provision_does_not_exist_before_its_first_day(provision):
    first = exists_since(provision)
    assert version_in_force(provision, first - timedelta(1)) is None
    assert version_in_force(provision, first) == first


@pytest.mark.clause("G2.1", "VPN.S")
def test_on_the_first_day_of_vpn_the_general_provisions_were_a_month_old():
    expected = days_read(group("legal.terms_versions.general_version_on_first_day_of_VPN"))
    assert version_in_force("G", exists_since("VPN")) == expected == date(2023, 6, 1)


@pytest.mark.clause("IOT.S", "IOT3.2")
def test_the_wise_paas_option_came_with_the_change_of_its_provision():
    day = date.fromisoformat(group("legal.terms_versions.wise_option_from")[:10])
    assert version_in_force("IOT", day) == day


@pytest.mark.clause("MA.S2")
@pytest.mark.parametrize("case", cases("legal.terms_versions.ma_name"))
def test_a_document_names_mobile_access_as_its_day_did(case):
    assert mobile_access_name(case["document_day"]) == case["name"]


def test_versions_stand_in_the_order_of_their_days():
    assert all(list(days) == sorted(set(days)) for days in EFFECTIVE_DAYS.values())
