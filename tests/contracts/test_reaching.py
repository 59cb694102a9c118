"""Further channels beside the notice address: asked for, pending, set up; nothing stops meanwhile."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from contracts import reaching
from contracts.models import ContactChannel
from iijiot.actors import Actor
from iijiot.rules import RuleViolation
from tests.factories import ContactChannelFactory, ContractFactory
from tests.factories.contracts import of
from tests.house.console import enter

BEN = Actor.command("Ben")
ASKED, SET_UP = date(2026, 11, 25), date(2026, 11, 30)


@pytest.mark.clause("G12.2.2", "G42.2.4")
def test_a_further_channel_is_pending_until_the_customer_has_set_it_up(aois_company):
    channel = reaching.ask_for_channel(aois_company, "phone", "夜間の障害連絡のため", on=ASKED, actor=BEN)
    assert list(aois_company.contact_channels.pending()) == [channel]
    reaching.record_channel(channel, "03-1234-5678", on=SET_UP, actor=BEN)
    assert not aois_company.contact_channels.pending().exists()
    told = channel.history.order_by("history_id").last()
    assert (told.detail, told.set_up_on, told.history_clause) == ("03-1234-5678", SET_UP, "G12.2.2")


@pytest.mark.clause("G12.2.2")
def test_contracts_run_on_while_a_channel_is_pending(aois_company):
    contract = ContractFactory(**of(aois_company))
    reaching.ask_for_channel(aois_company, "phone", "夜間の障害連絡のため", on=ASKED, actor=BEN)
    contract.refresh_from_db()
    assert contract.state == "active"


@pytest.mark.clause("G12.2.2")
def test_the_same_channel_is_not_asked_for_twice_and_not_set_up_without_its_number(aois_company):
    channel = ContactChannelFactory(customer=aois_company)
    with pytest.raises(ValidationError, match="すでに"):
        reaching.ask_for_channel(aois_company, "phone", "再度", on=ASKED, actor=BEN)
    with pytest.raises(ValidationError):
        reaching.record_channel(channel, "", on=SET_UP, actor=BEN)
    with pytest.raises((ValidationError, RuleViolation)):
        reaching.record_channel(channel, "03-1234-5678", on=date(2026, 11, 24), actor=BEN)
    assert ContactChannel.objects.pending().count() == 1


@pytest.mark.clause("G12.2.2")
def test_the_customer_page_says_what_is_pending(client, ben, aois_company):
    ContactChannelFactory(customer=aois_company)
    enter(client, ben)
    page = client.get(f"/console/contracts/customer/{aois_company.pk}/change/").content.decode()
    assert "夜間の障害連絡のため" in page
    client.post(
        f"/console/contracts/customer/{aois_company.pk}/do/channel-set-up/",
        {"channel": aois_company.contact_channels.get().pk, "detail": "03-1234-5678", "step": "confirm"},
    )
    assert not aois_company.contact_channels.pending().exists()
