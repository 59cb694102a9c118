"""Lists as people want them again: filters, search, order and columns under a name, for oneself or for all."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.personal import MENTIONS, NO
from iijiot.records import RecordedModel, RecordedQuerySet, chapter, locked
from iijiot.rules import refuse

WHERE = ("after", "before", "p", "e")
"""What says where in a list one is, and is not part of a view."""
LONGEST = 2000


class SavedViewQuerySet(RecordedQuerySet["SavedView"]):
    """Views that are kept."""

    def offered(self, user: Any, register: str) -> "SavedViewQuerySet":
        """One's own and the shared ones of a register."""
        kept = self.filter(register=register, is_kept=True).filter(Q(owner=user) | Q(is_shared=True))
        return kept.select_related("owner").order_by("name", "pk")

    def start_of(self, user: Any) -> "SavedView | None":
        """The one that a user starts with."""
        return self.own(user).filter(is_start=True).first()

    def own(self, user: Any) -> "SavedViewQuerySet":
        """One's own."""
        return self.filter(owner=user, is_kept=True)


class SavedView(RecordedModel):
    """A list with its filters, order and columns, as a link with a name."""

    LOCK_RANK = 95
    FIXED: ClassVar = {"owner": "G5.3", "register": "G5.3"}
    TOLD = ("name", "register", "query")
    PERSONAL: ClassVar = {"register": NO, "name": MENTIONS, "query": MENTIONS}

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", verbose_name=_("made by")
    )
    register = models.CharField(_("register"), max_length=100)
    name = models.CharField(_("name of the view"), max_length=60)
    query = models.CharField(_("filters and columns"), max_length=LONGEST, blank=True)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    is_start = models.BooleanField(_("start page"), default=False)
    is_kept = models.BooleanField(_("kept"), default=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "register", "name"],
                condition=Q(is_kept=True),
                name="one_saved_view_per_name",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(is_kept=True, is_start=True),
                name="one_start_page_per_user",
                violation_error_message=_("You have a start page already. Take it back first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def cleaned(query: str) -> str:
    """The part of a link that belongs to a view. Raises RuleViolation when it is too long to be kept."""
    asked = QueryDict(query.lstrip("?"), mutable=True)
    for name in WHERE:
        asked.pop(name, None)
    text = asked.urlencode()
    if len(text) > LONGEST:
        raise refuse("G5.3", _("These filters are too long to be saved."))
    return text


def keep(user: Any, register: str, name: str, query: str, *, shared: bool, actor: Actor) -> SavedView:
    """Save a view under a name; one's own of the same name becomes this one. Raises RuleViolation without a name."""
    name, query = name.strip(), cleaned(query)
    if not name:
        raise refuse("G5.3", _("Give the view a name."))
    with chapter(actor=actor, clause="G5.3"):
        known = SavedView.objects.own(user).filter(register=register, name=name).first()
        if known is None:
            view = SavedView(owner=user, register=register, name=name, query=query, is_shared=shared)
            view.save()
            return view
        with locked(known) as (view,):
            view.query, view.is_shared = query, shared
            view.save()
            return view


def put_away(view: SavedView, *, actor: Actor) -> None:
    """Show a view no longer."""
    with chapter(actor=actor, clause="G5.3"), locked(view) as (held,):
        held.is_kept = held.is_start = False
        held.save()


def start_with(view: SavedView, *, starts: bool, actor: Actor) -> None:
    """Make a view the page that its owner starts with after logging in, or no longer."""
    with chapter(actor=actor, clause="G5.3"):
        for other in SavedView.objects.own(view.owner).filter(is_start=True).exclude(pk=view.pk):
            with locked(other) as (held,):
                held.is_start = False
                held.save()
        with locked(view) as (held,):
            held.is_start = starts
            held.save()
