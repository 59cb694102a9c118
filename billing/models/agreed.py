"""What was shown, quoted or agreed instead of the list: for an application, a contract, or all of a customer's (G30.1)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.price_key import KEY, Keyed, key_checks
from contracts.models import Application, Contract, Customer
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import said

ONE_SCOPE = _("A price holds for a contract or for those of an application, not for both.")


class State(models.TextChoices):
    """Whether it holds."""

    STANDING = "standing", pgettext_lazy("of an agreed price", "Agreed")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an agreed price", "Withdrawn")


TONES: dict[str, str] = {State.STANDING: "success", State.WITHDRAWN: "default"}

ALLOWED: Allowed = {"end_on": [State.STANDING], "withdraw": [State.STANDING]}
"""What is allowed when."""


class Basis(models.TextChoices):
    """How the customer came to know the price."""

    SHOWN = "shown", pgettext_lazy("price", "Shown in the application")
    QUOTED = "quoted", pgettext_lazy("price", "Quoted")
    AGREED = "agreed", pgettext_lazy("price", "Agreed with the customer")


class AgreedPriceQuerySet(RecordedQuerySet["AgreedPrice"]):
    """Agreed prices by whom they hold for."""

    def standing(self) -> "AgreedPriceQuerySet":
        """Those that hold, the earlier first."""
        return self.filter(state=State.STANDING).order_by("since", "pk")

    def of_customers(self, ids: Sequence[int]) -> "AgreedPriceQuerySet":
        """Those of these customers."""
        return self.filter(customer__in=ids)

    def of_contracts(self, ids: Sequence[int]) -> "AgreedPriceQuerySet":
        """Those for one of these contracts alone."""
        return self.filter(contract__in=ids)

    def for_several(self) -> "AgreedPriceQuerySet":
        """Those for all contracts of a customer, or for those of an application."""
        return self.filter(contract=None)

    def with_list_data(self) -> "AgreedPriceQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "contract", "application")


class AgreedPrice(Keyed, RecordedModel):
    """A price that counts for a customer instead of the list's, in yen without tax (G30.1).

    With a last day it holds to that day, whatever becomes of the list. Without one it holds until a change of the list
    of which the customer was told (G30.4).
    """

    LOCK_RANK = 22
    FIXED: ClassVar = dict.fromkeys((*KEY, "yen", "tax", "customer", "contract", "application", "since"), "G30.1")
    TOLD = ("service_code", "kind", "yen", "since", "until")
    PERSONAL: ClassVar = {"item": NO, "reference": REST, "withdrawn_because": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="agreed_prices", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        related_name="agreed_prices",
        verbose_name=_("contract"),
        null=True,
        blank=True,
        help_text=_("Empty: for all contracts of the customer, or for those of the application."),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="agreed_prices",
        verbose_name=_("application"),
        null=True,
        blank=True,
        help_text=_(
            "For the contracts that it makes, where other prices than those of the list were shown or quoted in it."
        ),
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.AGREED)
    reference = models.CharField(
        _("reference"), max_length=200, help_text=_("The quotation, the page shown, or the agreement, with its date.")
    )
    since = models.DateField(_("from"))
    until = models.DateField(
        pgettext_lazy("of a price", "to"),
        null=True,
        blank=True,
        help_text=_("Empty: until a change of the list of which the customer was told."),
    )
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.STANDING, choices=State)

    objects = AgreedPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed price")
        verbose_name_plural = _("agreed prices")
        ordering: ClassVar = ["-since", "-pk"]
        permissions: ClassVar = [("end_agreedprice", _("Can end and withdraw agreed prices"))]
        constraints: ClassVar = [
            *key_checks("agreed_price"),
            models.CheckConstraint(
                name="agreed_price_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G30.1",
                violation_error_message=_("This is no state of an agreed price."),
            ),
            models.CheckConstraint(
                name="agreed_price_on_a_known_basis",
                condition=Q(basis__in=Basis.values),
                violation_error_code="G30.1",
                violation_error_message=_("Choose how the customer came to know the price."),
            ),
            models.CheckConstraint(
                name="agreed_price_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_code="G30.1",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                name="agreed_price_of_one_scope",
                condition=Q(contract=None) | Q(application=None),
                violation_error_code="G30.1",
                violation_error_message=ONE_SCOPE,
            ),
            models.CheckConstraint(
                name="agreed_price_withdrawn_for_a_reason",
                condition=(Q(state="withdrawn") & ~Q(withdrawn_because=""))
                | (~Q(state="withdrawn") & Q(withdrawn_because="")),
                violation_error_code="G30.1",
                violation_error_message=_("An agreed price that is withdrawn says why."),
            ),
            models.UniqueConstraint(
                fields=["customer", "contract", "application", *KEY, "since"],
                condition=Q(state="standing"),
                nulls_distinct=False,
                name="one_agreed_price_per_fee_and_day",
                violation_error_code="G30.1",
                violation_error_message=_(
                    "For this fee a price from the same day is agreed already. Withdraw that one first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.yen:,} {self.get_unit_display()}"

    @property
    def scope(self) -> Customer | Contract | Application:
        """For what it holds."""
        return self.contract or self.application or self.customer

    def clean(self) -> None:
        """The contract or application is the customer's and of the service."""
        super().clean()
        if self.contract_id and self.application_id:
            raise ValidationError({"application": ValidationError(ONE_SCOPE, code="G30.1")})
        errors: dict[str, ValidationError] = {}
        for name in ("contract", "application"):
            record = getattr(self, name)
            if record is not None and record.customer_id != self.customer_id:
                errors[name] = ValidationError(_("This belongs to another customer."), code="G30.1")
        if self.contract is not None and self.contract.service_code != self.service_code:
            errors["service_code"] = ValidationError(_("The contract is for another service."), code="G30.1")
        if errors:
            raise ValidationError(errors)

    @transition(
        field=state, allowed=ALLOWED, clause="G30.1", label=pgettext_lazy("an agreed price", "Set its last day")
    )
    def end_on(self, last: date, today: date) -> None:
        """Let it hold to a day that is not over, as agreed with the customer (G30.1)."""
        if last < today:
            raise refuse("G30.1", _("This day is over. Choose today or a later day."))
        if last < self.since:
            raise refuse("G30.1", said(_("It begins on {day}. Choose that day or a later one."), day=self.since))
        self.until = last

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G30.1",
        label=pgettext_lazy("an agreed price", "Withdraw"),
    )
    def withdraw(self, because: str) -> None:
        """Take back what was entered by mistake; what was charged by it is corrected (G30.1)."""
        self.withdrawn_because = because
