"""Information that customers have handed over, and whether it is a trade secret (G39)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from iijiot.personal import REST
from iijiot.records import Numbered, RecordedQuerySet


class Exempt(models.TextChoices):
    """Why marked information is no trade secret: the four items of the first paragraph."""

    HAD = "had", _("(1) The company had it already when it was disclosed")
    OBTAINED = "obtained", _("(2) Obtained lawfully from a third party without a duty of secrecy")
    DEVELOPED = "developed", _("(3) Developed by the company itself")
    KNOWN = "known", _("(4) Publicly known, or otherwise no trade secret under the law")


class DocumentQuerySet(RecordedQuerySet["Document"]):
    """Information handed over."""

    def with_list_data(self) -> "DocumentQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class Document(Numbered):
    """Something that a customer disclosed to the company; a trade secret where it was marked as one then (G39.1)."""

    NUMBER_PREFIX = "T"
    LOCK_RANK = 17
    FIXED: ClassVar = dict.fromkeys(("customer", "received_on", "marked"), "G39.1")
    TOLD = ("title", "received_on", "marked")
    PERSONAL: ClassVar = {"title": REST, "kept_at": REST, "exempt_because": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="documents", verbose_name=_("customer"))
    title = models.CharField(pgettext_lazy("of a document", "title"), max_length=200)
    received_on = models.DateField(_("disclosed on"))
    marked = models.BooleanField(
        _("marked as secret"),
        default=False,
        help_text=_("Only where the customer said so when disclosing it. It cannot be marked later (article 39)."),
    )
    kept_at = models.CharField(_("where it is kept"), max_length=200, blank=True)
    exempt = models.CharField(_("why it is no trade secret"), max_length=10, choices=Exempt, blank=True, editable=False)
    exempt_because = models.CharField(_("facts"), max_length=300, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("information handed over")
        verbose_name_plural = _("information handed over")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("exempt_document", _("Can record why marked information is no trade secret"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="document_exempt_if_marked_with_facts",
                condition=Q(exempt="", exempt_because="")
                | (Q(marked=True, exempt__in=Exempt.values) & ~Q(exempt_because="")),
                violation_error_code="G39.1",
                violation_error_message=_("An exception is one of the four, with its facts, of something marked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_secret(self) -> bool:
        """Whether it is a trade secret: marked when it was disclosed, and under none of the exceptions (G39.1)."""
        return self.marked and not self.exempt
