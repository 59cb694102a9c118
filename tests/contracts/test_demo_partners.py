"""The demo has a partner of each kind, at work; and nothing that it does leaves the machine."""

from datetime import date, timedelta

from contracts.demo import partners
from contracts.models import Delivery, Grant, Partner, PartnerKey, PartnerKind, Webhook
from iijiot import clock, worlds
from iijiot.calls import ApiCall
from tests.factories import ContractFactory
from tests.house.console import as_superuser

TODAY = date(2026, 11, 25)


def test_every_kind_of_partner_has_what_its_page_shows(db):
    ContractFactory.create_batch(3)
    staff, *_others, last = worlds.parts()
    assert last is partners.PART
    with clock.standing_still(clock.midnight(TODAY) + timedelta(minutes=10)):
        for part in (staff, last):
            part.build("small", TODAY, 1, lambda done: None)
    assert set(Partner.objects.working().values_list("kind", flat=True)) == set(PartnerKind)
    assert {"delivered", "waiting", "given-up"} == set(Delivery.objects.values_list("state", flat=True))
    assert not Webhook.objects.working().exists()
    assert PartnerKey.objects.exclude(ends_at=None).count() == 1
    browser = as_superuser()
    for partner in Partner.objects.working():
        page = browser.get(f"/console/contracts/partner/{partner.pk}/change/").content.decode()
        assert Grant.objects.filter(partner=partner).first().customer.name in page
        assert partner.keys.first().client_id in page or "受発注システム" in page
        assert ApiCall.objects.of_partner(partner.number).count() >= 6
        assert "/api/v1/events" in page
