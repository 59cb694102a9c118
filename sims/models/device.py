"""Terminal equipment of lines, the list of designated devices, and devices seen that nobody registered (MA7, MA15.1)."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, transition
from iijiot.states import StateField
from iijiot.words import said
from sims.identifiers import clean_imei
from sims.models.line import Line
from sims.models.line_rules import Hindrance, hinders_service


class Basis(models.TextChoices):
    """Why a device may connect (MA7)."""

    DESIGNATED = "designated", _("Designated by the company")
    CONFORMING = "conforming", _("Conforming to the technical standards")
    ROAMING = "roaming", _("Approved for roaming, without a mark of conformity")


class State(models.TextChoices):
    """Where a device is."""

    REGISTERED = "registered", pgettext_lazy("of a device", "Registered")
    TEST_ASKED = "test-asked", _("Test asked for")
    PASSED = "passed", _("Test passed")
    FAILED = "failed", _("Test not passed")
    RETIRED = "retired", pgettext_lazy("of a device", "Retired")


HINDERING = [State.TEST_ASKED, State.FAILED]
"""Where the test that was asked for is not passed."""

TONES: dict[str, str] = {
    State.REGISTERED: "info",
    State.TEST_ASKED: "warning",
    State.PASSED: "success",
    State.FAILED: "danger",
    State.RETIRED: "default",
}

ALLOWED: Allowed = {
    "ask_test": [State.REGISTERED, State.PASSED, State.FAILED],
    "pass_test": [State.TEST_ASKED],
    "fail_test": [State.TEST_ASKED],
    "retire": [State.REGISTERED, State.TEST_ASKED, State.PASSED, State.FAILED],
}
"""What is allowed when."""


class DesignatedDeviceQuerySet(RecordedQuerySet["DesignatedDevice"]):
    """The list of designated devices."""

    def listed(self) -> "DesignatedDeviceQuerySet":
        """Those that are designated now."""
        return self.filter(is_listed=True).order_by("maker", "name")

    def of_imei(self, imei: str) -> "DesignatedDeviceQuerySet":
        """The listed device to which an IMEI belongs."""
        return self.filter(is_listed=True, tac=imei[:8])


class DesignatedDevice(RecordedModel):
    """A device that the company has designated: its IMEIs begin with its type allocation code (MA7)."""

    LOCK_RANK = 6
    FIXED: ClassVar = {"tac": "MA7"}
    TOLD = ("tac", "maker", "name")
    PERSONAL: ClassVar = {"tac": NO, "maker": NO, "name": NO}
    STAFF_ONLY = frozenset({"*"})

    tac = models.CharField(
        _("type allocation code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{8}$", _("Eight digits."))],
        help_text=_("The first eight digits of its IMEIs."),
    )
    maker = models.CharField(_("maker"), max_length=60)
    name = models.CharField(pgettext_lazy("of a device", "model"), max_length=60)
    is_listed = models.BooleanField(_("designated"), default=True)

    objects = DesignatedDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("designated device")
        verbose_name_plural = _("designated devices")
        ordering: ClassVar = ["maker", "name", "tac"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="designated_device_has_a_code",
                condition=Q(tac__regex=r"^[0-9]{8}$"),
                violation_error_code="MA7",
                violation_error_message=_("A type allocation code has eight digits."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.name}"


class EquipmentQuerySet(RecordedQuerySet["Equipment"]):
    """Devices by what is to be done."""

    def living(self) -> "EquipmentQuerySet":
        """Those in use."""
        return self.exclude(state=State.RETIRED)

    def of_lines(self, lines: Any) -> "EquipmentQuerySet":
        """Those of these lines."""
        return self.filter(line__in=lines)

    def of_contract(self, contract: Any) -> "EquipmentQuerySet":
        """Those on lines of a contract, the latest first."""
        return self.filter(line__contract=contract).order_by("-pk").select_related("line")

    def of_imei(self, imei: str) -> "EquipmentQuerySet":
        """Every device that was registered by this IMEI, the latest first."""
        return self.filter(imei=imei).order_by("-pk")

    def hindering(self) -> "EquipmentQuerySet":
        """Those that keep their line out of service (MA7)."""
        return self.filter(state__in=HINDERING)

    def awaiting_report(self) -> "EquipmentQuerySet":
        """Those whose test was asked for, the first due first."""
        return self.filter(state=State.TEST_ASKED).order_by("report_due_on", "pk")

    def overdue(self, day: date) -> "EquipmentQuerySet":
        """Those whose report should have come before a day."""
        return self.awaiting_report().filter(report_due_on__lt=day)

    def left_behind(self) -> "EquipmentQuerySet":
        """In use on a line that has ended."""
        return self.living().filter(line__state="ended")

    def with_list_data(self) -> "EquipmentQuerySet":
        """With what a list shows of each."""
        return self.select_related("line__contract__customer")


class Equipment(RecordedModel):
    """A customer's device on a line: which it is, why it may connect, and its test where one was asked for (MA7)."""

    LOCK_RANK = 43
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"line": "MA7", "imei": "MA7", "registered_on": "MA7"}
    TOLD = ("line", "imei", "maker", "name", "basis")
    PERSONAL: ClassVar = {"imei": NO, "maker": NO, "name": NO, "mark": NO, "report": REST}

    line = models.ForeignKey(Line, models.PROTECT, related_name="equipment", verbose_name=_("line"))
    imei = models.CharField("IMEI", max_length=15, blank=True)
    maker = models.CharField(_("maker"), max_length=60)
    name = models.CharField(pgettext_lazy("of a device", "model"), max_length=60)
    basis = models.CharField(_("may connect because"), max_length=10, choices=Basis)
    mark = models.CharField(
        _("number of its certificate"),
        max_length=30,
        blank=True,
        help_text=_("Of the mark of conformity; not for devices approved for roaming."),
    )
    registered_on = models.DateField(_("registered on"))
    report_due_on = models.DateField(_("report due on"), null=True, blank=True, editable=False)
    tested_on = models.DateField(_("tested on"), null=True, blank=True, editable=False)
    report = models.CharField(_("test report"), max_length=300, blank=True, editable=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.REGISTERED, choices=State)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("register_equipment", _("Can register and retire devices")),
            ("test_equipment", _("Can ask for tests of devices")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report_due_on", "id"], condition=Q(state="test-asked"), name="equipment_report_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="equipment_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA7",
                violation_error_message=_("This is no state of a device."),
            ),
            models.CheckConstraint(
                name="equipment_imei_well_formed",
                condition=Q(imei="") | Q(imei__regex=r"^[0-9]{15}$"),
                violation_error_code="MA7",
                violation_error_message=_("An IMEI is stored as 15 digits."),
            ),
            models.UniqueConstraint(
                fields=["imei"],
                condition=~Q(imei="") & ~Q(state="retired"),
                name="one_living_device_per_imei",
                violation_error_code="MA7",
                violation_error_message=_("A device of this IMEI is in use already. Retire it there first."),
            ),
            models.CheckConstraint(
                name="equipment_may_connect_for_a_reason",
                condition=Q(basis="designated") & ~Q(imei="")
                | Q(basis="conforming") & ~Q(mark="")
                | Q(basis="roaming", mark=""),
                violation_error_code="MA7",
                violation_error_message=_(
                    "A designated device is known by its IMEI, a conforming one by the number of its certificate; one "
                    "approved for roaming has none."
                ),
            ),
            models.CheckConstraint(
                name="equipment_test_has_its_days",
                condition=(~Q(state="test-asked") | Q(report_due_on__isnull=False))
                & (~Q(state__in=["passed", "failed"]) | (Q(tested_on__isnull=False) & ~Q(report=""))),
                violation_error_code="MA7",
                violation_error_message=_(
                    "A test asked for has the day of its report; one that was done, day and report."
                ),
            ),
            models.CheckConstraint(
                name="equipment_retired_on_a_day",
                condition=Q(state="retired", retired_on__isnull=False, retired_on__gte=F("registered_on"))
                | (~Q(state="retired") & Q(retired_on=None)),
                violation_error_code="MA7",
                violation_error_message=_("A retired device says since when, not before it was registered."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maker} {self.name} {self.imei}".strip()

    @property
    def customer(self) -> Any:
        """Whose device it is."""
        return self.line.contract.customer

    def clean(self) -> None:
        """An IMEI as it is stored."""
        if self.imei:
            try:
                self.imei = clean_imei(self.imei)
            except ValidationError as error:
                raise ValidationError({"imei": error}) from None

    @transition(field=state, allowed=ALLOWED, target=State.TEST_ASKED, clause="MA7", label=_("Ask for a test"))
    def ask_test(self, due_on: date, today: date) -> None:
        """Have the customer test it and report by a day; until it is passed, the line does not go live (MA7)."""
        if due_on < today:
            raise refuse("MA7", _("The day of the report is over already. Choose a later one."))
        self.report_due_on, self.tested_on, self.report = due_on, None, ""

    @transition(field=state, allowed=ALLOWED, target=State.PASSED, clause="MA7", label=_("Record the test as passed"))
    def pass_test(self, on: date, report: str) -> None:
        """The report has come, and says that it fits (MA7)."""
        self._tested(on, report)

    @transition(
        field=state, allowed=ALLOWED, target=State.FAILED, clause="MA7", label=_("Record the test as not passed")
    )
    def fail_test(self, on: date, report: str) -> None:
        """The report has come, and says that it does not fit (MA7)."""
        self._tested(on, report)

    def _tested(self, on: date, report: str) -> None:
        if on < self.registered_on:
            raise refuse(
                "MA7", said(_("The device was registered on {day}; choose a later day."), day=self.registered_on)
            )
        self.tested_on, self.report = on, report

    @transition(field=state, allowed=ALLOWED, target=State.RETIRED, clause="MA7", label=_("Retire the device"))
    def retire(self, on: date) -> None:
        """It is used on the line no more."""
        if on < self.registered_on:
            raise refuse(
                "MA7", said(_("The device was registered on {day}; choose a later day."), day=self.registered_on)
            )
        self.retired_on = on


def untested(line: Line) -> Unmet | None:
    """The device of a line whose test was asked for and not passed (MA7)."""
    device = line.equipment.hindering().first()
    if device is None:
        return None
    return Unmet(Clause("MA7"), said(_("The test of device {device} is not passed yet."), device=device), (device,))


hinders_service(Hindrance(untested, lambda lines: lines.filter(equipment__state__in=HINDERING)))
