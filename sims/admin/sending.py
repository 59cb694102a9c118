"""The page on which a file is sent: of what it is, what holds for all its rows, an empty table to begin with."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from iijiot import clock, sent_forms
from iijiot.attachments import as_file
from iijiot.console.actions import change_url, staff_actor, staff_user
from iijiot.console.admin import FORM_KEY
from iijiot.console.errors import cite
from iijiot.console.exporting import XLSX
from iijiot.console.fields import ConsoleDateField, PlainTextField
from iijiot.tables.templates import template
from sims import importing
from sims.models import FileImport, SimProduct
from sims.models.file_import import Kind
from sims.models.product import FormFactor
from sims.surveying import READERS

LOAD = "sims.load_file"


class SendForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{ending}" for ending in importing.ENDINGS), "class": " ".join(INPUT_CLASSES)}
        ),
        help_text=gettext_lazy(
            "CSV (UTF-8 or Shift_JIS) or Excel (.xlsx). The first row holds the names of the columns. Nothing is loaded yet."
        ),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """A table of a size that is taken."""
        sent = self.cleaned_data["file"]
        most = settings.LARGEST_EVIDENCE
        if sent.size > most:
            raise ValidationError(
                gettext_lazy("The file is larger than %(most)d MB. Send it in parts, or load it by the command."),
                code="invalid",
                params={"most": most // 1024**2},
            )
        importing.named(sent.name)
        return sent

    def given(self) -> dict[str, Any]:
        """What holds for the whole file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class CardsForm(SendForm):
    """A delivery of cards."""

    product = forms.ModelChoiceField(
        label=gettext_lazy("SIM product"),
        queryset=SimProduct.objects.none(),
        required=False,
        empty_label=gettext_lazy("As the rows say"),
        widget=UnfoldAdminSelectWidget,
    )
    form_factor = forms.ChoiceField(
        label=gettext_lazy("Form factor"),
        choices=[("", gettext_lazy("As the rows say")), *FormFactor.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    received_on = ConsoleDateField(label=gettext_lazy("Received on"))
    delivery = PlainTextField(
        label=gettext_lazy("Delivery"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The host carrier's delivery note."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = SimProduct.objects.offered()  # type: ignore[attr-defined]
        self.fields["received_on"].initial = clock.business_day()

    def clean_received_on(self) -> Any:
        """A day that has come."""
        if self.cleaned_data["received_on"] > clock.business_day():
            raise ValidationError(gettext_lazy("This day has not come yet. Check it."), code="MA1")
        return self.cleaned_data["received_on"]


class LenderForm(SendForm):
    """The host carrier's list."""

    lender = forms.ChoiceField(label=gettext_lazy("Host carrier"), widget=UnfoldAdminSelectWidget)
    grace = forms.IntegerField(
        label=gettext_lazy("Days that do not count as a difference"),
        min_value=0,
        max_value=365,
        initial=7,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Between the carrier's day of the loan and the day on which we received the card."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lender"].choices = [(name, name) for name in SimProduct.objects.lenders()]  # type: ignore[attr-defined]


FORMS: dict[str, type[SendForm]] = {Kind.CARDS: CardsForm, Kind.USAGE: SendForm, Kind.LENDER: LenderForm}


class Sending:
    """Views of the admin of files."""

    admin_site: ClassVar[Any]
    opts: ClassVar[Any]

    def send_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """GET shows the form, POST takes the file in; sent again, the form leads to what it made."""
        _may(request, kind)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        form = FORMS[kind](request.POST, request.FILES) if request.method == "POST" else FORMS[kind]()
        key = sent_forms.key_of(request.POST.get(FORM_KEY, ""))
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                before = sent_forms.sent_before(key) if key else None
                record = before.record if before and before.user_id == request.user.pk else None
                record = record or self._take_in(request, kind, form, key)
            if record is not None:
                return HttpResponseRedirect(change_url(record))
        cite(form)
        context = {
            **self.admin_site.each_context(request),
            "title": Kind(kind).label,
            "kind": kind,
            "kinds": allowed(request),
            "columns": READERS[kind].columns,
            "form": form,
            "form_key": key or uuid4(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "console/file_send.html", context)

    def _take_in(self, request: HttpRequest, kind: str, form: SendForm, key: Any) -> FileImport | None:
        sent = form.cleaned_data["file"]
        try:
            record = importing.take_in(
                sent.name,
                sent.read(),
                given={"kind": kind, **form.given()},
                today=clock.business_day(),
                actor=staff_actor(request),
                user=staff_user(request),
            )
        except ValidationError as error:
            form.add_error("file", error)
            return None
        if key:
            sent_forms.remember(key, request.user, record)
        if same := FileImport.objects.same_file(record.sha256, kind).first():
            messages.warning(request, _("The very same file was loaded before, as %(file)s.") % {"file": same})
        return record

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """An empty table to fill in."""
        _may(request, kind)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        answer = HttpResponse(template(READERS[kind].columns), content_type=XLSX)
        return as_file(answer, f"{Kind(kind).label}.xlsx", plain="template.xlsx")


def allowed(request: HttpRequest) -> list[Kind]:
    """The kinds of files that a user may send."""
    return [kind for kind in Kind if request.user.has_perm(LOAD) and request.user.has_perm(importing.PERMISSIONS[kind])]


def _may(request: HttpRequest, kind: str) -> None:
    """Raises Http404 for an unknown kind, PermissionDenied for one that the user may not send."""
    if kind not in Kind.values:
        raise Http404
    if Kind(kind) not in allowed(request):
        raise PermissionDenied
