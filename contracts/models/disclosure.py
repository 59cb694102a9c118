"""The log of what was disclosed of customers: to whom, on which ground, for which purpose (G38, G39, G40, G41)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.disclosures import BY_REQUEST, Ground, Information, Scope
from contracts.catalogue.purposes import PURPOSES
from contracts.models.condition import StartCondition
from contracts.models.consent import Consent
from contracts.models.contract import Contract
from contracts.models.customer import Customer
from contracts.models.document import Document
from contracts.models.recipient import Recipient
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet


class DisclosureQuerySet(RecordedQuerySet["Disclosure"]):
    """Disclosures by how they are looked up."""

    def with_list_data(self) -> "DisclosureQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "recipient", "peer")

    def newest(self) -> "DisclosureQuerySet":
        """The latest first, with what a panel shows of each."""
        return self.with_list_data().order_by("-pk")


class Disclosure(Numbered):
    """One disclosure; it is written once and never changed (G38.2, G39.2, G40.3, G40.4, G41).

    A statistic is of no single customer: it says how many it counts.
    """

    NUMBER_PREFIX = "R"
    LOCK_RANK = 28
    TOLD = ("information", "what", "recipient", "peer", "ground", "purpose", "connection", "why", "requester")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"what": REST, "connection": REST, "clause": NO, "why": REST, "requester": REST, "by": NO}

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="disclosures", verbose_name=_("customer"), null=True, blank=True
    )
    information = models.CharField(_("kind of information"), max_length=15, choices=Information)
    what = models.TextField(_("what exactly"))
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    counted = models.PositiveIntegerField(_("how many it counts"), null=True, blank=True)
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, related_name="disclosures", verbose_name=_("recipient"), null=True, blank=True
    )
    peer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="disclosures_to",
        verbose_name=_("connected customer"),
        null=True,
        blank=True,
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    clause = models.CharField(_("clause"), max_length=12)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=[(code, purpose.words) for code, purpose in PURPOSES.items()]
    )
    connection = models.CharField(_("how the two are connected"), max_length=300, blank=True)
    why = models.CharField(_("what it is needed for"), max_length=300)
    requester = models.CharField(_("requester"), max_length=200, blank=True)
    consent = models.ForeignKey(
        Consent, models.PROTECT, related_name="disclosures", verbose_name=_("consent"), null=True, blank=True
    )
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        related_name="disclosures",
        verbose_name=_("information handed over"),
        null=True,
        blank=True,
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="disclosures", verbose_name=_("contract"), null=True, blank=True
    )
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("disclosed by"), max_length=150)

    FIXED: ClassVar = dict.fromkeys(
        (
            "customer",
            "information",
            "what",
            "scope",
            "counted",
            "recipient",
            "peer",
            "ground",
            "clause",
            "purpose",
            "connection",
            "why",
            "requester",
            "consent",
            "document",
            "contract",
            "at",
            "by",
        ),
        "G38.1",
    )

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("disclose_information", _("Can disclose information of customers")),
            ("view_communication", _("Can look at communication records")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="disclosure_on_a_known_ground",
                condition=Q(
                    information__in=Information.values,
                    ground__in=Ground.values,
                    scope__in=Scope.values,
                    purpose__in=list(PURPOSES),
                ),
                violation_error_code="G38.2",
                violation_error_message=_("A disclosure has a ground and a purpose. Choose those offered."),
            ),
            models.CheckConstraint(
                name="disclosure_says_what_and_why",
                condition=~Q(what="") & ~Q(why=""),
                violation_error_code="G38.2",
                violation_error_message=_("Say what exactly is disclosed, and what it is needed for."),
            ),
            models.CheckConstraint(
                name="disclosure_to_one_recipient",
                condition=Q(ground="connection", recipient=None, peer__isnull=False, contract__isnull=False)
                | (~Q(ground="connection") & Q(recipient__isnull=False, peer=None, contract=None)),
                violation_error_code="G41",
                violation_error_message=_(
                    "Settings of a contract go to a connected customer, everything else to a recipient of the list."
                ),
            ),
            models.CheckConstraint(
                name="disclosure_to_another_customer",
                condition=Q(peer=None) | ~Q(peer=F("customer")),
                violation_error_code="G41",
                violation_error_message=_("The other customer must be another one."),
            ),
            models.CheckConstraint(
                name="disclosure_by_consent_names_it",
                condition=Q(ground="consent", consent__isnull=False) | (~Q(ground="consent") & Q(consent=None)),
                violation_error_code="G38.2",
                violation_error_message=_("A disclosure by consent names the consent."),
            ),
            models.CheckConstraint(
                name="disclosure_by_request_names_who_asks",
                condition=~Q(ground__in=list(BY_REQUEST)) | ~Q(requester=""),
                violation_error_code="G40.4",
                violation_error_message=_("Say who requests it."),
            ),
            models.CheckConstraint(
                name="disclosure_of_all_is_a_statistic",
                condition=Q(information="statistic", scope="all", customer=None, counted__isnull=False)
                | (~Q(information="statistic") & ~Q(scope="all") & Q(customer__isnull=False, counted=None)),
                violation_error_code="G38.2",
                violation_error_message=_("Of all customers together only a statistic can be disclosed."),
            ),
            models.CheckConstraint(
                name="disclosure_of_a_secret_names_the_document",
                condition=Q(information__in=["secret", "document"], document__isnull=False)
                | (~Q(information__in=["secret", "document"]) & Q(document=None)),
                violation_error_code="G39.2",
                violation_error_message=_("Information handed over is disclosed from its own page."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_information_display()}"

    @property
    def clause_value(self) -> Clause:
        """The clause under which it was disclosed."""
        return Clause(self.clause)

    @property
    def to(self) -> Recipient | Customer | None:
        """Who got it."""
        return self.recipient or self.peer

    def settings_shown(self) -> list[StartCondition]:
        """The settings that were disclosed with their present values: those listed and no other (G41)."""
        if self.contract is None:
            return []
        listed = self.what.splitlines()
        return [condition for condition in self.contract.conditions.all() if condition.words in listed]
