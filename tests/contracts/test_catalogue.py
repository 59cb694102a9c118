"""The provisions as data: days, minimum terms, termination dates, and what ends with what."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from contracts.catalogue.external import EXTERNALS
from contracts.catalogue.services import SERVICES, discontinuation_lead
from contracts.catalogue.terms_versions import exists_since
from contracts.catalogue.vocabulary import Dated, DiscontinuationLead, FeeKind, LaterOfThirtyDaysAndNamed
from iijiot.clauses import Clause
from tests.vectors import cases, group

ENDS_BY_NOTICE = {
    "iot": "IOT4",
    "wise-paas-option": "IOT3.8",
    "mobile-access": "MA12.1",
    "data-storage": "DS4.1",
    "private-connector": "PC5.1",
    "private-mobile-gateway": "PMG5.1",
    "wise-paas-connector": "WPC5.1",
    "vpn-gateway": "VPN5.1",
}
ENDS_WITH = {
    "iot": {},
    "wise-paas-option": {"iot": "IOT3.2"},
    "mobile-access": {"iot": "MA12.2"},
    "data-storage": {"iot": "DS4.2"},
    "private-connector": dict.fromkeys(["iot", "private-backbone"], "PC5.2"),
    "private-mobile-gateway": dict.fromkeys(
        ["iot", "private-backbone", "mobile-access", "mobile-type-i", "mobile-type-k"], "PMG5.2"
    ),
    "wise-paas-connector": dict.fromkeys(["iot", "private-connector", "private-backbone"], "WPC5.2"),
    "vpn-gateway": dict.fromkeys(["iot", "private-backbone"], "VPN5.2"),
}


@pytest.mark.clause("IOT.S", "MA.S1", "DS.S", "PC.S", "PMG.S", "WPC.S", "VPN.S", "IOT3.2")
@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_each_service_exists_since_the_first_day_of_its_provision(service):
    if service.is_option:
        assert service.since == date.fromisoformat(group("legal.terms_versions.wise_option_from")[:10])
    else:
        assert service.since == exists_since(service.provision)
    assert service.since_clause.provision == service.provision


@pytest.mark.clause("IOT2", "IOT3.7", "MA3", "DS2", "PC2", "PMG2", "WPC2", "VPN2")
@pytest.mark.parametrize(
    ("code", "clause"),
    [
        ("iot", "IOT2"),
        ("wise-paas-option", "IOT3.7"),
        ("mobile-access", "MA3"),
        ("data-storage", "DS2"),
        ("private-connector", "PC2"),
        ("private-mobile-gateway", "PMG2"),
        ("wise-paas-connector", "WPC2"),
        ("vpn-gateway", "VPN2"),
    ],
)
def test_no_service_has_a_minimum_term(code, clause):
    assert (SERVICES[code].minimum_term.months, SERVICES[code].minimum_term.said_by.id) == (0, clause)


@pytest.mark.clause("IOT4", "IOT3.8", "MA12.1", "DS4.1", "PC5.1", "PMG5.1", "WPC5.1", "VPN5.1")
@pytest.mark.parametrize("code", list(SERVICES))
@pytest.mark.parametrize("case", [*cases("termination_date"), *cases("legal.notice_dates.termination_date")])
def test_service_ends_thirty_days_after_the_notice_or_on_a_later_day_named(code, case):
    expected = Dated(case["expected"], Clause(ENDS_BY_NOTICE[code]))
    assert SERVICES[code].ends_on(case["arrived"], case["named"]) == expected


@pytest.mark.clause("MA12.2", "DS4.2", "PC5.2", "PMG5.2", "WPC5.2", "VPN5.2", "IOT3.3", "WPC3")
@pytest.mark.parametrize("code", list(SERVICES))
def test_a_service_ends_with_what_its_provision_lists_and_nothing_else(code):
    told = {base: SERVICES[code].ends_under(base) for base in [*SERVICES, *EXTERNALS]}
    assert {base: str(clause) for base, clause in told.items() if clause} == ENDS_WITH[code]


@pytest.mark.clause("G4")
def test_a_service_with_a_discontinuation_lead_of_its_own_goes_by_it():
    service = replace(SERVICES["vpn-gateway"], discontinuation_lead=DiscontinuationLead(6).under("VPN5.1"))
    last_day = date(2027, 5, 31)
    assert discontinuation_lead(service).latest(last_day) == Dated(date(2026, 11, 30), Clause("VPN5.1"))
    three_months_before = date(2027, 2, 28)
    assert three_months_before > discontinuation_lead(service).latest(last_day).day


@pytest.mark.clause("G4", "G27.2")
@pytest.mark.parametrize("case", cases("notice_3_months"))
@pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))
def test_where_a_provision_is_silent_the_general_three_months_hold(service, case):
    assert discontinuation_lead(service).latest(case["day"]) == Dated(case["latest_notice"], Clause("G27.2"))


@pytest.mark.clause("G4")
def test_a_service_with_an_end_of_its_own_is_looked_up_before_the_general_rule():
    class TenDays(LaterOfThirtyDaysAndNamed):
        def __call__(self, arrived, named=None):
            return Dated(arrived + timedelta(days=10), self.said_by)

    service = replace(SERVICES["data-storage"], ends_on=TenDays().under("DS4.1"))
    assert service.ends_on(date(2026, 11, 25)) == Dated(date(2026, 12, 5), Clause("DS4.1"))


@pytest.mark.clause("PC4.1", "PMG4.1", "VPN4.1", "WPC4.1", "IOT3.4")
@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("iot", []),
        ("wise-paas-option", [("wise-paas-information", "IOT3.4")]),
        ("mobile-access", []),
        ("data-storage", []),
        ("private-connector", [("operation-policy", "PC4.1")]),
        ("private-mobile-gateway", [("operation-policy", "PMG4.1")]),
        ("wise-paas-connector", [("wise-paas-information", "WPC4.1")]),
        ("vpn-gateway", [("operation-policy", "VPN4.1")]),
    ],
)
def test_what_a_service_asks_before_its_start_is_what_its_provision_asks(code, asked):
    assert [(condition.code, condition.said_by.id) for condition in SERVICES[code].before_start] == asked


@pytest.mark.parametrize(
    ("code", "clause"),
    [
        ("iot", "IOT5"),
        ("mobile-access", "MA13.1"),
        ("data-storage", "DS5"),
        ("private-connector", "PC6"),
        ("private-mobile-gateway", "PMG6"),
        ("wise-paas-connector", "WPC6"),
        ("vpn-gateway", "VPN6"),
    ],
)
def test_each_service_has_an_initial_a_monthly_and_a_one_time_fee_under_its_own_clause(code, clause):
    fees = SERVICES[code].fees
    assert (fees.kinds, fees.said_by.id) == ((FeeKind.INITIAL, FeeKind.MONTHLY, FeeKind.ONE_TIME), clause)


@pytest.mark.clause("MA2", "MA4", "G9.1")
def test_mobile_access_has_one_item_and_one_contract_per_item():
    service = SERVICES["mobile-access"]
    assert [item.code for item in service.items] == ["TypeD"]
    assert (str(service.unit), service.counts_lines) == ("MA4", True)
    assert [code for code, other in SERVICES.items() if other.unit] == ["mobile-access"]


@pytest.mark.clause("DS4.2")
def test_data_storage_tells_before_its_end_that_the_data_goes():
    with override("en"):
        assert "cannot be restored" in str(SERVICES["data-storage"].told_before_end)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_word_of_the_catalogue_is_in_the_readers_language(language):
    with override(language):
        words = [str(thing) for thing in [*SERVICES.values(), *EXTERNALS.values()]]
        words += [str(s.about) for s in SERVICES.values()]
        words += [str(c.words) + str(c.asks) for s in SERVICES.values() for c in s.before_start]
    assert [word for word in words if word.isascii() is (language == "ja")] == []
