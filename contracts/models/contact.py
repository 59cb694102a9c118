"""Further ways to reach a customer, which the company may ask for beside the notice address."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.customer import Customer
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet


class ContactChannelQuerySet(RecordedQuerySet["ContactChannel"]):
    """Channels by what is to be done."""

    def pending(self) -> "ContactChannelQuerySet":
        """Asked for, and not set up yet."""
        return self.filter(set_up_on=None).order_by("asked_on", "pk")

    def with_list_data(self) -> "ContactChannelQuerySet":
        """With whom a list names beside each."""
        return self.select_related("customer")


class ContactChannel(RecordedModel):
    """A channel that the company asks a customer to set up (G12.2.2, G42.2.4).

    It is pending until the customer has; contracts run on meanwhile.
    """

    LOCK_RANK = 13
    FIXED: ClassVar = {"customer": "G12.2.2", "means": "G12.2.2", "asked_on": "G12.2.2"}
    TOLD = ("why", "asked_on")
    PERSONAL: ClassVar = {"why": REST, "detail": REST}

    class Means(models.TextChoices):
        """What kind of channel."""

        PHONE = "phone", _("Telephone around the clock")
        SECOND_MAIL = "second-mail", _("A second mail address")
        POST = "post", _("A postal address for letters")
        OTHER = "other", _("Another channel")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_channels", verbose_name=_("customer"))
    means = models.CharField(_("means"), max_length=15, choices=Means)
    why = models.CharField(_("why it is asked for"), max_length=200)
    asked_on = models.DateField(_("asked on"))
    detail = models.CharField(_("number or address"), max_length=300, blank=True)
    set_up_on = models.DateField(_("set up on"), null=True, blank=True)

    objects = ContactChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("further contact channel")
        verbose_name_plural = _("further contact channels")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [
            ("ask_contact_channel", _("Can ask for a further contact channel and record it as set up"))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contact_channel_means_known",
                condition=Q(means__in=["phone", "second-mail", "post", "other"]),
                violation_error_code="G12.2.2",
                violation_error_message=_("Choose one of the means offered."),
            ),
            models.CheckConstraint(
                name="contact_channel_set_up_with_its_detail",
                condition=Q(set_up_on=None) | (Q(set_up_on__gte=F("asked_on")) & ~Q(detail="")),
                violation_error_code="G12.2.2",
                violation_error_message=_("Say the number or address; it cannot be set up before it was asked for."),
            ),
            models.UniqueConstraint(
                fields=["customer", "means"],
                condition=Q(set_up_on=None),
                name="one_pending_contact_channel_per_means",
                violation_error_code="G12.2.2",
                violation_error_message=_("This channel is asked for already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_means_display())
