"""The plainest lawful things, made in an act of their own; a trait is a legal situation.

The days fit together: contracts run since 2026-04-01, notices arrive on 2026-11-25, a Wednesday.
"""

from tests.factories.applications import ApplicationFactory, DocumentRequestFactory, FindingFactory
from tests.factories.base import Recorded, corporate_number
from tests.factories.bulk import BulkRunFactory
from tests.factories.contracts import (
    ContractFactory,
    DependencyFactory,
    DesignatedDayFactory,
    StartConditionFactory,
    TerminationFactory,
)
from tests.factories.customers import (
    CapFactory,
    ContactChannelFactory,
    CustomerFactory,
    ExternalSubscriptionFactory,
    MailDomainFactory,
    ManagementUnitFactory,
)
from tests.factories.desk import AssignmentFactory, CompanyFactory, SavedViewFactory
from tests.factories.devices import (
    CardViolationFactory,
    DesignatedDeviceFactory,
    DesignatedItemFactory,
    EquipmentFactory,
    SightingFactory,
    SubleaseConsentFactory,
)
from tests.factories.erasures import ErasureFactory
from tests.factories.files import DifferenceFactory, FileImportFactory, ReconciliationFactory
from tests.factories.happenings import (
    ChangeReportFactory,
    DeathFactory,
    EvidenceFactory,
    HeirFilingFactory,
    SucceededFactory,
    SuccessionFactory,
)
from tests.factories.measures import (
    AnnouncementFactory,
    DiscontinuationFactory,
    MeasureFactory,
    SuspensionFactory,
    TermsVersionFactory,
    ViolationFactory,
)
from tests.factories.notices import NoticeFactory
from tests.factories.proposals import ProposalFactory
from tests.factories.secrecy import (
    AccountFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    ProofFactory,
    RecipientFactory,
)
from tests.factories.sims import (
    AddressUseFactory,
    ChargeEventFactory,
    IncidentFactory,
    IpPoolFactory,
    LineChangeFactory,
    LineFactory,
    ReorderPointFactory,
    ReplacementFactory,
    ReservationFactory,
    ReturnPolicyFactory,
    SimCardFactory,
    SimProductFactory,
)
from tests.factories.usage import (
    AlertWishFactory,
    NetworkPolicyFactory,
    ThrottlePolicyFactory,
    UsageAlertFactory,
)
from tests.factories.users import UserFactory
from tests.factories.wordings import WordingFactory

__all__ = [
    "AccountFactory",
    "AddressUseFactory",
    "AlertWishFactory",
    "AnnouncementFactory",
    "ApplicationFactory",
    "AssignmentFactory",
    "BulkRunFactory",
    "CapFactory",
    "CardViolationFactory",
    "ChangeReportFactory",
    "ChargeEventFactory",
    "CompanyFactory",
    "ConsentFactory",
    "ContactChannelFactory",
    "ContractFactory",
    "CustomerFactory",
    "DeathFactory",
    "DependencyFactory",
    "DesignatedDayFactory",
    "DesignatedDeviceFactory",
    "DesignatedItemFactory",
    "DifferenceFactory",
    "DisclosureFactory",
    "DiscontinuationFactory",
    "DocumentFactory",
    "DocumentRequestFactory",
    "EquipmentFactory",
    "ErasureFactory",
    "EvidenceFactory",
    "ExternalSubscriptionFactory",
    "FileImportFactory",
    "FindingFactory",
    "HeirFilingFactory",
    "IncidentFactory",
    "IpPoolFactory",
    "LineChangeFactory",
    "LineFactory",
    "MailDomainFactory",
    "ManagementUnitFactory",
    "MeasureFactory",
    "NetworkPolicyFactory",
    "NoticeFactory",
    "ProofFactory",
    "ProposalFactory",
    "RecipientFactory",
    "ReconciliationFactory",
    "Recorded",
    "ReorderPointFactory",
    "ReplacementFactory",
    "ReservationFactory",
    "ReturnPolicyFactory",
    "SavedViewFactory",
    "SightingFactory",
    "SimCardFactory",
    "SimProductFactory",
    "StartConditionFactory",
    "SubleaseConsentFactory",
    "SucceededFactory",
    "SuccessionFactory",
    "SuspensionFactory",
    "TerminationFactory",
    "TermsVersionFactory",
    "ThrottlePolicyFactory",
    "UsageAlertFactory",
    "UserFactory",
    "ViolationFactory",
    "WordingFactory",
    "corporate_number",
]
