"""X24: no text of one customer reaches another, by any link, list, search, file or mail; none of staff's reaches its own."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.core import mail

from contracts import due
from contracts.models import Account, Contract
from iijiot.daily import Tally
from tests.acts import give_notice
from tests.portal.canaries import Marked, at_work, crawled, marked, searches

SHOWN = {
    "ChangeReport.evidence", "ContactChannel.why", "Customer.address", "Customer.contact_person", "Customer.name",
    "Customer.name_kana", "Customer.notice_email", "Customer.phone", "Customer.postal_code", "DocumentRequest.what",
    "Evidence.name", "Invoice.recipient_name", "Line.label", "Line.tags", "ManagementUnit.name", "Notice.body",
    "Notice.subject", "Notice.to", "StartCondition.answer",
}  # fmt: skip
"""The texts that a customer reads of its own. All others are for staff: remarks, findings, reasons, who paid."""
FEWEST = 500


@pytest.fixture
def hers(manager: Account) -> Marked:
    """Aoi's company."""
    at_work(manager.customer)
    return marked(manager.customer, "zqa")


@pytest.fixture
def carols(outsider: Account) -> Marked:
    """Carol's company."""
    at_work(outsider.customer)
    return marked(outsider.customer, "zqc")


@pytest.mark.long
def test_no_mark_of_one_customer_is_in_any_answer_to_another_and_none_of_staffs_in_its_own(browser, hers, carols):
    found = crawled(browser, ["/portal/", *searches(carols.queries)])
    print(f"{len(found)} answers, {len(hers.columns)} marks of its own, {len(carols.queries)} of another")
    assert len(found) >= FEWEST
    foreign = set(carols.queries)
    for asked, words in found.items():
        typed = unquote(asked.partition("?")[2])
        leaked = {mark for mark in foreign if mark in words and mark not in typed}
        assert not leaked, f"{asked} shows another customer's {leaked}"
    seen = hers.found_in("\n".join(found.values()))
    assert seen - SHOWN == set(), "not for the customer, or a line in SHOWN"
    assert SHOWN - seen == set(), "the walk has not come to everything that the customer may see"
    assert set(carols.columns.values()) - SHOWN >= {"Customer.note", "Finding.text", "Suspension.reason"}


@pytest.mark.long
def test_a_search_for_anything_of_somebody_elses_finds_nothing(browser, hers, carols):
    for word in carols.queries:
        for field in ("q", "tag"):
            assert browser.get("/portal/lines/", {field: word}).context["page"].rows == [], f"{field}={word}"


def test_a_mail_holds_texts_of_nobody_but_its_receiver(hers, carols):
    for side in (hers, carols):
        give_notice(Contract.objects.of_customer(side.customer).in_life().filter(service_code="vpn-gateway").get())
    due.send_notices(date(2026, 11, 25), Tally())
    assert len(mail.outbox) >= 2
    for side, other in ((hers, carols), (carols, hers)):
        own = [sent for sent in mail.outbox if side.customer.notice_email in sent.to]
        assert own
        for sent in own:
            whole = "\n".join([str(sent.subject), str(sent.body), *sent.to, *sent.cc, *sent.bcc])
            assert not other.found_in(whole)
            assert not {number for number in other.numbers if number in whole}
            assert side.found_in(whole) <= SHOWN
