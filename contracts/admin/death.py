"""Deaths of customers and the filings of heirs (G18)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import inheriting
from contracts.admin.evidence import AddToDeath
from contracts.admin.shared import (
    CustomerField,
    QueueFilter,
    WithState,
    cited,
    linked,
    of_party,
    searched_by_number,
)
from contracts.admin.succession import RECORD
from contracts.models import Death, Evidence, HeirFiling
from contracts.models.death import DEATH_TONES
from contracts.models.finding import SCREENED
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, ConsoleTimeField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet, unmet


class DeathForm(forms.Form):
    """When, and how we know."""

    died_on = ConsoleDateField(label=_("Died on"))
    reported_on = ConsoleDateField(label=_("Reported on"))
    source = SentencesField(
        label=_("Source"),
        max_length=200,
        help_text=_("The document that shows it, such as the family register."),
    )


class ReportDeath(ConsoleAction):
    """死亡の届出 (G18.1)"""

    slug, label, permission, clause = "report-death", _("Record the death"), RECORD, "G18.1"
    form, tone, final = DeathForm, "danger", True
    help = _("The contracts then wait for an heir until two weeks after the death; without one they end on that day.")
    done = _("The death is recorded. The contracts wait for an heir.")

    def why_not(self) -> Sequence[Unmet]:
        """Only for a person, and once."""
        if self.obj.kind != "sole-proprietor":
            return [Unmet(Clause("G18.1"), _("Only a sole proprietor can die. A corporation merges or splits (G17)."))]
        if (death := self.obj.deaths.first()) is not None:
            return [Unmet(Clause("G18.1"), _("The death of this customer is recorded already."), (death,))]
        return []

    def initial(self) -> dict[str, Any]:
        """Reported today."""
        return {"reported_on": self.today}

    def touched(self) -> Any:
        """The death."""
        return [self.obj.deaths.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Record it."""
        return inheriting.report_death(self.obj, **data, today=self.today, actor=self.actor)

    def after(self, result: Any) -> str:
        """To the death."""
        return change_url(result)


class FilingForm(forms.Form):
    """Who takes over, and when it arrived."""

    heir = CustomerField(label=_("Heir"))
    arrived_on = ConsoleDateField(label=_("Arrived on"))
    arrived_time = ConsoleTimeField(
        label=_("At"), help_text=_("Tokyo time, such as 9:00. The earlier heir comes first.")
    )
    evidence = SentencesField(
        label=_("Evidence"),
        max_length=300,
        help_text=_("Family register, or the certified list of heirs."),
    )


class FileHeir(ConsoleAction):
    """相続人からの届出 (G18.1)"""

    slug, label, permission, clause = "file-heir", _("Record an heir's filing"), RECORD, "G18.1"
    form = FilingForm
    help = _("The first to file within the two weeks comes first. A later filing is recorded as too late.")
    done = _("The filing is recorded.")

    def touched(self) -> Any:
        """The filings."""
        return [self.obj.filings.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        inheriting.file(
            self.obj,
            data["heir"],
            filed_at=datetime.combine(data["arrived_on"], data["arrived_time"], clock.TOKYO),
            evidence=data["evidence"],
            now=clock.business_moment(),
            actor=self.actor,
        )


class TakeOverForm(forms.Form):
    """How it was examined."""

    note = SentencesField(
        label=_("How the grounds of article 14 were examined"),
        max_length=300,
    )


def why_nobody(death: Death) -> list[Unmet]:
    """Why no filing can be decided."""
    if death.next_filing() is None:
        return [Unmet(Clause("G18.1"), _("No filing in time waits for a decision."), ("file-heir",))]
    return []


class TakeOver(ConsoleAction):
    """相続人による引継 (G18.1)"""

    slug, label, permission, clause = "take-over", _("Let the first heir take over"), RECORD, "G18.1"
    transition, form, tone, final = "take_over", TakeOverForm, "primary", True
    help = _("Every contract passes to the heir without a break, debts too.")
    done = _("The heir has taken over.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a filing in time."""
        return unmet(self.obj.take_over) or why_nobody(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let the first take over."""
        filing = self.obj.next_filing()
        if filing is not None:
            inheriting.take_over(filing, note=data["note"], actor=self.actor)


class RefuseHeirForm(forms.Form):
    """On which ground."""

    ground = forms.ChoiceField(
        label=_("Ground"), choices=[(g.value, g.label) for g in SCREENED], widget=UnfoldAdminSelectWidget
    )
    note = SentencesField(label=_("Facts"), max_length=300)


class RefuseHeir(ConsoleAction):
    """相続人の引継の拒絶 (G18.2)"""

    slug, label, permission, clause = "refuse-heir", _("Refuse the first heir"), RECORD, "G18.2"
    form, tone, final = RefuseHeirForm, "danger", True
    help = _("On a ground of article 14. The next who filed in time steps in.")
    done = _("The heir is refused.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a filing in time."""
        return why_nobody(self.obj)

    def touched(self) -> Any:
        """The filings."""
        return [self.obj.filings.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Refuse the first."""
        filing = self.obj.next_filing()
        if filing is not None:
            inheriting.refuse_heir(filing, ground=data["ground"], note=data["note"], actor=self.actor)


class DeathListQueue(QueueFilter):
    """Deaths whose contracts wait."""

    queues: ClassVar = {"open": (_("Open for heirs"), lambda rows: rows.open())}


@admin.register(Death)
class DeathAdmin(WithState, ReadOnlyAdmin):
    """Deaths of customers."""

    tones = DEATH_TONES
    list_display: ClassVar = ["number", "customer", "died_on", "file_by", "badge"]
    further_columns: ClassVar = ["reported_on", "source"]
    list_filter: ClassVar = [DeathListQueue, "state"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    fields: ClassVar = ["source", "reported_on"]
    dialogs: ClassVar = [FileHeir, AddToDeath, TakeOver, RefuseHeir]

    def head(self, death: Death) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": death.get_state_display(),
            "tone": DEATH_TONES[death.state],
            "facts": [
                (_("Number"), death.number),
                (_("Customer"), linked(death.customer)),
                (_("Died on"), death.died_on),
                (_("Heirs file by"), death.file_by),
                (_("Clause"), cited("G18.1")),
            ],
        }


def waiting(death: Death, today: date) -> Row:
    """A death whose contracts wait for an heir."""
    return Row(
        str(death), change_url(death), death, death.customer, death.file_by, clause=Clause("G18.1"),
        note=death.get_state_display(), next="take-over",
    )  # fmt: skip


show_at_home(
    Queue(
        "deaths", _("Deaths, open for heirs"), Clause("G18.1"), "contracts.view_death",
        listed("contracts_death", "open"), lambda day: Death.objects.open().with_list_data(), waiting,
        of_party, _("No contract waits for an heir."), F("file_by"), place=81,
    )
)  # fmt: skip
show_on(
    "contracts.death",
    Panel(
        _("Filings of heirs"),
        "console/panel_filings.html",
        lambda request, death: {"filings": HeirFiling.objects.of_death(death)},
    ),
)
show_history("contracts.death", lambda death: [death, death.filings.all(), Evidence.objects.of_record(death)])
