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
from tests.factories.invoices import (
    BillingChunkFactory,
    BillingRunFactory,
    ExemptionFactory,
    InvoiceFactory,
    InvoiceLineFactory,
    SetAsideFactory,
    TaxTotalFactory,
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
from tests.factories.prices import AgreedPriceFactory, ExtraItemFactory, PriceFactory, PriceVersionFactory
from tests.factories.payments import (
    AllocationFactory,
    BankAccountFactory,
    BankFileFactory,
    DebitFactory,
    DebitPartFactory,
    LateChargeFactory,
    MandateFactory,
    PayerSignFactory,
    PaymentPolicyFactory,
    PaymentTermsFactory,
    ReceiptFactory,
    RefundFactory,
    RemindedFactory,
    ReminderFactory,
)
from tests.factories.proposals import ProposalFactory
from tests.factories.secrecy import (
    AccountFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    ProofFactory,
    RecipientFactory,
)
from tests.factories.sims import AddressUseFactory, IpPoolFactory, ReservationFactory
from tests.factories.usage import (
    AlertWishFactory,
    NetworkPolicyFactory,
    ThrottlePolicyFactory,
    UsageAlertFactory,
    UsageLoadFactory,
)
from tests.factories.users import UserFactory
from tests.factories.wordings import WordingFactory

__all__ = [
    "AccountFactory",
    "AddressUseFactory",
    "AgreedPriceFactory",
    "AlertWishFactory",
    "AllocationFactory",
    "AnnouncementFactory",
    "ApplicationFactory",
    "AssignmentFactory",
    "BankAccountFactory",
    "BankFileFactory",
    "BillingChunkFactory",
    "BillingRunFactory",
    "BulkRunFactory",
    "CapFactory",
    "CardViolationFactory",
    "ChangeReportFactory",
    "CompanyFactory",
    "ConsentFactory",
    "ContactChannelFactory",
    "ContractFactory",
    "CustomerFactory",
    "DeathFactory",
    "DebitFactory",
    "DebitPartFactory",
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
    "ExemptionFactory",
    "ExternalSubscriptionFactory",
    "ExtraItemFactory",
    "FileImportFactory",
    "FindingFactory",
    "HeirFilingFactory",
    "InvoiceFactory",
    "InvoiceLineFactory",
    "IpPoolFactory",
    "LateChargeFactory",
    "MailDomainFactory",
    "ManagementUnitFactory",
    "MandateFactory",
    "MeasureFactory",
    "NetworkPolicyFactory",
    "NoticeFactory",
    "PayerSignFactory",
    "PaymentPolicyFactory",
    "PaymentTermsFactory",
    "PriceFactory",
    "PriceVersionFactory",
    "ProofFactory",
    "ProposalFactory",
    "ReceiptFactory",
    "RecipientFactory",
    "ReconciliationFactory",
    "Recorded",
    "RefundFactory",
    "RemindedFactory",
    "ReminderFactory",
    "ReservationFactory",
    "SavedViewFactory",
    "SetAsideFactory",
    "SightingFactory",
    "StartConditionFactory",
    "SubleaseConsentFactory",
    "SucceededFactory",
    "SuccessionFactory",
    "SuspensionFactory",
    "TaxTotalFactory",
    "TerminationFactory",
    "TermsVersionFactory",
    "ThrottlePolicyFactory",
    "UsageAlertFactory",
    "UsageLoadFactory",
    "UserFactory",
    "ViolationFactory",
    "WordingFactory",
    "corporate_number",
]
