"""Customers, what bundles their contracts, and the limits set for them."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Collate, Reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Holding
from contracts.models import lines_to_come
from contracts.models.mail_domain import MailDomain
from contracts.validators import clean_kana, validate_notice_address
from iijiot.identifiers import clean_corporate_number
from iijiot.personal import BOOKS, CORPORATE_NUMBER, EMPTY, REST, SEARCHED
from iijiot.records import Numbered, RecordedModel, RecordedQuerySet
from iijiot.searching import Query, comparable, digits


class CustomerKind(models.TextChoices):
    """Who can be a customer; a consumer cannot (G8)."""

    CORPORATION = "corporation", _("Corporation")
    BODY = "body", _("Other body (foreign company, association)")
    SOLE_PROPRIETOR = "sole-proprietor", _("Sole proprietor")


class CustomerQuerySet(RecordedQuerySet["Customer"]):
    """Customers by what is to be done."""

    def found(self, query: Query, most: int) -> list["Customer"]:
        """By number, corporate number, telephone, notice address, or the beginning or end of name or kana."""
        found: dict[int, Customer] = {}
        known = [Q(number=number) for number in [query.numbered("C")] if number]
        known += [Q(corporate_number=query.compact), Q(phone_digits=query.compact)] if query.compact.isdecimal() else []
        known += [Q(notice_email=query.address)] if "@" in query.address else []
        for condition in known:
            found |= {customer.pk: customer for customer in self.filter(condition)[:most]}
        if len(query.name) >= 1 and not found:
            for column in ("search_name", "search_kana"):
                ways = self.alias(begin=Collate(column, "C"), end=Collate(Reverse(column), "C"))
                rows = [
                    *ways.filter(begin__startswith=query.name).order_by("begin")[:most],
                    *ways.filter(end__startswith=query.name[::-1]).order_by("end")[:most],
                ]
                found |= {customer.pk: customer for customer in rows}
        same = [c for c in found.values() if query.name in (c.search_name, c.search_kana)]
        return list({c.pk: c for c in [*same, *found.values()]}.values())[:most]

    def having(self, contracts: models.QuerySet[Any]) -> "CustomerQuerySet":
        """Those of these contracts, each once."""
        return self.filter(pk__in=contracts.order_by().values("customer"))

    def not_among(self, records: models.QuerySet[Any]) -> "CustomerQuerySet":
        """Those to whom none of these records belongs."""
        return self.exclude(Exists(records.order_by().filter(customer=OuterRef("pk"))))

    def channel_pending(self) -> "CustomerQuerySet":
        """Those who were asked for a further channel and have not set it up (G12.2.2)."""
        return self.filter(contact_channels__set_up_on=None, contact_channels__isnull=False).distinct()


class Customer(Numbered):
    """A party to IIJ IoT contracts, never a consumer (G8), with the address that notices go to (G12.2.1)."""

    NUMBER_PREFIX = "C"
    LOCK_RANK = 10
    TOLD = ("name", "kind", "corporate_number")
    STAFF_ONLY = frozenset({"note"})
    PERSONAL: ClassVar = {
        "name": BOOKS,
        "name_kana": BOOKS,
        "corporate_number": BOOKS,
        "evidence": REST,
        "postal_code": BOOKS,
        "address": BOOKS,
        "contact_person": REST,
        "phone": REST,
        "notice_email": REST,
        "note": REST,
        "search_name": BOOKS,
        "search_kana": BOOKS,
        "phone_digits": REST,
    }
    ERASED_AS: ClassVar = {
        "name_kana": EMPTY,
        "corporate_number": CORPORATE_NUMBER,
        "postal_code": EMPTY,
        "phone": EMPTY,
        "phone_digits": EMPTY,
        "search_name": SEARCHED,
        "search_kana": EMPTY,
    }

    kind = models.CharField(
        _("kind"),
        max_length=16,
        choices=CustomerKind,
        help_text=_("Consumers cannot use the service (article 8). A sole proprietor shows evidence of the business."),
    )
    name = models.CharField(
        pgettext_lazy("of a body", "name"),
        max_length=200,
        help_text=_("As in the commercial register or the evidence."),
    )
    name_kana = models.CharField(_("name in kana"), max_length=200, blank=True)
    corporate_number = models.CharField(
        _("corporate number"),
        max_length=30,  # as typed, blanks and hyphens included; thirteen digits as stored
        blank=True,
        help_text=_(
            "13 digits. Compare the name with the public register: 0 and 9 mistaken for each other pass the check."
        ),
    )
    evidence = models.CharField(
        _("evidence of business"),
        max_length=200,
        blank=True,
        help_text=_(
            "For a sole proprietor or another body: which document was shown (notification of opening, statutes …)."
        ),
    )
    evidence_seen_on = models.DateField(_("evidence seen on"), null=True, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    address = models.CharField(_("address"), max_length=300)
    contact_person = models.CharField(_("contact person"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    notice_email = models.EmailField(
        _("notice address"),
        help_text=_("Mail sent here counts as notice given (article 12). No free-mail address."),
    )
    note = models.TextField(_("note"), blank=True)
    search_name = models.CharField(_("name for searching"), max_length=200, blank=True, editable=False)
    search_kana = models.CharField(_("kana for searching"), max_length=200, blank=True, editable=False)
    phone_digits = models.CharField(_("telephone for searching"), max_length=20, blank=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            *(
                models.Index(Collate(expression, "C"), name=f"customer_{name}")  # type: ignore[arg-type]
                for name, expression in {
                    "name_from_begin": F("search_name"),
                    "name_from_end": Reverse("search_name"),
                    "kana_from_begin": F("search_kana"),
                    "kana_from_end": Reverse("search_kana"),
                }.items()
            ),
            models.Index(fields=["phone_digits"], name="customer_phone_digits"),
            models.Index(fields=["notice_email"], name="customer_notice_email"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="customer_is_no_consumer",
                condition=Q(kind__in=CustomerKind.values),
                violation_error_code="G8",
                violation_error_message=_("A consumer cannot be a customer. Choose one of the kinds offered."),
            ),
            models.CheckConstraint(
                name="customer_shows_who_it_is",
                condition=Q(kind=CustomerKind.CORPORATION, corporate_number__regex=r"^[1-9][0-9]{12}$")
                | (
                    ~Q(kind=CustomerKind.CORPORATION)
                    & ~Q(evidence="")
                    & Q(corporate_number__regex=r"^([1-9][0-9]{12})?$")
                ),
                violation_error_code="G8",
                violation_error_message=_(
                    "A corporation needs its corporate number; a sole proprietor or another body needs evidence of the business."
                ),
            ),
            models.UniqueConstraint(
                fields=["corporate_number"],
                condition=~Q(corporate_number=""),
                name="one_customer_per_corporate_number",
                violation_error_message=_(
                    "There is a customer with this corporate number already. Open that one instead."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def complete(self) -> None:
        """Set the forms by which it is searched for."""
        self.search_name, self.search_kana = comparable(self.name), comparable(self.name_kana)
        self.phone_digits = digits(self.phone)[:20]

    def clean(self) -> None:
        """Check who this is (G8) and where notices go (G12.2.1), by the lists that staff keep."""
        errors: dict[str, ValidationError] = {}
        try:
            self.corporate_number = clean_corporate_number(self.corporate_number) if self.corporate_number else ""
        except ValidationError as error:
            errors["corporate_number"] = error
        if self.kind == CustomerKind.CORPORATION and not self.corporate_number and not errors:
            errors["corporate_number"] = ValidationError(_("Give the 13 digits of the corporate number."), code="G8")
        if self.kind in (CustomerKind.BODY, CustomerKind.SOLE_PROPRIETOR) and not self.evidence.strip():
            errors["evidence"] = ValidationError(
                _(
                    "Without evidence of a business this is a consumer, who cannot use the service. Say which document was shown."
                ),
                code="G8",
            )
        try:
            self.name_kana = clean_kana(self.name_kana) if self.name_kana else ""
        except ValidationError as error:
            errors["name_kana"] = error
        refused, allowed = MailDomain.objects.lists()
        try:
            validate_notice_address(self.notice_email, refused=refused, allowed=allowed)
        except ValidationError as error:
            errors["notice_email"] = error
        if errors:
            raise ValidationError(errors)

    def coming_dates(self, today: date, most: int = 20) -> list[tuple[date, str, str]]:
        """The next starts and ends to come, by day: the day, what, and the clause of an end."""
        dates: list[tuple[date, str, str]] = []
        starting = self.contracts.starting_after(today)[:most]
        dates += [(c.billing_starts_on, _("%s starts") % c, "") for c in starting if c.billing_starts_on]
        ending = self.contracts.ending().order_by("ends_on", "pk")[:most]
        dates += [(c.ends_on, _("%s ends") % c, c.ends_under) for c in ending if c.ends_on]
        for subscription in self.external_subscriptions.all():
            if subscription.ends_on and subscription.ends_on >= today:
                dates.append((subscription.ends_on, _("%s ends") % subscription, ""))
        return sorted(dates)[:most]

    def holdings(self) -> list[Holding]:
        """Everything of the customer on which a contract could rest, with its days."""
        contracts = [c.as_holding() for c in self.contracts.select_related("management_unit") if c.state != "ended"]
        return contracts + [subscription.as_holding() for subscription in self.external_subscriptions.all()]


class ManagementUnitQuerySet(RecordedQuerySet["ManagementUnit"]):
    """Management units."""

    def first_ones(self) -> "ManagementUnitQuerySet":
        """As many as fit on a page; big customers have hundreds."""
        return self.order_by("number")[:20]


class ManagementUnit(Numbered):
    """What contracts of one customer are managed and invoiced by (G9.2)."""

    NUMBER_PREFIX = "M"
    LOCK_RANK = 12
    FIXED: ClassVar = {"customer": "G9.2"}
    TOLD = ("name",)
    PERSONAL: ClassVar = {"name": BOOKS}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="management_units", verbose_name=_("customer"))
    name = models.CharField(pgettext_lazy("of a body", "name"), max_length=100)

    objects = ManagementUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("management unit")
        verbose_name_plural = _("management units")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Cap(RecordedModel):
    """The most lines or contracts of a service, or yen a month in all, that one customer may have at a time (G14.3)."""

    TOLD = ("service", "counts", "most")

    class Counts(models.TextChoices):
        """What is counted."""

        LINES = "lines", _("lines")
        CONTRACTS = "contracts", _("contracts")
        FEES = "fees", _("yen a month")

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="caps",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        help_text=_("Empty: for every customer that has no cap of its own."),
    )
    service = models.CharField(
        _("service"),
        max_length=30,
        choices=[(s.code, s.name) for s in SERVICES.values()],
        blank=True,
        help_text=_("Empty for a cap on the monthly fees, which are those of all services together."),
    )
    counts = models.CharField(_("counted"), max_length=10, choices=Counts, default=Counts.LINES)
    most = models.PositiveIntegerField(_("at most"))

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cap")
        verbose_name_plural = _("caps")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "service", "counts"],
                nulls_distinct=False,
                name="one_cap_per_customer_service_and_count",
                violation_error_message=_("There is a cap for this already. Change its number instead."),
            ),
            models.CheckConstraint(
                name="cap_of_a_service_or_of_all_fees",
                condition=Q(counts="fees", service="") | (~Q(counts="fees") & ~Q(service="")),
                violation_error_code="G14.3",
                violation_error_message=_(
                    "Lines and contracts are capped by service, monthly fees for all services together."
                ),
            ),
        ]

    def __str__(self) -> str:
        service = SERVICES[self.service] if self.service else _("all services")
        parts = {"service": service, "most": self.most, "counted": self.get_counts_display()}
        return _("%(service)s: at most %(most)d (%(counted)s)") % parts

    @classmethod
    def of(cls, customer: Customer, service: str) -> "dict[str, Cap]":
        """The caps that hold for a customer, by what they count: its own, else the one for all."""
        caps = cls.objects.filter(Q(customer=customer) | Q(customer=None), service=service)
        return {cap.counts: cap for cap in caps.order_by(F("customer").desc(nulls_first=True))}

    @classmethod
    def room(cls, customer: Customer, service: str, on: date, *, contracts: int = 1) -> int | None:
        """How many more lines, or contracts where they are counted, the customer may have on a day. None: no cap.

        What ends before the day no longer counts; lines that were accepted and are not there yet do. `contracts` is
        how many contracts would be made.
        """
        living = customer.contracts.filter(service_code=service).living(on)
        caps = cls.of(customer, service)
        of_lines, of_contracts = caps.get(cls.Counts.LINES), caps.get(cls.Counts.CONTRACTS)
        room = None if of_lines is None else max(0, of_lines.most - cls._lines(living, on))
        return 0 if of_contracts is not None and living.count() + contracts > of_contracts.most else room

    @staticmethod
    def _lines(living: Any, on: date) -> int:
        known = dict(living.values_list("pk", "quantity"))
        return sum(known.values()) + lines_to_come.difference(list(known), on)
