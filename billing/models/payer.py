"""How a customer pays, and by what a payment is known to be the customer's."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bank_account import kana
from billing.zengin.kana import comparable
from contracts.models import Customer
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet

HIGHEST_FEE = 2000


class PaymentTermsQuerySet(RecordedQuerySet["PaymentTerms"]):
    """What is agreed with customers about their payments."""

    def fee_of(self, customer: int) -> int:
        """Up to how many yen of a bank's fee we bear for a customer."""
        found = self.filter(customer=customer).values_list("bank_fee_at_most", flat=True).first()
        return found or 0


class PaymentTerms(RecordedModel):
    """What is agreed with one customer about payments; without it paying is the payer's cost (Civil Code art. 485)."""

    LOCK_RANK = 11
    FIXED: ClassVar = {"customer": "G33"}
    TOLD = ("bank_fee_at_most",)
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"agreed_in": NO}

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="payment_terms", verbose_name=_("customer"))
    bank_fee_at_most = models.PositiveIntegerField(
        _("bank's fee that we bear, up to yen"),
        help_text=_(
            "A transfer that is short by no more pays the whole invoice; the rest is a reduction of the price."
        ),
    )
    agreed_in = models.CharField(_("agreed in"), max_length=100, help_text=_("Such as the document, with its day."))

    objects = PaymentTermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement on payments")
        verbose_name_plural = _("agreements on payments")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payment_terms_bear_a_fee",
                condition=Q(bank_fee_at_most__lte=HIGHEST_FEE) & ~Q(agreed_in=""),
                violation_error_code="G33",
                violation_error_message=_("A bank's fee is at most 2,000 yen; say in which document it was agreed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer)


class SignKind(models.TextChoices):
    """By what a payer is known, the surest first."""

    VIRTUAL = "virtual", _("Virtual account")
    CODE = "code", _("Payer's code")
    NAME = "name", _("Name in kana")


class PayerSignQuerySet(RecordedQuerySet["PayerSign"]):
    """Signs by which payers are known."""

    def standing(self) -> "PayerSignQuerySet":
        """Those that hold."""
        return self.filter(withdrawn_on=None)

    def known(self, kind: str, values: Any) -> "PayerSignQuerySet":
        """Those of these values."""
        return self.standing().filter(kind=kind, value__in=values)

    def of_value(self, written: str) -> "PayerSignQuerySet":
        """Those of a payer as somebody writes it."""
        name = comparable(written)
        return self.filter(value__in=[written.strip(), name]) if name else self.none()

    def with_list_data(self) -> "PayerSignQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class PayerSign(RecordedModel):
    """A virtual account, a payer's code or a name by which payments are known to come from a customer (G33)."""

    LOCK_RANK = 53
    FIXED: ClassVar = {"customer": "G33", "kind": "G33", "value": "G33"}
    TOLD = ("kind", "value")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"value": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payer_signs", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=8, choices=SignKind)
    value = models.CharField(_("as the bank writes it"), max_length=48)
    is_learned = models.BooleanField(_("learned from a payment"), default=False, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)

    objects = PayerSignQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign of a payer")
        verbose_name_plural = _("signs of payers")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [("keep_payersign", _("Can record and withdraw by what payers are known"))]
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="payer_sign_value")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="payer_sign_of_a_known_kind",
                condition=Q(kind__in=SignKind.values) & ~Q(value=""),
                violation_error_code="G33",
                violation_error_message=_("Choose by what the payer is known, and write it down."),
            ),
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(withdrawn_on=None, kind__in=["virtual", "code"]),
                name="one_payer_per_virtual_account_or_code",
                violation_error_code="G33",
                violation_error_message=_("Another customer is known by this already."),
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "value"],
                condition=Q(withdrawn_on=None),
                name="one_payer_sign_per_customer",
                violation_error_code="G33",
                violation_error_message=_("The customer is known by this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"

    def clean(self) -> None:
        """Kept as it is compared: names without legal form and blanks, codes without blanks."""
        try:
            plain = kana(self.value)
        except ValidationError as error:
            raise ValidationError({"value": error}) from None
        self.value = comparable(plain) if self.kind == SignKind.NAME else plain.replace(" ", "")
