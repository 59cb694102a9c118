"""The constraints of secrecy, evidence, texts of letters and erasures: for each a row that keeps it, and what breaks it."""

from datetime import date

from tests.factories import (
    AccountFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    ErasureFactory,
    EvidenceFactory,
    GrantFactory,
    HeirFilingFactory,
    InvitationFactory,
    PartnerFactory,
    PartnerKeyFactory,
    RecipientFactory,
    WebhookFactory,
    WordingFactory,
)
from tests.factories.erasures import LAST_DAY
from tests.factories.secrecy import MOMENT
from tests.house.constraint_cases import Check, Unique, numbered

CHECKS: dict[str, Check] = {
    "account_state_known": Check(AccountFactory, {"state": "asleep"}),
    "account_role_known": Check(AccountFactory, {"role": "king"}),
    "account_locked_since_and_why": Check(lambda: AccountFactory(locked=True), {"locked_why": ""}),
    "invitation_used_or_replaced": Check(lambda: InvitationFactory(used=True), {"replaced_at": MOMENT}),
    "invitation_ends_after_it_was_made": Check(InvitationFactory, {"ends_at": MOMENT}),
    "recipient_of_a_known_standing": Check(lambda: RecipientFactory(other=True), {"standing": "friend"}),
    "recipient_who_works_for_us_has_a_contract": Check(RecipientFactory, {"contract_seen_on": None}),
    "consent_of_a_known_kind": Check(ConsentFactory, {"kind": "anything"}),
    "consent_to_disclose_names_the_recipient": Check(ConsentFactory, {"kind": "personal"}),
    "consent_to_an_addendum_has_its_version": Check(lambda: ConsentFactory(addendum=True), {"version": ""}),
    "document_exempt_if_marked_with_facts": Check(lambda: DocumentFactory(exempted=True), {"exempt_because": ""}),
    "disclosure_on_a_known_ground": Check(DisclosureFactory, {"ground": "curiosity"}),
    "disclosure_says_what_and_why": Check(DisclosureFactory, {"why": ""}),
    "disclosure_to_one_recipient": Check(DisclosureFactory, {"recipient_id": None}),
    "disclosure_by_consent_names_it": Check(lambda: DisclosureFactory(by_consent=True), {"consent_id": None}),
    "disclosure_by_request_names_who_asks": Check(lambda: DisclosureFactory(by_law=True), {"requester": ""}),
    "disclosure_of_all_is_a_statistic": Check(DisclosureFactory, {"scope": "all"}),
    "disclosure_of_a_secret_names_the_document": Check(
        lambda: DisclosureFactory(of_secret=True), {"document_id": None}
    ),
    "webhook_stopped_since_and_why": Check(WebhookFactory, {"why_stopped": "gone"}),
    "partner_kind_known": Check(PartnerFactory, {"kind": "friend"}),
    "grant_withdrawn_after_it_was_given": Check(GrantFactory, {"withdrawn_on": date(2026, 3, 31)}),
    "evidence_state_known": Check(EvidenceFactory, {"state": "burnt"}),
    "evidence_kind_known": Check(EvidenceFactory, {"kind": "rumour"}),
    "evidence_of_a_kind_of_file_that_is_taken": Check(EvidenceFactory, {"media_type": "text/html"}),
    "evidence_of_one_record": Check(EvidenceFactory, {"change_report_id": None}),
    "evidence_withdrawn_for_a_reason": Check(lambda: EvidenceFactory(withdrawn=True), {"withdrawn_because": ""}),
    "contracts_evidence_size_check": Check(EvidenceFactory, {"size": -1}),
    "wording_state_known": Check(WordingFactory, {"state": "asleep"}),
    "wording_in_force_since_and_until": Check(lambda: WordingFactory(in_force=True), {"in_force_since": None}),
    "contracts_wording_version_check": Check(WordingFactory, {"version": -1}),
    "erasure_state_known": Check(ErasureFactory, {"state": "forgotten"}),
    "erasure_of_a_known_kind": Check(ErasureFactory, {"keeping": "some"}),
    "erasure_not_before_its_day": Check(ErasureFactory, {"due_on": LAST_DAY}),
    "erasure_proposed_by_somebody": Check(lambda: ErasureFactory(proposed=True), {"proposed_by_id": None}),
    "erasure_decided_by_somebody_else": Check(lambda: ErasureFactory(decided=True), {"decided_at": None}),
    "contracts_erasure_records_check": Check(lambda: ErasureFactory(records=1), {"records": -1}),
    "contracts_erasure_versions_check": Check(lambda: ErasureFactory(versions=1), {"versions": -1}),
    "contracts_erasure_years_check": Check(ErasureFactory, {"years": -1}),
    "contracts_disclosure_counted_check": Check(lambda: DisclosureFactory(statistic=True), {"counted": -1}),
}

UNIQUES: dict[str, list[Unique]] = {
    "contracts_partner_number_key": numbered(PartnerFactory),
    "contracts_partner_user_id_key": [
        Unique(PartnerFactory, lambda _row: PartnerFactory(), lambda rival: {"user_id": rival.user_id})
    ],
    "one_standing_grant_per_customer": [
        Unique(
            GrantFactory,
            lambda row: GrantFactory(partner=row.partner),
            lambda rival: {"customer_id": rival.customer_id},
        )
    ],
    "one_key_per_client_id": [
        Unique(PartnerKeyFactory, lambda _row: PartnerKeyFactory(), lambda rival: {"client_id": rival.client_id})
    ],
    "contracts_webhook_number_key": numbered(WebhookFactory),
    "contracts_disclosure_number_key": numbered(DisclosureFactory),
    "contracts_erasure_number_key": numbered(ErasureFactory),
    "one_open_erasure_per_period": [
        Unique(
            ErasureFactory,
            lambda row: ErasureFactory(customer=row.customer, keeping="books"),
            lambda rival: {"keeping": rival.keeping},
        )
    ],
    "contracts_document_number_key": numbered(DocumentFactory),
    "contracts_evidence_number_key": numbered(EvidenceFactory),
    "contracts_evidence_stored_as_key": [
        Unique(EvidenceFactory, lambda _row: EvidenceFactory(), lambda rival: {"stored_as": rival.stored_as})
    ],
    "one_file_once_per_record": [
        Unique(
            EvidenceFactory,
            lambda row: EvidenceFactory(change_report=row.change_report),
            lambda rival: {"sha256": rival.sha256},
        ),
        Unique(
            lambda: EvidenceFactory(change_report=None, heir_filing=HeirFilingFactory()),
            lambda row: EvidenceFactory(change_report=None, heir_filing=row.heir_filing),
            lambda rival: {"sha256": rival.sha256},
        ),
    ],
    "contracts_recipient_name_key": [
        Unique(RecipientFactory, lambda _row: RecipientFactory(), lambda rival: {"name": rival.name})
    ],
    "one_open_invitation_per_account": [
        Unique(InvitationFactory, lambda _row: InvitationFactory(), lambda rival: {"account_id": rival.account_id})
    ],
    "contracts_invitation_key_key": [
        Unique(InvitationFactory, lambda _row: InvitationFactory(), lambda rival: {"key": rival.key})
    ],
    "contracts_account_user_id_key": [
        Unique(AccountFactory, lambda _row: AccountFactory(), lambda rival: {"user_id": rival.user_id})
    ],
    "one_wording_per_version": [
        Unique(
            WordingFactory,
            lambda row: WordingFactory(kind=row.kind, in_force=True),
            lambda rival: {"version": rival.version},
        )
    ],
    "one_wording_in_force_per_kind": [
        Unique(
            WordingFactory,
            lambda row: WordingFactory(kind=row.kind, in_force=True),
            lambda rival: {"state": "in-force", "in_force_since": rival.in_force_since},
        )
    ],
    "one_draft_of_a_wording_per_kind": [
        Unique(
            lambda: WordingFactory(replaced=True),
            lambda row: WordingFactory(kind=row.kind),
            lambda _rival: {"state": "draft", "in_force_since": None, "in_force_until": None},
        )
    ],
    "one_consent_per_customer_and_kind": [
        Unique(
            ConsentFactory,
            lambda row: ConsentFactory(customer=row.customer, kind="research"),
            lambda rival: {"kind": rival.kind},
        ),
        Unique(
            lambda: ConsentFactory(personal=True),
            lambda row: ConsentFactory(personal=True, customer=row.customer),
            lambda rival: {"recipient_id": rival.recipient_id},
        ),
    ],
}

OTHERS: dict[str, str] = {"disclosure_to_another_customer": "test_settings_are_not_disclosed_to_their_own_customer"}
"""What needs more than another value in one row, with its test."""
