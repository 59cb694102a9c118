"""The number of a contract's lines at the console: more by an application, fewer by choice; and where lines are shown."""

from datetime import date

import pytest

from contracts.models import Application, Notice
from sims.models import Line, LineChange
from tests.acts import WEDNESDAY, again, screened
from tests.console import lines as cases
from tests.console.conftest import told
from tests.factories import CapFactory, ContractFactory, CustomerFactory, IpPoolFactory, ManagementUnitFactory
from tests.factories.contracts import of
from tests.factories.sims import LineFactory, SimCardFactory
from tests.house.console import list_page, page, what_the_form_sends
from tests.sims.lined import add_lines, asked_for, living, mobile, more_lines

LAST = "2026-12-31"


def panel(browser, record, anchor="lines"):
    """A panel of a record's page."""
    return next(p for p in browser.get(page(record, "change")).context["panels"] if p["anchor"] == anchor)


@pytest.mark.clause("MA8.1", "G15.1")
def test_an_application_for_more_lines_begins_on_the_page_of_the_contract(may):
    contract = mobile(3)
    sent = what_the_form_sends(may, panel(may, contract)["more_url"])
    assert (int(sent["changes"]), sent["service_code"], sent["item"]) == (contract.pk, "mobile-access", "TypeD")
    answer = may.post(list_page(Application, "add"), {**sent, "quantity": 5})
    assert answer.status_code == 302
    made = Application.objects.get(changes=contract)
    assert (made.quantity, made.customer, made.management_unit) == (5, contract.customer, contract.management_unit)
    assert "K" in told(may.get(page(made, "change")))


@pytest.mark.clause("G15.1")
def test_a_change_of_what_cannot_be_changed_is_told_at_its_field(may):
    storage = ContractFactory(data_storage=True)
    query = f"customer={storage.customer_id}&changes={storage.pk}&service_code=data-storage"
    sent = what_the_form_sends(may, f"{list_page(Application, 'add')}?{query}")
    answer = may.post(list_page(Application, "add"), {**sent, "management_unit": storage.management_unit_id})
    assert "changes" in answer.context["adminform"].form.errors


@pytest.mark.clause("G14.3", "MA8.1", "G13.1")
def test_more_lines_are_accepted_up_to_the_cap_from_the_day_that_staff_set(may, press):
    contract = mobile(9)
    CapFactory(customer=contract.customer, service="mobile-access", most=12)
    application = screened(asked_for(contract, 5))
    shown = may.get(page(application, "do", "accept"))
    assert (shown.context["plan"].quantity, shown.context["plan"].refused_quantity) == (3, 2)
    for words in (contract.number, "適用日", "2026年11月25日"):
        assert words in told(shown), words
    assert shown.context["form"]["effective_on"].value() == WEDNESDAY
    answer = press(application, "accept", confirmed=True, browser=may, effective_on="2027-01-15", reason="")
    assert answer.url == page(contract, "change")
    change = LineChange.objects.get()
    assert (change.quantity, change.effective_on, str(change.state)) == (3, date(2027, 1, 15), "pending")
    assert living(contract) == 9
    assert "2027年1月15日" in Notice.objects.get(kind="lines-accepted").body
    assert "回線が増えます" in told(may.get(page(contract, "change")))


@pytest.mark.clause("MA8.1")
def test_more_lines_are_not_accepted_for_a_day_that_is_over(may, press):
    application = screened(asked_for(mobile(2), 1))
    answer = press(application, "accept", confirmed=True, browser=may, effective_on="2026-11-24", reason="")
    assert answer.status_code == 409
    assert [reason.clause.id for reason in answer.context["plan"].blocked] == ["MA8.1"]
    assert not LineChange.objects.exists()


@pytest.mark.clause("MA8.1", "MA9.2")
def test_so_many_lines_fewer_are_suggested_shown_and_booked(may, press):
    contract = mobile(5)
    shown = press(contract, "fewer-lines", browser=may, effective_on=LAST, how_many="２", reason="撤収")
    plan = shown.context["plan"]
    assert (len(plan.lines), plan.remaining) == (2, 3)
    for line in Line.objects.filter(pk__in=plan.lines):
        assert line.number in told(shown)
        assert line.card.iccid in told(shown)
    answer = press(contract, "fewer-lines", confirmed=True, browser=may, effective_on=LAST, how_many=2, reason="撤収")
    change = LineChange.objects.get()
    assert answer.url == page(change, "change")
    assert set(change.lines.values_list("pk", flat=True)) == set(plan.lines)
    assert all(line.number in told(may.get(page(change, "change"))) for line in change.lines.all())


@pytest.mark.clause("MA8.1")
def test_lines_are_picked_by_pasting_numbers_telephone_numbers_and_iccids_of_any_shape(may, press):
    contract = mobile(4)
    first, second, third = contract.lines.order_by("pk")[:3]
    wide = second.msisdn.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    paste = f"{first.number.lower()}\r\n{wide}, {third.card.iccid}F\n\n{first.number}"
    shown = press(contract, "fewer-lines", browser=may, effective_on=LAST, lines=paste)
    assert set(shown.context["plan"].lines) == {first.pk, second.pk, third.pk}
    assert shown.context["plan"].picked


@pytest.mark.clause("MA8.1")
def test_a_paste_names_every_line_that_is_not_a_living_one_of_the_contract(may, press):
    contract, other = mobile(3), LineFactory()
    ended = LineFactory(contract=contract, ended=True)
    paste = f"{contract.lines.first().number}\n{other.number}\n{ended.number}\n12345\nなし"
    answer = press(contract, "fewer-lines", browser=may, effective_on=LAST, lines=paste)
    (error,) = answer.context["form"].errors["lines"]
    assert "4件" in error
    for name in (other.number, ended.number, "12345", "なし"):
        assert name in error
    assert not LineChange.objects.exists()


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize(
    "sent",
    [{"how_many": "0"}, {"how_many": "多数"}, {"effective_on": ""}],
    ids=["none", "no number", "no day"],
)
def test_a_form_that_says_too_little_is_sent_back(may, press, sent):
    answer = press(mobile(3), "fewer-lines", browser=may, **{"effective_on": LAST, **sent})
    assert answer.context["form"].errors
    assert answer.context["plan"] is None


@pytest.mark.clause("MA8.1")
@pytest.mark.parametrize("both", [True, False], ids=["both", "neither"])
def test_lines_are_named_or_counted_one_of_both(may, press, both):
    contract = mobile(3)
    how = {"how_many": "2", "lines": contract.lines.first().number} if both else {}
    answer = press(contract, "fewer-lines", browser=may, effective_on=LAST, **how)
    assert "どちらか" in answer.content.decode()
    assert answer.context["plan"] is None


@pytest.mark.clause("MA8.1")
def test_all_lines_are_refused_in_the_dialog_with_what_to_do_instead(may, press):
    contract = mobile(2)
    answer = press(contract, "fewer-lines", browser=may, effective_on=LAST, how_many=2)
    assert answer.status_code == 409
    assert "解約申込書" in told(answer)


@pytest.mark.clause("MA8.1")
def test_a_change_is_taken_back_with_what_that_means(may, press):
    change = cases.reduction()
    shown = may.get(page(change, "do", "take-back-change"))
    assert shown.context["plan"].lines == 2
    assert press(change, "take-back-change", confirmed=True, browser=may, reason="継続").status_code == 302
    assert again(change).closed_because == "taken-back"
    assert not Line.objects.filter(leaves_with=change).exists()
    contract = mobile(2)
    more_lines(contract, 3, date(2027, 1, 15))
    increase = LineChange.objects.get(kind="more")
    assert "申込は承諾のまま" in told(may.get(page(increase, "do", "take-back-change")))


@pytest.mark.clause("G3", "MA5.2")
def test_every_ready_line_of_a_contract_goes_live_by_one_dialog(may, press):
    contract = mobile(1)
    waiting = LineFactory.create_batch(3, contract=contract, ordered=True)
    for line in waiting[:2]:
        SimCardFactory(lent=True, line=line)
    shown = may.get(page(contract, "do", "activate-ready-lines"))
    assert shown.context["plan"].lines == tuple(line.pk for line in waiting[:2])
    assert press(contract, "activate-ready-lines", confirmed=True, browser=may).status_code == 302
    assert [str(again(line).state) for line in waiting] == ["active", "active", "ordered"]
    assert all(again(line).address for line in waiting[:2])
    refused = press(contract, "activate-ready-lines", browser=may)
    assert refused.status_code == 409


@pytest.mark.clause("G3", "MA5.2")
def test_ready_lines_beyond_the_addresses_that_are_left_go_live_not_at_all(may, press):
    contract = ContractFactory(mobile_access=True, quantity=7)
    for line in LineFactory.create_batch(7, contract=contract, ordered=True):
        SimCardFactory(lent=True, line=line)
    IpPoolFactory(network="10.64.0.0/29")
    answer = press(contract, "activate-ready-lines", confirmed=True, browser=may)
    assert answer.status_code == 409
    assert set(contract.lines.values_list("state", flat=True)) == {"ordered"}


def test_the_page_of_a_contract_shows_its_lines_by_state_the_first_of_them_and_their_changes(may):
    contract = mobile(3)
    LineFactory(contract=contract, paused=True)
    LineFactory(contract=contract, ended=True)
    more_lines(contract, 2, date(2027, 1, 15))
    shown = panel(may, contract)
    assert len(shown["lines"]) == 5
    text = told(may.get(page(contract, "change")))
    for words in ("利用中 3", "一時停止中 1", "終了 1", "2027年1月15日", LineChange.objects.get().number):
        assert words in text, words
    url, _words = shown["states"][0]
    assert len(may.get(url).context["cl"].result_list) == 3
    assert len(may.get(shown["all_url"]).context["cl"].result_list) == 5
    assert len(may.get(shown["changes_url"]).context["cl"].result_list) == 1


def test_a_contract_without_lines_has_no_panel_of_lines(may):
    anchors = {p["anchor"] for p in may.get(page(ContractFactory(data_storage=True), "change")).context["panels"]}
    assert not anchors & {"lines", "addresses", "devices", "care"}


def test_the_page_of_a_customer_shows_lines_contract_by_contract(may):
    customer = CustomerFactory()
    first = mobile(2, customer=customer)
    unit = ManagementUnitFactory(customer=customer, name="第2営業所")
    second = ContractFactory(customer=customer, management_unit=unit, mobile_access=True, quantity=1)
    add_lines(second, 1)
    other = mobile(1)
    shown = panel(may, customer)
    assert [row["contract"] for row in shown["contracts"]] == [first, second]
    assert len(may.get(shown["all_url"]).context["cl"].result_list) == 3
    assert other not in [row["contract"] for row in shown["contracts"]]
    assert panel(may, CustomerFactory())["contracts"] == []


@pytest.mark.clause("G29.1")
def test_a_contract_is_protected_and_released_by_dialogs(may, press):
    contract = mobile(3)
    press(contract, "fewer-lines", confirmed=True, browser=may, effective_on=LAST, how_many=1)
    shown = told(may.get(page(contract, "do", "protect")))
    assert LineChange.objects.get().number in shown, "the plan says which reduction is closed"
    assert press(contract, "protect", confirmed=True, browser=may, reason="年末の凍結").status_code == 302
    assert again(contract).protected
    for slug in ("terminate", "fewer-lines"):
        assert page(contract, "do", "unprotect") in told(may.get(page(contract, "do", slug))), slug
    assert press(contract, "unprotect", confirmed=True, browser=may, reason="解除").status_code == 302
    assert not again(contract).protected


def test_changes_are_found_by_number_contract_and_customer(may):
    change = cases.reduction()
    contract = change.contract
    cases.reduction()
    for typed in (change.number, contract.number, contract.customer.number):
        assert list(may.get(list_page(LineChange), {"q": typed}).context["cl"].result_list) == [change]
    assert may.get("/console/search/", {"q": change.number}).url == page(change, "change")
    assert len(may.get(list_page(LineChange), {"queue": "fewer"}).context["cl"].result_list) == 2


def test_home_tells_which_lines_wait_for_what(may):
    contract = ContractFactory(**of(CustomerFactory()), mobile_access=True, quantity=3)
    bare, ready = LineFactory.create_batch(2, contract=contract, ordered=True)
    SimCardFactory(lent=True, line=ready)
    LineFactory(contract=contract, ends_on=date(2026, 12, 31), ends_under="MA8.1")
    kinds = {task.kind.name: task for task in may.get("/console/").context["tasks"]}
    assert kinds["lines-without-card"].row.record == contract
    assert kinds["lines-ready"].act.slug == "activate-ready-lines"
    assert may.get(kinds["lines-ready"].url).status_code == 200
    ending = may.get(kinds["lines-ending"].row.url).context["cl"].result_list
    assert [str(line.ends_on) for line in ending] == [LAST]
    assert bare in may.get(f"{list_page(Line)}?queue=without-card").context["cl"].result_list


def test_a_line_that_ends_in_the_far_future_is_no_work_yet(may):
    LineFactory(ends_on=date(2027, 6, 30), ends_under="MA8.1")
    assert "lines-ending" not in {task.kind.name for task in may.get("/console/").context["tasks"]}
