"""Four eyes: an act proposed by one member of staff, and carried out or turned down by another."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet, chapter, locked
from iijiot.rules import Allowed, Unmet, refuse, refuse_for, transition
from iijiot.states import StateField
from iijiot.words import said

WAITS = timedelta(days=30)
"""How long a proposal waits before it lapses."""


class State(models.TextChoices):
    """Where a proposal is."""

    WAITING = "waiting", _("Waits for a second person")
    CARRIED_OUT = "carried-out", pgettext_lazy("of a proposal", "Carried out")
    TURNED_DOWN = "turned-down", _("Turned down")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a proposal", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("of a proposal", "Lapsed")


TONES: dict[str, str] = {
    State.WAITING: "warning",
    State.CARRIED_OUT: "success",
    State.TURNED_DOWN: "danger",
    State.WITHDRAWN: "default",
    State.LAPSED: "default",
}

ALLOWED: Allowed = {
    "carry_out": [State.WAITING],
    "turn_down": [State.WAITING],
    "withdraw": [State.WAITING],
    "lapse": [State.WAITING],
}
"""What is allowed when."""

DECIDED = (State.CARRIED_OUT, State.TURNED_DOWN)


class ProposalQuerySet(RecordedQuerySet["Proposal"]):
    """Proposals by what they are about."""

    def waiting(self) -> "ProposalQuerySet":
        """Those that nobody has decided, the oldest first."""
        return self.filter(state=State.WAITING).order_by("pk")

    def about(self, record: Any) -> "ProposalQuerySet":
        """Those about one record."""
        return self.filter(kind=ContentType.objects.get_for_model(record), record_id=record.pk)

    def of_act(self, act: str) -> "ProposalQuerySet":
        """Those of one act, by the name of its dialog."""
        return self.filter(act=act)

    def proposed_until(self, day: date) -> "ProposalQuerySet":
        """Those proposed on a day or before it."""
        return self.filter(proposed_on__lte=day)

    def with_list_data(self) -> "ProposalQuerySet":
        """With what a list shows of each."""
        return self.select_related("proposed_by", "decided_by")


class Proposal(Numbered):
    """An act on a record as one member of staff confirmed it; nothing happens until another carries it out (G5.3)."""

    NUMBER_PREFIX = "P"
    LOCK_RANK = 8
    FIXED: ClassVar = dict.fromkeys(
        ("kind", "record_id", "act", "permission", "data", "fingerprint", "shown", "reason", "proposed_by"), "G5.3"
    )
    TOLD = ("act_words", "record_name", "reason")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {
        "record_name": REST,
        "act": NO,
        "act_words": NO,
        "permission": NO,
        "clause": NO,
        "data": REST,
        "fingerprint": NO,
        "shown": REST,
        "reason": REST,
        "answer": REST,
    }

    kind = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name=_("kind of record"))
    record_id = models.BigIntegerField(_("record"))
    record_name = models.CharField(_("about"), max_length=200)
    act = models.CharField(_("dialog"), max_length=50)
    act_words = models.CharField(_("act"), max_length=100)
    permission = models.CharField(_("permission"), max_length=150)
    clause = models.CharField(_("clause"), max_length=12)
    data = models.JSONField(_("what was typed"), default=dict, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=20)
    shown = models.JSONField(_("what was shown"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals", verbose_name=_("proposed by")
    )
    proposed_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="decided_proposals",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.WAITING, choices=State, db_index=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("decide_proposal", _("Can decide proposals of others and withdraw own ones"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="proposal_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a proposal."),
            ),
            models.CheckConstraint(
                name="proposal_decided_by_somebody_else",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_code="G5.3",
                violation_error_message=_("Who proposes does not decide. Ask somebody else who may."),
            ),
            models.CheckConstraint(
                name="proposal_decision_has_who_and_when",
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by=None, decided_at=None)),
                violation_error_code="G5.3",
                violation_error_message=_("A decision says who and when."),
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id", "act"],
                condition=Q(state="waiting"),
                name="one_waiting_proposal_per_act",
                violation_error_code="G5.3",
                violation_error_message=_("This is proposed already and waits for a second person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act_words}: {self.record_name}"

    @property
    def record(self) -> Any:
        """The record that the act is about, as it is stored now."""
        model: Any = self.kind.model_class()
        return model._base_manager.get(pk=self.record_id)

    @property
    def clause_value(self) -> Clause:
        """The clause of the act."""
        return Clause(self.clause)

    def why_not_decided_by(self, user: Any) -> list[Unmet]:
        """Why this member of staff is not the second person; empty for one who is."""
        if user.pk == self.proposed_by_id:
            return [Unmet(Clause("G5.3"), _("Who proposes does not decide. Ask somebody else who may."))]
        if not user.has_perm(self.permission):
            return [Unmet(Clause("G5.3"), _("You may not do this act yourself. Ask somebody who may."))]
        return []

    @transition(
        field=state, allowed=ALLOWED, target=State.CARRIED_OUT, clause="G5.3", label=_("Carry out the proposal")
    )
    def carry_out(self, by: Any, at: datetime) -> None:
        """The second person has seen it and does it."""
        self.decided_by, self.decided_at = by, at

    @transition(field=state, allowed=ALLOWED, target=State.TURNED_DOWN, clause="G5.3", label=_("Turn down"))
    def turn_down(self, by: Any, at: datetime, why: str) -> None:
        """The second person does not want it, for a reason."""
        if not why.strip():
            raise refuse("G5.3", _("Give the reason."))
        self.decided_by, self.decided_at, self.answer = by, at, why

    @transition(field=state, allowed=ALLOWED, target=State.WITHDRAWN, clause="G5.3", label=_("Withdraw the proposal"))
    def withdraw(self) -> None:
        """Who proposed it no longer wants it."""

    @transition(field=state, allowed=ALLOWED, target=State.LAPSED, clause="G5.3", label=_("Let the proposal lapse"))
    def lapse(self) -> None:
        """Nobody decided it in time."""


def needs_two(permission: str) -> bool:
    """Whether an act with this permission is proposed by one and carried out by another (setting FOUR_EYES)."""
    return permission in settings.FOUR_EYES


def already_proposed(record: Any, act: str, permission: str) -> list[Unmet]:
    """Why an act that needs two cannot be proposed once more: it waits already."""
    if not needs_two(permission):
        return []
    return [
        Unmet(
            Clause("G5.3"),
            said(
                _("{name} proposed this on {day}; it waits for a second person."),
                name=proposal.proposed_by.display_name,
                day=proposal.proposed_on,
            ),
            (proposal,),
        )
        for proposal in Proposal.objects.waiting().about(record).of_act(act).with_list_data()
    ]


def both(proposal: Proposal, second: Any) -> Actor:
    """The actor of an act that two people did, under both names."""
    names = f"{second.display_name}（起案 {proposal.proposed_by.display_name}）"
    return Actor(Actor.staff(second).kind, names[:150], second.pk)


def file(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Store a proposal for a second person to see."""
    with chapter(actor=actor, reason=proposal.reason, clause="G5.3"):
        proposal.save()
    return proposal


def carry_out(proposal: Proposal, act: Callable[[], object], *, by: Any, at: datetime, actor: Actor) -> None:
    """Close a proposal and do its act, as one. Raises RuleViolation when this person may not decide it."""
    with chapter(actor=actor, reason=proposal.reason, clause="G5.3"), locked(proposal) as (held,):
        refuse_for(held.why_not_decided_by(by))
        held.carry_out(by, at)
        held.save()
        act()


def turn_down(proposal: Proposal, why: str, *, by: Any, at: datetime) -> None:
    """Close a proposal without doing it, and say why."""
    with chapter(actor=both(proposal, by), reason=why, clause="G5.3"), locked(proposal) as (held,):
        held.turn_down(by, at, why)
        held.save()


def withdraw(proposal: Proposal, *, actor: Actor) -> None:
    """Take one's own proposal back."""
    with chapter(actor=actor, clause="G5.3"), locked(proposal) as (held,):
        held.withdraw()
        held.save()


def lapse(day: date, tally: Any) -> None:
    """Close the proposals that nobody has decided in thirty days."""
    for proposal in Proposal.objects.waiting().proposed_until(day - WAITS):
        with chapter(actor=Actor.clock("lapse-proposals"), clause="G5.3"), locked(proposal) as (held,):
            held.lapse()
            held.save()
        tally.done += 1
