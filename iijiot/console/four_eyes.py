"""Dialogs that need two: what the first confirms is filed, the second sees it afresh and carries it out."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from iijiot import clock, proposals
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url, offered, staff_user
from iijiot.console.fields import SentencesField
from iijiot.console.rehearsal import Moved, Outcome, rehearse
from iijiot.proposals import Proposal, both
from iijiot.rules import RuleViolation, Unmet, refuse, unmet

NOT_TYPED = {"csrfmiddlewaretoken", "step", "version", "fingerprint", "outcome", "typed_number"}


def propose(action: ConsoleAction, plan: Any, data: dict[str, Any], confirmed: str = "") -> Proposal:
    """File what was confirmed for a second person. Raises Moved when it would no longer do what was shown."""
    outcome = rehearse(action.actor, lambda: action.carry_out(plan, data))
    if confirmed and outcome.fingerprint != confirmed:
        raise Moved
    posted = action.request.POST
    proposal = Proposal(
        kind_id=_kind(action.obj),
        record_id=action.obj.pk,
        record_name=str(action.obj)[:200],
        act=action.slug,
        act_words=str(action.label)[:100],
        permission=action.permission,
        clause=Clause(action.clause).id,
        data={name: posted.getlist(name) for name in posted if name not in NOT_TYPED},
        fingerprint=outcome.fingerprint,
        shown=as_shown(outcome),
        reason=str(data.get("reason") or data.get("because") or "")[:300],
        proposed_by=staff_user(action.request),
        proposed_on=action.today,
    )
    return proposals.file(proposal, actor=action.actor)


def _kind(record: Any) -> int:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(record).pk


def as_shown(outcome: Outcome) -> dict[str, Any]:
    """Sentences and letters of an act, as plain values to keep."""
    return {
        "sentences": [
            {
                "subject": str(said.subject),
                "words": str(said.words),
                "details": [str(detail) for detail in said.details],
                "clause": said.clause.id if said.clause else "",
            }
            for said in outcome.told
        ],
        "letters": [
            {"to": letter.to, "subject": letter.subject, "body": letter.body, "channel": letter.channel}
            for letter in outcome.letters
        ],
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[str]]:
    """What has come and what has gone since an act was shown, sentence by sentence."""
    was, is_ = _lines(before), _lines(now)
    return {"gone": [line for line in was if line not in is_], "new": [line for line in is_ if line not in was]}


def _lines(shown: Mapping[str, Any]) -> list[str]:
    told = [" — ".join([said["subject"], said["words"], *said["details"]]) for said in shown.get("sentences", ())]
    return told + [f"{letter['to']}: {letter['subject']}" for letter in shown.get("letters", ())]


class Decision(ConsoleAction):
    """What the dialogs of a proposal share."""

    permission, clause = "iijiot.decide_proposal", "G5.3"

    def why_not(self) -> Sequence[Unmet]:
        """Only while it waits, and only for somebody else who may do the act."""
        return unmet(getattr(self.obj, self.transition)) or self.obj.why_not_decided_by(self.request.user)


class CarryOut(Decision):
    """起案の実行 (G5.3)"""

    slug, label, transition, tone = "carry-out", _("Carry out the proposal"), "carry_out", "primary"
    help = _("You see afresh what will happen. Confirm only what you would do yourself: the history names both of you.")
    done = _("The proposal is carried out.")

    def __init__(self, obj: Proposal, request: HttpRequest) -> None:
        super().__init__(obj, request)
        self.actor = both(obj, request.user)

    def why_not(self) -> Sequence[Unmet]:
        """The reasons of the decision, and those of the act itself."""
        if reasons := super().why_not():
            return reasons
        try:
            return self.proposed().why_not()
        except RuleViolation as gone:
            return gone.unmet

    def proposed(self) -> ConsoleAction:
        """The act with what was typed, on the record as it is now."""
        record = self.obj.record
        action = offered(record, self.obj.act)
        if action is None:
            raise refuse("G5.3", _("This act exists no longer. Turn the proposal down."))
        request = copy(self.request)
        posted = QueryDict(mutable=True)
        for name, values in self.obj.data.items():
            posted.setlist(name, values)
        request.POST = posted  # type: ignore[assignment]
        proposed = action(record, request)
        proposed.actor = self.actor
        return proposed

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close the proposal and do the act, as one."""
        by = staff_user(self.request)
        proposals.carry_out(self.obj, self.do, by=by, at=clock.now(), actor=self.actor)

    def do(self) -> None:
        """The act itself, from what was typed."""
        action = self.proposed()
        form = action.form(action.request.POST, initial=action.initial(), **action.form_kwargs())
        if not form.is_valid():
            raise ValidationError([message for errors in form.errors.values() for message in errors])
        action.carry_out(action.plan(form.cleaned_data), form.cleaned_data)

    def since(self) -> dict[str, list[str]]:
        """What has changed in it since it was proposed; empty when nothing has."""
        now = rehearse(self.actor, self.do)
        if now.fingerprint == self.obj.fingerprint:
            return {}
        return differences(self.obj.shown, as_shown(now))

    def after(self, result: Any) -> str:
        """To the record."""
        return change_url(self.obj.record)


class WhyForm(forms.Form):
    """Why it is turned down."""

    why = SentencesField(label=_("Reason"), max_length=300)


class TurnDown(Decision):
    """起案の却下 (G5.3)"""

    slug, label, transition, form = "turn-down", _("Turn down"), "turn_down", WhyForm
    help = _("Nothing happens to the record; who proposed it reads your reason.")
    done = _("The proposal is turned down.")

    def __init__(self, obj: Proposal, request: HttpRequest) -> None:
        super().__init__(obj, request)
        self.actor = both(obj, request.user)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Turn it down."""
        proposals.turn_down(self.obj, data["why"], by=self.request.user, at=clock.now())


class WithdrawProposal(Decision):
    """起案の取下げ (G5.3)"""

    slug, label, transition = "withdraw-proposal", _("Withdraw the proposal"), "withdraw"
    help = _("For whoever proposed it.")
    done = _("The proposal is withdrawn.")
    of_others: ClassVar = Unmet(Clause("G5.3"), _("Only who proposed it can withdraw it. Turn it down instead."))

    def why_not(self) -> Sequence[Unmet]:
        """Only while it waits, and only one's own."""
        own = self.obj.proposed_by_id == self.request.user.pk
        return unmet(self.obj.withdraw) or ([] if own else [self.of_others])

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        proposals.withdraw(self.obj, actor=self.actor)
