"""The operators' dialog for a lost device."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import PlainTextField
from iijiot.login import second_factor
from iijiot.rules import Unmet


class WhyReset(forms.Form):
    """Why."""

    reason = PlainTextField(
        label=_("Reason"),
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("How you made sure who asks, and what happened to the device. Stands in the history."),
    )


class ResetSecondFactor(ConsoleAction):
    """二段階認証のリセット (G5.4)"""

    slug, label, permission = "reset-second-factor", _("Reset the second factor"), "iijiot.reset_second_factor"
    clause, tone, form = "G5.4", "danger", WhyReset
    help = _(
        "For a lost device: authenticator app and recovery codes are taken away, and the user is logged out everywhere. "
        "The next login sets up a new one. Make sure who asks: call back on a number that you know."
    )
    done = _("The second factor is reset, and the user is logged out everywhere.")

    def why_not(self) -> Sequence[Unmet]:
        """There must be one."""
        if self.obj.second_factor_at is None:
            return [Unmet(Clause("G5.4"), second_factor.NOTHING_TO_RESET)]
        return []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> int:
        """Do it."""
        return second_factor.reset(self.obj, actor=self.actor, reason=data["reason"], request=self.request)
