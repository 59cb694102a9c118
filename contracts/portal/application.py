"""Applying: what the customer could have, the fees before they are confirmed, and what becomes of each application."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts import accepting, applying, proving
from contracts.applying import ApplicationPlan, Offer, Wished
from contracts.catalogue.vocabulary import joined
from contracts.models import Application, DocumentRequest
from contracts.models.application_state import TONES
from contracts.models.customer import Customer
from contracts.models.evidence import EvidenceKind
from contracts.portal.contract import contracts_of
from iijiot import clock, sent_forms
from iijiot.portal.forms import DayField, PortalForm, SentencesField
from iijiot.portal.paging import paged
from iijiot.portal.panels import Entry, navigate, sections
from iijiot.portal.plans import PlanPage
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.rules import Unmet, unmet
from iijiot.words import Words, said

PLAN = "portal/plan_applying.html"


def applications_of(customer: Customer) -> Any:
    """The customer's applications."""
    return Application.objects.of_customer(customer).with_list_data()


class ApplicationList(PortalView):
    """What was applied for, the latest first."""

    template, part, title = "portal/applications.html", "portal:applications", gettext_lazy("Applications")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of them."""
        rows = applications_of(self.customer).with_what_changes()
        return self.render(page=paged(request, rows, "-received_at", "-pk"), tones=TONES)


class ApplicationPage(OwnView):
    """One application: the receipt, its fees, what is asked for, and how it was decided."""

    template, part = "portal/application.html", "portal:applications"
    own = staticmethod(applications_of)

    def heading(self) -> Words:
        """What is applied for."""
        return _("Application: %(what)s") % {"what": self.record.what}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything that the customer can know of it."""
        application = self.record
        return self.render(
            application=application,
            tone=TONES[application.state],
            documents=application.document_requests.all(),
            files=application.evidence_files.kept(),
            contracts=application.contracts.all(),
            notices=application.notices.newest(),
            receipts=application.notices.receipts(),
            may_withdraw=not unmet(application.withdraw),
            sections=sections("contracts.application", self.member, application, self.today),
        )


class ApplyForm(PortalForm):
    """Which services, from when, and how many lines."""

    services = forms.MultipleChoiceField(label=gettext_lazy("Services"), widget=forms.CheckboxSelectMultiple)
    management_unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Management unit"),
        queryset=None,
        empty_label=gettext_lazy("Choose one"),
        help_text=gettext_lazy("Contracts of one management unit are invoiced together."),
    )
    start_wished_on = DayField(label=gettext_lazy("Start wished on"))
    quantity = forms.IntegerField(
        label=gettext_lazy("Lines"), min_value=1, max_value=100_000, initial=1,
        help_text=gettext_lazy("For Mobile Access; other services have no lines."),
    )  # fmt: skip
    all_or_nothing = forms.BooleanField(
        label=gettext_lazy("Rather none than fewer lines"), required=False,
        help_text=gettext_lazy("Else we accept as many lines as we can."),
    )  # fmt: skip
    with_option = forms.BooleanField(
        label=gettext_lazy("With the WISE-PaaS connection option"), required=False,
        help_text=gettext_lazy("For the IIJ IoT service."),
    )  # fmt: skip

    def __init__(self, *args: Any, customer: Customer, offered: list[tuple[str, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = offered  # type: ignore[attr-defined]
        self.fields["management_unit"].queryset = customer.management_units.all()  # type: ignore[attr-defined]


class Applying(PlanPage):
    """What all applications have in common: they are shown with their fees, and received once."""

    part, plan_template, asks_password, tone = "portal:applications", PLAN, False, "primary"
    confirm_label = pgettext_lazy("for services", "Apply")
    beside = (*PlanPage.beside, "once")

    def about(self) -> dict[str, Any]:
        """With the key by which the form is received once, however often it is sent."""
        return {**super().about(), "once": self.request.POST.get("once") or uuid4()}

    def carry_out(self, plan: ApplicationPlan, data: dict[str, Any]) -> Application:
        """Receive it."""
        key = sent_forms.key_of(self.request.POST.get("once", ""))
        return applying.apply(plan, at=clock.now(), actor=self.member.actor, user=self.member.user, key=key)

    def done(self, result: Application) -> HttpResponse:
        """To the receipt, or to all of them."""
        messages.success(
            self.request, _("Your application has arrived. This page is the receipt; a mail is on its way, too.")
        )
        if self.request.POST.getlist("services")[1:]:
            return redirect("portal:applications")
        return redirect("portal:application", number=result.number)


class Apply(Applying):
    """One service or several at once."""

    form, title = ApplyForm, gettext_lazy("Apply for services")

    @cached_property
    def alone(self) -> list[Offer]:
        """Each service by itself."""
        return applying.offers(self.customer, self.today)

    @cached_property
    def together(self) -> list[Offer]:
        """Each service, if everything else is applied for with it."""
        return applying.offers(self.customer, self.today, [offer.service.code for offer in self.alone])

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """With the services that the customer could have."""
        return super().make_form(*args, customer=self.customer, offered=self.choices(), **kwargs)

    def choices(self) -> list[tuple[str, Words]]:
        """The services to choose from, each with what must be applied for with it."""
        found: list[tuple[str, Words]] = []
        for by_itself, with_others in zip(self.alone, self.together, strict=True):
            name = by_itself.service.name
            if by_itself.is_open:
                found.append((by_itself.service.code, name))
            elif with_others.is_open:
                needs = said(gettext_lazy("only together with: {services}"), services=joined(by_itself.missing, "、"))
                found.append((by_itself.service.code, format_lazy("{}（{}）", name, needs)))
        return found

    def initial(self) -> dict[str, Any]:
        """The customer's only management unit."""
        units = list(self.customer.management_units.first_ones()[:2])
        return {"management_unit": units[0].pk} if len(units) == 1 else {}

    def about(self) -> dict[str, Any]:
        """With what cannot be applied for, and what is missing for it."""
        return {**super().about(), "closed": [offer for offer in self.together if not offer.is_open]}

    def plan(self, data: dict[str, Any]) -> ApplicationPlan:
        """The applications, with their fees."""
        wished = Wished(
            tuple(data["services"]),
            data["start_wished_on"],
            data["quantity"],
            data["all_or_nothing"],
            data["with_option"],
        )
        return applying.plan_applying(self.customer, data["management_unit"], wished, at=clock.now())

    def back(self) -> str:
        """To the applications."""
        return reverse("portal:applications")


class MoreLinesForm(PortalForm):
    """How many more, and from when."""

    quantity = forms.IntegerField(label=gettext_lazy("How many lines more"), min_value=1, max_value=100_000)
    start_wished_on = DayField(label=gettext_lazy("Start wished on"))
    all_or_nothing = forms.BooleanField(
        label=gettext_lazy("Rather none than fewer lines"),
        required=False,
        help_text=gettext_lazy("Else we accept as many lines as we can."),
    )


class MoreLines(OwnView, Applying):
    """More lines for a contract (MA8.1)."""

    form = MoreLinesForm
    own = staticmethod(contracts_of)

    def heading(self) -> Words:
        """For which contract."""
        return _("More lines for %(contract)s") % {"contract": self.record}

    def why_not(self) -> list[Unmet]:
        """Only where the provision lets the number be changed (G15.1)."""
        return unmet(self.record.change_quantity)

    def plan(self, data: dict[str, Any]) -> ApplicationPlan:
        """The application, with its fees."""
        contract = self.record
        codes = (contract.service_code,)
        wished = Wished(codes, data["start_wished_on"], data["quantity"], data["all_or_nothing"], changes=contract)
        return applying.plan_applying(self.customer, contract.management_unit, wished, at=clock.now())

    def back(self) -> str:
        """To the contract."""
        return reverse("portal:contract", args=[self.record.number])


class WithdrawForm(PortalForm):
    """Why."""

    remark = SentencesField(label=gettext_lazy("What you want to tell us"), required=False, max_length=300, rows=3)


class Withdraw(OwnView, FormPage):
    """Taking an application back before it is decided."""

    template, part, form = "portal/withdraw.html", "portal:applications", WithdrawForm
    own = staticmethod(applications_of)

    def heading(self) -> Words:
        """Which one."""
        return _("Withdraw %(application)s") % {"application": self.record}

    def about(self) -> dict[str, Any]:
        """The application, and why it cannot be withdrawn."""
        return {"application": self.record, "reasons": unmet(self.record.withdraw)}

    def send(self, form: Any) -> HttpResponse:
        """Withdraw it."""
        remark = form.cleaned_data["remark"]
        accepting.withdraw(self.record, on=self.today, actor=self.member.actor, reason=remark)
        messages.success(self.request, _("The application is withdrawn. A confirmation is on its way by mail."))
        return redirect("portal:application", number=self.record.number)


class DocumentForm(PortalForm):
    """The file, and what it is."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=EvidenceKind.choices)
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("PDF, PNG or JPEG, as large as an ordinary scan.")
    )


class HandIn(OwnView, FormPage):
    """A document that was asked for, handed in (G42.2.1)."""

    template, part, form = "portal/hand_in.html", "portal:applications", DocumentForm
    own = staticmethod(applications_of)

    @cached_property
    def document(self) -> DocumentRequest:
        """What was asked for, in this application."""
        found = self.record.document_requests.of_key(self.kwargs["document"])
        if found is None:
            raise Http404
        return found

    def find(self) -> None:
        """The request, which is there only with its application."""
        _there = self.document

    def heading(self) -> Words:
        """What is handed in."""
        return _("Hand in: %(document)s") % {"document": self.document.what}

    def about(self) -> dict[str, Any]:
        """For which application."""
        return {"application": self.record, "document": self.document}

    def send(self, form: Any) -> HttpResponse:
        """Look at the file and keep it."""
        file = form.cleaned_data["file"]
        taken = proving.taken(file.name, file.read())
        kind = form.cleaned_data["kind"]
        applying.hand_in(self.document, taken, kind=kind, today=self.today, actor=self.member.actor)
        messages.success(self.request, _("The document has arrived."))
        return redirect("portal:application", number=self.record.number)


navigate(Entry("portal:applications", gettext_lazy("Applications"), 20))
