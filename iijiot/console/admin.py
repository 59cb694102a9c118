"""The base of every admin of the console: it lists, shows and asks; it does not think."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from iijiot import sent_forms
from iijiot.bulk_acts import acts_of
from iijiot.console.actions import ConsoleAction, buttons, change_url, find, staff_actor
from iijiot.console.bulk_choice import select
from iijiot.console.changelist import COLUMNS, KeysetChangeList, chosen
from iijiot.console.dialogs import dialog
from iijiot.console.errors import cite, cited
from iijiot.console.exporting import PERMISSION, export_list
from iijiot.console.fields import ConsoleDateField, ConsoleDateTimeField, DateInput, PlainTextField
from iijiot.console.guarding import columns_for, hidden_from
from iijiot.console.history import state_then, told
from iijiot.console.list_views import above_the_list
from iijiot.console.merging import Differing, merge
from iijiot.console.offering import with_own
from iijiot.console.panels import panels_of
from iijiot.console.ranges import parameters_of
from iijiot.console.timeline import timeline
from iijiot.constraints import constraint_sentence
from iijiot.lookups import history_of
from iijiot.proposals import Proposal, needs_two
from iijiot.records import RecordedModel, chapter, latest_version
from iijiot.rules import RuleViolation
from iijiot.searching import Query

FORM_KEY = "form_key"
COMPARISONS = {(), ("exact",), ("isnull",), ("in",), ("gte",), ("lte",), ("gt",), ("lt",), ("id", "exact"), ("id",)}


class ConsoleForm(forms.ModelForm):
    """A form that knows which version of the record it was opened on, and asks for the reason of the change."""

    opened_at = forms.IntegerField(widget=forms.HiddenInput, required=False)
    change_reason = PlainTextField(
        label=_("Reason of the change"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Stands in the history beside the change."),
    )

    differing: Sequence[Differing] = ()
    """What somebody else changed while the form was open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened_at"].initial = latest_version(self.instance)

    def full_clean(self) -> None:
        """Check everything; each error cites its clause."""
        super().full_clean()
        cite(self)

    def clean(self) -> dict[str, Any] | None:
        """Refuse to save over what somebody else saved meanwhile, saying what differs."""
        cleaned = super().clean()
        opened_at = self.cleaned_data.get("opened_at")
        if self.instance.pk and opened_at != latest_version(self.instance):
            self.differing = merge(self, opened_at)
            raise ValidationError(
                _("Somebody changed this while you had it open: %(changes)s Look at the form again, then save it."),
                code="stale",
                params={"changes": changes_since(self.instance, opened_at)},
            )
        return cleaned


def changes_since(record: RecordedModel, version: int | None) -> str:
    """Who changed what after a version, in sentences."""
    changes = []
    later = set(
        history_of(type(record))
        .filter(id=record.pk, history_id__gt=version or 0)
        .values_list("history_chapter", flat=True)
    )
    for entry in timeline([record], most=5).entries:
        if entry.id in later:
            details = " / ".join(d for sentence in entry.sentences for d in (sentence.details or (sentence.words,)))
            changes.append(f"{entry.actor}「{details}」")
    return "、".join(changes) + "。"


def waiting_proposals(record: Any) -> list[dict[str, Any]]:
    """A panel of what is proposed for a record and waits for a second person; none where nothing is."""
    waiting = list(Proposal.objects.waiting().about(record).with_list_data())
    if not waiting:
        return []
    return [
        {
            "title": _("Waits for a second person"),
            "template": "console/panel_proposals.html",
            "anchor": "proposals",
            "proposals": waiting,
        }
    ]


class ConsoleAdmin(ModelAdmin):
    """History as a timeline, dialogs with their reasons, panels, cheap counts; nothing is deleted, no state is typed."""

    form: Any = ConsoleForm
    dialogs: ClassVar[Sequence[type[ConsoleAction]]] = ()
    fixed_fields: ClassVar[Sequence[str]] = ()
    """Fields that are given once, when the record is made."""
    further_columns: ClassVar[Sequence[str]] = ()
    """Columns of the list beside the usual ones, shown on choice."""
    list_reads: ClassVar[Sequence[str]] = ()
    """Of long lists: all that their columns need of the others that are selected along, the links between them named too."""
    page_related: ClassVar[Sequence[str]] = ()
    """What a record's page shows of others, read together with it."""
    prefilled: ClassVar[dict[str, Callable[[], Any]]] = {}
    searched: Any = None
    """Narrows the list to what was typed into its search; without it, by `search_fields`."""

    show_full_result_count = False
    list_per_page = 50
    save_as = False
    list_fullwidth = True
    list_before_template = "console/list_before.html"
    warn_unsaved_form = True
    compressed_fields = False
    show_facets = admin.ShowFacets.NEVER
    change_form_outer_before_template = "console/object_head.html"
    change_form_before_template = "console/form_start.html"
    actions: ClassVar[Sequence[Any]] = ()
    formfield_overrides: ClassVar = {
        models.DateField: {"form_class": ConsoleDateField, "widget": DateInput},
        models.DateTimeField: {"form_class": ConsoleDateTimeField},
        models.CharField: {"form_class": PlainTextField},
        models.TextField: {"form_class": PlainTextField},
    }

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self.__dict__["dialogs"] = with_own(model._meta.label_lower, self.dialogs)

    def get_urls(self) -> list[Any]:
        """One more page for each object: its dialogs."""
        meta = self.model._meta
        own = path(
            "<path:object_id>/do/<slug:slug>/",
            self.admin_site.admin_view(self.dialog_view),
            name=f"{meta.app_label}_{meta.model_name}_do",
        )
        taken_out = path(
            "export/", self.admin_site.admin_view(self.export_view), name=f"{meta.app_label}_{meta.model_name}_export"
        )
        return [own, taken_out, *self._bulk_urls(), *super().get_urls()]

    def _bulk_urls(self) -> list[Any]:
        """Where a selection is sent, for records on which there are bulk acts."""
        meta = self.model._meta
        if not acts_of(self.model):
            return []
        chosen = self.admin_site.admin_view(self.bulk_view)
        return [path("bulk/", chosen, name=f"{meta.app_label}_{meta.model_name}_bulk")]

    def get_actions(self, request: HttpRequest) -> Any:
        """Without the deletion of many rows, which no record allows."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        """Paged by keyset."""
        return KeysetChangeList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The columns that the link asks for, or the usual ones."""
        offered = columns_for(request, self)
        return chosen(request.GET.getlist(COLUMNS), offered, [name for name in self.list_display if name in offered])

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> list[str]:
        """The first column."""
        return list(list_display)[:1]

    @method_decorator(never_cache)
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with the views and columns to choose from above it."""
        if self.has_view_or_change_permission(request):
            labels = [(name, str(label_for_field(name, self.model, self))) for name in columns_for(request, self)]
            above = above_the_list(request, self.model, labels, self.get_list_display(request))
            above["may_export"] = request.user.has_perm(PERMISSION)
            extra_context = {**(extra_context or {}), "above": above}
        return super().changelist_view(request, extra_context)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By index, with the same forbearance as the search box."""
        if self.searched is None:
            return super().get_search_results(request, queryset, search_term)
        return (self.searched(queryset, Query(search_term)) if search_term.strip() else queryset), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Filters by link go by plain comparisons of the record's own fields: nothing hidden can be guessed at (T7)."""
        name, *rest = lookup.split("__")
        hidden = {"password"} | hidden_from(request, self.model)
        own = {field.name for field in self.model._meta.concrete_fields} - hidden
        of_filters = {name for known in self.list_filter for name in parameters_of(known)}
        return lookup in of_filters or (name in own and tuple(rest) in COMPARISONS)

    def export_view(self, request: HttpRequest) -> Any:
        """The list as a file."""
        return export_list(self, request)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """A selection for a bulk act."""
        return select(self, request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Records are not deleted: say what stands in the way."""
        record = self.get_object(request, unquote(object_id))
        if record is None or not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        why = record.why_not_deleted() if isinstance(record, RecordedModel) else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Not deleted"),
            "why": why,
            "back": change_url(record),
        }
        return TemplateResponse(request, "console/not_deleted.html", context | {"opts": self.opts}, status=403)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a record."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """States always; what is fixed, once the record is there."""
        states = self.model.fsm_fields() if issubclass(self.model, RecordedModel) else []
        fixed = self.fixed_fields if obj else ()
        return [*super().get_readonly_fields(request, obj), *states, *fixed]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form's fields, its own two last; the state is shown at the head of the page instead."""
        states = self.model.fsm_fields() if issubclass(self.model, RecordedModel) else []
        own = ["opened_at", "change_reason"]
        names = [name for name in super().get_fields(request, obj) if name not in (*states, *own)]
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*names, *own] if may_change else names

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a new form holds at first; days are those of the moment it is opened."""
        return {
            **{name: value() for name, value in self.prefilled.items()},
            **super().get_changeform_initial_data(request),
        }

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; read once for a page that shows it, held under lock while its form is saved."""
        if request.method in ("GET", "HEAD"):
            read = request.__dict__.setdefault("console_records", {})
            key = (self.model, object_id, from_field)
            if key not in read:
                read[key] = super().get_object(request, object_id, from_field)
                if read[key] is not None and self._is_its_page(request):
                    models.prefetch_related_objects([read[key]], *self.page_related)
            return read[key]
        record = super().get_object(request, object_id, from_field)
        saves = request.method == "POST" and self._is_its_page(request) and self.has_change_permission(request, record)
        if record is not None and saves:
            return self.model._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        return record

    def _is_its_page(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return bool(match and (match.url_name or "").endswith("_change"))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show or save; a save is one act of this member of staff, with the reason given."""
        context = {**(extra_context or {})}
        if not object_id:
            context["form_key"] = sent_forms.key_of(request.POST.get(FORM_KEY, "")) or uuid4()
        if request.method != "POST":
            if object_id:
                context |= self._head_and_panels(request, object_id)
            return super().changeform_view(request, object_id, form_url, context)
        try:
            return self._save(request, object_id, form_url, context)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except IntegrityError as error:
            sentence = constraint_sentence(error)
            if sentence is None:
                raise
            messages.error(request, " ".join(cited(sentence).messages))
        return HttpResponseRedirect(request.get_full_path())

    def _save(self, request: HttpRequest, *args: Any) -> Any:
        """Save as one act; where somebody was quicker, once more: the form's own checks now tell it at the field."""
        reason = request.POST.get("change_reason", "")[:300].strip()
        try:
            with chapter(actor=staff_actor(request), reason=reason):
                return self._save_once(request, *args)
        except (IntegrityError, ValidationError):
            pass  # nothing is written; what stands in the way was not there yet when the form was checked
        with chapter(actor=staff_actor(request), reason=reason):
            return self._save_once(request, *args)

    def _save_once(self, request: HttpRequest, object_id: str | None, *args: Any) -> Any:
        """A form that makes a record makes one: sent again, it leads to what it made."""
        key = sent_forms.key_of(request.POST.get(FORM_KEY, ""))
        before = sent_forms.sent_before(key) if key and not object_id else None
        if before is None:
            return super().changeform_view(request, object_id, *args)
        if before.user_id != request.user.pk:
            raise PermissionDenied
        messages.info(request, _("This form was sent before. Here is what it made."))
        return HttpResponseRedirect(change_url(before.record))

    def _head_and_panels(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        record = self.get_object(request, unquote(object_id))
        if record is None or not self.has_view_or_change_permission(request, record):
            return {}
        shown = [
            {"title": panel.title, "template": panel.template, "anchor": panel.anchor or f"panel-{number}"}
            | panel.context(request, record)
            for number, panel in enumerate(panels_of(record), 1)
        ]
        if any(needs_two(dialog.permission) for dialog in self.dialogs):
            shown[:0] = waiting_proposals(record)
        return {"head": self.head(record), "buttons": buttons(record, self.dialogs, request), "panels": shown}

    def head(self, record: Any) -> dict[str, Any]:
        """State and facts at the head of the page."""
        return {}

    def dialog_view(self, request: HttpRequest, object_id: str, slug: str) -> HttpResponse:
        """One dialog of one record."""
        record = self.get_object(request, unquote(object_id))
        action = find(self.dialogs, slug)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        return dialog(request, record, action, self.admin_site.each_context(request))

    @method_decorator(never_cache)
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The record's timeline. Only reads: there is no page that brings an old version back."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405)
        record = self.get_object(request, unquote(object_id))
        if record is None or not isinstance(record, RecordedModel):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "object": record,
            "opts": self.opts,
            "back": change_url(record),
            "then": state_then(request, record),
            "panel": told(request, [record], 50),
        }
        return TemplateResponse(request, "console/history.html", context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The history says it; what the form made is remembered for when it is sent again."""
        if key := sent_forms.key_of(request.POST.get(FORM_KEY, "")):
            sent_forms.remember(key, request.user, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The history says it."""


class ReadOnlyAdmin(ConsoleAdmin):
    """Records that are made and changed by acts alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made by acts alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changed by acts alone."""
        return False
