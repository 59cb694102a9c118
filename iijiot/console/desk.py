"""Dialogs for who has what on the desk; every kind of record that waits for staff offers them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot import assigning
from iijiot.assigning import Assignment
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.rules import Unmet
from iijiot.words import said

TAKE = "iijiot.take_work"


class Take(ConsoleAction):
    """担当の引受け (G5.3)"""

    slug, label, permission, clause = "take", _("Take it on"), TAKE, "G5.3"
    help = _("You are shown as in charge. Others can still act.")
    seen_at_once = "says who is in charge; it changes nothing else"
    done = _("You are in charge of it.")

    @cached_property
    def seen(self) -> Assignment | None:
        """Who has it as this began."""
        return Assignment.objects.held_of(self.obj).first()

    def why_not(self) -> Sequence[Unmet]:
        """Not what one has already."""
        mine = self.seen is not None and self.seen.user_id == self.actor.user_id
        return [Unmet(Clause("G5.3"), _("You have it already."))] if mine else []

    def version(self) -> str:
        """Who has it now."""
        held = Assignment.objects.held_of(self.obj).first()
        return f"{super().version()}.{held.user_id if held else 0}"

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it."""
        assigning.take(self.obj, seen=self.seen, actor=self.actor)


class PutBack(ConsoleAction):
    """担当の返上 (G5.3)"""

    slug, label, permission, clause = "put-back", _("Put it back"), TAKE, "G5.3"
    help = _("Nobody is in charge any more.")
    seen_at_once = "says who is in charge; it changes nothing else"
    done = _("Nobody is in charge of it now.")

    def why_not(self) -> Sequence[Unmet]:
        """Only what one has."""
        held = Assignment.objects.held_of(self.obj).first()
        if held is None:
            return [Unmet(Clause("G5.3"), _("Nobody has it."))]
        if held.user_id != self.actor.user_id:
            return [Unmet(Clause("G5.3"), said(_("{name} has it. Take it over first."), name=held.user))]
        return []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it back."""
        assigning.put_back(self.obj, actor=self.actor)


DESK = [Take, PutBack]
