"""What a contract rests on (に係る)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract, State
from contracts.models.external import ExternalSubscription
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet

Subject = Contract | ExternalSubscription
"""What can end, and what a contract can rest on."""


class DependencyQuerySet(RecordedQuerySet["Dependency"]):
    """Dependencies that hold."""

    def standing(self) -> "DependencyQuerySet":
        """Those that were not dropped, with what they rest on."""
        return self.filter(dropped_on=None).select_related("on_contract", "on_external")

    def pairs_of(self, customer: Any) -> list[tuple[int, int]]:
        """Which of a customer's contracts rests on which, as ids."""
        pairs = self.of_customer(customer).filter(dropped_on=None, on_contract__isnull=False).order_by("pk")
        return list(pairs.values_list("contract", "on_contract"))

    def of_contracts(self, ids: list[int]) -> "DependencyQuerySet":
        """Those of these contracts."""
        return self.filter(contract__in=ids).order_by("pk")

    def standing_below(self, contracts: Iterable[int]) -> "DependencyQuerySet":
        """Those that were not dropped, of these contracts."""
        return self.filter(dropped_on=None, contract__in=contracts)

    def standing_with_contract(self) -> "DependencyQuerySet":
        """Those that were not dropped, with the contract that rests."""
        return self.filter(dropped_on=None).select_related("contract")


class Dependency(RecordedModel):
    """One contract rests on one other contract or external subscription of the same customer.

    Its end takes the contract down where the provision says so (`cascades`), else it only leaves a flag.
    """

    LOCK_RANK = 22
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "G4", "on_contract": "G4", "on_external": "G4"}
    PERSONAL: ClassVar = {"clause": NO}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="dependencies", verbose_name=_("contract"))
    on_contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="dependents", verbose_name=_("rests on contract"), null=True, blank=True
    )
    on_external = models.ForeignKey(
        ExternalSubscription,
        models.PROTECT,
        related_name="dependents",
        verbose_name=_("rests on subscription"),
        null=True,
        blank=True,
    )
    clause = models.CharField(_("clause"), max_length=12)
    cascades = models.BooleanField(_("ends with it"), default=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)

    objects = DependencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="dependency_on_one_thing",
                condition=Q(on_contract=None, on_external__isnull=False)
                | Q(on_contract__isnull=False, on_external=None),
                violation_error_message=_("A contract rests on a contract or on a subscription: choose one."),
            ),
            models.CheckConstraint(
                name="dependency_not_on_itself",
                condition=~Q(contract=models.F("on_contract")),
                violation_error_message=_("A contract cannot rest on itself."),
            ),
            models.UniqueConstraint(
                fields=["contract", "on_contract", "on_external"],
                condition=Q(dropped_on=None),
                nulls_distinct=False,
                name="one_standing_dependency_per_pair",
                violation_error_message=_("The contract rests on this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} → {self.base}"

    def clean(self) -> None:
        """A contract rests only on what its own customer holds, as its provision names it."""
        base = self.on_contract or self.on_external
        if base is not None and base.customer_id != self.contract.customer_id:
            raise ValidationError(
                _("“%(base)s” belongs to another customer. Choose one of the contract's own customer."),
                code=self.contract.service.eligibility.said_by.id,
                params={"base": base},
            )

    @property
    def base(self) -> Subject:
        """What the contract rests on."""
        base = self.on_contract or self.on_external
        assert base is not None  # noqa: S101 - dependency_on_one_thing
        return base

    def in_service(self, on: date, *, expected: bool = False) -> bool:
        """Whether the base serves on a day; `expected`: whether, by what is scheduled now, it will."""
        base = self.base
        if base.ends_on and base.ends_on < on:
            return False
        if isinstance(base, ExternalSubscription):
            return base.starts_on <= on
        if base.state in State.running():
            return True
        return (
            expected and base.state == State.ACCEPTED and bool(base.billing_starts_on and base.billing_starts_on <= on)
        )
