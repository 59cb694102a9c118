"""The queues of the console's home page."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contracts.models import Application, Contract, Notice, Termination
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.panels import Queue, Row, show_at_home
from iijiot.models import DayStep

SOON = timedelta(days=45)
SHOWN = 8


def applications(today: date) -> Sequence[Row]:
    """Open applications in the order of receipt."""
    return [
        Row(str(a.customer), str(a), change_url(a), a.start_wished_on, a.get_state_display())
        for a in Application.objects.open().with_list_data()[:SHOWN]
    ]


def starts(today: date) -> Sequence[Row]:
    """Accepted contracts, those with a day first."""
    rows = Contract.objects.accepted().with_list_data()[:SHOWN]
    return [Row(str(c.customer), str(c), change_url(c), c.billing_starts_on, c.start_note()) for c in rows]


def terminations(today: date) -> Sequence[Row]:
    """Ends to come."""
    rows = Termination.objects.scheduled().until(today + SOON).with_list_data()[:SHOWN]
    return [
        Row(str(t.subject.customer), str(t.subject), change_url(t), t.effective_on, Clause(t.clause).citation)
        for t in rows
    ]


def messages(today: date) -> Sequence[Row]:
    """Messages without our form."""
    rows = Termination.objects.without_our_form().with_list_data()[:SHOWN]
    return [Row(str(t.subject.customer), str(t.subject), change_url(t), t.arrived_on, t.reason) for t in rows]


def letters(today: date) -> Sequence[Row]:
    """Letters to post, and mails that failed."""
    rows = Notice.objects.to_look_after().with_list_data()[:SHOWN]
    return [Row(str(n.customer), n.subject, change_url(n), None, n.failure or n.get_channel_display()) for n in rows]


def set_aside(today: date) -> Sequence[Row]:
    """What the last daily run could not do."""
    return [
        Row("", told["what"], change_url(step), step.day, told["why"])
        for step in DayStep.objects.of_latest_day()
        for told in step.set_aside[:SHOWN]
    ]


def queue(kind: str, filtered: str) -> str:
    """The register behind a queue."""
    return format_lazy("{url}{query}", url=reverse_lazy(f"admin:contracts_{kind}_changelist"), query=filtered)  # type: ignore[return-value]


show_at_home(
    Queue(
        _("Applications waiting"),
        Clause("G13.2"),
        "contracts.view_application",
        queue("application", "?queue=open"),
        applications,
        lambda today: Application.objects.open().count(),
        _("No application is waiting."),
    )
)
show_at_home(
    Queue(
        _("Contracts to start"),
        Clause("G3"),
        "contracts.view_contract",
        queue("contract", "?queue=to-start"),
        starts,
        lambda today: Contract.objects.accepted().count(),
        _("No contract is waiting for its start."),
    )
)
show_at_home(
    Queue(
        _("Terminations to come"),
        Clause("G29.1"),
        "contracts.view_termination",
        queue("termination", "?queue=to-come"),
        terminations,
        lambda today: Termination.objects.scheduled().until(today + SOON).count(),
        _("Nothing ends in the next 45 days."),
    )
)
show_at_home(
    Queue(
        _("Messages without our form"),
        Clause("G29.1"),
        "contracts.view_termination",
        queue("termination", "?queue=form-missing"),
        messages,
        lambda today: Termination.objects.without_our_form().count(),
        _("No message is waiting for our form."),
    )
)
show_at_home(
    Queue(
        _("Letters to post"),
        Clause("G14.2"),
        "contracts.view_notice",
        queue("notice", "?queue=letters"),
        letters,
        lambda today: Notice.objects.to_look_after().count(),
        _("No letter is waiting."),
    )
)
show_at_home(
    Queue(
        _("Set aside by the daily run"),
        Clause("G3"),
        "iijiot.view_daystep",
        format_lazy("{}", reverse_lazy("admin:iijiot_daystep_changelist")),  # type: ignore[arg-type]
        set_aside,
        lambda today: sum(len(step.set_aside) for step in DayStep.objects.of_latest_day()),
        _("The daily run has set nothing aside."),
    )
)
