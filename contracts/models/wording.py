"""The staff's own texts of letters, by kind and version; where none is in force, the built-in text holds."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.letters import LETTERS
from contracts.letters.marks import Letter, check
from contracts.models.notice import Notice
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a text is."""

    DRAFT = "draft", pgettext_lazy("of a text", "Draft")
    IN_FORCE = "in-force", pgettext_lazy("of a text", "In force")
    REPLACED = "replaced", pgettext_lazy("of a text", "No longer in force")
    DISCARDED = "discarded", pgettext_lazy("of a text", "Discarded")


TONES: dict[str, str] = {
    State.DRAFT: "info",
    State.IN_FORCE: "success",
    State.REPLACED: "default",
    State.DISCARDED: "default",
}

ALLOWED: Allowed = {
    "put_in_force": [State.DRAFT],
    "replace": [State.IN_FORCE],
    "discard": [State.DRAFT],
}
"""What is allowed when."""


class WordingQuerySet(RecordedQuerySet["Wording"]):
    """Texts by kind."""

    def in_force(self) -> dict[str, "Wording"]:
        """The texts that hold, by kind; of a kind that is not there the built-in text holds."""
        return {wording.kind: wording for wording in self.filter(state=State.IN_FORCE)}

    def in_force_for(self, kind: str) -> "Wording | None":
        """The text that holds for one kind; None where it is the built-in one."""
        return self.filter(kind=kind, state=State.IN_FORCE).first()

    def drafts(self) -> dict[str, "Wording"]:
        """The texts that are being written, by kind."""
        return {wording.kind: wording for wording in self.filter(state=State.DRAFT)}

    def of_kind(self, kind: str) -> "WordingQuerySet":
        """The versions of one kind, the latest first."""
        return self.filter(kind=kind).order_by("-version")


class Wording(RecordedModel):
    """One version of the text of a kind of letter: a draft, then what notices are written by, until another replaces it."""

    LOCK_RANK = 7
    FIXED: ClassVar = {"kind": "G12.2.1", "version": "G12.2.1"}
    TOLD = ("subject",)
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"subject": NO, "text": NO}

    kind = models.CharField(_("kind of letter"), max_length=24, choices=Notice.Kind, editable=False)
    version = models.PositiveIntegerField(_("version"), editable=False)
    subject = models.CharField(_("subject"), max_length=100)
    text = models.TextField(_("text"), max_length=8000)
    in_force_since = models.DateTimeField(
        pgettext_lazy("of a text", "in force since"), null=True, blank=True, editable=False
    )
    in_force_until = models.DateTimeField(
        pgettext_lazy("of a text", "in force until"), null=True, blank=True, editable=False
    )
    state = StateField(_("state"), default=State.DRAFT, choices=State, db_index=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        ordering: ClassVar = ["kind", "-version"]
        permissions: ClassVar = [("put_wording_in_force", _("Can put texts of letters in force and out of it"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="wording_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a text."),
            ),
            models.CheckConstraint(
                name="wording_in_force_since_and_until",
                condition=Q(state__in=["draft", "discarded"], in_force_since=None, in_force_until=None)
                | Q(state="in-force", in_force_since__isnull=False, in_force_until=None)
                | Q(state="replaced", in_force_since__isnull=False, in_force_until__isnull=False),
                violation_error_code="G12.2.1",
                violation_error_message=_("A text says from when, and until when, it was in force."),
            ),
            models.UniqueConstraint(
                fields=["kind", "version"],
                name="one_wording_per_version",
                violation_error_message=_("There is a text of this version already."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state="in-force"),
                name="one_wording_in_force_per_kind",
                violation_error_code="G12.2.1",
                violation_error_message=_("Another text of this kind is in force already."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state="draft"),
                name="one_draft_of_a_wording_per_kind",
                violation_error_message=_("A draft for this kind is there already. Go on with that one."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(kind)s, version %(version)d")) % {"kind": self.get_kind_display(), "version": self.version}

    @property
    def letter(self) -> Letter:
        """The marks and the built-in text of its kind."""
        return LETTERS[self.kind]

    def complete(self) -> None:
        """Lines end alike, whatever they were typed with."""
        self.text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def clean(self) -> None:
        """Refuse a text by which no right letter could be written."""
        self.complete()
        check(self.letter, self.subject, self.text)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; once it was in force, its words stay what customers were written."""
        if not self._state.adding:
            stored = type(self)._base_manager.get(pk=self.pk)
            if stored.state != State.DRAFT and (stored.subject, stored.text) != (self.subject, self.text):
                raise refuse("G12.2.1", _("Letters were written by this text. Write a new version instead."))
        super().save(*args, **kwargs)

    def example(self) -> tuple[str, str]:
        """Subject and text of an invented letter."""
        return self.letter.written(self.subject, self.text, self.letter.examples())

    @transition(
        field=state, allowed=ALLOWED, target=State.IN_FORCE, clause="G12.2.1",
        label=pgettext_lazy("a text", "Putting in force"),
    )  # fmt: skip
    def put_in_force(self, at: datetime) -> None:
        """From now on letters of its kind are written by it (G12.2.1)."""
        self.in_force_since = at

    @transition(
        field=state, allowed=ALLOWED, target=State.REPLACED, clause="G12.2.1",
        label=_("Return to the standard text"),
    )  # fmt: skip
    def replace(self, at: datetime) -> None:
        """From now on they are written by another (G12.2.1)."""
        self.in_force_until = at

    @transition(
        field=state, allowed=ALLOWED, target=State.DISCARDED, clause="G12.2.1",
        label=pgettext_lazy("a text", "Discarding"),
    )  # fmt: skip
    def discard(self) -> None:
        """Do without it; no letter was written by it (G12.2.1)."""
