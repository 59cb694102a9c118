"""Choosing records in a list for a bulk act: ticked rows, or all that match; what was chosen is frozen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from iijiot import bulk_work, clock
from iijiot.bulk_acts import BulkAct, acts_for
from iijiot.bulk_runs import MOST
from iijiot.console.actions import staff_actor, staff_user
from iijiot.console.filter_words import filters_in_words
from iijiot.rules import RuleViolation

FORM = "bulk-choice"
START = "start-bulk-run"
WHERE = ("after", "before", "columns")


@dataclass(frozen=True)
class Choice:
    """What a list offers to do to a selection of its records."""

    acts: Sequence[BulkAct]
    url: str
    matching: int
    """How many match, up to one more than a run takes."""
    label_of_rows: str

    @property
    def is_too_much(self) -> bool:
        """Whether more match than a run takes."""
        return self.matching > MOST

    def ticks(self, records: Iterable[Any]) -> Iterator[str]:
        """The box of each row."""
        for record in records:
            yield format_html(
                '<td class="console-tick"><input type="checkbox" name="ids" value="{}" form="{}" aria-label="{}"></td>',
                record.pk, FORM, self.label_of_rows % {"record": record},
            )  # fmt: skip


def choice_of(request: HttpRequest, cl: Any) -> Choice | None:
    """What the reader may do to a selection; None where that is nothing."""
    acts = acts_for(request.user, cl.model)
    if not acts or not request.user.has_perm("iijiot.run_bulkrun"):
        return None
    meta = cl.model._meta
    query = request.GET.copy()
    for name in WHERE:
        query.pop(name, None)
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_bulk")
    is_all = not cl.slice.before and not cl.slice.after
    matching = len(cl.slice.rows) if is_all else cl.queryset.order_by()[: MOST + 1].count()
    return Choice(acts, f"{address}?{query.urlencode()}", matching, _("Select %(record)s"))


def select(admin: Any, request: HttpRequest) -> HttpResponse:
    """Freeze what a list's form says, and lead to the dialog of its act. Raises PermissionDenied."""
    if request.method != "POST":
        return HttpResponse(status=405)
    offered = {act.slug: act for act in acts_for(request.user, admin.model)}
    may = admin.has_view_or_change_permission(request) and request.user.has_perm("iijiot.run_bulkrun")
    if not offered or not may:
        raise PermissionDenied
    meta = admin.model._meta
    back = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    back = f"{back}?{request.GET.urlencode()}" if request.GET else back
    act = offered.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, _("Choose what is to be done to the selection."))
        return HttpResponseRedirect(back)
    try:
        ids, words = _chosen(admin, request)
        run = bulk_work.select(
            act, ids, title=bulk_work.in_words(meta.verbose_name_plural, words, len(ids)),
            user=staff_user(request), on=clock.business_day(), actor=staff_actor(request),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    except IncorrectLookupParameters:
        return HttpResponseRedirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
    return HttpResponseRedirect(reverse("admin:iijiot_bulkrun_do", args=[run.pk, START]))


def _chosen(admin: Any, request: HttpRequest) -> tuple[list[int], str]:
    """The keys of what was chosen, which the list must show, and the choice in words."""
    cl = admin.get_changelist_instance(request)
    if request.POST.get("which") == "all":
        rows = cl.queryset.order_by("pk").values_list("pk", flat=True)
        return list(rows[: MOST + 1]), filters_in_words(cl)
    ticked = [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19]
    return list(cl.queryset.among(ticked).order_by("pk").values_list("pk", flat=True)), " / ".join(
        part for part in (filters_in_words(cl), _("rows ticked one by one")) if part
    )
