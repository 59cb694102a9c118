"""Lines at the console: the list and its filters, the search, the page of a line, what is typed into its dialogs."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iijiot import roles
from iijiot.console.actions import offered
from iijiot.records import fresh
from sims import ordering
from sims.models import DesignatedItem, Line
from tests.acts import BEN, WEDNESDAY, again
from tests.console import lines as cases
from tests.console.conftest import told
from tests.factories import (
    AddressUseFactory,
    ContractFactory,
    CustomerFactory,
    NetworkPolicyFactory,
    UserFactory,
)
from tests.factories.contracts import of
from tests.factories.sims import IncidentFactory, LineFactory, ReplacementFactory, SimCardFactory
from tests.house.console import list_page, logged_in, page
from tests.sims.lined import add_lines, mobile

LAST = date(2026, 12, 31)


def listed(browser, **query) -> list[Line]:
    """The lines that the list shows."""
    return list(browser.get(list_page(Line), query).context["cl"].result_list)


@pytest.fixture
def line(db):
    """A line with its card, address and label, throttled."""
    made = LineFactory(msisdn="02012345678", label="第1倉庫の検針器", contract__customer__name="株式会社検針サービス")
    SimCardFactory(lent=True, line=made)
    AddressUseFactory(line=made, address="10.99.0.2", pool__network="10.99.0.0/29")
    NetworkPolicyFactory(line=made)
    return made


def test_the_list_shows_whose_a_line_is_and_its_three_states(may, line):
    shown = told(may.get(list_page(Line)))
    for words in (
        line.number, "02012345678", "株式会社検針サービス", line.contract.number, line.card.iccid, "10.99.0.2", "利用中",
        "貸与中", "速度制限中",
    ):  # fmt: skip
        assert words in shown, words
    assert "第1倉庫の検針器" not in shown
    assert "第1倉庫の検針器" in told(
        may.get(list_page(Line), {"columns": "number,label_column,form_factor,protection"})
    )


def test_the_list_asks_the_same_for_fifty_lines_as_for_one_and_counts_nothing(may, line):
    def asked():
        may.get(list_page(Line))
        with CaptureQueriesContext(connection) as captured:
            may.get(list_page(Line))
        return [query["sql"] for query in captured]

    few = asked()
    add_lines(ContractFactory(mobile_access=True), 5)
    many = asked()
    assert len(many) == len(few)
    assert not [sql for sql in many if "OFFSET" in sql]


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ({"queue": "without-card"}, "bare"),
        ({"queue": "ready"}, "ready"),
        ({"queue": "ending"}, "ending"),
        ({"state__exact": "paused"}, "paused"),
        ({"card": "lost"}, "lost"),
        ({"network": "throttled"}, "throttled"),
        ({"network": "blocked"}, "blocked"),
        ({"protected__exact": "1"}, "protected"),
    ],
)
def test_a_filter_leaves_what_it_says(may, query, which):
    there = {
        "bare": LineFactory(ordered=True),
        "ready": LineFactory(ordered=True),
        "ending": LineFactory(ends_on=LAST, ends_under="MA8.1"),
        "paused": LineFactory(paused=True),
        "lost": LineFactory(),
        "throttled": NetworkPolicyFactory().line,
        "blocked": NetworkPolicyFactory(blocked=True).line,
        "protected": LineFactory(protected=True),
    }
    SimCardFactory(lent=True, line=there["ready"])
    SimCardFactory(lent=True, line=there["lost"], state="lost")
    assert listed(may, **query) == [there[which]]
    assert {there["throttled"], there["blocked"]} == {*there.values()} - {*listed(may, network="normal")}
    contract = there[which].contract
    assert listed(may, contract__id__exact=contract.pk) == [there[which]]


def test_the_list_is_searched_by_numbers_contract_and_customer(may, line):
    LineFactory()
    customer = line.contract.customer
    for typed in (
        "020-1234-5678", "5678", line.card.iccid, f"{line.card.iccid}F", "10.99.0.2", line.number.lower(),
        line.contract.number, customer.number, "検針サービス",
    ):  # fmt: skip
        assert listed(may, q=typed) == [line], typed
    assert listed(may, q="どこにもない名前") == []


def test_a_line_is_opened_from_the_search_box_by_its_number_or_telephone_number(may, line):
    for typed in (line.number, line.number.lower(), "02012345678", "０２０－１２３４－５６７８"):
        assert may.get("/console/search/", {"q": typed}).url == page(line, "change"), typed
    hits = [hit.url for _kind, hit in may.get("/console/search/", {"q": "345678", "part": "1"}).context["hits"]]
    assert page(line, "change") in hits


def test_who_may_not_see_lines_finds_none(line):
    nobody = logged_in(UserFactory())
    assert nobody.get("/console/search/", {"q": line.number}).context["hits"] == []
    assert nobody.get(list_page(Line)).status_code == 403


def test_the_page_of_a_line_keeps_service_card_and_network_apart(may, line):
    facts = dict(may.get(page(line, "change")).context["head"]["facts"])
    assert ["利用中" in facts["利用"], "貸与中" in facts["SIMカード"], "速度制限中" in facts["ネットワーク"]] == [
        True
    ] * 3
    plain = LineFactory(paused=True)
    facts = dict(may.get(page(plain, "change")).context["head"]["facts"])
    assert ["一時停止" in facts["利用"], "なし" in facts["SIMカード"], "通常" in facts["ネットワーク"]] == [True] * 3


@pytest.mark.clause("MA10.1")
def test_the_page_shows_the_chain_of_cards_and_the_reports(may):
    link = ReplacementFactory()
    IncidentFactory(card=link.new, kind="fault", what="通信断")
    shown = told(may.get(page(link.line, "change")))
    for words in (link.old.iccid, link.new.iccid, "返還待ち", "通信断"):
        assert words in shown, words


def test_the_page_says_which_day_is_the_last_one_and_under_which_clause(may):
    own = LineFactory(ends_on=date(2026, 12, 10), ends_under="MA8.1", contract__ending=True)
    with_contract = LineFactory(contract=own.contract)
    facts = dict(may.get(page(own, "change")).context["head"]["facts"])
    assert (facts["最終日"], facts["終了の根拠条項"]) == (date(2026, 12, 10), "モバイルアクセス 第8条第1号")
    facts = dict(may.get(page(with_contract, "change")).context["head"]["facts"])
    assert facts["最終日"] == own.contract.ends_on
    assert facts["終了の根拠条項"]


@pytest.mark.clause("G29.1", "MA8.1")
def test_a_protected_contract_shows_on_its_lines(may):
    line = LineFactory(contract__protected=True)
    assert "契約に設定" in dict(may.get(page(line, "change")).context["head"]["facts"])["解約保護"]
    assert (
        "回線に設定" in dict(may.get(page(LineFactory(protected=True), "change")).context["head"]["facts"])["解約保護"]
    )


@pytest.mark.clause("MA8.1")
def test_a_line_that_goes_with_a_reduction_leads_to_it(may):
    change = cases.reduction()
    shown = told(may.get(page(change.lines.first(), "change")))
    assert page(change, "change") in shown


@pytest.mark.clause("G3", "MA5.2")
def test_putting_a_line_into_service_shows_its_address_before(may, press):
    line = cases.ready_line()
    shown = told(may.get(page(line, "do", "activate-line")))
    assert "10.64." in shown
    assert press(line, "activate-line", confirmed=True, browser=may).status_code == 302
    assert (str(again(line).state), again(line).activated_on) == ("active", WEDNESDAY)
    assert again(line).address


@pytest.mark.clause("MA1", "G3")
def test_why_a_line_does_not_go_live_is_said_with_the_way_out(may):
    line = LineFactory(ordered=True, contract__not_started=True)
    shown = told(may.get(page(line, "do", "activate-line")))
    for words in ("契約が提供中ではありません", "SIMカード", page(line.contract, "change")):
        assert words in shown, words


@pytest.mark.clause("MA8.2")
def test_a_pause_is_offered_as_long_as_the_company_offers_it(may, press):
    line = cases.line()
    assert press(line, "pause-line", confirmed=True, browser=may, reason="冬季").status_code == 302
    assert str(again(line).state) == "paused"
    item = DesignatedItem.objects.get(code="pause")
    sent = {"name": item.name, "how": item.how, "opened_at": item.history.latest().history_id}
    assert may.post(page(item, "change"), sent).status_code == 302
    assert not fresh(item).is_offered
    other = cases.line()
    refused = press(other, "pause-line", browser=may, reason="冬季")
    assert refused.status_code == 409
    assert "回線の一時停止と再開" in told(refused)


@pytest.mark.clause("MA8.1", "MA9.2", "MA5.2")
def test_the_end_of_a_line_shows_what_becomes_of_its_card_and_address(may, press):
    contract = mobile(3)
    line = contract.lines.first()
    shown = told(press(line, "end-line", browser=may, on="2026-12-31", reason="撤去"))
    for words in ("2026年12月31日", "2027年1月30日", "モバイルアクセス 第9条第2項"):
        assert words in shown, words
    assert press(line, "end-line", confirmed=True, browser=may, on="2026-12-31", reason="撤去").status_code == 302
    assert again(line).ends_on == LAST
    assert press(line, "lift-line-end", confirmed=True, browser=may, reason="継続").status_code == 302
    assert again(line).ends_on is None


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"on": "2026-11-24"}, "この日は過ぎています"),
        ({"on": "2026-12-31", "reason": ""}, "入力"),
        ({"on": ""}, "入力"),
    ],
)
def test_what_is_typed_wrong_is_told_at_its_field(may, press, sent, words):
    answer = press(cases.line(), "end-line", browser=may, **{"reason": "撤去", **sent})
    assert answer.context["form"].errors
    assert words in told(answer)


@pytest.mark.clause("MA8.1")
def test_the_last_line_is_refused_with_the_way_to_its_contract(may, press):
    line = mobile(1).lines.get()
    answer = press(line, "end-line", browser=may, on="2026-12-31", reason="撤去")
    assert answer.status_code == 409
    assert "解約申込書" in told(answer)
    assert again(line).ends_on is None


@pytest.mark.clause("MA8.1")
def test_protecting_a_line_shows_what_becomes_of_the_reduction(may, press):
    change = cases.reduction()
    line = change.lines.first()
    shown = told(press(line, "protect-line", browser=may, reason="常設"))
    assert change.number in shown
    assert press(line, "protect-line", confirmed=True, browser=may, reason="常設").status_code == 302
    assert (again(line).protected, again(change).quantity) == (True, 1)
    refused = told(may.get(page(line, "do", "end-line")))
    assert page(line, "do", "unprotect-line") in refused, "the reason leads to the dialog that helps"


@pytest.mark.clause("MA8.2")
def test_a_label_is_changed_and_taken_away_and_not_to_what_it_is(may, press):
    line = cases.line(label="旧")
    assert press(line, "relabel-line", browser=may, label="旧", reason="").status_code == 409
    assert (
        press(line, "relabel-line", confirmed=True, browser=may, label=" =HYPERLINK(1) ", reason="").status_code == 302
    )
    assert again(line).label == "=HYPERLINK(1)"
    assert press(line, "relabel-line", confirmed=True, browser=may, label="", reason="").status_code == 302
    assert again(line).label == ""


@pytest.mark.clause("MA8.1", "MA1")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("02041234567", "020"),
        ("2012345678", "先頭の0"),
        ("09012345678", "020"),
        ("02012345678", "すでにこの電話番号です"),
        ("taken", "電話番号"),
    ],
)
def test_a_number_that_is_none_or_is_taken_is_refused(may, press, typed, words):
    line = cases.line(msisdn="02012345678")
    typed = LineFactory().msisdn if typed == "taken" else typed
    answer = press(line, "renumber-line", browser=may, msisdn=typed, reason="登録誤り")
    assert answer.status_code == 409
    assert words in told(answer)
    assert again(line).msisdn == "02012345678"


@pytest.mark.clause("MA8.1")
def test_a_number_is_changed_however_it_is_typed(may, press):
    line = cases.line()
    sent = {"msisdn": "+81 20 1999 8888", "reason": "番号の変更"}
    assert press(line, "renumber-line", confirmed=True, browser=may, **sent).status_code == 302
    assert again(line).msisdn == "02019998888"


def test_a_line_that_has_ended_offers_nothing_more(may):
    line = LineFactory(ended=True)
    buttons = may.get(page(line, "change")).context["buttons"]
    acting = {button["action"].slug for button in buttons if not button["reasons"]}
    assert acting == set()


def test_m22_a_label_that_looks_like_a_formula_leaves_as_text(may):
    LineFactory(label='=HYPERLINK("http://x","y")', msisdn="02012345678")
    answer = may.post(f"{list_page(Line)}export/?columns=number,label_column,msisdn_column", {"form": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1][1] == """'=HYPERLINK("http://x","y")"""
    assert "02012345678" in rows[1][2]


def test_the_stock_clerk_puts_lines_into_service_and_the_auditor_only_looks(line, fumi):
    stock = logged_in(UserFactory(groups=[roles.STOCK]))
    shown = [b["action"].slug for b in stock.get(page(line, "change")).context["buttons"]]
    assert "activate-line" in shown
    assert "end-line" not in shown
    assert [b["action"].slug for b in logged_in(fumi).get(page(line, "change")).context["buttons"]] == []


def test_acts_on_lines_are_not_offered_where_a_provision_has_none(may):
    customer = CustomerFactory()
    storage, access = (
        ContractFactory(**of(customer), data_storage=True),
        ContractFactory(**of(customer), mobile_access=True),
    )
    own = {"fewer-lines", "activate-ready-lines", "register-device", "record-card-violation", "consent-sublease"}

    def shown(contract):
        return {button["action"].slug for button in may.get(page(contract, "change")).context["buttons"]}

    assert not own & shown(storage)
    assert own <= shown(access)
    assert offered(access, "fewer-lines") is not None


@pytest.mark.clause("MA8.1")
def test_ends_booked_one_by_one_stand_in_the_list_by_their_day(may):
    contract = mobile(4, cards=False)
    first, second = contract.lines.order_by("pk")[:2]
    ordering.end_line(first, LAST, today=WEDNESDAY, actor=BEN)
    ordering.end_line(second, date(2026, 12, 10), today=WEDNESDAY, actor=BEN)
    assert listed(may, queue="ending") == [second, first]
    shown = may.get(list_page(Line), {"queue": "ending"}).context["cl"]
    assert [str(head["text"]) for head in shown.headers if head.get("sorted")] == []
