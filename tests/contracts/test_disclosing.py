"""Disclosing: on a ground of the terms, to whom it allows, as far as it reaches; written down once and never changed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts import consenting, disclosing
from contracts.catalogue.disclosures import GROUNDS, Ground, Information
from contracts.catalogue.purposes import DETECTED_LOGS, MARKETING, PROPOSALS, RESEARCH
from contracts.disclosing import Asked
from contracts.models import Disclosure
from iijiot.clauses import Clause
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.factories import (
    ConsentFactory,
    ContractFactory,
    DisclosureFactory,
    DocumentFactory,
    RecipientFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
CONNECTION = "両社の閉域網を東京の接続点で相互接続"


def asked(information="personal", ground="business", **more):
    """What somebody wants to disclose; by default what a subcontractor needs."""
    given = {
        "recipient": more.pop("recipient", None) or RecipientFactory(),
        "what": "担当者の氏名",
        "purpose": "providing",
        "why": "設置作業の連絡のため",
    }
    return Asked(information=information, ground=ground, **{**given, **more})


def by_law(**more):
    """What a court asks for."""
    given = {
        "recipient": RecipientFactory(authority=True),
        "ground": "law",
        "purpose": "by-law",
        "requester": "架空地方裁判所",
    }
    return asked(**{**given, **more})


def refused(customer, wanted, actor, clause):
    """That it is refused under this clause, and nothing is written."""
    with pytest.raises(RuleViolation) as refusal:
        disclosing.disclose(customer, wanted, at=NOW, actor=actor)
    assert clause in [reason.clause.id for reason in refusal.value.unmet], refusal.value
    assert not Disclosure.objects.exists()
    return str(refusal.value)


def done(customer, wanted, actor):
    """That it is written down."""
    return disclosing.disclose(customer, wanted, at=NOW, actor=actor)


@pytest.mark.clause("G38.1", "G38.2")
def test_a_disclosure_says_what_to_whom_why_on_which_ground_when_and_by_whom(aois_company, approver):
    wanted = asked("communications", recipient=RecipientFactory(sees_communications=True))
    disclosure = done(aois_company, wanted, approver)
    assert (disclosure.customer, disclosure.to, disclosure.ground, disclosure.clause) == (
        aois_company,
        wanted.recipient,
        "business",
        "G38.2",
    )
    assert (disclosure.purpose, disclosure.why, disclosure.at, disclosure.by) == (
        "providing",
        wanted.why,
        NOW,
        approver.name,
    )
    told = disclosure.history.get()
    assert (told.history_clause, told.history_change_reason) == ("G38.2", wanted.why)


@pytest.mark.clause("G38.1")
def test_a_disclosure_is_never_changed_and_never_deleted(approver):
    disclosure = DisclosureFactory()
    disclosure.what = "何も開示していない"
    with chapter(actor=approver), pytest.raises(RuleViolation) as refusal:
        disclosure.save()
    assert refusal.value.unmet[0].clause.id == "G38.1"
    with pytest.raises(RuleViolation):
        disclosure.delete()
    assert disclosure.history.count() == 1


@pytest.mark.clause("G38.2", "G39.2", "G40.3", "G46.1", "G46.2")
@pytest.mark.parametrize(
    ("information", "clause"),
    [
        ("communications", "G38.2"),
        ("usage", "G38.2"),
        ("personal", "G40.3"),
        ("secret", "G39.2"),
        ("detected", "G46.1"),
        ("destinations", "G46.2"),
    ],
)
@pytest.mark.parametrize("ground", ["", "none-needed", "connection"])
def test_without_a_ground_nothing_is_disclosed(aois_company, approver, information, clause, ground):
    assert "根拠がない開示はできません" in refused(aois_company, asked(information, ground), approver, clause)


def test_each_kind_of_information_has_its_grounds_each_with_a_clause():
    assert set(GROUNDS) == set(Information.values)
    for grounds in GROUNDS.values():
        assert grounds
        for ground, clause in grounds.items():
            assert ground in Ground.values
            assert Clause(clause)


@pytest.mark.clause("G38.2", "G40.3")
@pytest.mark.parametrize(("information", "kind"), [("communications", "communications"), ("personal", "personal")])
def test_the_consent_must_be_given_for_this_and_to_this_recipient(aois_company, approver, information, kind):
    recipient, other = RecipientFactory(other=True), RecipientFactory(other=True)
    wanted = asked(information, "consent", recipient=recipient)
    refused(aois_company, wanted, approver, wanted.clause)
    ConsentFactory(customer=aois_company, kind=kind, recipient=other)
    refused(aois_company, wanted, approver, wanted.clause)
    consent = ConsentFactory(customer=aois_company, kind=kind, recipient=recipient)
    assert done(aois_company, wanted, approver).consent == consent


@pytest.mark.clause("G38.2", "G40.3")
def test_a_consent_taken_back_allows_nothing_any_more(aois_company, clerk, approver):
    recipient = RecipientFactory(other=True)
    ConsentFactory(customer=aois_company, kind="personal", recipient=recipient)
    consenting.record(aois_company, "personal", given=False, told="電話", at=NOW, actor=clerk, recipient=recipient)
    refused(aois_company, asked(ground="consent", recipient=recipient), approver, "G40.3")


@pytest.mark.clause("G38.2", "G40.3", "G43")
def test_who_works_for_the_company_gets_only_what_is_entrusted(aois_company, approver):
    recipient = RecipientFactory(sees_personal=True)
    done(aois_company, asked(recipient=recipient), approver)
    wanted = asked("communications", recipient=recipient)
    with pytest.raises(RuleViolation, match="委託されていません"):
        done(aois_company, wanted, approver)
    outsider = asked(recipient=RecipientFactory(other=True, sees_personal=True))
    with pytest.raises(RuleViolation, match="業務委託先"):
        done(aois_company, outsider, approver)


@pytest.mark.clause("G40.3")
def test_a_recipient_that_is_not_in_use_any_more_gets_nothing(aois_company, approver):
    refused(aois_company, asked(recipient=RecipientFactory(is_active=False)), approver, "G40.3")


@pytest.mark.clause("G38.4")
def test_how_the_service_is_used_is_shared_with_subsidiaries_alone(aois_company, approver):
    wanted = asked("usage", "proposals", recipient=RecipientFactory())
    assert "子会社" in refused(aois_company, wanted, approver, "G38.4")
    subsidiary = RecipientFactory(subsidiary=True)
    disclosure = done(aois_company, replace(wanted, recipient=subsidiary), approver)
    assert (disclosure.to, disclosure.clause, disclosure.why) == (subsidiary, "G38.4", wanted.why)


@pytest.mark.clause("G38.4")
def test_whoever_does_not_want_that_is_not_spoken_of_to_subsidiaries(aois_company, clerk, approver):
    wanted = asked("usage", "proposals", recipient=RecipientFactory(subsidiary=True))
    consenting.record(aois_company, PROPOSALS.code, given=False, told="電話", at=NOW, actor=clerk)
    refused(aois_company, wanted, approver, "G38.4")


@pytest.mark.clause("G38.4", "G38.2")
def test_communication_records_never_go_to_a_subsidiary_for_proposals(aois_company, approver):
    wanted = asked("communications", "proposals", recipient=RecipientFactory(subsidiary=True))
    refused(aois_company, wanted, approver, "G38.2")


@pytest.mark.clause("G40.2.3", "G40.3")
def test_a_use_that_the_customer_stopped_is_no_purpose_of_a_disclosure(aois_company, clerk, approver):
    wanted = asked(purpose=MARKETING.code)
    consenting.record(aois_company, MARKETING.code, given=False, told="電話", at=NOW, actor=clerk)
    refused(aois_company, wanted, approver, "G40.2.3")


@pytest.mark.clause("G40.4")
@pytest.mark.parametrize("ground", ["law", "provider-liability"])
def test_a_request_of_all_customers_is_refused_and_one_of_this_customer_answered(aois_company, approver, ground):
    wanted = by_law(ground=ground, scope="all")
    assert "請求の範囲内" in refused(aois_company, wanted, approver, "G40.4")
    disclosure = done(aois_company, replace(wanted, scope="customer"), approver)
    assert (disclosure.requester, disclosure.clause, disclosure.scope) == ("架空地方裁判所", "G40.4", "customer")


@pytest.mark.clause("G40.4")
def test_a_request_names_who_requests(aois_company, approver):
    refused(aois_company, by_law(requester=" "), approver, "G40.4")


@pytest.mark.clause("G40.4", "G38.2")
def test_a_request_under_law_is_one_of_an_authority(aois_company, approver):
    refused(aois_company, by_law(recipient=RecipientFactory(other=True)), approver, "G40.4")
    done(aois_company, by_law(information="communications"), approver)


@pytest.mark.clause("G38.2")
def test_of_all_customers_nothing_is_disclosed_on_any_ground(aois_company, approver):
    refused(aois_company, asked(scope="all"), approver, "G40.3")


@pytest.mark.clause("G46.1", "G46.2")
@pytest.mark.parametrize(
    ("information", "purpose", "other", "clause"),
    [("detected", DETECTED_LOGS, RESEARCH, "G46.1"), ("destinations", RESEARCH, DETECTED_LOGS, "G46.2")],
)
def test_the_association_gets_each_kind_only_by_the_consent_to_just_that(
    aois_company, clerk, approver, information, purpose, other, clause
):
    wanted = asked(information, "consent", purpose=purpose.code, recipient=RecipientFactory(association=True))
    refused(aois_company, wanted, approver, clause)
    consenting.record(aois_company, other.code, given=True, told="同意書", at=NOW, actor=clerk)
    refused(aois_company, wanted, approver, clause)
    consenting.record(aois_company, purpose.code, given=True, told="同意書", at=NOW, actor=clerk)
    assert "認定協会" in refused(
        aois_company, replace(wanted, recipient=RecipientFactory(other=True)), approver, clause
    )
    assert done(aois_company, wanted, approver).clause == clause


@pytest.mark.clause("G38.2")
@pytest.mark.parametrize(
    ("lines", "customers", "allowed"),
    [(1, 1, False), (5000, 1, False), (1, 1000, False), (9, 9, False), (10, 10, True), (5000, 200, True)],
    ids=["one line", "one customer", "one line of many", "nine", "ten", "many"],
)
def test_a_statistic_is_told_only_where_it_identifies_nobody(approver, lines, customers, allowed):
    recipient = RecipientFactory()
    told = {"what": "月間通信量の平均", "why": "提案資料", "purpose": "improving", "at": NOW, "actor": approver}
    if allowed:
        made = disclosing.disclose_statistic(recipient, lines=lines, customers=customers, **told)
        assert (made.customer, made.counted, made.scope) == (None, min(lines, customers), "all")
    else:
        with pytest.raises(RuleViolation) as refusal:
            disclosing.disclose_statistic(recipient, lines=lines, customers=customers, **told)
        assert refusal.value.unmet[0].clause.id == "G38.2"


@pytest.mark.clause("G38.2")
def test_no_setting_makes_a_statistic_of_one_line_lawful(settings):
    settings.SMALLEST_STATISTIC = 0
    assert [disclosing.statistic_allowed(count) for count in (0, 1, 2)] == [False, False, True]


@pytest.mark.clause("G39.1")
def test_what_was_not_marked_when_it_was_disclosed_is_no_trade_secret_and_needs_no_ground(approver):
    document = DocumentFactory()
    made = disclosing.hand_on(document, asked(ground=""), at=NOW, actor=approver)
    assert (made.information, made.ground, made.clause, made.document) == ("document", "none-needed", "G39.1", document)


@pytest.mark.clause("G39.1", "G39.2")
def test_a_trade_secret_leaves_the_house_on_a_ground_alone(approver):
    document = DocumentFactory(secret=True)
    wanted = asked(ground="", recipient=RecipientFactory(sees_secrets=True))
    with pytest.raises(RuleViolation) as refusal:
        disclosing.hand_on(document, wanted, at=NOW, actor=approver)
    assert refusal.value.unmet[0].clause.id == "G39.2"
    made = disclosing.hand_on(document, replace(wanted, ground="business"), at=NOW, actor=approver)
    assert (made.information, made.clause, made.document) == ("secret", "G39.2", document)


@pytest.mark.clause("G39.1")
def test_information_cannot_be_marked_as_secret_afterwards(clerk):
    document = DocumentFactory()
    document.marked = True
    with chapter(actor=clerk), pytest.raises(RuleViolation) as refusal:
        document.save()
    assert refusal.value.unmet[0].clause.id == "G39.1"


@pytest.mark.clause("G39.1")
@pytest.mark.parametrize("exception", ["had", "obtained", "developed", "known"])
def test_under_each_of_the_four_exceptions_marked_information_is_no_trade_secret(approver, exception):
    document = DocumentFactory(secret=True)
    disclosing.exempt(document, exception, "公報に掲載されている", actor=approver)
    document.refresh_from_db()
    assert not document.is_secret
    told = document.history.first()
    assert (told.history_clause, told.history_change_reason) == ("G39.1", "公報に掲載されている")
    assert disclosing.hand_on(document, asked(ground=""), at=NOW, actor=approver).information == "document"
    with pytest.raises(RuleViolation):
        disclosing.exempt(document, exception, "再度", actor=approver)


@pytest.mark.clause("G41")
def test_another_customer_sees_the_settings_listed_and_no_other(aois_company, carols_company, approver):
    contract = ContractFactory(**of(aois_company), private_connector=True)
    shown = StartConditionFactory(contract=contract, code="operation-policy", words="運用ポリシー")
    StartConditionFactory(contract=contract, code="designated", words="接続試験の立会い")
    ContractFactory(**of(carols_company))
    needed = {"connection": CONNECTION, "why": "経路の設定に必要", "at": NOW, "actor": approver}
    made = disclosing.disclose_settings(contract, carols_company, [shown], **needed)
    assert made.connection == CONNECTION
    assert (made.customer, made.to, made.what, made.clause) == (aois_company, carols_company, "運用ポリシー", "G41")
    assert made.settings_shown() == [shown]
    assert not DisclosureFactory().settings_shown()


@pytest.mark.clause("G41")
def test_settings_are_not_disclosed_without_need_nor_those_of_another_contract(aois_company, carols_company, approver):
    contract = ContractFactory(**of(aois_company), private_connector=True)
    own, other = StartConditionFactory(contract=contract), StartConditionFactory()
    ContractFactory(**of(carols_company))
    needed = {"connection": CONNECTION, "why": "経路の設定に必要", "at": NOW, "actor": approver}
    for peer, listed, more in (
        (carols_company, [], {}),
        (carols_company, [own], {"why": " "}),
        (carols_company, [own], {"connection": " "}),
        (carols_company, [own, other], {}),
        (aois_company, [own], {}),
    ):
        with pytest.raises(RuleViolation) as refusal:
            disclosing.disclose_settings(contract, peer, listed, **{**needed, **more})
        assert refusal.value.unmet[0].clause.id == "G41"
    assert not Disclosure.objects.exists()


@pytest.mark.clause("G41")
@pytest.mark.parametrize("without", ["aois_company", "carols_company"])
def test_who_has_no_contract_in_life_is_connected_to_nobody(aois_company, carols_company, approver, without):
    ended = {without: {"ended": True}}
    contract = ContractFactory(**of(aois_company), private_connector=True, **ended.get("aois_company", {}))
    other = ContractFactory(**of(carols_company), **ended.get("carols_company", {}))
    listed = [StartConditionFactory(contract=contract)]
    with pytest.raises(RuleViolation, match="有効な契約がありません") as refusal:
        disclosing.disclose_settings(
            contract, carols_company, listed, connection=CONNECTION, why="経路", at=NOW, actor=approver
        )
    assert refusal.value.unmet[0].helps == ({"aois_company": contract, "carols_company": other}[without].customer,)
    assert not Disclosure.objects.exists()
