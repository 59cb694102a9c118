"""What customers allow and stop: each on its own, effective at once, with what was before in the history."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import consenting
from contracts.catalogue.purposes import (
    ANALYSIS,
    DETECTED_LOGS,
    DNS_BLOCKING,
    FURTHER,
    IMPROVING,
    MARKETING,
    PROPOSALS,
    PROVIDING,
    PURPOSES,
    RELATED,
    RESEARCH,
    Say,
)
from contracts.models import Consent
from iijiot.clauses import Clause
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import accept, again, screened
from tests.factories import AccountFactory, ApplicationFactory, ConsentFactory, RecipientFactory
from tests.factories.contracts import of
from tests.workers import work

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
LETTER = "2026年11月24日付の同意書"


def say(customer, purpose, given, actor, **more):
    """The customer says it."""
    return consenting.record(customer, purpose.code, given=given, told=LETTER, at=NOW, actor=actor, **more)


@pytest.mark.clause("G46.1")
def test_detected_logs_are_handed_over_only_once_that_was_consented_to(aois_company, clerk):
    assert not consenting.may_use(aois_company, DETECTED_LOGS)
    say(aois_company, DETECTED_LOGS, True, clerk)
    assert consenting.may_use(aois_company, DETECTED_LOGS)
    say(aois_company, DETECTED_LOGS, False, clerk)
    assert not consenting.may_use(aois_company, DETECTED_LOGS)


@pytest.mark.clause("G46.2")
def test_the_second_consent_against_attacks_does_not_follow_from_the_first(aois_company, clerk):
    say(aois_company, DETECTED_LOGS, True, clerk)
    assert not consenting.may_use(aois_company, RESEARCH)
    say(aois_company, RESEARCH, True, clerk)
    say(aois_company, DETECTED_LOGS, False, clerk)
    assert consenting.may_use(aois_company, RESEARCH)


@pytest.mark.clause("G46.4")
def test_blocking_by_dns_is_on_until_it_is_switched_off_and_can_be_switched_at_any_time(aois_company, clerk):
    assert consenting.may_use(aois_company, DNS_BLOCKING)
    consent = say(aois_company, DNS_BLOCKING, False, clerk)
    assert not consenting.may_use(aois_company, DNS_BLOCKING)
    say(aois_company, DNS_BLOCKING, True, clerk)
    assert consenting.may_use(aois_company, DNS_BLOCKING)
    assert [(row.given, row.history_clause, row.history_actor) for row in consent.history.all()] == [
        (True, "G46.4", clerk.name),
        (False, "G46.4", clerk.name),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G40.2.3")
def test_marketing_skips_whoever_stopped_it_and_notices_of_the_service_go_all_the_same(
    aois_company, carols_company, clerk, mailoutbox
):
    say(aois_company, MARKETING, False, clerk)
    assert list(consenting.usable_for(MARKETING)) == [carols_company]
    assert set(consenting.usable_for(PROVIDING)) == {aois_company, carols_company}
    accept(screened(ApplicationFactory(**of(aois_company))))
    work()
    assert [mail.to for mail in mailoutbox] == [[aois_company.notice_email]]
    say(aois_company, MARKETING, True, clerk)
    assert set(consenting.usable_for(MARKETING)) == {aois_company, carols_company}


@pytest.mark.clause("G40.2.1", "G40.2.2", "G40.2.4", "G46.5")
@pytest.mark.parametrize("purpose", [PROVIDING, IMPROVING, RELATED, ANALYSIS], ids=lambda purpose: purpose.code)
def test_what_the_terms_allow_by_themselves_needs_nothing_and_cannot_be_recorded(aois_company, clerk, purpose):
    assert consenting.may_use(aois_company, purpose)
    assert aois_company in consenting.usable_for(purpose)
    with pytest.raises(KeyError):
        say(aois_company, purpose, False, clerk)


@pytest.mark.clause("G40.2.5")
def test_further_use_is_allowed_within_what_was_consented_to(aois_company, carols_company, clerk):
    assert not consenting.may_use(aois_company, FURTHER)
    assert not consenting.usable_for(FURTHER).exists()
    say(aois_company, FURTHER, True, clerk)
    assert list(consenting.usable_for(FURTHER)) == [aois_company]


@pytest.mark.clause("G40.2.1", "G40.2.2", "G40.2.3", "G40.2.4", "G40.2.5")
def test_every_use_has_its_clause_and_what_a_customer_says_of_one_says_nothing_of_another(aois_company, clerk):
    assert {purpose.clause.id for purpose in PURPOSES.values()} >= {f"G40.2.{item}" for item in range(1, 6)}
    said = [purpose for purpose in PURPOSES.values() if purpose.say != Say.NOTHING]
    for purpose in said:
        before = {other.code: consenting.may_use(aois_company, other) for other in PURPOSES.values()}
        consent = say(aois_company, purpose, not purpose.by_default, clerk)
        after = {other.code: consenting.may_use(aois_company, other) for other in PURPOSES.values()}
        assert {code for code in before if before[code] != after[code]} == {purpose.code}
        assert consent.clause_value == purpose.clause


@pytest.mark.clause("G38.4", "G46.1")
def test_saying_what_stands_already_is_refused(aois_company, clerk):
    for purpose, stands in ((DETECTED_LOGS, False), (PROPOSALS, True)):
        with pytest.raises(RuleViolation, match="すでに") as refusal:
            say(aois_company, purpose, stands, clerk)
        assert refusal.value.unmet[0].clause == purpose.clause
    assert not aois_company.consents.exists()


@pytest.mark.clause("G46.1", "G5.3")
def test_a_consent_names_the_account_that_said_it_and_only_one_of_the_customers_own(
    aois_company, carols_company, clerk
):
    own, other = AccountFactory(customer=aois_company), AccountFactory(customer=carols_company)
    assert say(aois_company, DETECTED_LOGS, True, clerk, account=own).account == own
    with pytest.raises(ValidationError, match="他の契約者"):
        say(aois_company, RESEARCH, True, clerk, account=other)


@pytest.mark.clause("G40.5")
def test_concluding_a_contract_agrees_to_the_addendum_in_its_version_and_moment(aois_company, settings):
    settings.DATA_PROCESSING_VERSION = "BRM003 第4版"
    contract = accept(screened(ApplicationFactory(**of(aois_company))))
    consent = aois_company.consents.of_addendum().get()
    assert (consent.version, consent.given, consent.by) == ("BRM003 第4版", True, "Ben")
    told, accepted = consent.history.get(), contract.history.last()
    assert (told.history_clause, told.history_chapter) == ("G40.5", accepted.history_chapter)


@pytest.mark.clause("G40.5")
def test_a_new_version_of_the_addendum_does_not_rewrite_the_one_agreed_to(aois_company, settings):
    settings.DATA_PROCESSING_VERSION = "BRM003 第4版"
    accept(screened(ApplicationFactory(**of(aois_company))))
    first = aois_company.consents.of_addendum().get()
    accept(screened(ApplicationFactory(**of(aois_company), service_code="data-storage")))
    assert aois_company.consents.of_addendum().get() == first
    settings.DATA_PROCESSING_VERSION = "BRM003 第5版"
    accept(screened(ApplicationFactory(**of(aois_company), service_code="mobile-access", item="TypeD")))
    assert [consent.version for consent in aois_company.consents.of_addendum()] == ["BRM003 第5版", "BRM003 第4版"]
    assert (again(first).at, first.history.count()) == (first.at, 1)


@pytest.mark.clause("G40.5")
def test_the_addendum_is_neither_taken_back_nor_agreed_to_otherwise(aois_company, clerk):
    consent = ConsentFactory(addendum=True, customer=aois_company)
    with pytest.raises(RuleViolation, match="契約の締結"):
        consenting.record(aois_company, "data-processing", given=False, told=LETTER, at=NOW, actor=clerk)
    consent.version = "BRM003 第9版"
    with chapter(actor=clerk), pytest.raises(RuleViolation) as refusal:
        consent.save()
    assert refusal.value.unmet[0].clause.id == "G40.5"


@pytest.mark.clause("G38.2", "G40.3")
def test_a_consent_to_disclose_is_for_one_recipient_and_one_kind(aois_company, clerk):
    one, other = RecipientFactory(other=True), RecipientFactory(other=True)
    consenting.record(aois_company, "personal", given=True, told=LETTER, at=NOW, actor=clerk, recipient=one)
    assert aois_company.consents.to("personal", one).given().exists()
    assert not aois_company.consents.to("personal", other).exists()
    assert not aois_company.consents.to("communications", one).exists()
    with pytest.raises(ValidationError):
        consenting.record(aois_company, "secrets", given=True, told=LETTER, at=NOW, actor=clerk)


def test_asking_costs_one_query_and_for_what_needs_no_answer_none(aois_company):
    with CaptureQueriesContext(connection) as captured:
        consenting.may_use(aois_company, MARKETING)
    assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        consenting.may_use(aois_company, PROVIDING)
    assert len(captured) == 0


def test_the_longest_kind_fits_and_each_has_a_clause():
    longest = Consent._meta.get_field("kind").max_length
    for code, _words in Consent._meta.get_field("kind").choices:
        assert longest is not None and len(code) <= longest  # noqa: PT018 - a type, then the rule
        assert Clause(Consent(kind=code).clause_value.id)
