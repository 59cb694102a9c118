"""What the workers do for the queue itself: take up what a dead one left, and clear away what is long finished."""

from datetime import timedelta

from asgiref.sync import sync_to_async
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from iijiot import answers, calls, clock, events
from iijiot.jobs import LABELS, note
from iijiot.words import Words

HEARTBEAT = timedelta(seconds=10)
"""How often a worker says that it lives."""
DEAD_AFTER = timedelta(seconds=30)
"""How long a worker is silent before its jobs are taken up by another."""
LOOKED_AFTER = timedelta(minutes=1)
"""How often somebody looks; with the above, a job comes back within two minutes of the death of its worker."""
MOST_STARTS = 20
"""How often a job is started before it counts as what kills the workers."""

KEPT_HOURS = 3 * 24
KEPT_HOURS_FAILED = 90 * 24
FIRST = 100
"""Priority of the keeping, so that it waits behind no queue of mails."""

DIED = _("The worker died while it was at this job.")
DIED_OFTEN = _("The worker died again and again at this job; it is not started again by itself.")


@app.periodic(cron="* * * * *", periodic_id="pick-up", priority=FIRST)
@app.task(name="iijiot.pick_up_stalled", queue="keeping", pass_context=True)
async def pick_up_stalled(context: JobContext, timestamp: int) -> None:
    """Put back into the queue what workers had begun that do not live any more."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER.total_seconds()):
        given_up = stalled.attempts + 1 >= MOST_STARTS
        try:
            if given_up:
                await manager.finish_job(stalled, status=Status.FAILED, delete_job=False)
            else:
                await manager.retry_job(stalled)
        except ConnectorException:  # somebody else was quicker
            continue
        await sync_to_async(_keep_death)(stalled, DIED_OFTEN if given_up else DIED)


def _keep_death(stalled: Job, told: Words) -> None:
    if stalled.id is not None:
        note(stalled.id, stalled.task_name, str(told))


@app.periodic(cron="23 * * * *", periodic_id="clear-away", priority=FIRST)
@app.task(name="iijiot.clear_away_finished", queue="keeping", pass_context=True)
async def clear_away_finished(context: JobContext, timestamp: int) -> None:
    """Remove jobs that succeeded days ago, those that failed months ago, answers, events and calls that are over."""
    await sync_to_async(answers.forget)(clock.now())
    await sync_to_async(events.forget)(clock.now())
    await sync_to_async(calls.forget)(clock.now())
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS)
    await manager.delete_old_jobs(
        nb_hours=KEPT_HOURS_FAILED, include_failed=True, include_cancelled=True, include_aborted=True
    )


LABELS[pick_up_stalled.name] = _("Take up what a dead worker left")
LABELS[clear_away_finished.name] = _("Clear away finished jobs")
