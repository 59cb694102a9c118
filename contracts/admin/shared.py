"""What the admins here share: queues as list filters, links, states in their colours."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.models import Customer
from iijiot.clause_index import INDEX
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.searching import Query
from iijiot.templatetags.console import badge
from iijiot.words import Words

MOST_CUSTOMERS = 500

QueueRows = Callable[[Any], QuerySet[Any]]


class QueueFilter(admin.SimpleListFilter):
    """The work that waits, as a filter of the register."""

    title = _("queue")
    parameter_name = "queue"
    queues: ClassVar[Mapping[str, tuple[Words, QueueRows]]] = {}

    @classmethod
    def offer(cls, name: str, words: Words, rows: QueueRows) -> None:
        """Add a queue that an app to the right knows of."""
        cls.queues = {**cls.queues, name: (words, rows)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """The queues by name."""
        return [(name, words) for name, (words, _rows) in self.queues.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the queue chosen."""
        chosen = self.queues.get(self.value() or "")
        return chosen[1](queryset) if chosen else queryset


class UnderClause(admin.SimpleListFilter):
    """What waits under one clause; offered only to who comes from the clause's page, since there are hundreds."""

    title = _("waiting under")
    parameter_name = "under"
    rows: ClassVar[str] = ""
    """The queryset's method that takes the clause."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """The clause that was asked for, if any."""
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, Clause(asked).citation)] if asked in INDEX else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that wait under it."""
        return getattr(queryset, self.rows)(self.value()) if self.value() else queryset


def searched_by_number(rows: Any, query: Query) -> QuerySet[Any]:
    """The row of this number; where there is none, those of the customers found by what was typed."""
    number = query.numbered(rows.model.NUMBER_PREFIX)
    return or_of_customers(rows.numbered(number) if number else rows.none(), rows, query)


def or_of_customers(same: QuerySet[Any], rows: Any, query: Query) -> QuerySet[Any]:
    """The rows that were meant by their number; where there are none, those of the customers found."""
    return same if same.exists() else rows.of_customer(customers_found(query))


def customers_found(query: Query) -> list[int]:
    """The customers that the search box would find, as many as a list is searched for."""
    return [customer.pk for customer in Customer.objects.found(query, MOST_CUSTOMERS)]


@admin.display(description=_("lines"), ordering="quantity")
def lines_column(_admin: Any, record: Any) -> int | None:
    """How many lines, for services that have lines."""
    return record.quantity if record.service.counts_lines else None


DEPENDENTS = 15
"""Contracts on one page of what rests on something."""


def dependents_page(request: HttpRequest, base: Any) -> Any:
    """A page of what rests on a contract or subscription, as asked for."""
    return Paginator(base.dependents.standing_with_contract().order_by("pk"), DEPENDENTS).get_page(
        request.GET.get("dependents")
    )


def linked(record: Any, words: str = "") -> str:
    """A link to a record's page."""
    return format_html('<a href="{}">{}</a>', change_url(record), words or str(record)) if record else ""


def cited(clause: str) -> str:
    """A clause id as people cite it."""
    return Clause(clause).citation if clause else "—"


def state_badge(record: Any, tones: Mapping[str, str]) -> str:
    """The state of a record in its colour."""
    return badge(record.get_state_display(), tones[record.state])


class WithState:
    """An admin whose list shows the state in its colour."""

    tones: ClassVar[Mapping[str, str]]

    @admin.display(description=_("state"), ordering="state")
    def badge(self, record: Any) -> str:
        """The state in its colour."""
        return state_badge(record, self.tones)


class ReasonForm(forms.Form):
    """A reason, where one is needed."""

    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


def of_party(rows: Any, customer: Any) -> Any:
    """The rows of one customer."""
    return rows.of_customer(customer)


class BecauseForm(forms.Form):
    """Why."""

    because = SentencesField(label=_("Reason"), max_length=300)


class CustomerField(PlainTextField):
    """A customer by number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=20,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("By number, such as C0000012. Record a new customer first."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The customer of this number. Raises ValidationError where there is none."""
        typed = super().clean(value)
        found = Customer.objects.numbered(Query(typed).numbered("C") or "").first()
        if found is None:
            raise ValidationError(_("There is no customer of this number. Check it."), code="invalid")
        return found
