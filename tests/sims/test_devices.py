"""Devices of lines: why they may connect, their tests, and those that are seen without being known (MA7, MA15.1)."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from contracts import suspending
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from sims import activating, equipping
from sims.models import Equipment, Line, Sighting
from tests.acts import BEN, again, only_on
from tests.factories import ContractFactory
from tests.factories.devices import DesignatedDeviceFactory, EquipmentFactory, SightingFactory, imei
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")

DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
GATEWAY = {"maker": "架空電子", "name": "GW-1"}


@pytest.fixture
def line(db):
    """A line that could go into service."""
    IpPoolFactory()
    made = LineFactory(ordered=True)
    SimCardFactory(lent=True, line=made)
    return made


def see(*pairs, on=DAY) -> int:
    """Take in what was seen, as an import of usage does."""
    with chapter(actor=BEN):
        return equipping.sighted([(line.pk, number) for line, number in pairs], on=on)


@pytest.mark.clause("MA7")
def test_a_conforming_device_is_known_by_its_certificate_and_one_approved_for_roaming_has_none(line):
    for wrong in ({"basis": "conforming"}, {"basis": "roaming", "mark": "001-A00001"}):
        with pytest.raises(ValidationError, match="approved for roaming has none"):
            equipping.register(line, on=DAY, actor=BEN, **GATEWAY, **wrong)
    equipping.register(line, on=DAY, actor=BEN, basis="roaming", **GATEWAY)
    equipping.register(line, on=DAY, actor=BEN, basis="conforming", mark="001-A00001", **GATEWAY)
    assert line.equipment.count() == 2


@pytest.mark.clause("MA7")
def test_a_designated_device_stands_on_the_list(line):
    with pytest.raises(RuleViolation, match="begins with 35417803"):
        equipping.register(line, on=DAY, actor=BEN, basis="designated", imei=imei(1), **GATEWAY)
    listed = DesignatedDeviceFactory(tac="35417803")
    made = equipping.register(line, on=DAY, actor=BEN, basis="designated", imei=imei(1), **GATEWAY)
    assert made.imei == imei(1)
    with chapter(actor=BEN):
        listed.is_listed = False
        listed.save()
    with pytest.raises(RuleViolation, match="Look at the list"):
        equipping.register(line, on=DAY, actor=BEN, basis="designated", imei=imei(2), **GATEWAY)


@pytest.mark.clause("MA7")
def test_a_line_that_has_ended_takes_no_device(db):
    ended = LineFactory(ended=True)
    with pytest.raises(RuleViolation, match="The line has ended"):
        equipping.register(ended, on=DAY, actor=BEN, basis="roaming", **GATEWAY)
    assert not Equipment.objects.exists()


@pytest.mark.clause("MA7")
@pytest.mark.parametrize("typed", ["35417803685978", "354178036859781", "3541780368597890", "3.54178E+14"])
def test_an_imei_that_is_none_is_refused(line, typed):
    with pytest.raises(ValidationError):
        equipping.register(line, on=DAY, actor=BEN, basis="conforming", mark="001-A00001", imei=typed, **GATEWAY)


@pytest.mark.clause("MA7")
def test_a_device_is_in_use_once_and_moves_when_it_is_retired(line):
    given = {"basis": "conforming", "mark": "001-A00001", "imei": "３５４１７８０３６８５９７８９", **GATEWAY}
    first = equipping.register(line, on=DAY, actor=BEN, **given)
    assert first.imei == "354178036859789"
    with pytest.raises(ValidationError, match="in use already"):
        equipping.register(LineFactory(), on=DAY, actor=BEN, **given)
    with pytest.raises(RuleViolation, match="was registered on"):
        equipping.retire(first, on=date(2026, 11, 30), actor=BEN)
    equipping.retire(first, on=DAY, actor=BEN)
    assert equipping.register(LineFactory(), on=DAY, actor=BEN, **given).state == "registered"


@pytest.mark.clause("MA7")
def test_a_line_goes_live_only_when_the_test_that_was_asked_for_is_passed(line):
    device = EquipmentFactory(line=line)
    equipping.ask_test(device, due_on=date(2026, 12, 10), today=DAY, actor=BEN)
    with pytest.raises(RuleViolation, match="is not passed yet") as refused:
        activating.activate(line, on=DAY, at=NOON, actor=BEN)
    assert refused.value.unmet[0].clause.id == "MA7"
    assert activating.activate_all([line.pk], on=DAY, at=NOON, actor=BEN) == []
    equipping.record_test(again(device), passed=False, on=DAY, report="電力超過", actor=BEN)
    with pytest.raises(RuleViolation, match="is not passed yet"):
        activating.activate(line, on=DAY, at=NOON, actor=BEN)
    equipping.ask_test(again(device), due_on=date(2026, 12, 20), today=DAY, actor=BEN)
    equipping.record_test(again(device), passed=True, on=DAY, report="良好", actor=BEN)
    activating.activate(line, on=DAY, at=NOON, actor=BEN)
    assert again(line).state == "active"


@pytest.mark.clause("MA7")
def test_a_device_without_a_test_or_retired_hinders_nothing(line):
    EquipmentFactory(line=line)
    EquipmentFactory(line=line, retired=True, report_due_on=date(2026, 12, 1))
    assert activating.activate_all([line.pk], on=DAY, at=NOON, actor=BEN) == [line.pk]


@pytest.mark.clause("MA7")
def test_a_report_is_overdue_from_the_day_after_its_day(db):
    device = EquipmentFactory(asked=True)
    assert list(Equipment.objects.overdue(date(2026, 12, 10))) == []
    assert list(Equipment.objects.overdue(date(2026, 12, 11))) == [device]
    assert list(Equipment.objects.awaiting_report()) == [device]
    with pytest.raises(RuleViolation, match="is over already"):
        equipping.ask_test(EquipmentFactory(), due_on=date(2026, 11, 30), today=DAY, actor=BEN)
    with pytest.raises(RuleViolation, match="was registered on"):
        equipping.record_test(device, passed=True, on=date(2026, 3, 1), report="良好", actor=BEN)


@pytest.mark.clause("MA7")
def test_devices_are_retired_with_their_lines(db):
    ended = EquipmentFactory(line=LineFactory(ended=True))
    living = EquipmentFactory()
    only_on(date(2026, 11, 1))
    assert (again(ended).state, again(ended).retired_on) == ("retired", date(2026, 10, 31))
    assert again(living).state == "registered"


@pytest.mark.clause("MA15.1")
def test_a_device_that_nobody_registered_makes_one_proposal(db):
    line = LineFactory()
    assert see((line, imei(9)), (line, imei(9)[:14]), (line, f"{imei(9)[:14]}01"), (line, "")) == 1
    assert see((line, imei(9)), on=date(2026, 12, 2)) == 0
    sighting = Sighting.objects.get()
    assert (sighting.imei, sighting.first_seen_on, sighting.last_seen_on) == (imei(9), DAY, date(2026, 12, 2))
    assert see((line, imei(9))) == 0
    assert again(sighting).last_seen_on == date(2026, 12, 2)


@pytest.mark.clause("MA15.1")
def test_devices_that_may_connect_make_none(db):
    line = LineFactory()
    EquipmentFactory(line=LineFactory(contract=line.contract), imei=imei(1))
    DesignatedDeviceFactory(tac="86000001")
    EquipmentFactory(line=LineFactory(), imei=imei(2))
    assert see((line, imei(1)), (line, imei(5, "86000001")), (line, imei(2))) == 1
    assert Sighting.objects.get().imei == imei(2)


@pytest.mark.clause("MA15.1")
def test_a_violation_recorded_from_a_proposal_can_cause_a_suspension(db):
    sighting = SightingFactory()
    violation = equipping.record_violation(sighting, what="未登録の端末を接続", on=DAY, actor=BEN)
    assert (violation.breach, violation.contract) == ("MA15.1", sighting.line.contract)
    assert (again(sighting).state, again(sighting).violation) == ("violation", violation)
    made = suspending.announce(
        sighting.line.contract, extent="stop", cause="G26.1.2", reason="端末", period="取外しまで", begins_at=NOON,
        now=datetime(2026, 11, 30, tzinfo=UTC), violation=violation, actor=BEN,
    )  # fmt: skip
    assert made.violation == violation
    assert see((sighting.line, sighting.imei)) == 0, "the violation is open: it is known"
    with pytest.raises(RuleViolation):
        equipping.dismiss(sighting, because="x", actor=BEN)


@pytest.mark.clause("MA15.1")
def test_a_device_that_may_connect_after_all_is_registered_or_the_reason_is_kept(db):
    one, other = SightingFactory(), SightingFactory()
    device = equipping.register_seen(one, on=DAY, actor=BEN, basis="conforming", mark="001-A00001", **GATEWAY)
    assert (device.imei, device.line, again(one).state) == (one.imei, one.line, "registered")
    equipping.dismiss(other, because="当社の試験機", actor=BEN)
    assert again(other).outcome == "当社の試験機"
    assert see((one.line, one.imei), (other.line, other.imei)) == 0


@pytest.mark.clause("MA15.1")
def test_ten_thousand_pairs_are_taken_in_by_few_statements(db, django_assert_max_num_queries):
    line = LineFactory(contract=ContractFactory(mobile_access=True))
    with chapter(actor=BEN), django_assert_max_num_queries(6):
        assert equipping.sighted([(line.pk, imei(n)) for n in range(10_000)], on=DAY) == 10_000
    assert Line.objects.count() == 1
