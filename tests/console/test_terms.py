"""約款対応表: every clause, what the system does under it, and what waits there, with links that lead there."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from contracts.catalogue.services import SERVICES
from iijiot.clauses import behavioural
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    StartConditionFactory,
    TerminationFactory,
    UserFactory,
)
from tests.house.console import logged_in


def lines(browser, query=""):
    shown = browser.get(reverse("terms") + query).context["provisions"]
    return {line.clause.id: line for _code, _name, of_provision in shown for line in of_provision}


def test_every_clause_that_makes_the_system_act_stands_in_the_table(desk):
    assert {clause.id for clause in behavioural()} <= set(lines(desk))
    assert set(lines(desk, "?only=behaviour")) == {clause.id for clause in behavioural()}


def test_a_clause_says_what_the_system_does_in_words(desk):
    table = lines(desk)
    with translation.override("ja"):
        start = {f"{said.kind} {said.words}" for said in table["G3"].said}
        required = {str(said.words) for said in table["PC3"].said}
    assert "契約 課金開始日の設定" in start
    assert any("プライベートバックボーン" in words for words in required)
    assert any(str(place).startswith("contracts/") for place in table["G13.2"].code)
    assert any(str(place).startswith("tests/") for place in table["G13.2"].tests)


def test_every_service_says_what_it_requires_under_its_own_clause(desk):
    table = lines(desk)
    for service in SERVICES.values():
        if service.eligibility.parts:
            assert service.name in {said.kind for said in table[service.eligibility.said_by.id].said}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_links_lead_to_as_many_records_as_they_say(desk, language):
    waiting = [ContractFactory(private_connector=True, not_started=True) for _n in range(3)]
    for contract in waiting:
        StartConditionFactory(contract=contract)
    TerminationFactory(contract=ContractFactory(), effective_on=date(2026, 12, 25))
    ApplicationFactory(screened=True, found={"G14.1.3": "遅れ"})
    desk.cookies["django_language"] = language
    live = {clause: line.live for clause, line in lines(desk, "?only=live").items()}
    counts = {clause: [link.count for link in links] for clause, links in live.items()}
    assert counts["PC4.1"] == [3]
    assert counts["G14.1.3"] == [1]
    checked = 0
    for links in live.values():
        for link in links:
            page = desk.get(link.url)
            assert page.status_code == 200
            if "under=" in link.url:
                assert len(page.context["cl"].result_list) == link.count
                checked += 1
    print(f"{checked} live links followed")
    assert checked >= 3


def test_what_waits_shows_only_to_who_may_see_it(db):
    StartConditionFactory(contract=ContractFactory(private_connector=True, not_started=True))
    assert not any(line.live for line in lines(logged_in(UserFactory())).values())


def test_a_clause_has_its_own_page(desk):
    page = desk.get(reverse("terms_clause", args=["PC5.2"]))
    assert "プライベートコネクタ 第5条第2項" in page.content.decode()
    assert desk.get(reverse("terms_clause", args=["XX9"])).status_code == 404


def test_a_citation_leads_to_its_clause(desk):
    ApplicationFactory()
    home = desk.get(reverse("admin:index")).content.decode()
    assert reverse("terms_clause", args=["G13.2"]) in home
