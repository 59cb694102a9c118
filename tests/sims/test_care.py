"""Care of SIM cards: nine duties, violations by a card, and subleases to which we have consented (MA9.1, MA10.2.2)."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from contracts import suspending
from contracts.models.violation import BY_CARD
from iijiot.rules import RuleViolation
from sims import caring
from sims.models import CardViolation
from tests.acts import BEN, again, screened
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.devices import SubleaseConsentFactory
from tests.factories.sims import LineFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")

DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)


def lent(**more):
    """A card on loan since 2026-04-01."""
    return SimCardFactory(lent=True, **more)


def broken(card, breach: str, found_on: date = DAY):
    """The violation by a card."""
    return caring.record_violation(card, breach, what="現地で確認", found_on=found_on, actor=BEN)


@pytest.mark.clause("MA9.1.1", "MA9.1.2", "MA9.1.3", "MA9.1.4", "MA9.1.5", "MA9.1.6", "MA9.1.7", "MA9.1.8", "MA9.1.9")
@pytest.mark.parametrize("breach", [f"MA9.1.{n}" for n in range(1, 10)])
def test_each_duty_of_care_can_be_violated_by_a_card_and_bears_a_suspension(db, breach):
    card = lent()
    violation = broken(card, breach)
    assert (violation.breach, violation.customer) == (breach, card.line.contract.customer)
    assert CardViolation.objects.of_cards([card.pk]).get().violation == violation
    assert violation.history.latest().history_clause == breach
    with pytest.raises(RuleViolation, match="bears no such suspension"):
        announce(violation, "G26.1.3")
    assert announce(violation, "G26.1.2").violation == violation


def announce(violation, cause: str):
    """Tell the customer that the contract is stopped for it."""
    return suspending.announce(
        violation.contract, extent="stop", cause=cause, reason="SIMカードの取扱い", period="是正まで",
        begins_at=NOON, now=datetime(2026, 11, 30, tzinfo=UTC), violation=violation, actor=BEN,
    )  # fmt: skip


@pytest.mark.clause("MA9.1")
def test_there_are_nine_duties_and_nothing_else_is_violated_by_a_card(db):
    assert [breach.value for breach in BY_CARD] == [f"MA9.1.{n}" for n in range(1, 10)]
    with pytest.raises(RuleViolation, match="one of the nine"):
        broken(lent(), "G20.1")


@pytest.mark.clause("MA9.1.4")
def test_a_sublease_with_our_consent_is_no_violation_from_its_first_day_to_its_last(db):
    card = lent()
    caring.consent(
        card.line.contract, to_whom="架空物流株式会社", since=date(2026, 10, 1), until=date(2026, 12, 1),
        reference="承諾書 2026-09-25", actor=BEN,
    )  # fmt: skip
    for day in (date(2026, 10, 1), DAY):
        with pytest.raises(RuleViolation, match="We have consented to the sublease to 架空物流株式会社"):
            broken(card, "MA9.1.4", day)
    assert broken(card, "MA9.1.4", date(2026, 9, 30)).pk
    assert broken(card, "MA9.1.4", date(2026, 12, 2)).pk
    assert broken(card, "MA9.1.3").breach == "MA9.1.3", "a consent to lend on is none to sell or pledge"


@pytest.mark.clause("MA9.1.4")
def test_a_consent_for_one_card_covers_no_other(db):
    line = LineFactory()
    card, other = lent(line=line), lent(line=LineFactory(contract=line.contract))
    consent = caring.consent(
        line.contract, card=card, to_whom="架空物流", since=date(2026, 10, 1), reference="承諾書", actor=BEN
    )
    with pytest.raises(RuleViolation, match="no violation"):
        broken(card, "MA9.1.4")
    assert broken(other, "MA9.1.4").pk
    with pytest.raises(ValidationError, match="belongs to no line of the contract"):
        SubleaseConsentFactory(card=card)
    caring.end_consent(consent, on=date(2026, 11, 30), actor=BEN)
    assert broken(card, "MA9.1.4").pk
    with pytest.raises(RuleViolation, match="already"):
        caring.end_consent(consent, on=date(2026, 12, 1), actor=BEN)


@pytest.mark.clause("MA10.2.2")
@pytest.mark.parametrize("state", ["lost", "written-off", "found"])
def test_duties_go_on_for_a_card_that_was_lost(db, state):
    card = lent(state=state, over_on=None if state == "lost" else date(2026, 11, 20))
    violation = broken(card, "MA9.1.9")
    assert again(card).state == state
    assert violation.state == "open"


@pytest.mark.clause("MA9.1.9")
def test_nobody_violates_a_duty_by_a_card_that_was_not_lent(db):
    for card, day in ((SimCardFactory(), DAY), (SimCardFactory(assigned=True), DAY), (lent(), date(2026, 3, 31))):
        with pytest.raises(RuleViolation, match="was not lent on that day"):
            broken(card, "MA9.1.9", day)


@pytest.mark.clause("G14.1.4", "MA9.1.2")
def test_a_violation_by_a_card_counts_when_the_customer_applies_again(db):
    contract = ContractFactory(mobile_access=True)
    broken(lent(line=LineFactory(contract=contract)), "MA9.1.2")
    application = screened(ApplicationFactory(**of(contract.customer)))
    finding = application.findings.get(ground="G14.1.4")
    assert finding.result == "found"
