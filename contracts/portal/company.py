"""The customer itself: its particulars and how they change, what it allows, the terms in force and to come."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import changing, consenting, proving
from contracts.catalogue.purposes import IN_PLAIN_WORDS, SAID, Purpose
from contracts.models import ChangeReport, Customer, TermsVersion
from contracts.models.evidence import EvidenceKind
from contracts.models.particulars import PARTICULARS, TONES
from iijiot import clock
from iijiot.portal.forms import PortalForm, TextField
from iijiot.portal.panels import Entry, navigate
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.rules import unmet
from iijiot.words import Words

SAID_HERE = "お客様ポータルでのお申出"
"""How the customer said it, as the record says it."""


class CompanyPage(PortalView):
    """Who the customer is, as we have it on record; what was reported and is not checked; what it allows."""

    template, part, title = "portal/company.html", "portal:company", gettext_lazy("Your company")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything of it."""
        fields = [Customer._meta.get_field(name) for name in PARTICULARS]
        return self.render(
            particulars=[(field.verbose_name, getattr(self.customer, field.name)) for field in fields],  # type: ignore[union-attr]
            reports=self.customer.change_reports.all()[:5],
            tones=TONES,
            uses=[(use, consenting.may_use(self.customer, use), IN_PLAIN_WORDS[use.code]) for use in SAID.values()],
        )


class ParticularsForm(PortalForm):
    """The particulars as they are to be, and the paper that shows it."""

    kind = forms.ChoiceField(label=gettext_lazy("What the paper is"), choices=EvidenceKind.choices)
    file = forms.FileField(
        label=gettext_lazy("File"), required=False,
        help_text=gettext_lazy("PDF, PNG or JPEG, as large as an ordinary scan. It can also come later, or by post."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PARTICULARS:
            field: Any = Customer._meta.get_field(name)
            self.fields[name] = TextField(
                label=field.verbose_name, required=not field.blank, max_length=field.max_length
            )
        self.order_fields([*PARTICULARS, "kind", "file"])


class ChangeParticulars(FormPage):
    """A report that something has changed, with its evidence; it holds once we have checked it (G16)."""

    template, part, form, edits = "portal/change_particulars.html", "portal:company", ParticularsForm, True
    title = gettext_lazy("Report changed particulars")

    def initial(self) -> dict[str, Any]:
        """As they are on record."""
        return {name: getattr(self.customer, name) for name in PARTICULARS}

    def send(self, form: Any) -> HttpResponse:
        """File it."""
        data, file = form.cleaned_data, form.cleaned_data["file"]
        wanted = {name: data[name] for name in PARTICULARS}
        paper = proving.taken(file.name, file.read()) if file else None
        report = changing.file_with_paper(
            self.customer, wanted, paper, kind=data["kind"], today=self.today, actor=self.member.actor
        )
        told = _("Your report %(number)s has arrived. What it says holds once we have checked it.")
        messages.success(self.request, told % {"number": report.number})
        return redirect("portal:report", number=report.number)


def reports_of(customer: Customer) -> Any:
    """What the customer has reported to have changed."""
    return ChangeReport.objects.of_customer(customer).with_list_data()


class ReportPage(OwnView):
    """One report of changed particulars: the receipt, and what became of it (G16)."""

    template, part = "portal/report.html", "portal:company"
    own = staticmethod(reports_of)

    def heading(self) -> Words:
        """Which report."""
        return _("Changed particulars: report %(number)s") % {"number": self.record.number}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything of it."""
        report = self.record
        return self.render(
            report=report,
            tone=TONES[report.state],
            received_at=report.history.order_by("history_id").values_list("history_date", flat=True).first(),
            compared=report.compared(),
            files=report.evidence_files.kept(),
            receipts=report.notices.receipts(),
            may_withdraw=not unmet(report.withdraw),
        )


class WithdrawReport(OwnView, FormPage):
    """Taking a report back before it is checked (G16)."""

    template, part = "portal/withdraw_report.html", "portal:company"
    own = staticmethod(reports_of)

    def heading(self) -> Words:
        """Which one."""
        return _("Take back report %(number)s") % {"number": self.record.number}

    def about(self) -> dict[str, Any]:
        """The report, and why it cannot be taken back."""
        return {"report": self.record, "reasons": unmet(self.record.withdraw)}

    def send(self, form: Any) -> HttpResponse:
        """Take it back."""
        changing.withdraw(self.record, on=self.today, actor=self.member.actor)
        messages.success(self.request, _("The report is taken back."))
        return redirect("portal:report", number=self.record.number)


class UseForm(PortalForm):
    """What is said of a use."""

    given = forms.ChoiceField(
        label=gettext_lazy("What you say"),
        choices=[("yes", gettext_lazy("We allow it")), ("no", gettext_lazy("We do not allow it"))],
        widget=forms.RadioSelect,
    )


class SayOfUse(FormPage):
    """Allowing or stopping one use of information; it holds at once (G38.4, G40.2.3, G46.1, G46.2, G46.4)."""

    template, part, form, edits = "portal/use.html", "portal:company", UseForm, True

    @cached_property
    def purpose(self) -> Purpose:
        """The use. Raises Http404 for one in which the customer has no say."""
        if self.kwargs["use"] not in SAID:
            raise Http404
        return SAID[self.kwargs["use"]]

    def find(self) -> None:
        """There are no others."""
        _there = self.purpose

    def heading(self) -> Words:
        """What it is about."""
        return str(self.purpose.words)

    def initial(self) -> dict[str, Any]:
        """How it stands."""
        return {"given": "yes" if consenting.may_use(self.customer, self.purpose) else "no"}

    def about(self) -> dict[str, Any]:
        """What it means, and under which clause."""
        return {"purpose": self.purpose, "plain": IN_PLAIN_WORDS[self.purpose.code]}

    def send(self, form: Any) -> HttpResponse:
        """Record it."""
        consenting.record(
            self.customer, self.purpose.code, given=form.cleaned_data["given"] == "yes", told=SAID_HERE,
            at=clock.now(), actor=self.member.actor, account=self.member.account,
        )  # fmt: skip
        messages.success(self.request, _("It is recorded, and holds from now on."))
        return redirect("portal:company")


class TermsList(PortalView):
    """The terms in force, provision by provision, and those that were announced (G1, G2.1)."""

    template, part, title = "portal/terms.html", "portal:terms", gettext_lazy("Terms")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Which versions."""
        versions = TermsVersion.objects
        return self.render(in_force=versions.all_in_force(self.today), to_come=versions.announced())


class TermsText(PortalView):
    """The text of one version."""

    template, part = "portal/terms_text.html", "portal:terms"

    @cached_property
    def version(self) -> TermsVersion:
        """The version. Raises Http404 for a draft, and for none."""
        found = TermsVersion.objects.shown_to_customers().of_key(self.kwargs["pk"])
        if found is None:
            raise Http404
        return found

    def heading(self) -> Words:
        """Provision and day."""
        return str(self.version)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The words."""
        return self.render(version=self.version)


navigate(Entry("portal:company", gettext_lazy("Your company"), 70))
navigate(Entry("portal:terms", gettext_lazy("Terms"), 80))
