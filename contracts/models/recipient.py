"""To whom information of customers can be given, and which kinds of it each may see (G43)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.catalogue.disclosures import Information, Standing
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet


class RecipientQuerySet(RecordedQuerySet["Recipient"]):
    """Recipients by how they are looked up."""

    def in_use(self) -> "RecipientQuerySet":
        """Those to whom something can be given now."""
        return self.filter(is_active=True).order_by("name")


class Recipient(RecordedModel):
    """A subsidiary (G38.4), somebody who works for the company (G40.3, G43), an authority, the certified association."""

    TOLD = ("name", "standing")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"name": NO}

    name = models.CharField(pgettext_lazy("of a body", "name"), max_length=200, unique=True)
    standing = models.CharField(_("what it is to the company"), max_length=15, choices=Standing)
    sees_communications = models.BooleanField(_("may see communication records"), default=False)
    sees_usage = models.BooleanField(_("may see that and how the service is used"), default=False)
    sees_personal = models.BooleanField(_("may see personal information"), default=False)
    sees_secrets = models.BooleanField(_("may see trade secrets"), default=False)
    contract_seen_on = models.DateField(
        _("contract seen on"),
        null=True,
        blank=True,
        help_text=_("For whoever works for the company: the day on which the contract that supervises it was checked."),
    )
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("Switch this off instead of deleting."))

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="recipient_of_a_known_standing",
                condition=Q(standing__in=Standing.values),
                violation_error_code="G40.3",
                violation_error_message=_("Choose what the recipient is to the company."),
            ),
            models.CheckConstraint(
                name="recipient_who_works_for_us_has_a_contract",
                condition=~Q(standing__in=["processor", "subcontractor"]) | Q(contract_seen_on__isnull=False),
                violation_error_code="G40.3",
                violation_error_message=_("Say on which day the contract that supervises it was checked."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def may_see(self, information: str) -> bool:
        """Whether this kind of information is among those entrusted (G43)."""
        return {
            Information.COMMUNICATIONS: self.sees_communications,
            Information.USAGE: self.sees_usage,
            Information.PERSONAL: self.sees_personal,
            Information.SECRET: self.sees_secrets,
        }.get(Information(information), False)
