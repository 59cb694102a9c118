"""The queues of the console's home page."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contracts.admin.shared import of_party
from contracts.models import Application, ContactChannel, Contract, Notice, Termination
from iijiot import clock, job_queue
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.home import rank, tasks_of
from iijiot.console.panels import Narrowed, Panel, Queue, Row, listed, queues, show_at_home, show_on
from iijiot.models import DayStep

SOON = timedelta(days=45)


def application(a: Application, today: date) -> Row:
    """An open application: screened, examined, decided, or waiting for documents."""
    return Row(
        str(a), change_url(a), a, a.customer, a.start_wished_on,
        note=a.get_state_display(), next=a.next_act(), clause=Clause("G42.2.1") if a.state == "on-hold" else None,
    )  # fmt: skip


def start(c: Contract, today: date) -> Row:
    """An accepted contract: its checklist, its billing start date, its day."""
    return Row(str(c), change_url(c), c, c.customer, c.start_due(), note=c.start_note(), next=c.next_act())


def termination(t: Termination, today: date) -> Row:
    """An end to come."""
    return Row(
        str(t.subject), change_url(t), t, t.subject.customer, t.effective_on,
        clause=t.clause_value, note=t.get_origin_display(),
    )  # fmt: skip


def message(t: Termination, today: date) -> Row:
    """A message without our form; it waits since the day on which it came."""
    return Row(
        str(t.subject), change_url(t), t, t.subject.customer, t.arrived_on,
        note=t.reason, next="terminate", acts_on=t.contract,
    )  # fmt: skip


def letter(n: Notice, today: date) -> Row:
    """A letter to post, or a mail that failed."""
    return Row(
        n.subject, change_url(n), n, n.customer,
        clause=n.clause_value, note=n.failure or n.get_channel_display(), next="posted" if n.channel == "letter" else "",
    )  # fmt: skip


def channel(c: ContactChannel, today: date) -> Row:
    """A further channel that was asked for and is not set up."""
    return Row(
        str(c), change_url(c.customer), c, c.customer, c.asked_on,
        note=c.why, next="channel-set-up", acts_on=c.customer,
    )  # fmt: skip


def set_aside(step: DayStep, today: date) -> Row:
    """What the last daily run could not do, step by step."""
    told = "、".join(f"{entry['what']}: {entry['why']}" for entry in step.set_aside[:3])
    return Row(str(step.label), change_url(step), step, None, step.day, note=told)


def failed_job(job: Any, today: date) -> Row:
    """A job that is tried no more by itself."""
    return Row(job_queue.label_of(job), reverse("jobs"), note=job.last_error or "")


QUEUES = [
    Queue(
        "applications", _("Applications waiting"), Clause("G13.2"), "contracts.view_application",
        listed("contracts_application", "open"), lambda day: Application.objects.open().with_list_data(), application,
        of_party, _("No application is waiting."), F("start_wished_on"),
    ),
    Queue(
        "starts", _("Contracts to start"), Clause("G3"), "contracts.view_contract",
        listed("contracts_contract", "to-start"), lambda day: Contract.objects.accepted().with_start_data(), start,
        of_party, _("No contract is waiting for its start."), Coalesce("billing_starts_on", "application__start_wished_on"),
    ),
    Queue(
        "terminations", _("Terminations to come"), Clause("G29.1"), "contracts.view_termination",
        listed("contracts_termination", "to-come"),
        lambda day: Termination.objects.scheduled().until(day + SOON).with_list_data(), termination,
        of_party, _("Nothing ends in the next 45 days."), F("effective_on"),
    ),
    Queue(
        "messages", _("Messages without our form"), Clause("G29.1"), "contracts.view_termination",
        listed("contracts_termination", "form-missing"),
        lambda day: Termination.objects.without_our_form().with_list_data(), message,
        of_party, _("No message is waiting for our form."), F("arrived_on"),
    ),
    Queue(
        "letters", _("Letters to post"), Clause("G14.2"), "contracts.view_notice",
        listed("contracts_notice", "letters"), lambda day: Notice.objects.to_look_after().with_list_data(), letter,
        of_party, _("No letter is waiting."),
    ),
    Queue(
        "channels", _("Channels asked for"), Clause("G12.2.2"), "contracts.view_customer",
        listed("contracts_customer", "channel-pending"),
        lambda day: ContactChannel.objects.pending().with_list_data(), channel,
        of_party, _("No channel is waiting to be set up."), F("asked_on"),
    ),
    Queue(
        "set-aside", _("Set aside by the daily run"), Clause("G3"), "iijiot.view_daystep",
        format_lazy("{}", reverse_lazy("admin:iijiot_daystep_changelist")),  # type: ignore[arg-type]
        lambda day: DayStep.objects.of_latest_day().with_something_set_aside(), set_aside,
        None, _("The daily run has set nothing aside."), F("day"),
    ),
    Queue(
        "failed-jobs", _("Jobs that failed"), Clause("G12.2.1"), "iijiot.view_jobfailure",
        format_lazy("{}", reverse_lazy("jobs")),  # type: ignore[arg-type]
        lambda day: job_queue.jobs().failed().with_last_error(), failed_job,
        None, _("No job has failed."),
    ),
]  # fmt: skip
for queue in QUEUES:
    show_at_home(queue)


def open_tasks(request: Any, customer: Any) -> dict[str, Any]:
    """What waits for this customer, of every kind that the reader may work on."""
    day, own = clock.business_day(), Narrowed(customer=customer)
    may = [queue for queue in queues() if request.user.has_perm(queue.permission) and queue.of_customer]
    shown = [queue.on(day) for queue in may]
    return {"tasks": tasks_of(request, rank(shown, day, own, most=10).most_urgent(shown, day), day)}


show_on("contracts.customer", Panel(_("Open tasks"), "console/panel_tasks.html", open_tasks, "tasks", 10))
