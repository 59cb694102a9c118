"""Dialogs of faults and losses: reported, settled by a new card or the line's end, withdrawn, found again (MA10.1, MA10.2)."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts.admin.shared import ReasonForm
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.offering import offer_on
from iijiot.rules import Unmet, unmet
from sims import reminding, replacing, reporting
from sims.admin.picking import DayComeField, NewCardForm
from sims.models import Incident, Replacement, SimCard
from sims.models.incident import Channel, Kind
from sims.models.replacement import Reason

REPORT, SETTLE, REPLACE = "sims.report_incident", "sims.settle_incident", "sims.replace_card"
BY_STAFF = [(channel.value, channel.label) for channel in (Channel.PHONE, Channel.MAIL)]
"""How a report comes that staff write down; those of the portal and the API come by themselves."""
WITHOUT_REPORT = [(reason.value, reason.label) for reason in (Reason.WISH, Reason.RECALL, Reason.FAULT)]
"""Why a card is replaced that nobody has reported."""


class ReportForm(forms.Form):
    """What happened, when and how it was reported."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=UnfoldAdminSelectWidget)
    channel = forms.ChoiceField(label=_("Channel"), choices=BY_STAFF, widget=UnfoldAdminSelectWidget)
    on = DayComeField(label=_("Reported on"))
    what = SentencesField(label=_("What happened"), max_length=300)


class ReportCard(ConsoleAction):
    """SIMカードの故障・亡失の申告の受付 (MA10.1)"""

    slug, label, permission, clause = "report-card", _("Take a report of a fault or loss"), REPORT, "MA10.1"
    form: ClassVar[type[forms.Form]] = ReportForm
    help = _(
        "The line stays as it is, and its fees go on until the procedure is done. A lost card never goes live again."
    )
    done = _("The report is taken.")

    @property
    def card(self) -> Any:
        """What was reported."""
        return self.obj

    def why_not(self) -> Sequence[Unmet]:
        """Only for a card that a customer holds."""
        return reporting.why_not(self.card)

    def initial(self) -> dict[str, Any]:
        """Today, by telephone."""
        return {"on": self.today, "channel": Channel.PHONE}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The reports on the card."""
        return [self.card.incidents.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Incident:
        """Take it."""
        return reporting.report(self.card, today=self.today, actor=self.actor, **data)

    def after(self, result: Incident) -> str:
        """To the report, where its procedure is."""
        return change_url(result)


class ReportLineCard(ReportCard):
    """SIMカードの故障・亡失の申告の受付、回線の画面から (MA10.1)"""

    slug = "report-line-card"

    @property
    def card(self) -> Any:
        """The card that the line has now."""
        return self.obj.card

    def why_not(self) -> Sequence[Unmet]:
        """Only where it has one."""
        if self.obj.card is None:
            return [Unmet(Clause("MA10.1"), _("The line has no card."))]
        return super().why_not()

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The reports on the line."""
        return [self.obj.incidents.all()]


class FoundForm(forms.Form):
    """The day, and a note."""

    on = DayComeField(label=_("Found on"))
    reason = SentencesField(label=_("Note"), required=False, max_length=300)


class CardFound(ConsoleAction):
    """亡失したSIMカードの発見の記録 (MA10.2)"""

    slug, label, permission, clause = "card-found", _("Record as found"), REPORT, "MA10.2.1"
    transition, form = "find", FoundForm
    help = _("The customer disposes of it. It is not due back and never goes live again; the procedure goes on.")
    done = _("The card is recorded as found.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        reporting.find(self.obj, actor=self.actor, **data)


class ReplaceForm(NewCardForm):
    """The new card, the day, and the price that was shown."""

    on = DayComeField(label=_("Replaced on"))
    price_shown = PlainTextField(
        label=_("Price shown beforehand"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Where and when the customer was shown the price of the replacement. Empty: nothing is charged."),
    )
    note = SentencesField(label=_("Note"), required=False, max_length=300)
    field_order = ["form_factor", "card", "on", "price_shown", "note"]


class ReplaceAtWishForm(ReplaceForm):
    """The same with the reason."""

    reason = forms.ChoiceField(label=_("Reason"), choices=WITHOUT_REPORT, widget=UnfoldAdminSelectWidget)
    field_order = ["reason", "form_factor", "card", "on", "price_shown", "note"]


class ReplaceCard(ConsoleAction):
    """SIMカードの交換 (MA8.2, MA10.1)"""

    slug, label, permission, clause = "replace-card", _("Replace the card"), REPLACE, "MA8.2"
    form: ClassVar[type[forms.Form]] = ReplaceAtWishForm
    help = _("For another form factor, or because the carrier calls it back. The old card is due back within 30 days.")
    done = _("The line has a new card. Ship it next.")

    @property
    def card(self) -> Any:
        """The old one."""
        return self.obj

    def why_not(self) -> Sequence[Unmet]:
        """Only a card in use; one with a report by the report's own procedure."""
        return replacing.why_not_at_wish(self.obj)

    def initial(self) -> dict[str, Any]:
        """Today, by one of the same form factor."""
        return {"on": self.today, "form_factor": self.card.form_factor}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The replacements of its line."""
        return [Replacement.objects.of_line(self.card.line)]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> SimCard:
        """Replace it."""
        given = dict(data)
        link = replacing.replace(self.card, new=given.pop("card"), actor=self.actor, **given)
        return link.new

    def after(self, result: SimCard) -> str:
        """To the new card."""
        return change_url(result)


class ReplaceReported(ReplaceCard):
    """故障・亡失の手続き: SIMカードの交換 (MA10.1)"""

    slug, label, permission, clause = "replace-reported", _("Settle by a new card"), SETTLE, "MA10.1"
    transition, form, tone = "replace", ReplaceForm, "primary"
    help = _(
        "A faulty card is due back within 30 days; a lost one is written off. The procedure is done, and with it the fees."
    )

    @property
    def card(self) -> Any:
        """What was reported."""
        return self.obj.card

    def why_not(self) -> Sequence[Unmet]:
        """Only while the procedure is to be done."""
        return unmet(self.obj.replace) or replacing.why_not(self.card)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> SimCard:
        """Replace it, for what was reported."""
        return super().carry_out(plan, {**data, "reason": str(self.obj.kind)})


class EndReportedLine(ConsoleAction):
    """故障・亡失の手続き: 回線の終了 (MA10.1)"""

    slug, label, permission, clause = "end-reported-line", _("Settle by the end of the line"), SETTLE, "MA10.1"
    transition, form, tone = "end_line", ReasonForm, "danger"
    help = _("Today is the line's last day, which is still charged. A faulty card is due back within 30 days.")
    done = _("The procedure is done; the line ends with this day.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """End it."""
        replacing.end_line(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


class WithdrawForm(forms.Form):
    """Why it works after all."""

    reason = SentencesField(label=_("Reason"), max_length=300)


class WithdrawReport(ConsoleAction):
    """故障の申告の取下げ (MA10.1)"""

    slug, label, permission, clause = "withdraw-report", _("Withdraw the report"), SETTLE, "MA10.1"
    transition, form = "withdraw", WithdrawForm
    help = _("The card works after all. The report of a loss stands.")
    done = _("The report is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        reporting.withdraw(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


class RemindOfLoss(ConsoleAction):
    """亡失の手続きのご案内 (MA13.2)"""

    slug, label, permission, clause = "remind-of-loss", _("Remind the customer of the procedure"), SETTLE, "MA13.2"
    transition, form = "remind", ReasonForm
    help = _("A letter says that the fees of the lost card go on until the procedure is done.")
    done = _("The letter goes out.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Write the letter."""
        reminding.remind_of_loss(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


offer_on("sims.line", ReportLineCard)
