"""Invoices and credit notes: one invoice per management unit and month, which never changes once it is issued."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models.invoice_state import ALLOWED, OPEN, UNISSUED, InvoiceKind, InvoiceState, Method
from contracts.models import Customer, ManagementUnit
from iijiot.personal import BOOKS, CORPORATE_NUMBER, EMPTY
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import transition
from iijiot.states import StateField
from iijiot.yen import GRACE_DAYS

NUMBER_PREFIX = "O"
AFTER_ISSUE = frozenset({"id", "state", "settled", "paid_on", "passed_to"})
"""All that changes once a document is issued."""


class InvoiceQuerySet(RecordedQuerySet["Invoice"]):
    """Invoices, credit notes and statements."""

    def issued(self) -> "InvoiceQuerySet":
        """Those that went out."""
        return self.exclude(state__in=UNISSUED)

    def without_paper(self) -> "InvoiceQuerySet":
        """Issued ones of which no PDF was made yet."""
        return self.issued().filter(paper=None)

    def drafts(self) -> "InvoiceQuerySet":
        """Those that wait to be issued."""
        return self.filter(state=InvoiceState.DRAFT)

    def standing(self) -> "InvoiceQuerySet":
        """Those that were not discarded."""
        return self.exclude(state=InvoiceState.DISCARDED)

    def before_month(self, month: date) -> "InvoiceQuerySet":
        """Those of months before the one that begins on this day."""
        return self.filter(month__lt=month)

    def of_run(self, run: Any) -> "InvoiceQuerySet":
        """Those that a run made."""
        return self.filter(run=run)

    def of_month(self, month: date) -> "InvoiceQuerySet":
        """Those of the month that begins on this day."""
        return self.filter(month=month)

    def open(self) -> "InvoiceQuerySet":
        """Invoices of which something is still to be paid."""
        return self.filter(kind=InvoiceKind.INVOICE, state__in=OPEN)

    def unused_credit(self) -> "InvoiceQuerySet":
        """Credit notes that are not used up."""
        return self.filter(kind=InvoiceKind.CREDIT_NOTE, state__in=OPEN)

    def due_before(self, day: date) -> "InvoiceQuerySet":
        """Those whose effective due day lies before this day."""
        return self.filter(due_on__lt=day)

    def falling_overdue(self, day: date) -> "InvoiceQuerySet":
        """Open ones whose effective due day lies before this day, and that are not marked as overdue."""
        return self.filter(
            kind=InvoiceKind.INVOICE, state__in=[InvoiceState.ISSUED, InvoiceState.PARTLY_PAID], due_on__lt=day
        )

    def not_settled(self) -> "InvoiceQuerySet":
        """Invoices and credit notes of which something is open, those written off included."""
        return self.filter(state__in=[*OPEN, InvoiceState.WRITTEN_OFF])

    def overdue(self) -> "InvoiceQuerySet":
        """Those whose due day is over and of which something is still to be paid."""
        return self.filter(kind=InvoiceKind.INVOICE, state=InvoiceState.OVERDUE)

    def due_by(self, day: date) -> "InvoiceQuerySet":
        """Those whose effective due day is this day or lies before it."""
        return self.filter(due_on__lte=day)

    def to_claim(self, close: date) -> "InvoiceQuerySet":
        """Those on which a late charge may be claimed, or may have to be taken back, when a month is closed (G35.2).

        What is open past its due day; what was paid late since it was last claimed; and what was claimed for days on
        which it was paid already, as is known now.
        """
        claims = apps.get_model("billing.LateCharge")._base_manager.filter(invoice=OuterRef("pk"))
        late = Q(state=InvoiceState.PAID, paid_on__gt=F("due_on") + timedelta(days=GRACE_DAYS))
        rows = self.filter(kind=InvoiceKind.INVOICE, due_on__lt=close)
        return rows.filter(
            Q(state__in=OPEN)
            | (late & ~Exists(claims.exclude(state="corrected").filter(up_to__gte=OuterRef("paid_on"))))
            | (Q(state=InvoiceState.PAID) & Exists(claims.filter(state="claimed", up_to__gt=OuterRef("paid_on"))))
        )

    def owed_since(self) -> Any:
        """Debtor, due day and what is open of each."""
        return self.order_by().values_list(Coalesce("passed_to", "customer"), "due_on", F("total") - F("settled"))

    def paid_by(self, receipts: Sequence[Any]) -> "InvoiceQuerySet":
        """Those that these payments pay."""
        return self.filter(allocations__receipt__in=receipts, allocations__state="standing").distinct().order_by("pk")

    def to_debit(self, by: date) -> "InvoiceQuerySet":
        """Open ones to be debited that are due by a day, and that no debit asks for which the bank has not answered."""
        asked = apps.get_model("billing.DebitPart")._base_manager.filter(invoice=OuterRef("pk"), debit__state="asked")
        due = self.open().filter(method=Method.DIRECT_DEBIT, due_on__lte=by)
        return due.exclude(Exists(asked)).order_by("due_on", "pk")

    def as_payables(self) -> Any:
        """Key, number, debtor, what is open, and due day of each."""
        debtor = Coalesce("passed_to", "customer")
        return self.values_list("pk", "number", debtor, F("total") - F("settled"), "due_on")

    def debtors(self) -> Any:
        """Who owes them, as keys."""
        return self.values_list(Coalesce("passed_to", "customer"), flat=True).distinct()

    def with_numbers(self, numbers: Collection[str]) -> "InvoiceQuerySet":
        """Invoices of these numbers, or of the digits of these numbers."""
        wanted = [*numbers, *(f"{NUMBER_PREFIX}{number}" for number in numbers if number.isdecimal())]
        return self.filter(kind=InvoiceKind.INVOICE, number__in=wanted)

    def open_for(self, amount: int) -> "InvoiceQuerySet":
        """Those of which exactly so much is open."""
        return self.filter(total=F("settled") + amount).order_by("due_on", "pk")

    def owed_since_by_key(self) -> list[tuple[int, int, date]]:
        """Key, debtor and due day of each."""
        return list(self.order_by().values_list("pk", Coalesce("passed_to", "customer"), "due_on"))

    def owed_by(self, customer: Any) -> "InvoiceQuerySet":
        """Those that a customer owes, or one of several by their keys: its own, and those it took over (G17, G18)."""
        wanted = customer if isinstance(customer, list) else [customer]
        return self.filter(Q(customer__in=wanted, passed_to=None) | Q(passed_to__in=wanted))

    def with_list_data(self) -> "InvoiceQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "management_unit")


class Invoice(RecordedModel):
    """What a management unit owes for a month, or is credited (適格請求書, 適格返還請求書); yen, signed as owed."""

    LOCK_RANK = 70
    TOLD = ("kind", "month", "management_unit", "net", "tax", "total", "due_on")
    PERSONAL: ClassVar = {
        "recipient_name": BOOKS,
        "recipient_postal_code": BOOKS,
        "recipient_address": BOOKS,
        "recipient_corporate_number": BOOKS,
    }
    ERASED_AS: ClassVar = {"recipient_postal_code": EMPTY, "recipient_corporate_number": CORPORATE_NUMBER}

    number = models.CharField(_("number"), max_length=12, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="invoices", verbose_name=_("management unit")
    )
    passed_to = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="debts_taken_over",
        verbose_name=_("passed to"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Who owes it now, where a succession has taken it to another customer (G17, G18)."),
    )
    month = models.DateField(_("month"), help_text=_("Its first day: the month that was closed when this was made."))
    run = models.ForeignKey(
        "billing.BillingRun",
        models.PROTECT,
        related_name="invoices",
        verbose_name=_("billing run"),
        null=True,
        blank=True,
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, related_name="corrections", verbose_name=_("corrects"), null=True, blank=True
    )
    net = models.BigIntegerField(_("taxable, net"))
    tax = models.BigIntegerField(_("consumption tax"))
    untaxed = models.BigIntegerField(_("outside the tax"), default=0)
    total = models.BigIntegerField(_("total"))
    settled = models.BigIntegerField(_("settled"), default=0, editable=False)
    method = models.CharField(_("method of payment"), max_length=12, choices=Method, default=Method.TRANSFER)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    recipient_name = models.CharField(_("name of the recipient"), max_length=200, blank=True, editable=False)
    recipient_postal_code = models.CharField(_("postal code"), max_length=8, blank=True, editable=False)
    recipient_address = models.CharField(_("address"), max_length=300, blank=True, editable=False)
    recipient_corporate_number = models.CharField(_("corporate number"), max_length=13, blank=True, editable=False)
    state = StateField(_("state"), default=InvoiceState.DRAFT, choices=InvoiceState, db_index=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering: ClassVar = ["-month", "-pk"]
        permissions: ClassVar = [
            ("issue_invoice", _("Can issue invoices")),
            ("discard_invoice", _("Can discard drafts of invoices")),
            ("credit_invoice", _("Can make credit notes")),
            ("write_off_invoice", _("Can write off invoices")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-month"], name="invoice_customer_month"),
            models.Index(fields=["month", "state"], name="invoice_month_state"),
            models.Index(fields=["issued_on"], name="invoice_issued_on"),
            models.Index(fields=["total"], name="invoice_total"),
            models.Index(fields=["state", "due_on"], name="invoice_state_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invoice_state_known",
                condition=Q(state__in=InvoiceState.values),
                violation_error_message=_("This is no state of an invoice."),
            ),
            models.CheckConstraint(
                name="invoice_is_one_of_three_kinds",
                condition=Q(kind=InvoiceKind.INVOICE, total__gt=0, corrects=None)
                | Q(kind=InvoiceKind.STATEMENT, total=0, corrects=None)
                | Q(kind=InvoiceKind.CREDIT_NOTE, total__lt=0, corrects__isnull=False),
                violation_error_code="G30.1",
                violation_error_message=_(
                    "An invoice is above zero yen, a statement is zero, a credit note is below zero and names what it corrects."
                ),
            ),
            models.CheckConstraint(
                name="invoice_adds_up",
                condition=Q(total=F("net") + F("tax") + F("untaxed")),
                violation_error_code="G37",
                violation_error_message=_("The total is the net, its tax and what lies outside the tax."),
            ),
            models.CheckConstraint(
                name="invoice_settled_within_total",
                condition=Q(total__gte=0, settled__gte=0, settled__lte=F("total"))
                | Q(total__lt=0, settled__lte=0, settled__gte=F("total")),
                violation_error_code="G33",
                violation_error_message=_("No more can be settled than is open."),
            ),
            models.CheckConstraint(
                name="invoice_paid_is_settled",
                condition=~Q(state=InvoiceState.PAID) | Q(settled=F("total"), paid_on__isnull=False),
                violation_error_code="G33",
                violation_error_message=_("An invoice is paid when all of it is settled."),
            ),
            models.CheckConstraint(
                name="invoice_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_code="G30.2",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                name="invoice_has_a_number_once_issued",
                condition=Q(state__in=UNISSUED, number="", issued_on=None)
                | (~Q(state__in=UNISSUED) & ~Q(number="") & Q(issued_on__isnull=False)),
                violation_error_code="G37",
                violation_error_message=_("A document has its number and day from its issue on, and not before."),
            ),
            models.CheckConstraint(
                name="invoice_issued_has_a_due_day",
                condition=Q(state__in=UNISSUED, due_on=None)
                | (~Q(kind=InvoiceKind.INVOICE) & Q(due_on=None))
                | (
                    ~Q(state__in=UNISSUED)
                    & Q(kind=InvoiceKind.INVOICE, due_on__isnull=False, due_on__gte=F("issued_on"))
                ),
                violation_error_code="G33",
                violation_error_message=_(
                    "An issued invoice is due on its day of issue or later; nothing else is due."
                ),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="one_invoice_per_number",
                violation_error_message=_("This number is taken."),
            ),
            models.UniqueConstraint(
                fields=["management_unit", "month"],
                condition=~Q(state=InvoiceState.DISCARDED) & ~Q(kind=InvoiceKind.CREDIT_NOTE),
                name="one_invoice_per_unit_and_month",
                violation_error_code="G9.2",
                violation_error_message=_("This management unit has its invoice of the month already."),
            ),
            models.UniqueConstraint(
                fields=["corrects", "run"],
                condition=~Q(state=InvoiceState.DISCARDED) & Q(corrects__isnull=False, run__isnull=False),
                name="one_credit_note_per_invoice_and_run",
                violation_error_message=_("This run has corrected the invoice already."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.month:%Y-%m}"

    def fixed(self) -> Mapping[str, str]:
        """An issued document never changes; only how it is settled does."""
        if self.state in UNISSUED:
            return self.FIXED
        return {f.name: "G37" for f in self._meta.concrete_fields if f.name not in AFTER_ISSUE}

    @property
    def debtor(self) -> Customer:
        """Who owes it, or has the credit: the customer that it was made out to, or whoever took it over (G17, G18)."""
        return self.passed_to or self.customer

    @property
    def open_amount(self) -> int:
        """What is still to be paid of it, or of a credit note what is still unused (then below zero)."""
        return self.total - self.settled

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Issue"))
    def issue(self, **values: Any) -> None:
        """Give it its number, days and recipient, which `issuing` knows (G33, G37)."""
        for name, value in values.items():
            setattr(self, name, value)

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.DISCARDED, clause="G30.1", label=_("Discard"))
    def discard(self) -> None:
        """Drop a draft, so that the month can be computed again for the unit (G30.1)."""

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.PARTLY_PAID, clause="G33", label=_("Settle in part"))
    def pay_in_part(self, settled: int) -> None:
        """Have so much of it settled in all, which is less than the whole (G33)."""
        self.settled = settled

    @transition(field=state, allowed=ALLOWED, clause="G33", label=_("Settle in part when overdue"))
    def pay_late_in_part(self, settled: int) -> None:
        """Have so much of it settled in all, while the rest stays overdue (G33)."""
        self.settled = settled

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.PAID, clause="G33", label=_("Settle"))
    def pay_off(self, on: date) -> None:
        """Have it wholly settled on a day (G33)."""
        self.settled, self.paid_on = self.total, on

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Take a payment back"))
    def take_payment_back(self, settled: int) -> None:
        """Open it again where a payment was reversed; so much stays settled (G33)."""
        self.settled, self.paid_on = settled, None

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.OVERDUE, clause="G35.1", label=_("Fall overdue"))
    def fall_overdue(self) -> None:
        """Be overdue from the day after the effective due day (G35.1)."""

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Take up again"))
    def take_up(self) -> None:
        """Insist on it again, although it was written off (G33)."""

    @transition(field=state, allowed=ALLOWED, clause="G17", label=_("Pass to another customer"))
    def pass_to(self, customer: Customer) -> None:
        """Be owed by whoever follows the customer by law (G17, G18)."""
        self.passed_to = customer

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.WRITTEN_OFF, clause="G33", label=_("Write off"))
    def write_off(self) -> None:
        """Give up what is open of it, for the reason of the act (G33)."""
