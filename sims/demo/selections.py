"""Runs of bulk acts in every state: prepared, begun, done with refusals, stopped, and one that failed."""

from collections.abc import Sequence
from typing import Any

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Customer
from iijiot import bulk_acts, bulk_work, clock, roles
from iijiot.actors import Actor
from iijiot.bulk_runs import BulkRun
from iijiot.models import User
from iijiot.records import chapter, fresh, locked
from sims.models import Line

SINCE = -6
FEW = 30
CASUALTY = "データベースとの接続が切れました（見本）"


class Selections:
    """What staff do to many lines at once."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.user = User.objects.get(login_id=roles.DESK)
        self.actor = Actor.staff(self.user)

    def runs(self) -> Story:
        """Pauses of lines of the customer with the most."""
        yield SINCE
        customer = Customer.objects.get(name="見本フリート管理株式会社")
        lines = list(Line.objects.of_customer(customer).order_by("-pk").values_list("pk", flat=True)[: 5 * FEW])
        chosen = [lines[first : first + FEW] for first in range(0, 5 * FEW, FEW)]
        with_refusals = self.begin(chosen[0])
        bulk_work.carry_on(pk=with_refusals.pk)
        yield SINCE + 1
        back = self.begin(chosen[0], "resume-lines")
        bulk_work.carry_on(pk=back.pk)
        yield SINCE + 2
        bulk_work.cancel(self.begin(chosen[1]), by=self.user, at=clock.now(), actor=self.actor)
        self.fails(self.begin(chosen[2]))
        yield 0
        self.begin(chosen[3])
        self.prepare(chosen[4])

    def prepare(self, lines: Sequence[int], act: str = "pause-lines") -> BulkRun:
        """A selection."""
        found = bulk_acts.find(act)
        title = bulk_work.in_words(Line._meta.verbose_name_plural, "見本フリート管理株式会社", len(lines))
        return bulk_work.select(found, lines, title=title, user=self.user, on=self.office.day, actor=self.actor)

    def begin(self, lines: Sequence[int], act: str = "pause-lines") -> BulkRun:
        """A selection whose act was confirmed; a worker does it."""
        run = self.prepare(lines, act)
        typed: dict[str, Any] = {"reason": ["定期点検（見本）"]}
        bulk_work.start(
            run,
            typed=typed,
            reason="定期点検（見本）",
            could=len(lines),
            by=self.user,
            at=clock.now(),
            actor=self.actor,
        )
        return fresh(run)

    def fails(self, run: BulkRun) -> None:
        """Something unforeseen came between."""
        with chapter(actor=Actor.command("worker"), clause="G5.3"), locked(run) as (held,):
            held.fail(CASUALTY)
            held.save()
