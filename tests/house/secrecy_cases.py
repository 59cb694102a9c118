"""The constraints of accounts, consents, disclosures and erasures: for each a row that keeps it, and what breaks it."""

from tests.factories import (
    AccountFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    ErasureFactory,
    RecipientFactory,
)
from tests.factories.erasures import LAST_DAY
from tests.house.constraint_cases import Check, Unique, numbered

CHECKS: dict[str, Check] = {
    "account_state_known": Check(AccountFactory, {"state": "asleep"}),
    "account_role_known": Check(AccountFactory, {"role": "king"}),
    "account_locked_since_and_why": Check(lambda: AccountFactory(locked=True), {"locked_why": ""}),
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
    "contracts_recipient_name_key": [
        Unique(RecipientFactory, lambda _row: RecipientFactory(), lambda rival: {"name": rival.name})
    ],
    "contracts_account_user_id_key": [
        Unique(AccountFactory, lambda _row: AccountFactory(), lambda rival: {"user_id": rival.user_id})
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
