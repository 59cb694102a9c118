"""What the back office keeps: a file for each thing."""

from contracts.models.account import Account, Proof
from contracts.models.announcement import Announcement
from contracts.models.application import Application
from contracts.models.condition import StartCondition
from contracts.models.consent import Consent
from contracts.models.contact import ContactChannel
from contracts.models.contract import Contract
from contracts.models.customer import Cap, Customer, CustomerKind, ManagementUnit
from contracts.models.death import Death, HeirFiling
from contracts.models.dependency import Dependency
from contracts.models.designation import DesignatedDay
from contracts.models.disclosure import Disclosure
from contracts.models.discontinuation import Discontinuation
from contracts.models.document import Document
from contracts.models.erasure import Erasure
from contracts.models.evidence import Evidence
from contracts.models.external import ExternalSubscription
from contracts.models.finding import DocumentRequest, Finding
from contracts.models.invitation import Invitation
from contracts.models.mail_domain import MailDomain
from contracts.models.measure import Measure
from contracts.models.notice import Notice, Opening
from contracts.models.particulars import ChangeReport
from contracts.models.partner import Grant, Partner, PartnerKey, PartnerKind
from contracts.models.recipient import Recipient
from contracts.models.succession import Succeeded, Succession
from contracts.models.suspension import Suspension
from contracts.models.termination import Termination
from contracts.models.terms import TermsVersion
from contracts.models.violation import Violation
from contracts.models.webhook import Delivery, Webhook, WebhookReach, WebhookSecret
from contracts.models.wording import Wording

__all__ = [
    "Account",
    "Announcement",
    "Application",
    "Cap",
    "ChangeReport",
    "Consent",
    "ContactChannel",
    "Contract",
    "Customer",
    "CustomerKind",
    "Death",
    "Delivery",
    "Dependency",
    "DesignatedDay",
    "Disclosure",
    "Discontinuation",
    "Document",
    "DocumentRequest",
    "Erasure",
    "Evidence",
    "ExternalSubscription",
    "Finding",
    "Grant",
    "HeirFiling",
    "Invitation",
    "MailDomain",
    "ManagementUnit",
    "Measure",
    "Notice",
    "Opening",
    "Partner",
    "PartnerKey",
    "PartnerKind",
    "Proof",
    "Recipient",
    "StartCondition",
    "Succeeded",
    "Succession",
    "Suspension",
    "Termination",
    "TermsVersion",
    "Violation",
    "Webhook",
    "WebhookReach",
    "WebhookSecret",
    "Wording",
]
