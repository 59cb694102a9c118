"""Reports of faults and losses: a case, and no change of service or fees; a lost card never comes back into use."""

from datetime import UTC, date, datetime

import pytest

from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import activating, reporting
from sims.models import Incident, SimCard
from sims.models.incident import Channel
from tests.acts import BEN
from tests.factories.sims import IncidentFactory, IpPoolFactory, LineFactory, ReplacementFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")
REPORTED, TODAY = date(2026, 12, 5), date(2026, 12, 7)
NOON = datetime(2026, 12, 10, 3, tzinfo=UTC)


def report(card: SimCard, kind: str, **more: object) -> Incident:
    told: dict[str, object] = {"channel": "phone", "on": REPORTED, "what": "現場で", "today": TODAY, **more}
    made: Incident = reporting.report(card, kind=kind, actor=BEN, **told)  # type: ignore[arg-type]
    return made


@pytest.mark.clause("MA10.1", "MA13.2")
@pytest.mark.parametrize(("kind", "custody"), [("fault", "faulty"), ("loss", "lost")])
def test_a_report_makes_a_case_and_leaves_the_line_in_service_and_charged(db, kind, custody):
    card = SimCardFactory(lent=True)
    before = (str(card.line.state), card.line.billing_starts_on, card.line.ends_on)
    incident = report(card, kind)
    line = fresh(card.line)
    assert str(fresh(card).state) == custody
    assert (str(incident.state), incident.card, incident.line) == ("open", card, card.line)
    assert (str(line.state), line.billing_starts_on, line.ends_on) == before


@pytest.mark.clause("MA10.1")
@pytest.mark.parametrize("channel", Channel.values)
def test_it_comes_by_telephone_mail_portal_or_api_to_the_same_effect(db, channel):
    incident = report(SimCardFactory(lent=True), "loss", channel=channel)
    assert (incident.channel, str(incident.card.state)) == (channel, "lost")


@pytest.mark.clause("MA10.1")
def test_a_card_is_reported_once(db):
    card = SimCardFactory(lent=True)
    report(card, "loss")
    with pytest.raises(RuleViolation, match="is not possible while the state is"):
        report(card, "loss")
    assert Incident.objects.count() == 1


@pytest.mark.clause("MA10.1")
def test_a_loss_takes_the_place_of_a_fault_that_was_reported_before(db):
    card = SimCardFactory(lent=True)
    fault = report(card, "fault")
    loss = report(fresh(card), "loss", on=date(2026, 12, 6))
    assert (str(fresh(fault).state), str(fresh(loss).state)) == ("withdrawn", "open")
    assert str(fresh(card).state) == "lost"


@pytest.mark.parametrize(
    ("on", "said"), [(date(2026, 12, 8), "has not come yet"), (date(2026, 3, 31), "cannot have been reported before")]
)
def test_the_day_of_a_report_lies_between_the_loan_and_today(db, on, said):
    with pytest.raises(RuleViolation, match=said):
        report(SimCardFactory(lent=True), "loss", on=on)


def test_what_no_line_has_cannot_be_reported(db):
    with pytest.raises(RuleViolation, match="No line has this card"):
        report(SimCardFactory(), "loss")


@pytest.mark.clause("MA10.1")
def test_a_fault_can_be_withdrawn_and_the_card_is_used_on(db):
    incident = report(SimCardFactory(lent=True), "fault")
    reporting.withdraw(incident, on=TODAY, actor=BEN, reason="再起動で復旧")
    assert str(fresh(incident.card).state) == "on-loan"
    assert (str(fresh(incident).state), fresh(incident).settled_on) == ("withdrawn", TODAY)


@pytest.mark.clause("MA10.2.1")
def test_a_loss_is_not_withdrawn_when_the_card_is_found(db):
    incident = IncidentFactory()
    with pytest.raises(RuleViolation, match="stays out of use, even when it is found"):
        reporting.withdraw(incident, on=date(2026, 12, 10), actor=BEN)


@pytest.mark.clause("MA10.2.1")
def test_a_card_found_again_is_not_due_back_and_never_goes_live(db):
    IpPoolFactory()
    incident = IncidentFactory(card=SimCardFactory(lent=True, line=LineFactory(ordered=True), state="lost"))
    reporting.find(incident.card, on=date(2026, 12, 10), actor=BEN)
    found = fresh(incident.card)
    assert (str(found.state), found.over_on, found.due_back_on) == ("found", date(2026, 12, 10), None)
    assert not SimCard.objects.awaited().exists()
    assert not SimCard.objects.live().exists()
    with pytest.raises(RuleViolation, match="found again does not go live"):
        activating.activate(incident.line, on=date(2026, 12, 10), at=NOON, actor=BEN)
    assert str(fresh(incident).state) == "open", "fees go on until the procedure (MA13.2)"


@pytest.mark.clause("MA10.2.1")
def test_it_is_not_found_before_it_was_lost(db):
    with pytest.raises(RuleViolation, match="before it was reported as lost"):
        reporting.find(IncidentFactory().card, on=date(2026, 12, 4), actor=BEN)


@pytest.mark.clause("MA10.1", "MA9.2")
@pytest.mark.parametrize("state", ["due-back", "overdue"])
def test_a_card_lost_after_its_line_has_ended_is_closed_at_once(db, state):
    card = SimCardFactory(
        lent=True, line=LineFactory(ended=True), state=state, due_back_on=date(2026, 11, 30)
    )  # fmt: skip
    incident = report(card, "loss")
    assert (str(fresh(card).state), str(incident.state), incident.settled_on) == ("written-off", "line-ends", REPORTED)


@pytest.mark.clause("MA10.1")
def test_an_old_card_lost_on_its_way_back_leaves_its_successor_alone(db):
    link = ReplacementFactory()
    incident = report(link.old, "loss", on=date(2026, 12, 22), today=date(2026, 12, 22))
    assert (str(fresh(link.old).state), str(incident.state)) == ("written-off", "replaced")
    assert str(fresh(link.new).state) == "on-loan"
