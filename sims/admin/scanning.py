"""Pages for a barcode scanner that types like a keyboard: cards taken in, and cards taken back, one after another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.console.actions import change_url, staff_actor
from iijiot.console.errors import cite
from iijiot.console.fields import PlainTextField
from iijiot.rules import RuleViolation
from iijiot.words import Words
from sims import receiving, returning
from sims.admin.picking import DayComeField
from sims.models import SimCard, SimProduct
from sims.models.product import FormFactor
from sims.scans import Answer, Scanned

SHOWN = 100
"""Scans that the page still shows, the latest first."""
ALL = "all"
SIGNS = {Answer.TAKEN: "✓", Answer.KNOWN: "＝", Answer.WRONG: "✕"}
TONES = {Answer.TAKEN: "success", Answer.KNOWN: "warning", Answer.WRONG: "danger"}
MISTAKEN = gettext_lazy("Scanned by mistake")


class ScanForm(forms.Form):
    """A card's number, as the scanner types it."""

    iccid = PlainTextField(
        label="ICCID",
        max_length=60,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "latin", "data-scan": True}
        ),
        help_text=gettext_lazy("Scan, or type and press Enter."),
    )

    def settings(self) -> dict[str, Any]:
        """What holds for every scan, as it was typed."""
        return {name: self.data.get(name, "") for name in self.fields if name != "iccid"}


class ReceiveForm(ScanForm):
    """A delivery, whose cards are scanned."""

    product = forms.ModelChoiceField(
        label=gettext_lazy("SIM product"), queryset=SimProduct.objects.none(), widget=UnfoldAdminSelectWidget
    )
    form_factor = forms.ChoiceField(
        label=gettext_lazy("Form factor"), choices=FormFactor.choices, widget=UnfoldAdminSelectWidget
    )
    on = DayComeField(label=gettext_lazy("Received on"))
    delivery = PlainTextField(
        label=gettext_lazy("Delivery"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The host carrier's delivery note."),
    )
    field_order = ["product", "form_factor", "on", "delivery", "iccid"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = SimProduct.objects.offered()  # type: ignore[attr-defined]

    def scan(self, actor: Actor) -> Scanned:
        """Take the card into stock."""
        given = self.cleaned_data
        return receiving.receive(
            given["iccid"], product=given["product"], form_factor=given["form_factor"], delivery=given["delivery"],
            on=given["on"], actor=actor,
        )  # fmt: skip


class ReturnForm(ScanForm):
    """Cards that have come back."""

    on = DayComeField(label=gettext_lazy("Received on"))
    field_order = ["on", "iccid"]

    def scan(self, actor: Actor) -> Scanned:
        """Take the card back."""
        return returning.scanned(self.cleaned_data["iccid"], on=self.cleaned_data["on"], actor=actor)


@dataclass(frozen=True)
class Station:
    """One of the two pages: what is scanned there, by whom, and how a scan is undone."""

    name: str
    title: Words
    lead: Words
    clause: str
    permission: str
    form: type[Any]
    undo: Callable[..., None]


RECEIVE = Station(
    "receive", gettext_lazy("Take SIM cards in by scanner"),
    gettext_lazy("Choose what holds for the whole delivery, then scan one card after another. Each is in stock at once."),
    "MA1", "sims.receive_simcard", ReceiveForm, receiving.undo,
)  # fmt: skip
RETURN = Station(
    "return", gettext_lazy("Take SIM cards back by scanner"),
    gettext_lazy("Scan one card after another. Each is returned at once, and its customer is dunned for it no more."),
    "MA9.2", "sims.return_simcard", ReturnForm, returning.undo,
)  # fmt: skip
STATIONS = {station.name: station for station in (RECEIVE, RETURN)}
COUNTED = {
    Answer.TAKEN: pgettext_lazy("scans", "Taken"),
    Answer.KNOWN: pgettext_lazy("scans", "Known already"),
    Answer.WRONG: pgettext_lazy("scans", "Wrong"),
}


class Scanning:
    """The two pages, as views of the admin of cards."""

    admin_site: ClassVar[Any]
    opts: ClassVar[Any]

    def get_urls(self) -> list[Any]:
        """One more page for each station."""
        view = self.admin_site.admin_view(self.scan_view)
        own = [path(f"{name}/", view, {"name": name}, name=f"sims_simcard_{name}") for name in STATIONS]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    @method_decorator(never_cache)
    def scan_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """GET shows the page; POST takes a scan, undoes one, or begins a new list. `part=1` answers with the list alone."""
        station = STATIONS[name]
        if not request.user.has_perm(station.permission):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        scans = Scans(request, station)
        if request.method != "POST":
            return self._page(request, scans, station.form(initial=scans.settings or _at_first()))
        if request.POST.get("undo"):
            scans.undo(request.POST["undo"], staff_actor(request))
        elif request.POST.get("step") == "anew":
            scans.begin_anew()
        else:
            form = station.form(request.POST)
            if not form.is_valid():
                cite(form)
                return self._page(request, scans, form, status=409)
            scans.add(form.scan(staff_actor(request)), form.settings())
        if request.POST.get("part") == "1":
            return TemplateResponse(request, "console/scan_list.html", scans.context())
        return HttpResponseRedirect(reverse(f"admin:sims_simcard_{station.name}"))

    def _page(self, request: HttpRequest, scans: "Scans", form: Any, status: int = 200) -> HttpResponse:
        station = scans.station
        context = {
            **self.admin_site.each_context(request),
            **scans.context(),
            "title": station.title,
            "lead": station.lead,
            "clause": Clause(station.clause),
            "form": form,
            "opts": self.opts,
            "stations": [(other.title, reverse(f"admin:sims_simcard_{other.name}"), other is station)
                         for other in STATIONS.values() if request.user.has_perm(other.permission)],
        }  # fmt: skip
        return TemplateResponse(request, "console/scan.html", context, status=status)


def _at_first() -> dict[str, Any]:
    """What the form holds before the first scan."""
    return {"on": clock.business_day().isoformat()}


class Scans:
    """What one member of staff has scanned at a station since the list was begun; kept with the login."""

    def __init__(self, request: HttpRequest, station: Station) -> None:
        self.request, self.station = request, station
        self._key = f"scans-{station.name}"
        kept: Mapping[str, Any] = request.session.get(self._key, {})
        self.settings: dict[str, Any] = dict(kept.get("settings", {}))
        self.rows: list[dict[str, Any]] = list(kept.get("rows", []))
        self.counts: dict[str, int] = dict(kept.get("counts", {}))

    def add(self, scanned: Scanned, settings: dict[str, Any]) -> None:
        """A scan with its answer."""
        self.settings = settings
        self.counts[scanned.answer] = self.counts.get(scanned.answer, 0) + 1
        self.counts[ALL] = self.counts.get(ALL, 0) + 1
        row = {
            "number": scanned.number,
            "answer": str(scanned.answer),
            "words": str(scanned.words),
            "whose": str(getattr(scanned.card, "customer", None) or ""),
            "card": scanned.card.pk if scanned.card else None,
            "at": clock.now().astimezone(clock.TOKYO).strftime("%H:%M:%S"),
            "undone": False,
        }
        self.rows = [row, *self.rows][:SHOWN]
        self._keep()

    def undo(self, key: str, actor: Actor) -> None:
        """Undo a scan of this list by the act that undoes it; what refuses it is told. Raises Http404."""
        row = next((row for row in self.rows if str(row["card"]) == key and self._can_be_undone(row)), None)
        card = SimCard.objects.among([row["card"]]).first() if row else None
        if row is None or card is None:
            raise Http404
        try:
            self.station.undo(card, actor=actor, reason=str(MISTAKEN))
        except RuleViolation as refusal:
            messages.error(self.request, str(refusal))
            return
        row["undone"] = True
        self.counts[Answer.TAKEN] -= 1
        self._keep()

    def begin_anew(self) -> None:
        """Begin a new list; the settings stay."""
        self.rows, self.counts = [], {}
        self._keep()

    def context(self) -> dict[str, Any]:
        """For the page and its list."""
        shown = [
            {
                **row,
                "sign": SIGNS[Answer(row["answer"])],
                "tone": "default" if row["undone"] else TONES[Answer(row["answer"])],
                "label": COUNTED[Answer(row["answer"])],
                "url": change_url(SimCard(pk=row["card"])) if row["card"] else "",
                "can_be_undone": self._can_be_undone(row),
            }
            for row in self.rows
        ]
        return {
            "scans": shown,
            "latest": shown[0] if shown else None,
            "counts": [(label, self.counts.get(answer, 0)) for answer, label in COUNTED.items()],
            "address": reverse(f"admin:sims_simcard_{self.station.name}"),
            "more": self.counts.get(ALL, 0) > len(self.rows),
            "shown": SHOWN,
        }

    def _can_be_undone(self, row: Mapping[str, Any]) -> bool:
        return row["answer"] == Answer.TAKEN and not row["undone"] and row["card"] is not None

    def _keep(self) -> None:
        self.request.session[self._key] = {"settings": self.settings, "rows": self.rows, "counts": self.counts}
