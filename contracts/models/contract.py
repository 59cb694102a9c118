"""A contract for one service, or for an option of one: from acceptance to its last day."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Dated, Holding, Service
from contracts.models.contract_queries import ContractQuerySet
from contracts.models.contract_rules import (
    conditions_met,
    counts_lines,
    is_protected,
    may_be_protected,
    nobody_has_died,
    not_protected,
    rests_on_active,
    start_is_set,
)
from contracts.models.contract_state import ALLOWED, SHOWN_TO_CUSTOMERS, State
from contracts.models.customer import Customer, ManagementUnit
from contracts.models.terms import TermsVersion
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import Numbered
from iijiot.rules import refuse, transition
from iijiot.states import StateField
from iijiot.words import Words, said

if TYPE_CHECKING:
    from contracts.models.dependency import Dependency
    from contracts.models.termination import Termination

FARTHEST_START = timedelta(days=2 * 366)
LAST_LINE = _("No line would be left. That is the end of the contract: take a termination notice instead.")


class Contract(Numbered):
    """One service for one customer (or an option of another contract: `parent`), under one management unit."""

    NUMBER_PREFIX = "K"
    LOCK_RANK = 20
    FIXED: ClassVar = {"customer": "G10", "service_code": "G9.1", "item": "G15.1"}
    TOLD = ("service_code", "quantity", "accepted_on", "billing_starts_on")
    PERSONAL: ClassVar = {"item": NO, "conditions_waived": REST, "ends_under": NO}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="contracts", verbose_name=_("management unit")
    )
    application = models.ForeignKey(
        "contracts.Application",
        models.PROTECT,
        related_name="contracts",
        verbose_name=_("application"),
        null=True,
        blank=True,
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="options", verbose_name=_("option of"), null=True, blank=True
    )
    service_code = models.CharField(_("service"), max_length=30, choices=[(s.code, s.name) for s in SERVICES.values()])
    item = models.CharField(_("item"), max_length=20, blank=True)
    quantity = models.PositiveIntegerField(_("lines"), default=1)
    accepted_on = models.DateField(_("accepted on"))
    billing_starts_on = models.DateField(_("billing start date"), null=True, blank=True)
    conditions_waived = models.CharField(_("started with open conditions because"), max_length=200, blank=True)
    ends_on = models.DateField(_("termination date"), null=True, blank=True)
    ends_under = models.CharField(_("ends under"), max_length=12, blank=True)
    protected = models.BooleanField(_("protected against termination"), default=False)
    state = StateField(_("state"), default=State.ACCEPTED, choices=State, db_index=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering: ClassVar = ["number"]
        permissions: ClassVar = [
            ("start_contract", _("Can set the billing start date")),
            ("designate_condition", _("Can ask for one thing more before the start")),
            ("waive_conditions", _("Can start a contract with open conditions")),
            ("end_contract", _("Can take termination notices")),
            ("end_by_company", _("Can terminate contracts for the company")),
            ("protect_contract", _("Can protect contracts against termination")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "number"], name="contract_state_number"),
            models.Index(fields=["state", "ends_on"], name="contract_state_end"),
            models.Index(fields=["state", "billing_starts_on"], name="contract_state_start"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contract_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a contract."),
            ),
            models.CheckConstraint(
                name="contract_service_known",
                condition=Q(service_code__in=list(SERVICES)),
                violation_error_code="G9.1",
                violation_error_message=_("Choose one of the services offered."),
            ),
            models.CheckConstraint(
                name="option_has_a_parent",
                condition=Q(service_code="wise-paas-option", parent__isnull=False)
                | (~Q(service_code="wise-paas-option") & Q(parent=None)),
                violation_error_code="IOT3.1",
                violation_error_message=_("An option belongs to a contract, and only an option does."),
            ),
            models.CheckConstraint(
                name="mobile_access_has_an_item",
                condition=Q(service_code="mobile-access", item="TypeD")
                | (~Q(service_code="mobile-access") & Q(item="")),
                violation_error_code="MA2",
                violation_error_message=_("Mobile Access has the item TypeD; other services have none."),
            ),
            models.CheckConstraint(
                name="contract_has_a_quantity",
                condition=Q(quantity__gte=1) & (Q(service_code="mobile-access") | Q(quantity=1)),
                violation_error_code="MA8.1",
                violation_error_message=_("Mobile Access has at least one line; other services are counted as one."),
            ),
            models.CheckConstraint(
                name="contract_starts_after_acceptance",
                condition=Q(billing_starts_on=None) | Q(billing_starts_on__gte=F("accepted_on")),
                violation_error_code="G3",
                violation_error_message=_("The billing start date cannot be before the acceptance."),
            ),
            models.CheckConstraint(
                name="contract_runs_only_with_a_start",
                condition=~Q(state__in=["active", "suspended", "restricted"]) | Q(billing_starts_on__isnull=False),
                violation_error_code="G3",
                violation_error_message=_("Set the billing start date first."),
            ),
            models.CheckConstraint(
                name="contract_end_has_a_day_and_a_clause",
                condition=(Q(ends_on=None) & Q(ends_under="") & ~Q(state="ended"))
                | (Q(ends_on__isnull=False) & ~Q(ends_under="")),
                violation_error_code="G29.1",
                violation_error_message=_("An end has its day and the clause that makes it that day."),
            ),
            models.UniqueConstraint(
                fields=["management_unit", "item"],
                condition=Q(state__in=["accepted", "active", "suspended", "restricted"], service_code="mobile-access"),
                name="one_living_contract_per_item",
                violation_error_code="MA4",
                violation_error_message=_(
                    "This management unit already has a living contract for the item. Change its number of lines instead (MA8.1)."
                ),
            ),
            models.UniqueConstraint(
                fields=["parent", "service_code"],
                condition=Q(state__in=["accepted", "active", "suspended", "restricted"], parent__isnull=False),
                name="one_living_option_per_contract",
                violation_error_code="IOT3.1",
                violation_error_message=_("The contract already has this option."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.service}"

    def clean(self) -> None:
        """A contract is in exactly one management unit, of its own customer (G9.2)."""
        if self.management_unit.customer_id != self.customer_id:
            raise ValidationError(
                {
                    "management_unit": ValidationError(
                        _("This management unit belongs to another customer. Choose one of the contract's customer."),
                        code="G9.2",
                    )
                }
            )

    @property
    def service(self) -> Service:
        """The provision's declaration."""
        return SERVICES[self.service_code]

    @property
    def state_for_customers(self) -> Words:
        """Its state as its customer reads it."""
        return SHOWN_TO_CUSTOMERS[self.state]

    @property
    def name_for_letters(self) -> str:
        """How a letter names it."""
        return f"{self.service.name}（{self.number}）"

    @property
    def key(self) -> tuple[str, int]:
        """How plans and requirements name it."""
        return ("contract", self.pk)

    @property
    def first_day(self) -> date:
        """From when others can rest on it: the billing start date, as soon as there is one."""
        return self.billing_starts_on or self.accepted_on

    def as_holding(self) -> Holding:
        """What requirements see of it."""
        return Holding(self.service_code, self.first_day, self.ends_on, self.key, str(self))

    def last_day(self, notice: "Termination") -> Dated:
        """The last day that this notice gives, under the contract's own provision (G4, G29.1)."""
        assert notice.arrived_on is not None  # noqa: S101 - termination_notice_has_arrived
        return self.service.ends_on(notice.arrived_on, notice.named_on)

    def terms_in_force(self, on: date) -> TermsVersion | None:
        """The version of its provision that applies on a day (G2.1)."""
        return TermsVersion.objects.in_force(self.service.provision, on)

    def flags(self) -> list["Dependency"]:
        """What it rests on that has an end but does not take it down: for staff to look at (IOT3.3, WPC3)."""
        return [d for d in self.dependencies.standing() if not d.cascades and d.base.ends_on]

    def start_note(self) -> Words:
        """What keeps it from starting, or that it waits for its day."""
        if self.must_wait():
            return _("Conditions are open")
        return _("Waits for its day") if self.billing_starts_on else _("Billing start date not set")

    def must_wait(self) -> bool:
        """Whether conditions are open that nobody waived; a list reads it with its rows (`with_start_data`)."""
        read = getattr(self, "has_open_conditions", None)
        return not self.conditions_waived and (self.open_conditions().exists() if read is None else bool(read))

    def start_due(self) -> date | None:
        """By when its start is due: the billing start date, else the day that the applicant wished."""
        wished = self.application.start_wished_on if self.application else None
        return self.billing_starts_on or wished

    def next_act(self) -> str:
        """What staff do next before its start, as the dialog is called; nothing where only its day is awaited."""
        if self.must_wait():
            return "meet-condition"
        return "" if self.billing_starts_on else "set-start"

    def open_conditions(self) -> Any:
        """Conditions before the start that are not met yet."""
        return self.conditions.filter(met_on=None)

    def idle_dependencies(self, on: date) -> list[Any]:
        """What the contract rests on that is not in service on a day."""
        return [d for d in self.dependencies.standing() if not d.in_service(on)]

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="G3",
        label=_("Set the billing start date"),
        conditions=[conditions_met, nobody_has_died],
    )
    def set_start(self, billing_from: date) -> None:
        """Set the day from which monthly fees are owed (G3); the clock starts the contract on it."""
        service = self.service
        if billing_from < service.since:
            raise refuse(
                service.since_clause.id,
                said(_("This service exists from {since} on. Choose that day or a later one."), since=service.since),
            )
        if billing_from < self.accepted_on:
            raise refuse(
                "G3",
                said(
                    _("The contract was accepted on {accepted}. Choose that day or a later one."),
                    accepted=self.accepted_on,
                ),
            )
        if billing_from > self.accepted_on + FARTHEST_START:
            raise refuse("G3", _("This is more than two years after the acceptance. Check the year."))
        if self.ends_on and billing_from > self.ends_on:
            raise refuse("G30.2.2", said(_("The contract ends on {end}. Choose an earlier day."), end=self.ends_on))
        idle = [d for d in self.dependencies.standing() if not d.in_service(billing_from, expected=True)]
        if idle:
            raise refuse(
                service.eligibility.said_by.id,
                said(
                    _("What it rests on is not in service on {day}: {bases}. Choose a day on which it is."),
                    day=billing_from,
                    bases="、".join(str(d.base) for d in idle),
                ),
            )
        self.billing_starts_on = billing_from

    @transition(field=state, allowed=ALLOWED, clause="PC4.2", label=_("Start with open conditions"))
    def waive_conditions(self, because: str) -> None:
        """Let the contract start although conditions are open, for a reason (PC4.2, PMG4.2, VPN4.2, WPC4.2, IOT3.5)."""
        if not because.strip():
            raise refuse("PC4.2", _("Give the reason."))
        self.conditions_waived = because

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.ACTIVE,
        clause="G3",
        label=_("Start"),
        conditions=[start_is_set, conditions_met, rests_on_active],
    )
    def start(self) -> None:
        """Begin service on the billing start date (G3)."""

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="G29.1",
        label=_("Take a termination notice"),
        conditions=[nobody_has_died],
    )
    def take_termination(self) -> None:
        """Take a notice that ends the contract (G29.1); what follows is planned and carried out in `ending`."""

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="G29.1",
        label=_("Take the customer's notice"),
        conditions=[nobody_has_died, not_protected],
    )
    def take_notice(self) -> None:
        """Take what the customer says to end it (G29.1, G29.2); the company's acts ask for no such leave."""

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="G29.1",
        label=_("Protect against termination"),
        conditions=[may_be_protected],
    )
    def protect(self) -> None:
        """Keep it from being ended by the customer's notice, by whoever's hand and by mistake (G29.1)."""
        self.protected = True

    @transition(
        field=state, allowed=ALLOWED, clause="G29.1", label=_("Take the protection away"), conditions=[is_protected]
    )
    def unprotect(self) -> None:
        """Let notices be taken again (G29.1)."""
        self.protected = False

    @transition(
        field=state,
        allowed=ALLOWED,
        clause="MA8.1",
        label=_("Take lines away"),
        conditions=[counts_lines, nobody_has_died, not_protected],
    )
    def take_fewer_lines(self) -> None:
        """Let lines end at the customer's wish, the contract going on (MA8.1)."""

    @transition(
        field=state, allowed=ALLOWED, clause="MA8.1", label=_("Change the number of lines"), conditions=[counts_lines]
    )
    def change_quantity(self, to: int) -> None:
        """Have so many lines from today on (MA8.1). None at all is the end of the contract, and must be one."""
        if to < 1:
            raise refuse("MA8.1", LAST_LINE)
        self.quantity = to

    @transition(field=state, allowed=ALLOWED, clause="G29.1", label=_("Schedule the end"))
    def schedule_end(self, on: date, under: str) -> None:
        """Set the last day of service and the clause that makes it that day."""
        self.ends_on, self.ends_under = on, Clause(under).id

    @transition(field=state, allowed=ALLOWED, clause="G29.1", label=_("Lift the end"))
    def lift_end(self) -> None:
        """Go on without an end: nothing that would end the contract stands any more."""
        self.ends_on, self.ends_under = None, ""

    @transition(field=state, allowed=ALLOWED, target=State.ENDED, clause="G29.1", label=_("End"))
    def end(self) -> None:
        """Close the contract on the day after its last one."""

    @transition(
        field=state, allowed=ALLOWED, clause="G26.1", label=_("Announce a suspension"), conditions=[nobody_has_died]
    )
    def take_suspension(self) -> None:
        """Take a suspension or restriction for a cause (G26.1); it is written by `suspending`."""

    @transition(field=state, allowed=ALLOWED, target=State.SUSPENDED, clause="G26.1", label=_("Suspend"))
    def suspend(self) -> None:
        """Stop the use; fees go on (G30.3)."""

    @transition(field=state, allowed=ALLOWED, target=State.RESTRICTED, clause="G26.1", label=_("Restrict"))
    def restrict(self) -> None:
        """Restrict the use; fees go on (G30.3)."""

    @transition(field=state, allowed=ALLOWED, target=State.ACTIVE, clause="G26.1", label=_("Resume"))
    def resume(self) -> None:
        """Give the use back: nothing that stops or restricts it is in force any more."""
