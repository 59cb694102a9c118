"""The contracts of a customer: the list, the page of each with what it rests on, and the checklist before the start."""

from datetime import date

import pytest

from contracts.models import StartCondition
from iijiot.records import fresh
from tests.factories import ContractFactory, StartConditionFactory, SuspensionFactory
from tests.factories.worlds import house
from tests.house.console import logged_in
from tests.portal.conftest import page


@pytest.fixture
def condition(aois_company) -> StartCondition:
    """The operation policy of a connector, still to be decided."""
    return StartConditionFactory(contract__customer=aois_company)


def place(condition: StartCondition) -> str:
    """The address of a condition's page."""
    return f"/portal/contracts/{condition.contract.number}/conditions/{condition.pk}/"


def test_the_list_shows_what_is_in_life_and_what_has_ended_apart(browser, aois_company):
    living = ContractFactory(customer=aois_company)
    ended = ContractFactory(customer=aois_company, ended=True)
    first, over = page(browser.get("/portal/contracts/")), page(browser.get("/portal/contracts/?ended=1"))
    assert (living.number in first, ended.number in first) == (True, False)
    assert (living.number in over, ended.number in over) == (False, True)
    assert "ご利用中" in first


def test_a_long_list_comes_in_pages_that_lead_on_and_back(browser, aois_company):
    numbers = [ContractFactory(customer=aois_company).number for _n in range(53)]
    first = browser.get("/portal/contracts/")
    second = browser.get("/portal/contracts/" + first.context["page"].after)
    assert [c.number for p in (first, second) for c in p.context["page"].rows] == numbers
    back = browser.get("/portal/contracts/" + second.context["page"].before)
    assert [c.number for c in back.context["page"].rows] == numbers[:50]


@pytest.mark.parametrize(
    "asked", ["?after=x", "?before=%00", "?ended=2&after=" + "A" * 9000, "?customer__name=x", "?_connector=OR"]
)
def test_nonsense_in_an_address_is_the_first_page(browser, aois_company, asked):
    """X41."""
    contract = ContractFactory(customer=aois_company)
    assert contract.number in page(browser.get("/portal/contracts/" + asked))


@pytest.mark.clause("G1", "PC5.2")
def test_the_page_says_what_it_rests_on_what_rests_on_it_and_which_terms_apply(browser, aois_company):
    world = house(aois_company)
    shown = page(browser.get(f"/portal/contracts/{world.connector.number}/"))
    for other in (world.iot, world.wise_connector):
        assert f'href="/portal/contracts/{other.number}/"' in shown
    assert "プライベートバックボーン" in shown
    assert "2018年11月1日" in shown


@pytest.mark.clause("G26.1.1")
def test_a_suspension_stands_on_the_page(browser, aois_company):
    suspension = SuspensionFactory(contract__customer=aois_company)
    shown = page(browser.get(f"/portal/contracts/{suspension.contract.number}/"))
    assert str(suspension.get_cause_display()) in shown


@pytest.mark.clause("PC4.1")
def test_the_checklist_is_filled_in_by_the_customer(browser, condition, aoi):
    answer = "機器側 172.16.0.0/16、社内側 10.20.0.0/16"
    sent = browser.post(place(condition), {"answer": answer})
    assert sent["Location"] == f"/portal/contracts/{condition.contract.number}/"
    met = fresh(condition)
    assert (met.state, met.answer, met.met_on) == ("met", answer, date(2026, 11, 25))
    row = met.history.first()
    assert (row.history_actor_kind, row.history_actor, row.history_clause) == ("account", aoi.display_name, "PC4.1")


@pytest.mark.clause("PC4.1")
def test_an_empty_answer_is_asked_for_again_with_what_is_wrong_first(browser, condition):
    answer = browser.post(place(condition), {"answer": "  "})
    shown = page(answer)
    assert 'href="#id_answer"' in shown
    assert 'aria-describedby="id_answer_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert fresh(condition).state == "open"


def test_a_viewer_and_an_operator_decide_nothing(viewer, someone, condition):
    for seen in (viewer, logged_in(someone("operator").user)):
        assert seen.get(place(condition)).status_code == 403
        assert seen.post(place(condition), {"answer": "x"}).status_code == 403
    assert fresh(condition).state == "open"


def test_a_field_that_the_form_does_not_have_is_named_and_nothing_is_done(browser, condition):
    """X28."""
    sent = {"answer": "x", "state": "open", "contract__customer": "1", "met_on": "2020-01-01"}
    shown = page(browser.post(place(condition), sent), 400)
    for name in ("state", "contract__customer", "met_on"):
        assert f"<code>{name}</code>" in shown
    assert fresh(condition).state == "open"
