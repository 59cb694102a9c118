"""Who acts for the customer: its accounts, what they did at the doors, and an ID reported as stolen (G5)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import admitting
from contracts.models import Account
from contracts.models.account import TONES
from contracts.models.customer import Customer
from iijiot import clock
from iijiot.models import AccessEvent
from iijiot.portal.forms import PortalForm, SentencesField
from iijiot.portal.members import Right
from iijiot.portal.paging import paged
from iijiot.portal.panels import Entry, navigate
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.words import Words


def accounts_of(customer: Customer) -> Any:
    """The customer's accounts."""
    return Account.objects.of_customer(customer).with_list_data()


class UserList(PortalView):
    """Everybody who can log in for the customer, and as what."""

    template, part, title = "portal/users.html", "portal:users", gettext_lazy("Users")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of them."""
        may_report_all = self.member.may(Right.PEOPLE)
        return self.render(page=paged(request, accounts_of(self.customer), "pk"), tones=TONES, all=may_report_all)


class Log(PortalView):
    """Who came in, and took what out, by the customer's accounts."""

    template, part, title = "portal/log.html", "portal:users", gettext_lazy("What your users did")
    right = Right.PEOPLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of it, the latest first."""
        events = AccessEvent.objects.of_users(accounts_of(self.customer).user_ids())
        return self.render(page=paged(request, events, "-at", "-pk"))


class StolenForm(PortalForm):
    """What is known."""

    why = SentencesField(label=gettext_lazy("What has happened"), max_length=300, rows=4)


class ReportStolen(OwnView, FormPage):
    """An ID is known or feared to be misused: it is locked at once (G5.4). Of others only managers report it."""

    template, part, form = "portal/stolen.html", "portal:users", StolenForm
    right = right_to_send = Right.LOOK
    own = staticmethod(accounts_of)

    @cached_property
    def record(self) -> Account:
        """The account. Raises Http404 for what is not the customer's."""
        found: Account | None = accounts_of(self.customer).usable().named(self.kwargs["login_id"]).first()
        if found is None:
            raise Http404
        return found

    def find(self) -> None:
        """One's own, or any of the company for whoever says who gets in."""
        if self.record != self.member.account and not self.member.may(Right.PEOPLE):
            raise PermissionDenied

    def heading(self) -> Words:
        """Which ID."""
        return _("Report %(id)s as stolen") % {"id": self.record.login_id}

    def about(self) -> dict[str, Any]:
        """Whose it is."""
        return {"account": self.record, "is_own": self.record == self.member.account}

    def send(self, form: Any) -> HttpResponse:
        """Lock it; whoever reports his own is logged out by that."""
        own = self.record == self.member.account
        why = form.cleaned_data["why"]
        admitting.report_misuse(self.record, why=why, at=clock.now(), actor=self.member.actor)
        if own:
            logout(self.request)
        messages.success(self.request, _("The ID is locked. We get in touch about a new password."))
        return redirect("account_login" if own else "portal:users")


navigate(Entry("portal:users", gettext_lazy("Users"), 75))
