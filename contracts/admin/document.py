"""Information that customers have handed over: marked as secret or not, exempt or not, handed on or kept."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import disclosing
from contracts.admin.disclosure import ForForm
from contracts.admin.recipient import DISCLOSE
from contracts.admin.shared import linked, searched_by_number
from contracts.disclosing import Asked
from contracts.models import Disclosure, Document
from contracts.models.document import Exempt
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.fields import SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet


class HandOnForm(ForForm):
    """To whom, and for a trade secret on which ground."""

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not document.is_secret:
            del self.fields["ground"]


class HandOn(ConsoleAction):
    """受領情報の第三者への開示 (G39.2)"""

    slug, label, permission, clause = "hand-on", _("Hand on to somebody"), DISCLOSE, "G39.2"
    form = HandOnForm
    help = _("A trade secret on a ground alone; what was not marked as secret needs none.")
    done = _("It is in the log of disclosures. Now it may leave the house.")

    def form_kwargs(self) -> dict[str, Any]:
        """Whether it is secret decides what is asked."""
        return {"document": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """Where it was handed on to."""
        return [self.obj.disclosures.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Disclosure:
        """Write it down."""
        asked = Asked(information="document", what=str(self.obj), **{"ground": "", **data})
        return disclosing.hand_on(self.obj, asked, at=clock.now(), actor=self.actor)


class ExemptForm(forms.Form):
    """Which of the four, and the facts."""

    exception = forms.ChoiceField(label=_("Exception"), choices=Exempt.choices, widget=UnfoldAdminSelectWidget)
    because = SentencesField(label=_("Facts"), max_length=300)


class ExemptDocument(ConsoleAction):
    """営業秘密に当たらないことの記録 (G39.1)"""

    slug, label, permission, clause = (
        "exempt",
        _("Record that it is no trade secret"),
        "contracts.exempt_document",
        "G39.1",
    )
    form, tone = ExemptForm, "danger"
    help = _("Although it was marked: under one of the four exceptions, with the facts that show it.")
    done = _("It is recorded why this is no trade secret.")

    def why_not(self) -> Sequence[Unmet]:
        """Only for a trade secret."""
        return [] if self.obj.is_secret else [Unmet(Clause("G39.1"), _("It is no trade secret as it is."))]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        disclosing.exempt(self.obj, data["exception"], data["because"], actor=self.actor)


@admin.register(Document)
class DocumentAdmin(ConsoleAdmin):
    """Information that customers have handed over."""

    list_display: ClassVar = ["number", "title", "customer", "received_on", "marked", "exempt"]
    list_filter: ClassVar = ["marked"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    fields: ClassVar = ["customer", "title", "received_on", "marked", "kept_at"]
    fixed_fields: ClassVar = ["customer", "received_on", "marked"]
    prefilled: ClassVar = {"received_on": clock.business_day}
    dialogs: ClassVar = [HandOn, ExemptDocument]

    def head(self, document: Document) -> dict[str, Any]:
        """Whether it is secret, and facts."""
        return {
            "state": _("Trade secret") if document.is_secret else _("No trade secret"),
            "tone": "warning" if document.is_secret else "default",
            "facts": [
                (_("Number"), document.number),
                (_("Customer"), linked(document.customer)),
                (_("Why it is no trade secret"), document.get_exempt_display()),
                (_("Facts"), document.exempt_because),
            ],
        }


show_on(
    "contracts.customer",
    Panel(
        _("Information handed over"),
        "console/panel_documents.html",
        lambda request, customer: {"documents": customer.documents.all()[:10]},
        "documents",
        65,
    ),
)
show_history("contracts.document", lambda document: [document])
