"""Dialogs: what is typed is read, what is wrong is told where it was typed, what is confirmed happens once."""

from datetime import date

import pytest

from contracts.admin.contract import RecordMessage
from contracts.models import Contract, Termination
from tests.acts import again, screened
from tests.console.conftest import told
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DocumentRequestFactory,
    ExternalSubscriptionFactory,
    NoticeFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of
from tests.factories.worlds import house

LAST = date(2026, 12, 25)


@pytest.mark.clause("G14.1", "G13.1")
def test_an_application_goes_from_screening_to_its_contract(press):
    application = ApplicationFactory()
    assert press(application, "screen", step="confirm").status_code == 302
    grounds = [f.ground.replace(".", "_") for f in application.findings.all()]
    findings = {f"{ground}-result": "clear" for ground in grounds}
    assert press(application, "findings", step="confirm", **findings).status_code == 302
    answer = press(application, "accept", confirmed=True)
    contract = Contract.objects.get()
    assert answer.url == f"/console/contracts/contract/{contract.pk}/change/"
    assert again(application).state == "accepted"


@pytest.mark.clause("G14.1.7")
def test_a_ground_without_its_facts_is_refused_in_the_form_and_keeps_what_was_typed(press):
    application = screened(ApplicationFactory())
    grounds = [f.ground.replace(".", "_") for f in application.findings.all()]
    findings = {f"{ground}-result": "clear" for ground in grounds}
    answer = press(application, "findings", step="confirm", **findings | {"G14_1_7-result": "found"})
    assert answer.status_code == 409
    assert "一般規程 第14条第1項第7号" in told(answer)
    assert answer.context["form"]["G14_1_7-result"].value() == "found"
    assert application.findings.get(ground="G14.1.7").result == "clear"


@pytest.mark.clause("G42.2.1")
def test_documents_are_asked_for_arrive_and_let_the_screening_go_on(press):
    application = screened(ApplicationFactory())
    refused = press(application, "ask-documents", step="confirm", documents=" \n ")
    assert refused.status_code == 200
    assert again(application).state == "screening"
    press(application, "ask-documents", step="confirm", documents="登記事項証明書\n委任状")
    assert again(application).state == "on-hold"
    asked = list(application.document_requests.all())
    press(application, "documents-arrived", step="confirm", arrived=[asked[0].pk])
    assert again(application).state == "on-hold"
    press(application, "documents-arrived", step="confirm", arrived=[asked[1].pk])
    assert again(application).state == "screening"


@pytest.mark.clause("G42.2.1", "G14.1")
def test_an_application_is_refused_or_withdrawn_once(press):
    held = ApplicationFactory(on_hold=True)
    DocumentRequestFactory(application=held)
    assert press(held, "refuse", step="confirm").status_code == 302
    second = press(held, "refuse", step="confirm")
    assert second.status_code == 409
    assert "弁田 ベン" in told(second)
    assert again(held).history.filter(state="refused").count() == 1
    waiting = ApplicationFactory()
    assert "お申込み取下げ受付のお知らせ" in press(waiting, "withdraw", reason="申込者の都合").content.decode()
    assert press(waiting, "withdraw", step="confirm", reason="申込者の都合").status_code == 302
    assert again(waiting).history.first().history_change_reason == "申込者の都合"
    assert again(waiting).notices.get().kind == "application-withdrawn"


@pytest.mark.clause("G13.2")
def test_accepting_out_of_turn_asks_for_the_reason(press):
    ApplicationFactory()
    second = screened(ApplicationFactory())
    refused = press(second, "accept", confirmed=True)
    assert refused.status_code == 409
    assert "一般規程 第13条第2項" in told(refused)
    assert not Contract.objects.exists()
    assert press(second, "accept", confirmed=True, reason="先順位の書類待ち").status_code == 302


@pytest.mark.clause("PC3")
def test_the_clerk_picks_what_a_contract_rests_on_and_nothing_else(press, aois_company, carols_company):
    iot = ContractFactory(**of(aois_company))
    ExternalSubscriptionFactory(customer=aois_company)
    wanted = ExternalSubscriptionFactory(customer=aois_company, reference="PB-2")
    foreign = ExternalSubscriptionFactory(customer=carols_company)
    application = screened(ApplicationFactory(**of(aois_company), service_code="private-connector"))
    slot = "rests-on-private-connector-1"
    stolen = press(application, "accept", confirmed=True, **{slot: f"external:{foreign.pk}"})
    assert slot in stolen.context["form"].errors
    assert press(application, "accept", confirmed=True, **{slot: f"external:{wanted.pk}"}).status_code == 302
    contract = Contract.objects.get(service_code="private-connector")
    assert {d.base for d in contract.dependencies.standing()} == {iot, wanted}


@pytest.mark.clause("IOT4")
@pytest.mark.parametrize("typed", ["2026-11-25", "２０２６／１１／２５", "令和8年11月25日", "R8.11.25", " 20261125 "])
def test_days_are_read_as_people_type_them(press, typed):
    contract = ContractFactory()
    assert press(contract, "terminate", confirmed=True, arrived_on=typed, how="form").status_code == 302
    assert (again(contract).ends_on, again(contract).ends_under) == (LAST, "IOT4")


@pytest.mark.clause("G29.1")
@pytest.mark.parametrize(
    "typed", ["2026-02-30", "1899-01-01", "3026-01-01", "明日", "2026-11-26", "2026-11-25\x00", ""]
)
def test_days_that_are_none_or_cannot_be_are_told_and_change_nothing(press, typed):
    contract = ContractFactory()
    answer = press(contract, "terminate", confirmed=True, arrived_on=typed, how="form")
    assert answer.status_code in (200, 409)
    assert answer.context["form"].errors
    assert not Termination.objects.exists()


@pytest.mark.clause("PC5.2")
def test_only_what_was_shown_is_carried_out(press, desk):
    world = house()
    address = f"/console/contracts/externalsubscription/{world.backbone.pk}/do/end/"
    sent = {"effective_on": "2026-12-31", "step": "confirm"}
    for fingerprint in ("", "0123456789abcdef0123"):
        answer = desk.post(address, sent | {"fingerprint": fingerprint})
        assert answer.context["moved"]
        assert not Termination.objects.exists()
    shown = press(world.backbone, "end", effective_on="2026-12-31").context["plan"]
    press(world.connector, "terminate", confirmed=True, arrived_on="2026-11-25", how="form")
    moved = desk.post(address, sent | {"fingerprint": shown.fingerprint})
    assert moved.context["moved"]
    assert again(world.backbone).ends_on is None
    now = moved.context["plan"].fingerprint
    assert desk.post(address, sent | {"fingerprint": now}).status_code == 302
    assert again(world.connector).ends_on == LAST
    assert again(world.vpn).ends_on == date(2026, 12, 31)


@pytest.mark.clause("VPN5.2")
def test_another_day_is_designated_in_the_plan(press):
    world = house()
    day, why, agrees = (f"designated-{part}-{world.vpn.pk}" for part in ("day", "reason", "agrees"))
    ask = {"effective_on": "2026-12-31", day: "2026-12-20", why: "切替工事のため"}
    early = press(world.backbone, "end", confirmed=True, **ask)
    assert early.status_code == 409
    assert "VPN ゲートウェイ 第5条第2項" in told(early)
    wrong = press(world.backbone, "end", confirmed=True, **ask | {day: "2026-02-30"})
    assert wrong.status_code == 409
    assert not Termination.objects.exists()
    assert press(world.backbone, "end", confirmed=True, **ask | {agrees: "on"}).status_code == 302
    assert again(world.vpn).ends_on == date(2026, 12, 20)
    assert again(world.gateway).ends_on == date(2026, 12, 31)


@pytest.mark.clause("G29.1")
def test_an_end_is_taken_back_and_what_it_caused_with_it(press):
    world = house()
    press(world.iot, "terminate", confirmed=True, arrived_on="2026-11-25", how="form")
    own = Termination.objects.get(contract=world.iot)
    caused = Termination.objects.get(contract=world.data_storage)
    assert press(caused, "take-back", confirmed=True).status_code == 409
    assert press(own, "take-back", confirmed=True, reason="契約者の撤回").status_code == 302
    assert {again(contract).ends_on for contract in world.contracts.values()} == {None}
    assert press(own, "take-back", confirmed=True).status_code == 409


@pytest.mark.clause("G29.1")
def test_a_message_without_our_form_waits_for_it(press):
    contract = ContractFactory()
    press(contract, "message", step="confirm", arrived_on="2026-11-20", note="電話で解約希望")
    message = Termination.objects.get()
    assert (message.state, again(contract).ends_on) == ("form-missing", None)
    press(contract, "terminate", confirmed=True, arrived_on="2026-11-25", how="form")
    assert (again(message).state, again(contract).ends_on) == ("scheduled", LAST)


@pytest.mark.clause("PC4.1", "PC4.2", "G3")
def test_the_start_waits_for_the_checklist_or_for_an_approver(press, emi):
    from tests.house.console import logged_in

    world = house()
    waiting = ContractFactory(
        **of(world.customer),
        private_connector=True,
        starting=True,
        billing_starts_on=None,
        rests_on=[world.iot, world.backbone],
    )
    condition = StartConditionFactory(contract=waiting)
    refused = press(waiting, "set-start", step="confirm", billing_from="2026-11-25")
    assert refused.status_code == 409
    assert "プライベートコネクタ 第4条第1項" in told(refused)
    assert press(waiting, "waive-conditions", step="confirm", because="急ぎ").status_code == 403
    approver = logged_in(emi)
    assert press(waiting, "waive-conditions", browser=approver, step="confirm", because="急ぎ").status_code == 302
    press(waiting, "meet-condition", step="confirm", condition=condition.pk, answer="経路を決定")
    assert press(waiting, "set-start", step="confirm", billing_from="2026-11-25").status_code == 302
    assert again(waiting).state == "active"


@pytest.mark.clause("PMG5.2")
def test_what_a_contract_rests_on_is_changed_with_a_plan(press):
    type_i = ExternalSubscriptionFactory(type_i_closed=True)
    world = house(type_i.customer, gateway_also_on=(type_i,))
    mobile = world.through(world.gateway, world.mobile_access)
    assert press(world.gateway, "drop-dependency", confirmed=True, dependency=mobile.pk).status_code == 302
    assert again(mobile).dropped_on == date(2026, 11, 25)
    last = world.through(world.gateway, type_i)
    assert press(world.gateway, "drop-dependency", confirmed=True, dependency=last.pk).status_code == 409
    added = press(world.gateway, "add-dependency", confirmed=True, base=f"contract:{world.mobile_access.pk}")
    assert added.status_code == 302
    assert world.mobile_access in {d.base for d in world.gateway.dependencies.standing()}


@pytest.mark.clause("G14.2")
def test_a_letter_is_recorded_as_posted_once_and_a_mail_never(press):
    letter = NoticeFactory(channel="letter")
    assert press(letter, "posted", step="confirm").status_code == 302
    assert again(letter).state == "sent"
    assert press(letter, "posted", step="confirm").status_code == 409
    assert press(NoticeFactory(), "posted", step="confirm").status_code == 409


def test_what_was_done_is_said_and_an_unknown_act_is_not_found(press, desk):
    contract = ContractFactory()
    press(contract, "message", step="confirm", arrived_on="2026-11-20", note="電話で解約希望")
    page = desk.get(f"/console/contracts/contract/{contract.pk}/change/")
    assert [str(message) for message in page.context["messages"]]
    assert str(RecordMessage.done) in told(page)
    assert press(contract, "no-such-act", step="confirm").status_code == 404
