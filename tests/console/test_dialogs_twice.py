"""Sent twice, by a double click or by two clerks: one effect, and the second is told what has happened and by whom."""

import html
from datetime import date

import pytest
from django.template.response import TemplateResponse
from django.test import RequestFactory

from contracts import starting
from contracts.admin.contract import SetStart
from iijiot.actors import Actor
from iijiot.console.dialogs import dialog
from tests.acts import screened
from tests.console import (
    bulks,
    cards,
    files,
    happenings,
    invoices,
    lines,
    measures,
    payments,
    pools,
    prices,
    reports,
    secrecies,
    usages,
)
from tests.console.conftest import what_was_shown
from tests.factories import (
    ApplicationFactory,
    ContactChannelFactory,
    ContractFactory,
    CustomerFactory,
    DocumentRequestFactory,
    ExternalSubscriptionFactory,
    NoticeFactory,
    ProposalFactory,
    StartConditionFactory,
)
from tests.house.console import as_superuser, page

MET, DAY = "経路を決定", date(2026, 11, 25)


def on_hold():
    """An application with a document that is missing."""
    return DocumentRequestFactory().application


def ending_contract():
    """A contract's own end to take back, as its notice made it."""
    return ContractFactory(ending=True).terminations.get()


REFUSED_THEN = {
    "screen": (ApplicationFactory, {}),
    "documents-arrived": (on_hold, lambda application: {"arrived": [application.document_requests.get().pk]}),
    "accept": (lambda: screened(ApplicationFactory()), {}),
    "refuse": (lambda: screened(ApplicationFactory(), {"G14.1.7": "支払遅延"}), {}),
    "withdraw": (ApplicationFactory, {}),
    "terminate": (ContractFactory, {"arrived_on": "2026-11-25", "how": "form"}),
    "end": (ExternalSubscriptionFactory, {"effective_on": "2026-12-31"}),
    "take-back": (ending_contract, {}),
    "posted": (lambda: NoticeFactory(channel="letter"), {}),
    "carry-out": (ProposalFactory, {}),
    "turn-down": (ProposalFactory, {"why": "お客様の確認がまだ"}),
    "waive-conditions": (lambda: StartConditionFactory().contract, {"because": "急ぎ"}),
    **bulks.REFUSED_THEN,
    **measures.REFUSED_THEN,
    **happenings.REFUSED_THEN,
    **secrecies.REFUSED_THEN,
    **pools.REFUSED_THEN,
    **cards.REFUSED_THEN,
    **reports.REFUSED_THEN,
    **files.REFUSED_THEN,
    **usages.REFUSED_THEN,
    **lines.REFUSED_THEN,
    **prices.REFUSED_THEN,
    **payments.REFUSED_THEN,
    **invoices.REFUSED_THEN,
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN = {
    **bulks.SHOWN_AGAIN,
    "ask-documents": (lambda: screened(ApplicationFactory()), {"documents": "委任状"}),
    "ask-channel": (CustomerFactory, {"means": "phone", "why": "夜間の障害連絡のため"}),
    "message": (ContractFactory, {"arrived_on": "2026-11-20", "note": "電話で解約希望"}),
    "designate-condition": (
        lambda: ContractFactory(private_connector=True, not_started=True),
        {"words": "接続試験の立会い"},
    ),
    "meet-condition": (
        lambda: StartConditionFactory().contract,
        lambda contract: {"condition": contract.conditions.first().pk, "answer": MET},
    ),
    "set-start": (lambda: ContractFactory(not_started=True), {"billing_from": "2026-12-10"}),
    **measures.SHOWN_AGAIN,
    **happenings.SHOWN_AGAIN,
    **secrecies.SHOWN_AGAIN,
    **pools.SHOWN_AGAIN,
    **reports.SHOWN_AGAIN,
    **lines.SHOWN_AGAIN,
    **prices.SHOWN_AGAIN,
    **payments.SHOWN_AGAIN,
    **invoices.SHOWN_AGAIN,
}
"""Acts that can be taken once more, if somebody wants just that."""


def opened(browser, record, slug, sent):
    """What a browser holds once the dialog, or its plan, stands on the screen."""
    address = page(record, "do", slug)
    sent = sent(record) if callable(sent) else sent
    shown = browser.post(address, {"step": "preview", **sent}) if browser.get(address).context["previews"] else None
    shown = shown or browser.get(address)
    return address, {"step": "confirm", "version": shown.context["version"], **what_was_shown(shown), **sent}


@pytest.mark.clause("G13.1", "G14.1", "G29.1", "G42.2.1")
@pytest.mark.parametrize("slug", REFUSED_THEN)
def test_x09_the_second_click_is_refused_with_who_acted_last(db, recorder, slug):
    made, sent = REFUSED_THEN[slug]
    record, browser = made(), as_superuser()
    address, held = opened(browser, record, slug, sent)
    assert browser.post(address, held).status_code == 302
    recorder.forget()
    second = browser.post(address, held)
    assert second.status_code == 409
    told = second.content.decode()
    reasons = [str(reason.remedy) for reason in second.context["reasons"]] or second.context["form"].non_field_errors()
    assert reasons
    assert all(reason in html.unescape(told) for reason in reasons)
    assert second.context["last_act"].actor in told
    assert recorder.entries(side="row") == []


@pytest.mark.clause("G29.1", "PC4.1", "PC4.2", "G3", "G12.2.2", "G42.2.1")
@pytest.mark.parametrize("slug", SHOWN_AGAIN)
def test_x09_the_second_click_of_what_can_be_repeated_is_shown_the_present_state_first(db, recorder, slug):
    made, sent = SHOWN_AGAIN[slug]
    record, browser = made(), as_superuser()
    address, held = opened(browser, record, slug, sent)
    assert browser.post(address, held).status_code == 302
    recorder.forget()
    second = browser.post(address, held)
    assert second.context["moved"]
    assert recorder.entries(side="row") == []


@pytest.mark.clause("G12.2.2")
def test_x09_a_channel_is_set_up_once(db, recorder):
    channel, browser = ContactChannelFactory(), as_superuser()
    ContactChannelFactory(customer=channel.customer, means="post")
    sent = {"channel": channel.pk, "detail": "03-1234-5678"}
    address, held = opened(browser, channel.customer, "channel-set-up", sent)
    assert browser.post(address, held).status_code == 302
    recorder.forget()
    second = browser.post(address, held)
    assert "channel" in second.context["form"].errors
    assert recorder.entries(side="row") == []


@pytest.mark.clause("G3")
def test_x09_who_has_read_before_another_wrote_is_shown_the_present_state(emi, ben):
    contract = ContractFactory(not_started=True)
    read = type(contract).objects.get(pk=contract.pk)
    starting.set_start(contract, contract.accepted_on.replace(year=2027), today=DAY, actor=Actor.staff(emi))
    request = RequestFactory().post("/", {"step": "confirm", "billing_from": "2026-12-01", "outcome": "seen before"})
    request.user = ben
    answer = dialog(request, read, SetStart, {})
    assert isinstance(answer, TemplateResponse)
    shown = answer.context_data or {}
    assert (shown["moved"], shown["plan"]) == (True, None)
    assert shown["version"] == SetStart(contract, request).version()
