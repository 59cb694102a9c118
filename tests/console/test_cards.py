"""Pages of SIM cards: the list and its search, the page of one with its ledger and chain, and what is done to cards."""

from datetime import date

import pytest

from contracts.models import Notice
from iijiot import roles
from iijiot.proposals import Proposal
from iijiot.records import fresh
from sims import lending, replacing, reporting, returning
from sims.models import ChargeEvent, Incident, Replacement, SimCard
from tests.acts import BEN
from tests.console import cards, reports
from tests.console.conftest import told
from tests.factories import (
    ContractFactory,
    IncidentFactory,
    ReplacementFactory,
    SimCardFactory,
    SimProductFactory,
    UserFactory,
)
from tests.factories.sims import LineFactory, iccid
from tests.house.console import as_superuser, list_page, logged_in, page

DAY = date(2026, 11, 25)


def listed(browser, **query) -> list[SimCard]:
    return list(browser.get(list_page(SimCard), query).context["cl"].result_list)


@pytest.mark.clause("MA1")
def test_m02_a_padded_number_and_one_without_its_check_digit_find_the_same_card(may):
    card = SimCardFactory(iccid="8981100000123456784")
    SimCardFactory()
    for typed in (
        "8981100000123456784F",
        "898110000012345678",
        "F8981100000123456784",
        "８９８１１０００００１２３４５６７８４",
    ):
        assert listed(may, q=typed) == [card], typed
        assert may.get("/console/search/", {"q": typed}).url == page(card, "change"), typed
    assert SimCard.objects.get(iccid__contains="12345678").iccid == "8981100000123456784"


@pytest.mark.clause("MA1")
def test_a_card_is_found_by_first_and_last_digits_by_imsi_and_by_number(may):
    card = SimCardFactory(iccid="8981100000123456784", imsi="440101234567890", msisdn="02012345678")
    SimCardFactory(lent=True)
    for typed in ("89811000001234", "456784", "440101234567890", "020-1234-5678"):
        assert listed(may, q=typed) == [card], typed


def test_the_cards_of_a_customer_are_listed_line_by_line(may):
    contract = ContractFactory(mobile_access=True)
    lines = [LineFactory(contract=contract) for _n in range(3)]
    own = [SimCardFactory(lent=True, line=line) for line in reversed(lines)]
    SimCardFactory(lent=True)
    assert listed(may, q=contract.customer.number) == list(reversed(own))
    assert listed(may, contract=contract.number) == list(reversed(own))
    assert set(listed(may, customer=contract.customer.number)) == set(own)
    assert listed(may, contract="K9999999") == []


def test_the_list_is_narrowed_by_custody_form_factor_product_day_and_delivery(may):
    product = SimProductFactory()
    nano = SimCardFactory(form_factor="4ff", product=product, delivery="納品1")
    waiting = SimCardFactory(assigned=True)
    soon = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 9))
    late = SimCardFactory(lent=True, line=LineFactory(ended=True), state="overdue", due_back_on=date(2026, 11, 20))
    later = SimCardFactory(lent=True, line=LineFactory(ended=True), state="due-back", due_back_on=date(2026, 12, 20))
    for query, found in [
        ({"state__exact": "assigned"}, [waiting]),
        ({"form_factor__exact": "4ff"}, [nano]),
        ({"product__id__exact": product.pk}, [nano]),
        ({"delivery": "納品1"}, [nano]),
        ({"queue": "to-ship"}, [waiting]),
        ({"queue": "overdue"}, [late]),
        ({"queue": "due-soon"}, [soon]),
        ({"due": "14"}, [late, soon]),
        ({"due": "30"}, [late, soon, later]),
        ({"due": "late"}, [late]),
    ]:
        assert listed(may, **query) == found, query
    shown = told(may.get(list_page(SimCard), {"delivery": "納品1"}))
    assert 'name="delivery" value="納品1"' in shown


@pytest.mark.clause("MA1", "MA9.2")
def test_the_page_tells_who_holds_the_card_since_when_and_until_when(may):
    card = cards.overdue()
    shown = told(may.get(page(card, "change")))
    for words in ("株式会社NTTドコモ", str(card.customer), "2026年4月1日", "2026年11月20日", "返還遅延"):
        assert words in shown


@pytest.mark.clause("MA10.1")
def test_the_chain_of_replacements_is_drawn_from_the_oldest_card_to_the_newest(may):
    link = ReplacementFactory(fee_shown="料金表 2026年4月版")
    SimCardFactory()
    replacing.replace(link.new, reason="wish", on=date(2026, 12, 28), actor=BEN)
    newest = SimCard.objects.order_by("-generation")[0]
    shown = told(may.get(page(newest, "change")))
    places = [shown.index(f"{card.iccid}</") for card in (link.old, link.new, newest)]
    chain = shown[shown.index('id="chain"') :]
    assert [chain.index(card.iccid) for card in (link.old, link.new, newest)] == sorted(
        chain.index(card.iccid) for card in (link.old, link.new, newest)
    )
    assert places
    assert "料金表 2026年4月版" in chain
    assert "故障" in chain
    assert "契約者のご希望" in chain or "希望" in chain


@pytest.mark.clause("MA13.2")
def test_the_page_of_a_lost_card_says_since_when_it_costs_on(may):
    incident = IncidentFactory(reported_on=date(2026, 11, 10))
    shown = told(may.get(page(incident.card, "change")))
    assert "手続が済むまで料金が発生します（申告から15日）" in shown
    assert incident.number in shown


@pytest.mark.clause("MA8.1")
def test_cards_are_assigned_to_all_lines_that_wait_in_the_order_of_their_receipt(may, press):
    contract = ContractFactory(mobile_access=True)
    late, early = (LineFactory(contract=contract, ordered=True, ordered_on=date(2026, 3, day)) for day in (27, 25))
    new, old = (SimCardFactory(received_on=date(2026, 3, day)) for day in (2, 1))
    opened = told(may.get(page(contract, "do", "assign-contract-cards")))
    assert "マイクロ（在庫2枚）" in opened
    assert press(contract, "assign-contract-cards", confirmed=True, browser=may, form_factor="3ff").status_code == 302
    assert (fresh(old).line, fresh(new).line) == (early, late)


@pytest.mark.clause("MA8.1", "MA1")
def test_a_stock_that_runs_short_is_told_before_anything_happens(may, press):
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(3, contract=contract, ordered=True)
    SimCardFactory.create_batch(2)
    answer = press(contract, "assign-contract-cards", browser=may, form_factor="3ff")
    assert answer.context["plan"].short == 1
    assert "在庫が1枚不足しています" in told(answer)
    assert "SIMカードの引当を確定" not in told(answer)
    assert press(contract, "assign-contract-cards", confirmed=True, browser=may, form_factor="3ff", quantity="2")
    assert SimCard.objects.to_ship().count() == 2
    answer = press(contract, "assign-contract-cards", browser=may, form_factor="3ff", quantity="2")
    assert "カード待ちの回線数を超えています" in told(answer)


@pytest.mark.clause("MA8.1")
def test_a_line_gets_a_card_of_choice_and_what_is_not_in_stock_is_refused_where_it_was_typed(may, press):
    line, chosen = LineFactory(ordered=True), SimCardFactory(form_factor="4ff")
    SimCardFactory()
    lent = SimCardFactory(lent=True)
    for typed in (lent.iccid, iccid(999_999)):
        answer = press(line, "assign-card", browser=may, form_factor="3ff", card=typed)
        assert "card" in answer.context["form"].errors
    press(line, "assign-card", confirmed=True, browser=may, form_factor="3ff", card=chosen.iccid[:-1])
    assert fresh(chosen).line == line


@pytest.mark.clause("MA1")
def test_m13_a_shipment_with_cards_that_cannot_be_sent_is_refused_and_names_them(may, press):
    contract = ContractFactory(mobile_access=True)
    of_contract = [SimCardFactory(assigned=True, line=LineFactory(contract=contract, ordered=True)) for _n in range(3)]
    lost = SimCardFactory(lent=True, line=LineFactory(contract=contract), state="lost")
    sent = SimCardFactory(lent=True, line=LineFactory(contract=contract), state="shipped")
    numbers = "\n".join(card.iccid for card in (*of_contract, lost, sent))
    answer = press(contract, "ship-contract-cards", browser=may, on="2026-11-25", shipment="伝票5", cards=numbers)
    assert answer.status_code == 409
    for card in (lost, sent):
        assert card.iccid in " ".join(answer.context["form"].non_field_errors())
    assert SimCard.objects.to_ship().count() == 3
    alone = press(sent, "ship-card", browser=may, on="2026-11-25", shipment="伝票5")
    assert alone.status_code == 409
    answer = press(contract, "ship-contract-cards", confirmed=True, browser=may, on="2026-11-25", shipment="伝票5")
    assert answer.status_code == 302
    assert {(str(card.state), card.shipment) for card in map(fresh, of_contract)} == {("shipped", "伝票5")}


def test_cards_of_another_contract_do_not_go_out_with_this_one(may, press):
    own, other = cards.assigned(), cards.assigned()
    numbers = f"{own.iccid}\n{other.iccid}"
    answer = press(own.line.contract, "ship-contract-cards", browser=may, on="2026-11-25", shipment="1", cards=numbers)
    assert answer.status_code == 409
    answer = press(own.line.contract, "ship-contract-cards", browser=may, on="2026-11-25", shipment="1", cards="12345")
    assert "cards" in answer.context["form"].errors


@pytest.mark.clause("MA9.2")
def test_m11_the_second_clerk_is_told_when_and_by_whom_a_card_was_taken_back(may, press, ben):
    card = cards.overdue()
    press(card, "take-card-back", confirmed=True, browser=may, on="2026-11-24")
    versions, letters = SimCard.history.count(), Notice.objects.count()
    second = logged_in(UserFactory(groups=[roles.STOCK]))
    answer = press(card, "take-card-back", browser=second, on="2026-11-25")
    assert answer.status_code == 409
    assert "2026年11月24日（火）" in told(answer)
    assert str(SimCard.history.filter(state="returned").get().history_actor) in told(answer)
    assert (SimCard.history.count(), Notice.objects.count()) == (versions, letters)


@pytest.mark.clause("MA9.2", "MA13.1", "G30.1")
def test_a_card_is_given_up_only_for_a_price_that_was_shown(may, press):
    card = cards.overdue()
    assert "price_shown" in press(card, "give-up-card", browser=may, price_shown=" ").context["form"].errors
    assert "料金表 2026年4月版" in told(press(card, "give-up-card", browser=may, price_shown=cards.PRICE))
    assert not ChargeEvent.objects.exists()
    press(card, "give-up-card", confirmed=True, browser=may, price_shown=cards.PRICE)
    event = ChargeEvent.objects.get()
    assert (event.occurred_on, event.price_shown) == (DAY, cards.PRICE)
    assert event.price_shown in told(may.get(page(event, "change")))


@pytest.mark.clause("MA9.2", "G5.3")
def test_where_money_needs_two_the_second_carries_the_closing_out(may, press, settings):
    settings.FOUR_EYES = [*settings.FOUR_EYES, "sims.give_up_simcard"]
    card = cards.overdue()
    press(card, "give-up-card", confirmed=True, browser=may, price_shown=cards.PRICE)
    assert str(fresh(card).state) == "overdue"
    proposal = Proposal.objects.get()
    second = as_superuser()
    assert press(proposal, "carry-out", confirmed=True, browser=second).status_code == 302
    assert str(fresh(card).state) == "not-returned"
    assert ChargeEvent.objects.get().price_shown == cards.PRICE


@pytest.mark.clause("MA9.2")
def test_cards_are_called_back_by_one_letter_a_day(may, press):
    card = cards.overdue()
    press(card, "call-card-back", confirmed=True, browser=may)
    letter = Notice.objects.get()
    assert (letter.kind, letter.customer) == ("cards-overdue", card.customer)
    assert (fresh(card).dunned_times, fresh(card).dunned_on) == (1, DAY)
    assert str(letter) in told(may.get(page(card, "change")))
    assert press(card.customer, "call-cards-back", browser=may).status_code == 409
    assert press(SimCardFactory(lent=True), "call-card-back", browser=may).status_code == 409


@pytest.mark.clause("MA10.1", "MA13.2")
def test_a_loss_is_reported_on_the_page_of_the_line_and_settled_on_that_of_the_report(may, press):
    card = reports.in_use()
    answer = press(card.line, "report-line-card", confirmed=True, browser=may, **reports.LOST)
    incident = Incident.objects.get()
    assert answer.url == page(incident, "change")
    assert (str(fresh(card).state), str(card.line.state)) == ("lost", "active")
    shown = told(may.get(page(incident, "change")))
    assert "手続が済むまで料金が発生します（申告から0日）" in shown
    answer = press(incident, "replace-reported", confirmed=True, browser=may, form_factor="3ff", on="2026-11-25")
    link = Replacement.objects.get()
    assert answer.url == page(link.new, "change")
    assert (str(fresh(card).state), str(fresh(incident).state), link.reason) == ("written-off", "replaced", "loss")
    assert "手続が済むまで" not in told(may.get(page(incident, "change")))


@pytest.mark.clause("MA10.2.1")
def test_a_lost_card_that_was_found_can_be_disposed_of_and_nothing_else(may, press):
    incident = reports.loss()
    press(incident.card, "card-found", confirmed=True, browser=may, on="2026-11-25")
    card = fresh(incident.card)
    assert (str(card.state), card.due_back_on) == ("found", None)
    buttons = may.get(page(card, "change")).context["buttons"]
    open_ones = {button["action"].slug for button in buttons if not button["reasons"]}
    assert open_ones - {"record-violation-by-card"} == {"dispose-of-card"}
    assert (
        press(card, "replace-card", browser=may, reason="wish", form_factor="3ff", on="2026-11-25").status_code == 409
    )


@pytest.mark.clause("MA8.2", "MA10.1")
def test_a_card_is_replaced_by_one_of_another_size_and_a_reported_one_by_its_procedure_alone(may, press):
    card, nano = SimCardFactory(lent=True), SimCardFactory(form_factor="4ff")
    sent = {"reason": "wish", "form_factor": "4ff", "on": "2026-11-25"}
    press(card, "replace-card", confirmed=True, browser=may, **sent)
    assert [link.new for link in lending.chain(fresh(nano))] == [nano]
    assert str(fresh(card).state) == "due-back"
    incident = reports.loss()
    answer = press(incident.card, "replace-card", browser=may, **sent)
    assert answer.status_code == 409
    assert incident.number in told(answer)


@pytest.mark.clause("MA10.1", "MA8.1")
def test_the_last_line_is_not_ended_by_the_procedure_and_the_dialog_says_what_to_do(may, press):
    incident = IncidentFactory(reported_on=date(2026, 11, 20))
    answer = press(incident, "end-reported-line", browser=may, reason="不要")
    assert answer.status_code == 409
    assert "回線が1本も残りません" in told(answer)


@pytest.mark.clause("MA1")
def test_a_card_entered_by_mistake_is_undone_from_its_page(may, press):
    card = SimCardFactory()
    press(card, "undo-receipt", confirmed=True, browser=may, reason="形状の誤り")
    assert str(fresh(card).state) == "mistaken"
    assert "誤登録のため" in told(may.get(page(card, "change")))


@pytest.mark.clause("MA9.2")
def test_a_return_entered_by_mistake_is_undone_from_the_cards_page(may, press):
    card = cards.returned()
    press(card, "undo-return", confirmed=True, browser=may, reason="読み取り誤り")
    assert str(fresh(card).state) == "overdue"


def test_numbers_that_a_delivery_left_open_are_added_on_the_page_as_people_type_them(may):
    card = SimCardFactory(imsi="", msisdn="")
    address = page(card, "change")
    form = may.get(address).context["adminform"].form
    sent = {"imsi": "44010 1234567890", "msisdn": "+81 20-1234-5678", "opened_at": form["opened_at"].value()}
    assert may.post(address, {**sent, "imsi": "12345"}).context["adminform"].form.errors
    assert may.post(address, sent).status_code == 302
    assert (fresh(card).imsi, fresh(card).msisdn) == ("440101234567890", "02012345678")


def test_the_pages_of_customer_and_contract_count_their_cards_by_form_factor_and_custody(may):
    contract = ContractFactory(mobile_access=True)
    SimCardFactory(lent=True, line=LineFactory(contract=contract))
    SimCardFactory(lent=True, line=LineFactory(contract=contract), form_factor="4ff", state="lost")
    for record, name in ((contract, "contract"), (contract.customer, "customer")):
        shown = told(may.get(page(record, "change")))
        assert f"{name}={record.number}&amp;form_factor__exact=4ff&amp;state__exact=lost" in shown


def test_replacements_reports_and_charges_are_found_by_the_numbers_of_their_cards(may):
    link, incident = ReplacementFactory(), IncidentFactory()
    event = ChargeEvent.objects.get(card=cards_given_up())
    ReplacementFactory(), IncidentFactory()
    for model, found, typed in [
        (Replacement, link, link.old.iccid),
        (Replacement, link, f"{link.new.iccid}F"),
        (Replacement, link, link.line.contract.customer.number),
        (Incident, incident, incident.number),
        (Incident, incident, incident.card.iccid[-8:]),
        (ChargeEvent, event, event.card.iccid[:-1]),
    ]:
        rows = may.get(list_page(model), {"q": typed}).context["cl"].result_list
        assert list(rows) == [found], (model, typed)
    assert may.get("/console/search/", {"q": incident.number}).url == page(incident, "change")


def cards_given_up() -> SimCard:
    card = cards.overdue()
    returning.give_up(card, on=DAY, price_shown=cards.PRICE, actor=BEN)
    return card


@pytest.mark.clause("MA10.2.2")
def test_duties_of_a_lost_card_stay_recordable_on_its_page(may):
    incident = IncidentFactory(reported_on=date(2026, 11, 20))
    reporting.find(incident.card, on=date(2026, 11, 21), actor=BEN)
    buttons = may.get(page(incident.card, "change")).context["buttons"]
    assert {"record-violation-by-card"} <= {b["action"].slug for b in buttons if not b["reasons"]}
