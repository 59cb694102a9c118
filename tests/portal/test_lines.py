"""Lines and cards in the portal: found among many, as a file, named, reported, sent back; of one's own company alone."""

import csv
import io
from datetime import date

import pytest

from iijiot.models import AccessEvent
from iijiot.records import fresh
from sims.models import Incident, Line
from sims.models.card_state import Custody
from tests.factories import ContractFactory
from tests.factories.sims import LineFactory, SimCardFactory
from tests.factories.usage import NetworkPolicyFactory, used
from tests.house.console import logged_in
from tests.portal.conftest import page


@pytest.fixture
def line(aois_company) -> Line:
    """A line in service with its card."""
    made = LineFactory(contract=ContractFactory(customer=aois_company, mobile_access=True), label="第一工場 炉1")
    SimCardFactory(lent=True, line=made)
    return made


def found(browser, asked: str) -> list[str]:
    """The numbers of the lines that a search shows."""
    return [line.number for line in browser.get(f"/portal/lines/?{asked}").context["page"].rows]


def test_a_line_is_found_by_its_numbers_its_card_and_its_own_name(browser, line):
    other = LineFactory(contract=line.contract)
    assert found(browser, "") == [line.number, other.number]
    card = fresh(line).card
    for typed in (line.number, line.msisdn, line.msisdn[-5:], card.iccid, card.iccid[-6:], "第一工場", "炉1"):
        assert line.number in found(browser, f"q={typed}"), typed
    assert other.number not in found(browser, "q=第一工場")


def test_lines_are_narrowed_by_state_network_and_contract(browser, line):
    ended = LineFactory(contract=line.contract, ended=True)
    slow = LineFactory(contract=line.contract)
    NetworkPolicyFactory(line=slow)
    elsewhere = LineFactory(contract=ContractFactory(customer=line.contract.customer, mobile_access=True))
    assert ended.number not in found(browser, "")
    assert found(browser, "state=ended") == [ended.number]
    assert found(browser, "network=throttled") == [slow.number]
    assert found(browser, f"contract={elsewhere.contract.number}") == [elsewhere.number]
    assert "速度制限" in page(browser.get("/portal/lines/?network=throttled"))


@pytest.mark.parametrize(
    "asked", ["state=bogus", "q=%00", "q=" + "9" * 10_000, "contract=K9999999", "after=x", "state__regex=.*"]
)
def test_nonsense_asks_for_nothing_of_anybody(browser, line, asked):
    """X41."""
    assert set(found(browser, asked)) <= {line.number}


def test_neither_search_nor_filter_finds_somebody_elses_line(of_carol, line):
    card = fresh(line).card
    for typed in (line.number, line.msisdn, card.iccid, card.imsi, "第一工場"):
        assert found(of_carol, f"q={typed}") == []
    assert found(of_carol, f"contract={line.contract.number}") == []
    answer = of_carol.get("/portal/lines/csv/")
    assert line.number not in b"".join(answer.streaming_content).decode()


def test_what_is_shown_is_also_a_file_whose_texts_are_no_formulas(browser, line):
    LineFactory(contract=line.contract, label="=HYPERLINK(1)")
    LineFactory(contract=line.contract, ended=True)
    text = b"".join(browser.get("/portal/lines/csv/").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["独自の名称"] for row in rows] == ["第一工場 炉1", "'=HYPERLINK(1)"]
    assert rows[0]["ICCID"] == fresh(line).card.iccid
    assert AccessEvent.objects.filter(kind="exported", detail__startswith="lines csv").count() == 1


@pytest.mark.clause("MA15.2")
def test_the_page_shows_usage_as_picture_and_table_and_that_it_is_throttled(browser, line):
    used([(line, date(2026, 11, 24), 1.5)])
    NetworkPolicyFactory(line=line)
    shown = page(browser.get(f"/portal/lines/{line.number}/"))
    assert "<svg" in shown
    assert "1.50 GB" in shown
    assert "モバイルアクセス 第15条第2項" in shown


@pytest.mark.clause("MA8.2")
def test_an_operator_names_a_line_and_a_viewer_does_not(someone, viewer, line):
    address = f"/portal/lines/{line.number}/label/"
    operator = logged_in(someone("operator").user)
    assert operator.post(address, {"label": "第二工場"}).status_code == 302
    assert fresh(line).label == "第二工場"
    assert fresh(line).history.first().history_actor_kind == "account"
    assert viewer.post(address, {"label": "x"}).status_code == 403
    assert fresh(line).label == "第二工場"


@pytest.mark.clause("MA10.1", "MA13.2")
@pytest.mark.parametrize(("kind", "custody"), [("fault", Custody.FAULTY), ("loss", Custody.LOST)])
def test_a_fault_or_loss_is_reported_and_the_fees_go_on(browser, line, kind, custody):
    address = f"/portal/lines/{line.number}/report/"
    assert "料金は" in page(browser.get(address))
    assert browser.post(address, {"kind": kind, "what": "昨日から圏外"}).status_code == 302
    incident = Incident.objects.get()
    assert (incident.kind, incident.channel, incident.reported_on) == (kind, "portal", date(2026, 11, 25))
    assert (incident.card.state, fresh(line).state) == (custody, "active")
    assert incident.number in page(browser.get(f"/portal/lines/{line.number}/"))


def test_a_report_sent_twice_is_one_and_the_second_time_says_why(browser, line):
    address = f"/portal/lines/{line.number}/report/"
    browser.post(address, {"kind": "loss", "what": "紛失"})
    assert browser.post(address, {"kind": "loss", "what": "紛失"}).status_code == 409
    assert Incident.objects.count() == 1


@pytest.mark.clause("MA9.2")
def test_the_cards_to_send_back_are_a_list_to_print_and_stand_on_the_home(browser, aois_company, of_carol):
    contract = ContractFactory(customer=aois_company, mobile_access=True, ended=True)
    gone = LineFactory(contract=contract, ended=True)
    card = SimCardFactory(lent=True, line=gone, state=Custody.DUE_BACK, due_back_on=date(2026, 11, 30))
    assert card.iccid in page(browser.get("/portal/returns/"))
    assert card.iccid not in page(of_carol.get("/portal/returns/"))
    assert "返還いただくSIMカード：1" in page(browser.get("/portal/"))


@pytest.mark.clause("MA8.2")
def test_tags_are_kept_once_each_and_lines_are_found_by_them(browser, of_carol, line):
    other = LineFactory(contract=line.contract, tags="大阪")
    address = f"/portal/lines/{line.number}/label/"
    assert browser.post(address, {"label": line.label, "tags": "東京、ポンプ　予備, 東京"}).status_code == 302
    assert (fresh(line).label, fresh(line).tags) == ("第一工場 炉1", "東京 ポンプ 予備")
    assert found(browser, "tag=東京") == [line.number]
    assert found(browser, "tag=東") == [], "a tag is a whole word"
    assert found(browser, "q=ポンプ") == [line.number]
    assert other.number not in found(browser, "tag=予備")
    assert found(of_carol, "tag=東京") == []
    assert "?tag=%E6%9D%B1%E4%BA%AC" in page(browser.get(f"/portal/lines/{line.number}/"))


@pytest.mark.parametrize("tags", ["一 二 三 四 五 六 七", "あ" * 31])
def test_more_or_longer_tags_than_a_list_shows_are_refused_and_stay_typed(browser, line, tags):
    shown = page(browser.post(f"/portal/lines/{line.number}/label/", {"label": "x", "tags": tags}))
    assert f'value="{tags}"' in shown
    assert 'href="#id_tags"' in shown
    assert fresh(line).tags == ""


def test_a_name_saved_meanwhile_is_shown_beside_what_was_typed_and_not_written_over(browser, someone, line):
    """X11: two people have the form open."""
    address = f"/portal/lines/{line.number}/label/"
    seen = browser.get(address).context["form"]["seen"].value()
    logged_in(someone("operator").user).post(address, {"label": "第三工場", "tags": ""})
    answer = browser.post(address, {"label": "第二工場", "tags": "", "seen": seen})
    shown = page(answer, 409)
    assert "第三工場" in shown
    assert 'value="第二工場"' in shown
    assert fresh(line).label == "第三工場"
    again = {"label": "第二工場", "tags": "", "seen": answer.context["form"]["seen"].value()}
    assert browser.post(address, again).status_code == 302
    assert fresh(line).label == "第二工場"
