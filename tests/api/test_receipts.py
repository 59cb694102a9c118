"""What is applied for and withdrawn by a system is confirmed to the customer as through the portal (G12.1)."""

import pytest
import time_machine

from contracts.models import Application, Notice
from tests.api.deeds import DEEDS
from tests.factories import ApplicationFactory
from tests.factories.contracts import of

KIND = Notice.Kind


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.mark.clause("G12.1", "G30.1")
def test_who_applies_by_a_system_is_sent_the_receipt_with_its_fees(aois_company, system):
    deed = DEEDS["create_applications"](aois_company)
    tried = system.send("POST", f"{deed.path}?dry_run=true", deed.body)
    assert (tried.status_code, Notice.objects.count()) == (200, 0)
    assert system.send("POST", deed.path, deed.body, HTTP_IDEMPOTENCY_KEY="1").status_code == 201
    system.send("POST", deed.path, deed.body, HTTP_IDEMPOTENCY_KEY="1")
    receipt, application = Notice.objects.get(), Application.objects.get()
    assert (receipt.kind, receipt.application, receipt.to) == (KIND.RECEIVED, application, aois_company.notice_email)
    assert application.number in receipt.body
    assert "料金" in receipt.body


@pytest.mark.clause("G12.1")
def test_who_withdraws_by_a_system_is_sent_the_confirmation(aois_company, system):
    application = ApplicationFactory(**of(aois_company))
    path = f"applications/app_{application.number}/withdraw"
    assert system.send("POST", path, {}, HTTP_IDEMPOTENCY_KEY="1").status_code == 200
    told = Notice.objects.get()
    assert (told.kind, told.application, told.to) == (
        KIND.APPLICATION_WITHDRAWN,
        application,
        aois_company.notice_email,
    )
