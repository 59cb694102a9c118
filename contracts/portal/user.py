"""Who acts for the customer: its accounts, what they did at the doors, and an ID reported as stolen (G5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts import admitting, inviting
from contracts.models import Account
from contracts.models.account import TONES, Role
from contracts.models.customer import Customer
from iijiot import clock
from iijiot.models import AccessEvent
from iijiot.portal.forms import MailField, PortalForm, SentencesField, TextField
from iijiot.portal.members import Right
from iijiot.portal.paging import paged
from iijiot.portal.panels import Entry, navigate
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.rules import unmet
from iijiot.words import Words


def accounts_of(customer: Customer) -> Any:
    """The customer's accounts."""
    return Account.objects.of_customer(customer).with_list_data()


class UserList(PortalView):
    """Everybody who can log in for the customer, and as what."""

    template, part, title = "portal/users.html", "portal:users", pgettext_lazy("of a customer", "Users")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of them."""
        rows = inviting.with_invitations(accounts_of(self.customer).standing())
        manages = self.member.may(Right.PEOPLE)
        return self.render(page=paged(request, rows, "pk"), tones=TONES, manages=manages, now=clock.now())


class AccountPage(OwnView):
    """A page of one user of the company, for whoever says who gets in."""

    part = "portal:users"
    right = right_to_send = Right.PEOPLE
    own = staticmethod(accounts_of)

    @cached_property
    def record(self) -> Account:
        """The account. Raises Http404 for what is not the customer's, and for whoever was removed."""
        found: Account | None = accounts_of(self.customer).standing().named(self.kwargs["login_id"]).first()
        if found is None:
            raise Http404
        return found


class UserForm(PortalForm):
    """Who uses the ID, where he is written to, and as what he acts."""

    holder = TextField(label=gettext_lazy("Name"), max_length=100)
    email = MailField(label=gettext_lazy("Mail address"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)


class ChangeUser(AccountPage, FormPage):
    """One user: who uses the ID and as what; the ID itself stays (G5.1, G5.5)."""

    template, form, edits = "portal/user.html", UserForm, True

    def heading(self) -> Words:
        """Which user."""
        return f"{self.record.holder}（{self.record.login_id}）"

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {"holder": self.record.holder, "email": self.record.user.email, "role": self.record.role}

    def about(self) -> dict[str, Any]:
        """The user, and what can be done with the ID."""
        return {
            "account": self.record,
            "tone": TONES[self.record.state],
            "may_invite": not inviting.why_not_invited(self.record),
        }

    def send(self, form: Any) -> HttpResponse:
        """Change it; whoever takes the manager's role from himself sees the list as what he is now."""
        data = {name: form.cleaned_data[name] for name in UserForm.base_fields}
        admitting.change(self.record, **data, actor=self.member.actor)
        messages.success(self.request, _("The user is changed. The new role holds at once."))
        return redirect("portal:users")


class RemoveUser(AccountPage, FormPage):
    """Ending that somebody acts for the company: all his logins end at once (G5.1)."""

    template = "portal/remove_user.html"

    def heading(self) -> Words:
        """Whom."""
        return _("Remove %(name)s") % {"name": self.record.holder}

    def about(self) -> dict[str, Any]:
        """Who it is, and why it cannot be."""
        own = self.record == self.member.account
        return {"account": self.record, "reasons": unmet(self.record.remove), "is_own": own}

    def send(self, form: Any) -> HttpResponse:
        """Remove him; whoever removes himself is logged out by that."""
        own = self.record == self.member.account
        admitting.remove(self.record, actor=self.member.actor)
        if own:
            logout(self.request)
        told = _("%(name)s is removed, and logged out everywhere.") % {"name": self.record.holder}
        messages.success(self.request, told)
        return redirect("account_login" if own else "portal:users")


class Log(PortalView):
    """Who did what with the company's IDs, and when our staff looked at what is the company's (G5.3, U22)."""

    template, part, title = "portal/log.html", "portal:users", gettext_lazy("Who did what")
    right = Right.PEOPLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of it, the latest first."""
        users = accounts_of(self.customer).user_ids()
        events = AccessEvent.objects.of_house(users, self.customer.number)
        return self.render(page=paged(request, events, "-at", "-pk"), users=set(users))


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


navigate(Entry("portal:users", pgettext_lazy("of a customer", "Users"), 75))
