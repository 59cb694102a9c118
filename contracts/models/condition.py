"""The checklist: what the customer must do before service starts."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.contract import State as ContractState
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words

ALLOWED: Allowed = {"meet": ["open", "met"], "reopen": ["met"]}
"""What is allowed when; what was met can be told anew, as when WISE-PaaS information changes (WPC4.1, IOT3.4)."""


class StartConditionQuerySet(RecordedQuerySet["StartCondition"]):
    """Conditions by what is to be done."""

    def with_contract(self) -> "StartConditionQuerySet":
        """With their contract, in the order in which they were asked."""
        return self.select_related("contract").order_by("pk")

    def of_key(self, pk: int) -> "StartCondition | None":
        """The one with this key among them."""
        return self.filter(pk=pk).first()

    def of_contracts(self, ids: Sequence[int]) -> "StartConditionQuerySet":
        """Those of these contracts."""
        return self.filter(contract__in=ids)

    def called(self, code: str, words: str) -> "StartCondition | None":
        """The first of this code among them, or of these words where some are given, what is open first."""
        named = self.filter(code=code, words=words) if words else self.filter(code=code)
        return named.order_by("-state", "pk").first()

    def to_meet(self) -> "StartConditionQuerySet":
        """Open ones of contracts that wait for their start, with their contract."""
        waiting = self.filter(met_on=None, contract__state=ContractState.ACCEPTED, contract__conditions_waived="")
        return waiting.select_related("contract").order_by("contract", "pk")


class StartCondition(RecordedModel):
    """One thing to be done before the contract may start (PC4.1, PMG4.1, VPN4.1, WPC4.1, IOT3.4)."""

    LOCK_RANK = 24
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "PC4.1", "code": "PC4.1"}
    PERSONAL: ClassVar = {"code": NO, "words": NO, "clause": NO, "answer": REST}

    class State(models.TextChoices):
        """Whether it is done."""

        OPEN = "open", _("Open")
        MET = "met", _("Met")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="conditions", verbose_name=_("contract"))
    code = models.CharField(_("code"), max_length=30)
    words = models.CharField(_("what is to be done"), max_length=200)
    clause = models.CharField(_("clause"), max_length=12)
    answer = models.TextField(_("what was decided or disclosed"), blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    state = StateField(_("state"), default=State.OPEN, choices=State)

    objects = StartConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("start condition")
        verbose_name_plural = _("start conditions")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [("meet_condition", _("Can record that a start condition is met"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="condition_state_known",
                condition=Q(state__in=["open", "met"]),
                violation_error_message=_("This is no state of a start condition."),
            ),
            models.CheckConstraint(
                name="condition_met_with_a_day_and_an_answer",
                condition=Q(state="open", met_on=None) | (Q(state="met", met_on__isnull=False) & ~Q(answer="")),
                violation_error_code="PC4.1",
                violation_error_message=_("Say what was decided or disclosed, and on which day."),
            ),
        ]

    def __str__(self) -> str:
        declared = (condition.words for condition in self.contract.service.before_start if condition.code == self.code)
        return str(next(declared, self.words))

    @property
    def asks(self) -> Words:
        """What is to be told, where the provision says so."""
        declared = (known.asks for known in self.contract.service.before_start if known.code == self.code)
        return next(declared, "")

    @property
    def clause_value(self) -> Clause:
        """The clause that asks for it."""
        return Clause(self.clause)

    @transition(field=state, allowed=ALLOWED, target=State.MET, clause="PC4.1", label=_("Record as met"))
    def meet(self, answer: str, on: date) -> None:
        """Record what the customer decided or disclosed; the company decides nothing in its place."""
        if not answer.strip():
            raise refuse(
                self.clause, _("Say what was decided or disclosed: we set no default in the customer's place.")
            )
        self.answer, self.met_on = answer, on

    @transition(field=state, allowed=ALLOWED, target=State.OPEN, clause="PC4.1", label=_("Open again"))
    def reopen(self) -> None:
        """Ask again: what was told does not hold any more."""
        self.met_on = None


def why_none_to_meet(contract: Contract) -> list[Unmet]:
    """Why no condition of a contract can be recorded as met; empty when one can."""
    if contract.state == ContractState.ENDED:
        return [Unmet(Clause("PC4.1"), _("The contract has ended."))]
    if not contract.conditions.exists():
        return [Unmet(Clause("G4"), _("This service has no conditions before its start."))]
    return []


def why_none_to_designate(contract: Contract) -> list[Unmet]:
    """Why nothing more can be asked of the customer before the start; empty when it can."""
    clause = contract.service.staff_may_designate
    if clause is None:
        return [Unmet(Clause("G4"), _("The provision of this service leaves nothing for the company to designate."))]
    if contract.state != ContractState.ACCEPTED:
        return [Unmet(clause, _("Service has begun: nothing can be asked for any more."))]
    return []
