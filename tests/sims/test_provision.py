"""What the provision says of lines and cards besides their own chapters: its end with docomo's, what can be changed."""

from datetime import date, datetime

import pytest

from iijiot import clock
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from sims import activating
from sims.models import AddressUse, DesignatedItem, Line, SimCard
from tests.acts import BEN, again, announce, only_on
from tests.factories import ContractFactory, DiscontinuationFactory
from tests.factories.sims import AddressUseFactory, LineFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.clause("MA11", "MA9.2")
def test_when_docomo_ends_all_lines_end_without_three_months_and_their_cards_are_due(db):
    contract = ContractFactory(mobile_access=True)
    for paused in (False, False, True):
        line = LineFactory(contract=contract, paused=paused)
        SimCardFactory(lent=True, line=line)
        AddressUseFactory(line=line)
    other = LineFactory(contract=ContractFactory(mobile_access=True))
    docomo = DiscontinuationFactory(
        service="mobile-access", last_day=date(2026, 12, 31), upstream_reference="株式会社NTTドコモ 通知2026-12-1"
    )
    announce(docomo, datetime(2026, 12, 10, 12, tzinfo=clock.TOKYO))
    for day in (date(2026, 12, 10), date(2027, 1, 1)):
        only_on(day)
    assert set(Line.objects.values_list("state", "ends_on")) == {("ended", date(2026, 12, 31))}
    assert set(SimCard.objects.values_list("state", "due_back_on")) == {("due-back", date(2027, 1, 30))}
    assert not AddressUse.objects.current().exists()
    assert again(other).state == "ended"
    assert again(contract).state == "ended"


@pytest.mark.clause("MA8.2")
def test_what_can_be_changed_besides_stands_on_a_list_that_staff_keep(db):
    assert {"pause", "form-factor", "ip-address"} <= set(
        DesignatedItem.objects.offered().values_list("code", flat=True)
    )
    line, item = SimCardFactory(lent=True).line, DesignatedItem.objects.get(code="pause")
    activating.pause(line, actor=BEN)
    assert again(line).state == "paused"
    with chapter(actor=BEN):
        item.is_offered = False
        item.save()
    with pytest.raises(RuleViolation, match="not among what can be changed") as refused:
        activating.pause(LineFactory(), actor=BEN)
    assert refused.value.unmet[0].clause.id == "MA8.2"
    activating.resume(line, actor=BEN)
    assert again(line).state == "active"


@pytest.mark.clause("MA8.2")
def test_what_nobody_put_on_the_list_cannot_be_changed(db):
    with pytest.raises(RuleViolation, match="“colour”"):
        DesignatedItem.objects.require("colour")
