"""Succession by merger or company split (G17): who follows whom, from when, and with what."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.contract import Contract
from contracts.models.customer import Customer
from contracts.models.external import ExternalSubscription
from iijiot.personal import REST
from iijiot.records import Numbered, RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a succession is."""

    FILED = "filed", pgettext_lazy("of a report", "Filed")
    CARRIED_OUT = "carried-out", _("Carried out")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a report", "Withdrawn")


TONES: dict[str, str] = {State.FILED: "info", State.CARRIED_OUT: "success", State.WITHDRAWN: "default"}

ALLOWED: Allowed = {"carry_out": [State.FILED], "withdraw": [State.FILED]}
"""What is allowed when."""


class Kind(models.TextChoices):
    """How one corporation follows another by law; a business transfer is none of these (G10)."""

    ABSORPTION = "absorption", _("Merger by absorption")
    NEW_COMPANY = "new-company", _("Merger into a new company")
    SPLIT = "split", _("Company split by absorption")
    SPLIT_NEW = "split-new", _("Company split into a new company")


MERGERS = (Kind.ABSORPTION, Kind.NEW_COMPANY)
"""Kinds by which everything moves, debts too."""


class SuccessionQuerySet(RecordedQuerySet["Succession"]):
    """Successions by what is to be done."""

    def open(self) -> "SuccessionQuerySet":
        """Filed and not carried out yet, the next first."""
        return self.filter(state=State.FILED).order_by("effective_on", "pk")

    def due(self, day: date) -> "SuccessionQuerySet":
        """Filed ones whose day has come."""
        return self.open().filter(effective_on__lte=day)

    def mergers_of(self, customer: Customer) -> "SuccessionQuerySet":
        """Mergers of a customer into another that are to come or were carried out."""
        return self.filter(predecessor=customer, kind__in=MERGERS).exclude(state=State.WITHDRAWN)

    def followed(self, customers: Iterable[int]) -> dict[int, int]:
        """Who has followed each of these customers, by their keys, in a merger that was carried out."""
        mergers = self.filter(predecessor__in=list(customers), kind__in=MERGERS, state=State.CARRIED_OUT)
        return dict(mergers.order_by("pk").values_list("predecessor", "successor"))

    def of_customer(self, customer: Any) -> "SuccessionQuerySet":
        """Those in which a customer, or one of several by their keys, follows or is followed."""
        ids = customer if isinstance(customer, list) else [getattr(customer, "pk", customer)]
        return self.filter(Q(predecessor__in=ids) | Q(successor__in=ids))

    def with_list_data(self) -> "SuccessionQuerySet":
        """With what a list shows of each."""
        return self.select_related("predecessor", "successor")


class Succession(Numbered):
    """A corporation's contracts pass to another by law on the effective day, which may lie before the report (G17)."""

    NUMBER_PREFIX = "J"
    LOCK_RANK = 14
    CUSTOMER = "predecessor"
    FIXED: ClassVar = {"predecessor": "G17", "successor": "G17", "kind": "G17", "effective_on": "G17"}
    TOLD = ("kind", "successor", "effective_on")
    PERSONAL: ClassVar = {"evidence": REST, "debts": REST}

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    predecessor = models.ForeignKey(Customer, models.PROTECT, related_name="successions", verbose_name=_("predecessor"))
    successor = models.ForeignKey(Customer, models.PROTECT, related_name="successions_to", verbose_name=_("successor"))
    effective_on = models.DateField(_("effective day"))
    filed_on = models.DateField(_("filed on"))
    evidence = models.CharField(_("evidence"), max_length=300)
    debts = models.CharField(_("debts that pass"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.FILED, choices=State, db_index=True)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("carry_out_succession", _("Can record successions and inheritances"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="succession_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a succession."),
            ),
            models.CheckConstraint(
                name="succession_kind_known",
                condition=Q(kind__in=Kind.values),
                violation_error_code="G17",
                violation_error_message=_("Choose one of the kinds of succession."),
            ),
            models.CheckConstraint(
                name="succession_of_two_customers",
                condition=~Q(predecessor=F("successor")),
                violation_error_code="G17",
                violation_error_message=_("A customer does not follow itself."),
            ),
            models.CheckConstraint(
                name="split_says_which_debts_pass",
                condition=Q(kind__in=["absorption", "new-company"]) | ~Q(debts=""),
                violation_error_code="G17",
                violation_error_message=_("A split says which debts pass, by its split plan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.predecessor} → {self.successor}"

    def clean(self) -> None:
        """Both are corporations or other bodies: a person's contracts pass by inheritance (G18)."""
        if "sole-proprietor" in (self.predecessor.kind, self.successor.kind):
            raise ValidationError(
                _(
                    "A sole proprietor neither merges nor splits. An heir takes over by G18; else a new application is made."
                ),
                code="G10",
            )

    @property
    def is_merger(self) -> bool:
        """Whether everything passes."""
        return self.kind in MERGERS

    @transition(field=state, allowed=ALLOWED, target=State.CARRIED_OUT, clause="G17", label=_("Carry out"))
    def carry_out(self, on: date) -> None:
        """Record that everything has passed; not before the effective day."""
        if on < self.effective_on:
            raise refuse("G17", _("Its day has not come."))

    @transition(
        field=state, allowed=ALLOWED, target=State.WITHDRAWN, clause="G17", label=pgettext_lazy("a report", "Withdraw")
    )
    def withdraw(self) -> None:
        """The merger or split does not come."""


class Succeeded(RecordedModel):
    """One contract or subscription that passes by a split, as its plan says (G17)."""

    LOCK_RANK = 15
    CUSTOMER = "succession__predecessor"
    FIXED: ClassVar = {"succession": "G17", "contract": "G17", "external": "G17"}

    succession = models.ForeignKey(Succession, models.PROTECT, related_name="items", verbose_name=_("succession"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="successions", verbose_name=_("contract"), null=True, blank=True
    )
    external = models.ForeignKey(
        ExternalSubscription,
        models.PROTECT,
        related_name="successions",
        verbose_name=_("external subscription"),
        null=True,
        blank=True,
    )

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a succession")
        verbose_name_plural = _("parts of a succession")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="succeeded_is_one_thing",
                condition=Q(contract=None, external__isnull=False) | Q(contract__isnull=False, external=None),
                violation_error_code="G17",
                violation_error_message=_("A contract or a subscription passes: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contract or self.external)
