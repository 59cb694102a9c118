"""For every constraint of the database a row that keeps it, and what breaks it; read by test_constraints.py.

A new constraint fails that test until it has its case here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from contracts.models import Cap, Contract, Termination, TermsVersion
from contracts.models.termination import Origin
from iijiot.actors import Actor
from iijiot.models import DayStep
from iijiot.records import chapter
from tests.factories import (
    AnnouncementFactory,
    ApplicationFactory,
    AssignmentFactory,
    CapFactory,
    ChangeReportFactory,
    CompanyFactory,
    ContactChannelFactory,
    ContractFactory,
    CustomerFactory,
    DeathFactory,
    DependencyFactory,
    DesignatedDayFactory,
    DiscontinuationFactory,
    DocumentRequestFactory,
    ExternalSubscriptionFactory,
    FindingFactory,
    HeirFilingFactory,
    MailDomainFactory,
    ManagementUnitFactory,
    MeasureFactory,
    NoticeFactory,
    ProposalFactory,
    SavedViewFactory,
    StartConditionFactory,
    SucceededFactory,
    SuccessionFactory,
    SuspensionFactory,
    TerminationFactory,
    TermsVersionFactory,
    ViolationFactory,
)
from tests.factories.contracts import of

DAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Check:
    """A lawful row, and the values that must be refused."""

    row: Callable[[], Any]
    wrong: Mapping[str, Any]


@dataclass(frozen=True)
class Unique:
    """A lawful row, another one beside it, and the values by which the first would be the other's double."""

    row: Callable[[], Any]
    rival: Callable[[Any], Any]
    same: Callable[[Any], Mapping[str, Any]]


def terms(day: date) -> TermsVersion:
    return saved(TermsVersion(provision="PC", effective_on=day))


def step(name: str) -> DayStep:
    return saved(DayStep(day=DAY, step=name, done=0, finished_at=datetime(2026, 11, 25, tzinfo=UTC)))


def saved(record: Any) -> Any:
    with chapter(actor=Actor.command("constraint case")):
        record.save()
    return record


def mobile(**more: Any) -> Contract:
    made: Contract = ContractFactory(mobile_access=True, **more)
    return made


def dependency(**more: Any) -> Any:
    made = DependencyFactory.between(contract := mobile(), ContractFactory(**of(contract.customer)))
    return saved_with(made, **more)


def saved_with(record: Any, **values: Any) -> Any:
    record.__dict__.update(values)
    return saved(record) if values else record


def caused(state: str = "taken-back", contract: Contract | None = None) -> Termination:
    rests = dependency() if contract is None else contract.dependencies.get()
    cause = TerminationFactory(contract=rests.on_contract, state="taken-back")
    made: Termination = TerminationFactory(
        contract=rests.contract, origin=Origin.CASCADE, how="", arrived_on=None, effective_on=date(2026, 12, 25),
        clause="MA12.2", cause=cause, through=rests, state=state,
    )  # fmt: skip
    return made


def of_subscription(state: str, of_what: Any = None) -> Termination:
    made: Termination = TerminationFactory(
        of_subscription=True, external=of_what or ExternalSubscriptionFactory(), state=state
    )
    return made


def option(parent: Contract | None = None, **more: Any) -> Contract:
    parent = parent or ContractFactory()
    made: Contract = ContractFactory(**of(parent.customer), parent=parent, wise_paas_option=True, **more)
    return made


def in_trouble() -> Termination:
    made: Termination = TerminationFactory(
        origin="trouble", how="other", effective_on=DAY, clause="G29.2", measure=MeasureFactory(kind="restriction")
    )
    return made


def announced(service: str = "data-storage") -> Any:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return DiscontinuationFactory(service=service, state="announced", announced_at=at)


def numbered(factory: Any) -> list[Unique]:
    return [Unique(factory, lambda _row: factory(), lambda rival: {"number": rival.number})]


def living(**_values: Any) -> dict[str, Any]:
    return {"state": "active", "ends_on": None, "ends_under": ""}


UNIQUES: dict[str, list[Unique]] = {
    "contracts_application_number_key": numbered(ApplicationFactory),
    "contracts_contract_number_key": numbered(ContractFactory),
    "contracts_customer_number_key": numbered(CustomerFactory),
    "contracts_externalsubscription_number_key": numbered(ExternalSubscriptionFactory),
    "contracts_managementunit_number_key": numbered(ManagementUnitFactory),
    "contracts_notice_number_key": numbered(NoticeFactory),
    "contracts_suspension_number_key": numbered(SuspensionFactory),
    "contracts_measure_number_key": numbered(MeasureFactory),
    "contracts_discontinuation_number_key": numbered(DiscontinuationFactory),
    "contracts_succession_number_key": numbered(SuccessionFactory),
    "contracts_death_number_key": numbered(DeathFactory),
    "contracts_changereport_number_key": numbered(ChangeReportFactory),
    "one_death_per_customer": [
        Unique(DeathFactory, lambda _row: DeathFactory(), lambda rival: {"customer_id": rival.customer_id})
    ],
    "one_filing_per_heir": [
        Unique(
            HeirFilingFactory,
            lambda row: HeirFilingFactory(death=row.death),
            lambda rival: {"heir_id": rival.heir_id},
        )
    ],
    "one_heir_takes_over": [
        Unique(
            HeirFilingFactory,
            lambda row: HeirFilingFactory(death=row.death, state="taken"),
            lambda rival: {"state": "taken"},
        )
    ],
    "contracts_announcement_number_key": numbered(AnnouncementFactory),
    "one_announced_discontinuation": [
        Unique(announced, lambda _row: announced("vpn-gateway"), lambda rival: {"service": rival.service})
    ],
    "contracts_violation_number_key": numbered(ViolationFactory),
    "one_pending_suspension_per_cause": [
        Unique(
            SuspensionFactory,
            lambda _row: SuspensionFactory(),
            lambda rival: {"contract_id": rival.contract_id},
        )
    ],
    "iijiot_proposal_number_key": numbered(ProposalFactory),
    "one_waiting_proposal_per_act": [
        Unique(
            ProposalFactory,
            lambda _row: ProposalFactory(),
            lambda rival: {"kind_id": rival.kind_id, "record_id": rival.record_id},
        )
    ],
    "contracts_termination_number_key": numbered(TerminationFactory),
    "contracts_maildomain_domain_key": [
        Unique(
            MailDomainFactory, lambda _row: MailDomainFactory(domain="ezweb.example"), lambda r: {"domain": r.domain}
        )
    ],
    "one_customer_per_corporate_number": [
        Unique(CustomerFactory, lambda _row: CustomerFactory(), lambda r: {"corporate_number": r.corporate_number})
    ],
    "one_pending_contact_channel_per_means": [
        Unique(
            ContactChannelFactory,
            lambda row: ContactChannelFactory(customer=row.customer, means="post"),
            lambda rival: {"means": rival.means},
        ),
    ],
    "one_cap_per_customer_service_and_count": [
        Unique(
            lambda: CapFactory(counts=Cap.Counts.CONTRACTS),
            lambda row: CapFactory(customer=row.customer),
            lambda _rival: {"counts": "lines"},
        ),
        Unique(
            lambda: CapFactory(for_everyone=True, counts=Cap.Counts.CONTRACTS),
            lambda _row: CapFactory(for_everyone=True),
            lambda _rival: {"counts": "lines"},
        ),
    ],
    "one_living_contract_per_item": [
        Unique(lambda: mobile(ended=True), lambda row: mobile(**of(row.customer)), lambda _rival: living())
    ],
    "one_living_option_per_contract": [
        Unique(lambda: option(ended=True), lambda row: option(row.parent), lambda _rival: living())
    ],
    "one_standing_dependency_per_pair": [
        Unique(
            lambda: dependency(dropped_on=DAY),
            lambda row: DependencyFactory.between(row.contract, row.on_contract),
            lambda _rival: {"dropped_on": None},
        )
    ],
    "one_designated_day_per_end": [
        Unique(
            DesignatedDayFactory,
            lambda row: DesignatedDayFactory(
                contract=row.contract, end=TerminationFactory(contract=ContractFactory(**of(row.contract.customer)))
            ),
            lambda rival: {"end_id": rival.end_id},
        )
    ],
    "one_external_subscription_per_reference": [
        Unique(
            ExternalSubscriptionFactory,
            lambda row: ExternalSubscriptionFactory(customer=row.customer),
            lambda rival: {"reference": rival.reference},
        )
    ],
    "one_finding_per_ground": [
        Unique(
            FindingFactoryOnPlain := lambda: FindingFactory(application=ApplicationFactory()),
            lambda row: FindingFactory(application=row.application, ground="G14.1.3"),
            lambda rival: {"ground": rival.ground},
        )
    ],
    "one_caused_end_per_contract": [
        Unique(caused, lambda row: caused("scheduled", row.contract), lambda _rival: {"state": "scheduled"})
    ],
    "one_notice_per_contract_and_day": [
        Unique(
            lambda: TerminationFactory(state="taken-back"),
            lambda row: TerminationFactory(contract=row.contract),
            lambda _rival: {"state": "scheduled"},
        )
    ],
    "one_end_per_external_subscription": [
        Unique(
            lambda: of_subscription("taken-back"),
            lambda row: of_subscription("scheduled", row.external),
            lambda _rival: {"state": "scheduled"},
        )
    ],
    "one_terms_version_per_provision_and_day": [
        Unique(
            lambda: terms(date(2031, 4, 1)),
            lambda _row: terms(date(2031, 5, 1)),
            lambda rival: {"effective_on": rival.effective_on},
        )
    ],
    "one_holder_per_record": [
        Unique(AssignmentFactory, lambda _row: AssignmentFactory(), lambda rival: {"record_id": rival.record_id})
    ],
    "one_saved_view_per_name": [
        Unique(
            SavedViewFactory,
            lambda row: SavedViewFactory(owner=row.owner),
            lambda rival: {"name": rival.name},
        )
    ],
    "one_start_page_per_user": [
        Unique(
            SavedViewFactory,
            lambda row: SavedViewFactory(owner=row.owner, is_start=True),
            lambda _rival: {"is_start": True},
        )
    ],
    "one_row_per_day_and_step": [
        Unique(lambda: step("one"), lambda _row: step("two"), lambda rival: {"step": rival.step})
    ],
}

CHECKS: dict[str, Check] = {
    "designated_day_has_a_reason": Check(DesignatedDayFactory, {"reason": ""}),
    "company_is_one": Check(CompanyFactory, {"id": 2}),
    "application_state_known": Check(ApplicationFactory, {"state": "bogus"}),
    "application_channel_known": Check(ApplicationFactory, {"channel": "fax"}),
    "application_service_known": Check(ApplicationFactory, {"service_code": "telex"}),
    "application_names_its_item": Check(ApplicationFactory, {"item": "TypeD"}),
    "application_has_a_quantity": Check(ApplicationFactory, {"quantity": 2}),
    "application_accepts_no_more_than_asked": Check(ApplicationFactory, {"quantity_accepted": 2}),
    "application_decided_on_a_day": Check(ApplicationFactory, {"decided_on": DAY}),
    "contracts_application_quantity_check": Check(ApplicationFactory, {"quantity": -1}),
    "contracts_application_quantity_accepted_check": Check(ApplicationFactory, {"quantity_accepted": -1}),
    "contracts_cap_most_check": Check(CapFactory, {"most": -1}),
    "contact_channel_means_known": Check(ContactChannelFactory, {"means": "pigeon"}),
    "contact_channel_set_up_with_its_detail": Check(ContactChannelFactory, {"set_up_on": DAY}),
    "contract_state_known": Check(ContractFactory, {"state": "bogus"}),
    "contract_service_known": Check(ContractFactory, {"service_code": "telex"}),
    "option_has_a_parent": Check(ContractFactory, {"service_code": "wise-paas-option"}),
    "mobile_access_has_an_item": Check(mobile, {"item": ""}),
    "contract_has_a_quantity": Check(ContractFactory, {"quantity": 2}),
    "contracts_contract_quantity_check": Check(ContractFactory, {"quantity": -1}),
    "contract_starts_after_acceptance": Check(ContractFactory, {"billing_starts_on": date(2026, 3, 24)}),
    "contract_runs_only_with_a_start": Check(ContractFactory, {"billing_starts_on": None}),
    "contract_end_has_a_day_and_a_clause": Check(ContractFactory, {"ends_on": DAY}),
    "customer_is_no_consumer": Check(CustomerFactory, {"kind": "consumer"}),
    "customer_shows_who_it_is": Check(CustomerFactory, {"corporate_number": ""}),
    "dependency_on_one_thing": Check(dependency, {"on_contract_id": None}),
    "document_arrives_after_it_was_asked": Check(DocumentRequestFactory, {"arrived_on": date(2026, 11, 24)}),
    "external_service_known": Check(ExternalSubscriptionFactory, {"service": "telex"}),
    "external_network_where_there_are_networks": Check(ExternalSubscriptionFactory, {"network": "closed"}),
    "external_ends_after_it_starts": Check(ExternalSubscriptionFactory, {"ends_on": date(2026, 3, 31)}),
    "finding_result_known": Check(FindingFactoryOnPlain, {"result": "maybe"}),
    "finding_ground_known": Check(FindingFactoryOnPlain, {"ground": "G99"}),
    "finding_found_with_facts": Check(FindingFactoryOnPlain, {"result": "found"}),
    "mail_domain_is_lower_case": Check(MailDomainFactory, {"domain": "OCN.ne.jp/"}),
    "mail_domain_verdict_known": Check(MailDomainFactory, {"verdict": "maybe"}),
    "notice_state_known": Check(NoticeFactory, {"state": "bogus"}),
    "notice_sent_at_a_moment": Check(NoticeFactory, {"state": "sent"}),
    "proposal_state_known": Check(ProposalFactory, {"state": "bogus"}),
    "proposal_decision_has_who_and_when": Check(ProposalFactory, {"state": "carried-out"}),
    "condition_state_known": Check(StartConditionFactory, {"state": "bogus"}),
    "condition_met_with_a_day_and_an_answer": Check(StartConditionFactory, {"met_on": DAY}),
    "termination_state_known": Check(TerminationFactory, {"state": "bogus"}),
    "termination_origin_known": Check(TerminationFactory, {"origin": "whim"}),
    "termination_of_one_thing": Check(TerminationFactory, {"contract_id": None}),
    "termination_caused_through_a_dependency": Check(TerminationFactory, {"designated": True}),
    "termination_has_a_day": Check(lambda: TerminationFactory(by_company=True), {"effective_on": None}),
    "termination_in_trouble_on_arrival": Check(
        in_trouble,
        {"arrived_on": date(2026, 11, 24)},
    ),
    "termination_by_the_company_has_a_ground": Check(lambda: TerminationFactory(by_company=True), {"ground": ""}),
    "termination_names_what_opened_it": Check(in_trouble, {"measure_id": None}),
    "succession_state_known": Check(SuccessionFactory, {"state": "asleep"}),
    "succession_kind_known": Check(SuccessionFactory, {"kind": "sale"}),
    "split_says_which_debts_pass": Check(lambda: SuccessionFactory(split=True), {"debts": ""}),
    "succeeded_is_one_thing": Check(SucceededFactory, {"contract_id": None}),
    "death_state_known": Check(DeathFactory, {"state": "asleep"}),
    "death_reported_afterwards": Check(DeathFactory, {"reported_on": date(2026, 11, 19)}),
    "filing_state_known": Check(HeirFilingFactory, {"state": "asleep"}),
    "filing_late_or_in_time": Check(HeirFilingFactory, {"state": "late"}),
    "filing_refused_on_a_ground": Check(HeirFilingFactory, {"state": "refused"}),
    "report_state_known": Check(ChangeReportFactory, {"state": "asleep"}),
    "report_closed_on_a_day": Check(ChangeReportFactory, {"closed_on": DAY}),
    "measure_state_known": Check(MeasureFactory, {"state": "asleep"}),
    "measure_kind_known": Check(MeasureFactory, {"kind": "whim"}),
    "measure_announced_before_it_starts": Check(MeasureFactory, {"state": "announced"}),
    "measure_over_on_a_day": Check(MeasureFactory, {"over_on": DAY}),
    "discontinuation_state_known": Check(DiscontinuationFactory, {"state": "asleep"}),
    "discontinuation_of_a_known_service": Check(DiscontinuationFactory, {"item": "TypeD"}),
    "discontinuation_announced_at_a_moment": Check(DiscontinuationFactory, {"state": "announced"}),
    "terms_state_known": Check(TermsVersionFactory, {"state": "asleep"}),
    "terms_say_what_changes": Check(TermsVersionFactory, {"state": "announced", "changes": ""}),
    "announcement_of_one_thing": Check(AnnouncementFactory, {"measure_id": None}),
    "contracts_announcement_recipients_check": Check(AnnouncementFactory, {"recipients": -1}),
    "violation_state_known": Check(ViolationFactory, {"state": "asleep"}),
    "violation_of_a_known_kind": Check(ViolationFactory, {"breach": "G20"}),
    "violation_closed_on_a_day": Check(lambda: ViolationFactory(remedied=True), {"outcome": ""}),
    "suspension_state_known": Check(SuspensionFactory, {"state": "asleep"}),
    "suspension_cause_known": Check(SuspensionFactory, {"extent": "half"}),
    "suspension_rests_on_a_violation": Check(lambda: SuspensionFactory(for_violation=True), {"violation_id": None}),
    "suspension_names_the_provider": Check(SuspensionFactory, {"provider": "架空通信"}),
    "suspension_announced_before_it_begins": Check(
        SuspensionFactory, {"announced_at": datetime(2026, 11, 30, 15, tzinfo=UTC)}
    ),
    "suspension_in_force_since_a_day": Check(lambda: SuspensionFactory(in_force=True), {"begun_on": None}),
    "suspension_over_on_a_day": Check(SuspensionFactory, {"over_on": DAY}),
    "termination_notice_has_arrived": Check(TerminationFactory, {"arrived_on": None}),
    "iijiot_daystep_done_check": Check(lambda: step("one"), {"done": -1}),
}

OTHERS: dict[str, str] = {
    "succession_of_two_customers": "test_a_customer_does_not_follow_itself",
    "dependency_not_on_itself": "test_a_contract_cannot_rest_on_itself",
    "proposal_decided_by_somebody_else": "test_the_database_refuses_that_who_proposed_decides",
    "iijiot_user_login_id_key": "test_a_login_id_is_given_once_in_letters_and_digits",
    "login_id_is_letters_and_digits": "test_a_login_id_is_given_once_in_letters_and_digits",
}
"""Those that need more than another value in one row, each with its test."""
