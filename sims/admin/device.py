"""Devices of lines: registered, tested, retired; the list of designated devices, and of what can be changed (MA7, MA8.2)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts.admin.shared import QueueFilter, ReasonForm, WithState, linked, of_party, or_of_customers
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin, ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet
from iijiot.searching import Query
from sims import equipping
from sims.admin.picking import LineField, has_lines, page_link
from sims.models import DesignatedDevice, DesignatedItem, Equipment
from sims.models.device import TONES, Basis, EquipmentQuerySet

REGISTER, TEST = "sims.register_equipment", "sims.test_equipment"
DAYS_TO_REPORT = timedelta(days=14)
SHOWN = 20


class DeviceForm(forms.Form):
    """A device, and why it may connect."""

    maker = PlainTextField(label=_("Maker"), max_length=60, widget=UnfoldAdminTextInputWidget)
    name = PlainTextField(label=pgettext_lazy("of a device", "Model"), max_length=60, widget=UnfoldAdminTextInputWidget)
    basis = forms.ChoiceField(label=_("May connect because"), choices=Basis.choices, widget=UnfoldAdminSelectWidget)
    mark = PlainTextField(
        label=_("Number of its certificate"),
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Of the mark of conformity; not for devices approved for roaming."),
    )


class DeviceOfLineForm(DeviceForm):
    """The same with its IMEI."""

    imei = PlainTextField(
        label="IMEI",
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("15 digits; needed for a designated device."),
    )
    field_order = ["imei", "maker", "name", "basis", "mark"]


class DeviceOfContractForm(DeviceOfLineForm):
    """The same with its line."""

    line = LineField(label=_("Line"))
    field_order = ["line", "imei", "maker", "name", "basis", "mark"]

    def __init__(self, *args: Any, contract: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].contract = contract  # type: ignore[attr-defined]


class RegisterDevice(ConsoleAction):
    """端末の登録、契約の画面から (MA7)"""

    slug, label, permission, clause = "register-device", _("Register a device"), REGISTER, "MA7"
    form: ClassVar[type[forms.Form]] = DeviceOfContractForm
    help = _("Designated by the company, conforming to the technical standards, or approved for roaming.")
    done = _("The device is registered.")

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Only contracts with lines, and what stands on one."""
        return has_lines(obj)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract whose line it is on."""
        return {"contract": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The devices of the contract."""
        return [Equipment.objects.of_contract(self.obj)]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Equipment:
        """Register it."""
        device = dict(data)
        return equipping.register(device.pop("line"), on=self.today, actor=self.actor, **device)


class RegisterDeviceOfLine(RegisterDevice):
    """端末の登録、回線の画面から (MA7)"""

    slug, form = "register-line-device", DeviceOfLineForm

    def why_not(self) -> Sequence[Unmet]:
        """Not once the line has ended."""
        return equipping.why_no_device(self.obj)

    def form_kwargs(self) -> dict[str, Any]:
        """Nothing more: the line is known."""
        return {}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The devices of the line."""
        return [self.obj.equipment.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Equipment:
        """Register it."""
        return equipping.register(self.obj, on=self.today, actor=self.actor, **data)


class AskForm(forms.Form):
    """By when the report is due, and why the test is asked for."""

    due_on = ConsoleDateField(label=_("Report due on"))
    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


class AskTest(ConsoleAction):
    """試験の請求 (MA7)"""

    slug, label, permission, clause = "ask-test", _("Ask for a test"), TEST, "MA7"
    transition, form = "ask_test", AskForm
    help = _("Until the test is passed, a line that is not in service yet does not go live.")
    done = _("The test is asked for.")

    def initial(self) -> dict[str, Any]:
        """Two weeks from now."""
        return {"due_on": self.today + DAYS_TO_REPORT}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Ask for it."""
        equipping.ask_test(self.obj, today=self.today, actor=self.actor, **data)


class ReportForm(forms.Form):
    """What the report says."""

    on = ConsoleDateField(label=_("Tested on"))
    report = SentencesField(label=_("What the report says"), max_length=300)


class RecordPassed(ConsoleAction):
    """試験の合格の記録 (MA7)"""

    slug, label, permission, clause = "test-passed", _("Record the test as passed"), TEST, "MA7"
    transition, form, tone = "pass_test", ReportForm, "primary"
    done = _("The test is recorded as passed.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        equipping.record_test(self.obj, passed=True, actor=self.actor, **data)


class RecordFailed(RecordPassed):
    """試験の不合格の記録 (MA7)"""

    slug, label = "test-failed", _("Record the test as not passed")
    transition, tone = "fail_test", "danger"
    help = _("The line does not go live with it. Ask for another test, or retire the device.")
    done = _("The test is recorded as not passed.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        equipping.record_test(self.obj, passed=False, actor=self.actor, **data)


class Retire(ConsoleAction):
    """端末の使用終了の記録 (MA7)"""

    slug, label, permission, clause = "retire-device", _("Retire the device"), REGISTER, "MA7"
    transition, form = "retire", ReasonForm
    help = _("It is used on the line no more; its IMEI can be registered elsewhere.")
    done = _("The device is retired.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Retire it."""
        equipping.retire(self.obj, on=self.today, reason=data["reason"], actor=self.actor)


class DeviceQueue(QueueFilter):
    """Devices that are waited for."""

    queues: ClassVar = {
        "reports": (_("Report awaited"), lambda rows: rows.awaiting_report()),
        "overdue": (_("Report overdue"), lambda rows: rows.overdue(clock.business_day())),
    }


def searched_devices(rows: EquipmentQuerySet, query: Query) -> QuerySet[Equipment]:
    """Those of this IMEI; where there are none, those of the customers found by what was typed."""
    return or_of_customers(rows.of_imei(query.compact), rows, query)


@admin.register(Equipment)
class EquipmentAdmin(WithState, ReadOnlyAdmin):
    """Devices of lines; registered on the page of the line or its contract."""

    tones = TONES
    list_display: ClassVar = ["imei", "maker", "name", "line_link", "customer", "basis", "report_due_on", "badge"]
    further_columns: ClassVar = ["mark", "registered_on", "tested_on", "retired_on"]
    list_filter: ClassVar = [DeviceQueue, "state", "basis"]
    search_fields: ClassVar = ["imei"]
    searched = staticmethod(searched_devices)
    search_help_text = _("IMEI, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["maker", "name", "imei"]
    dialogs: ClassVar = [AskTest, RecordPassed, RecordFailed, Retire]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Equipment]:
        """With what a list shows of each."""
        return Equipment.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("line"))
    def line_link(self, device: Equipment) -> str:
        """The line."""
        return page_link(device.line)

    @admin.display(description=_("customer"))
    def customer(self, device: Equipment) -> str:
        """Whose device it is."""
        return str(device.customer)

    def head(self, device: Equipment) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": device.get_state_display(),
            "tone": TONES[device.state],
            "facts": [
                ("IMEI", device.imei),
                (_("Line"), page_link(device.line)),
                (_("Contract"), linked(device.line.contract)),
                (_("Customer"), linked(device.customer)),
                (_("May connect because"), device.get_basis_display()),
                (_("Number of its certificate"), device.mark),
                (_("Registered on"), device.registered_on),
                (_("Report due on"), device.report_due_on),
                (_("Tested on"), device.tested_on),
                (_("What the report says"), device.report),
                (_("Retired on"), device.retired_on),
            ],
        }


@admin.register(DesignatedDevice)
class DesignatedDeviceAdmin(ConsoleAdmin):
    """Devices that the company has designated."""

    list_display: ClassVar = ["tac", "maker", "name", "is_listed"]
    list_filter: ClassVar = ["is_listed"]
    search_fields: ClassVar = ["tac__startswith", "maker__startswith"]
    search_help_text = _("Beginning of the code or the maker")
    fields: ClassVar = ["tac", "maker", "name", "is_listed"]
    fixed_fields: ClassVar = ["tac"]


@admin.register(DesignatedItem)
class DesignatedItemAdmin(ConsoleAdmin):
    """What customers can have changed besides the number of lines."""

    list_display: ClassVar = ["code", "name", "how", "is_offered"]
    list_filter: ClassVar = ["is_offered"]
    fields: ClassVar = ["code", "name", "how", "is_offered"]
    fixed_fields: ClassVar = ["code"]


def awaited(device: Equipment, today: date) -> Row:
    """A test of which the report has not come."""
    return Row(
        str(device), change_url(device), device, device.customer, device.report_due_on, next="test-passed",
        note=str(device.line),
    )  # fmt: skip


show_at_home(
    Queue(
        "device-reports", _("Test reports awaited"), Clause("MA7"), "sims.view_equipment",
        listed("sims_equipment", "reports"),
        lambda day: Equipment.objects.awaiting_report().with_list_data(), awaited,
        of_party, _("No test report is awaited."), F("report_due_on"), place=65,
    )
)  # fmt: skip


def devices_panel(devices: Callable[[Any], QuerySet[Equipment]]) -> Panel:
    """The devices in use of a line or contract."""
    return Panel(
        _("Devices"),
        "console/panel_devices.html",
        lambda request, record: {"devices": devices(record)[:SHOWN]},
        "devices",
        66,
        fits=has_lines,
    )


show_on("sims.line", devices_panel(lambda line: line.equipment.living()))
show_on("contracts.contract", devices_panel(lambda contract: Equipment.objects.of_contract(contract).living()))
offer_on("contracts.contract", RegisterDevice)
offer_on("sims.line", RegisterDeviceOfLine)
show_history("sims.equipment", lambda device: [device])
show_history("sims.designateddevice", lambda device: [device])
show_history("sims.designateditem", lambda item: [item])
