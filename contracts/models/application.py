"""Applications: numbered in the order received, screened, then accepted, refused or withdrawn."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.services import CHANGEABLE, SERVICES
from contracts.catalogue.terms_versions import version_in_force
from contracts.catalogue.vocabulary import Service
from contracts.models import fees_known
from contracts.models.application_rules import documents_complete, grounds_examined, has_a_ground
from contracts.models.application_state import ALLOWED, State
from contracts.models.customer import Cap, Customer, ManagementUnit
from contracts.models.finding import Finding
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Unmet, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words, said


class ApplicationQuerySet(RecordedQuerySet["Application"]):
    """Applications by what is to be done with them."""

    def open(self) -> "ApplicationQuerySet":
        """Not decided yet, first come first (G13.2)."""
        return self.filter(state__in=State.open()).order_by("received_at", "pk")

    def of_unit(self, unit: int) -> "ApplicationQuerySet":
        """For contracts in a management unit."""
        return self.filter(management_unit=unit)

    def changing(self, contracts: list[int]) -> "ApplicationQuerySet":
        """For a change of one of these contracts (G15)."""
        return self.filter(changes__in=contracts)

    def on_hold(self) -> "ApplicationQuerySet":
        """Waiting for documents."""
        return self.filter(state=State.ON_HOLD).order_by("received_at", "pk")

    def with_ground(self, clause: str) -> "ApplicationQuerySet":
        """Open applications against which the ground of this clause was found."""
        return self.open().filter(findings__result="found", findings__ground=clause).distinct()

    def by_ground(self) -> dict[str, int]:
        """How many open applications have a ground found against them, by its clause."""
        found = self.open().filter(findings__result="found").order_by()
        return dict(found.values_list("findings__ground").annotate(models.Count("pk", distinct=True)))

    def before(self, application: "Application") -> "ApplicationQuerySet":
        """Waiting applications whose turn comes earlier; those on hold wait for the applicant and let others pass."""
        waiting = self.filter(state__in=[State.RECEIVED, State.SCREENING])
        return waiting.filter(
            Q(received_at__lt=application.received_at) | Q(received_at=application.received_at, pk__lt=application.pk)
        )

    def with_what_changes(self) -> "ApplicationQuerySet":
        """With the contract that each would change."""
        return self.select_related("customer", "management_unit", "changes")

    def with_list_data(self) -> "ApplicationQuerySet":
        """With what a list shows of each."""
        open_grounds = Finding.objects.filter(application=OuterRef("pk"), result=Finding.Result.OPEN)
        return self.select_related("customer", "management_unit").annotate(has_open_grounds=Exists(open_grounds))


class Application(Numbered):
    """An application for a service by a customer, with every item that the service needs (G12.1)."""

    NUMBER_PREFIX = "A"
    LOCK_RANK = 14
    FIXED: ClassVar = {"customer": "G10", "received_at": "G13.2", "changes": "G15.1"}
    TOLD = ("service_code", "changes", "quantity", "start_wished_on", "received_at")
    PERSONAL: ClassVar = {"item": NO, "note": REST}

    class Channel(models.TextChoices):
        """How it came; a refusal goes back the same way (G14.2, G42.2.2)."""

        PAPER = "paper", _("On paper")
        ELECTRONIC = "electronic", _("Electronically")

    received_at = models.DateTimeField(_("received at"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.ELECTRONIC)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="applications", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="applications", verbose_name=_("management unit")
    )
    changes = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        related_name="change_applications",
        verbose_name=_("more lines for the contract"),
        null=True,
        blank=True,
        help_text=_("Only for more lines of a contract that the customer has; the quantity is how many more."),
    )
    service_code = models.CharField(_("service"), max_length=30, choices=[(s.code, s.name) for s in SERVICES.values()])
    item = models.CharField(_("item"), max_length=20, blank=True, help_text=_("For Mobile Access: TypeD."))
    quantity = models.PositiveIntegerField(_("lines"), default=1, help_text=_("For Mobile Access."))
    all_or_nothing = models.BooleanField(
        _("all or nothing"), default=False, help_text=_("Rather none than fewer lines if a cap is exceeded.")
    )
    with_option = models.BooleanField(
        _("with WISE-PaaS connection option"), default=False, help_text=_("For the IIJ IoT service (article 3).")
    )
    start_wished_on = models.DateField(_("start wished on"))
    quantity_accepted = models.PositiveIntegerField(_("lines accepted"), null=True, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    state = StateField(_("state"), default=State.RECEIVED, choices=State, db_index=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering: ClassVar = ["received_at", "pk"]
        permissions: ClassVar = [
            ("screen_application", _("Can begin screening")),
            ("record_findings", _("Can record findings")),
            ("ask_documents", _("Can ask for documents and record their arrival")),
            ("accept_application", _("Can accept applications")),
            ("refuse_application", _("Can refuse applications")),
            ("withdraw_application", _("Can withdraw applications for the applicant")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "received_at"], name="application_queue"),
            models.Index(fields=["received_at", "id"], name="application_by_receipt"),
            models.Index(
                fields=["received_at", "id"],
                condition=Q(state__in=["received", "screening", "on-hold"]),
                name="application_open_by_receipt",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="application_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of an application."),
            ),
            models.CheckConstraint(
                name="application_channel_known",
                condition=Q(channel__in=["paper", "electronic"]),
                violation_error_code="G12.1",
                violation_error_message=_("Choose one of the channels offered."),
            ),
            models.CheckConstraint(
                name="application_service_known",
                condition=Q(service_code__in=list(SERVICES)),
                violation_error_code="G12.1",
                violation_error_message=_("Choose one of the services offered."),
            ),
            models.CheckConstraint(
                name="application_names_its_item",
                condition=Q(service_code="mobile-access", item="TypeD")
                | (~Q(service_code="mobile-access") & Q(item="")),
                violation_error_code="MA2",
                violation_error_message=_("Mobile Access has the item TypeD; other services have none."),
            ),
            models.CheckConstraint(
                name="application_changes_what_can_change",
                condition=Q(changes=None) | Q(service_code__in=CHANGEABLE, with_option=False),
                violation_error_code="G15.1",
                violation_error_message=_(
                    "Only the number of lines of Mobile Access can be changed. Everything else is a new application."
                ),
            ),
            models.CheckConstraint(
                name="application_has_a_quantity",
                condition=Q(quantity__gte=1) & (Q(service_code="mobile-access") | Q(quantity=1)),
                violation_error_code="MA8.1",
                violation_error_message=_("Mobile Access has at least one line; other services are counted as one."),
            ),
            models.CheckConstraint(
                name="application_accepts_no_more_than_asked",
                condition=Q(quantity_accepted=None) | Q(quantity_accepted__lte=F("quantity"), quantity_accepted__gte=1),
                violation_error_code="G14.3",
                violation_error_message=_("At least one line and no more than asked for can be accepted."),
            ),
            models.CheckConstraint(
                name="application_decided_on_a_day",
                condition=Q(state__in=["received", "screening", "on-hold"], decided_on=None)
                | Q(state__in=["accepted", "refused", "withdrawn"], decided_on__isnull=False),
                violation_error_message=_("A decision has its day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    def next_act(self) -> str:
        """What staff do next with it, as the dialog is called."""
        if self.state == State.RECEIVED:
            return "screen"
        if self.state == State.ON_HOLD:
            return "documents-arrived"
        return "findings" if self.grounds_open() else "accept"

    def grounds_open(self) -> bool:
        """Whether a ground has no finding yet; a list reads it with its rows (`with_list_data`)."""
        read = getattr(self, "has_open_grounds", None)
        return bool(self.open_findings() if read is None else read)

    @property
    def service(self) -> Service:
        """The provision's declaration."""
        return SERVICES[self.service_code]

    @property
    def what(self) -> Words:
        """What is applied for, in words: the service, or the contract that gets more lines."""
        if self.changes is None:
            return self.service.name
        return said(_("More lines for {contract}"), contract=self.changes)

    @property
    def received_on(self) -> date:
        """The Tokyo day on which it arrived."""
        return clock.tokyo_day(self.received_at)

    def clean(self) -> None:
        """Every item that the service needs, of this customer, on days that exist for it (G12.1)."""
        if None in (self.customer_id, self.management_unit_id, self.received_at, self.start_wished_on):
            return  # what is missing is told beside its own field
        errors: dict[str, ValidationError] = {}
        if self.management_unit.customer_id != self.customer_id:
            errors["management_unit"] = ValidationError(
                _("This management unit belongs to another customer. Choose one of the applicant's."), code="G9.2"
            )
        if self.changes is not None:
            errors |= self._wrong_change()
        if self.service_code in SERVICES:
            errors |= self._wrong_items() | self._wrong_days()
        if errors:
            raise ValidationError(errors)

    def _wrong_change(self) -> dict[str, ValidationError]:
        """A change is of what the provision lets change, on a living contract of the same customer (G15.1)."""
        contract = self.changes
        assert contract is not None  # noqa: S101 - asked by clean
        if contract.service.changes_under is None:
            words = _("The provision of %(service)s lets nothing be changed. Record a new application instead.")
            params = {"service": contract.service.name}
            return {"changes": ValidationError(words, code="G15.1", params=params)}
        own = (contract.customer_id, contract.management_unit_id, contract.service_code, contract.item)
        if own != (self.customer_id, self.management_unit_id, self.service_code, self.item):
            words = _("Customer, management unit, service and item are those of the contract that is changed.")
            return {"changes": ValidationError(words, code="G15.1")}
        if self._state.adding and (reason := self.why_no_change(self.start_wished_on)):
            return {"changes": ValidationError(reason.remedy, code=reason.clause.id)}
        return {}

    def why_no_change(self, on: date) -> Unmet | None:
        """Why the contract that is changed cannot have more lines on a day; None where it can (MA8.1)."""
        contract = self.changes
        if contract is None:
            return None
        clause = contract.service.changes_under or Clause("G15.1")
        if contract.customer_id != self.customer_id:
            return Unmet(clause, _("The contract is another customer's by now. Refuse this application."), (contract,))
        if contract.state == "ended" or (contract.ends_on is not None and contract.ends_on < on):
            sentence = _("{contract} ends on {day}, before the lines would be there.")
            return Unmet(clause, said(sentence, contract=contract, day=contract.ends_on), (contract,))
        return None

    def _wrong_items(self) -> dict[str, ValidationError]:
        service, errors = self.service, {}
        items = [item.code for item in service.items]
        if items and self.item not in items:
            errors["item"] = ValidationError(
                _("Choose the item: %(items)s."), code="MA2", params={"items": "、".join(items)}
            )
        if self.with_option and service.code != "iot":
            errors["with_option"] = ValidationError(
                _("The option belongs to the IIJ IoT service. Leave it out here."), code="IOT3.2"
            )
        if service.unit and self._state.adding and self.changes is None:
            living = self.management_unit.contracts.filter(service_code=service.code, item=self.item).living(
                clock.tokyo_day(self.received_at)
            )
            standing = living.exclude(ends_on__lt=self.start_wished_on).first()
            if standing:
                errors["service_code"] = ValidationError(
                    _("The management unit has %(contract)s already. Change its number of lines instead (MA8.1)."),
                    code=service.unit.id,
                    params={"contract": standing.number},
                )
        return errors

    def _wrong_days(self) -> dict[str, ValidationError]:
        service, errors = self.service, {}
        if version_in_force("G", self.received_on) is None:
            errors["received_at"] = ValidationError(
                _("No terms were in force on %(day)s. Check the day of receipt."),
                code="G.S",
                params={"day": fullday(self.received_on)},
            )
        if self.start_wished_on < service.since:
            errors["start_wished_on"] = ValidationError(
                _("%(service)s exists from %(since)s on. Choose that day or a later one."),
                code=service.since_clause.id,
                params={"service": service.name, "since": fullday(service.since)},
            )
        elif self._state.adding and not 0 <= (self.start_wished_on - self.received_on).days <= 731:
            errors["start_wished_on"] = ValidationError(
                _("Choose a day from the receipt (%(day)s) to two years after it."),
                code="G12.1",
                params={"day": fullday(self.received_on)},
            )
        return errors

    def open_findings(self) -> list[Finding]:
        """Grounds not examined yet."""
        return [finding for finding in self.findings.all() if finding.result == Finding.Result.OPEN]

    def waits_for_documents(self) -> bool:
        """Whether a document that was asked for has not arrived (G42.2.1)."""
        return any(request.arrived_on is None for request in self.document_requests.all())

    def missing_documents(self) -> Any:
        """Documents asked for that have not arrived (G42.2.1)."""
        return self.document_requests.filter(arrived_on=None)

    def exceeds_cap(self, on: date | None = None) -> bool:
        """Whether the cap leaves nothing that could be accepted as asked for (G14.3)."""
        return self.is_too_little(self.room(on))

    def is_too_little(self, room: int | None) -> bool:
        """Whether so much room leaves nothing that could be accepted as asked for (G14.3)."""
        return room is not None and (room < 1 or (self.all_or_nothing and room < self.quantity))

    def room(self, on: date | None = None) -> int | None:
        """How many lines (one for services without lines) the customer's caps leave on a day; None: no cap.

        Without a day it is the wished one. A change of lines makes no contract more (MA8.1).
        """
        day = on or self.start_wished_on
        room = Cap.room(self.customer, self.service_code, day, contracts=0 if self.changes_id else 1)
        of_fees = Cap.of(self.customer, "").get(Cap.Counts.FEES)
        if of_fees is None:
            return room
        by_fees = fees_known.room(self, of_fees.most, day)
        return by_fees if room is None else min(room, by_fees)

    @transition(field=state, allowed=ALLOWED, target=State.SCREENING, clause="G13.1", label=_("Begin screening"))
    def screen(self) -> None:
        """Take the application up; `screening.begin` fills in what rules can tell."""

    @transition(field=state, allowed=ALLOWED, clause="G14.1", label=_("Record findings"))
    def record_findings(self) -> None:
        """Note what the examination of the grounds has shown."""

    @transition(field=state, allowed=ALLOWED, target=State.ON_HOLD, clause="G42.2.1", label=_("Ask for documents"))
    def ask_documents(self) -> None:
        """Hold the acceptance back until documents arrive (G42.2.1)."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.SCREENING,
        clause="G42.2.1",
        label=_("Documents have arrived"),
        conditions=[documents_complete],
    )
    def documents_arrived(self) -> None:
        """Go on with the screening, everything asked for being there."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.ACCEPTED,
        clause="G13.1",
        label=_("Accept"),
        conditions=[grounds_examined, documents_complete],
    )
    def accept(self, on: date, quantity: int) -> None:
        """Accept all or, over a cap, a part (G13.1, G14.3); `accepting` makes the contract in the same transaction."""
        if quantity < 1:
            raise refuse("G14.3", _("The cap leaves no line for this customer. Refuse the application."))
        self.decided_on, self.quantity_accepted = on, quantity

    @transition(
        field=state, allowed=ALLOWED, target=State.REFUSED, clause="G14.1", label=_("Refuse"), conditions=[has_a_ground]
    )
    def refuse(self, on: date) -> None:
        """Refuse on the grounds recorded (G14.1); the applicant is told the fact in writing (G14.2)."""
        self.decided_on = on

    @transition(field=state, allowed=ALLOWED, target=State.WITHDRAWN, clause="G12.1", label=_("Withdraw"))
    def withdraw(self, on: date) -> None:
        """The applicant takes the application back before it is decided."""
        self.decided_on = on
