"""Users who are invited: a manager asks them in and sends the mail again; by its link they set a password (G5.1)."""

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import View

from contracts import inviting
from contracts.models import Invitation
from contracts.models.account import Role
from contracts.portal.user import AccountPage
from iijiot import access_log, clock
from iijiot.login import throttle
from iijiot.login.forms import NewPasswordForm
from iijiot.models import AccessEvent
from iijiot.portal.forms import MailField, PortalForm, TextField
from iijiot.portal.members import Right
from iijiot.portal.views import FormPage
from iijiot.rules import RuleViolation

WHAT_ROLES_MAY = gettext_lazy(
    "Managers apply, end, consent and say who gets in. Operators name lines and report faults. Viewers look."
)


class InviteForm(PortalForm):
    """Who, where, and as what."""

    holder = TextField(label=gettext_lazy("Name"), max_length=100)
    email = MailField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("The invitation goes there, and later a new password."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect, initial=Role.VIEWER,
        help_text=WHAT_ROLES_MAY,
    )  # fmt: skip


class Mailing(FormPage):
    """What sends a mail to somebody: so many in an hour and no more, lest the portal be used to pester people."""

    right = right_to_send = Right.PEOPLE
    part = "portal:users"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused where there were too many."""
        if ratelimit.consume(request, app=throttle.APP, action="invite", user=self.member.user) is None:
            return throttle.refuse(request)
        return super().post(request, *args, **kwargs)


class Invite(Mailing):
    """Somebody who is to act for the company is asked in; the login ID is ours to give (G5.1, G5.5)."""

    template, form, title = "portal/invite.html", InviteForm, gettext_lazy("Invite a user")

    def send(self, form: Any) -> HttpResponse:
        """Send the mail."""
        invitation = inviting.invite(self.customer, **form.cleaned_data, at=clock.now(), actor=self.member.actor)
        told = _("The invitation is on its way to %(address)s. The login ID is %(id)s.")
        messages.success(self.request, told % {"address": invitation.to, "id": invitation.account.login_id})
        return redirect("portal:users")


class InviteAgain(AccountPage, Mailing):
    """The mail once more, with a new link."""

    template = "portal/invite_again.html"

    def heading(self) -> str:
        """To whom."""
        return _("Send the invitation of %(name)s again") % {"name": self.record.holder}

    def about(self) -> dict[str, Any]:
        """Whom it goes to, or why there is nothing to invite to."""
        return {"account": self.record, "reasons": inviting.why_not_invited(self.record)}

    def send(self, form: Any) -> HttpResponse:
        """Send it."""
        invitation = inviting.invite_again(self.record, at=clock.now(), actor=self.member.actor)
        messages.success(self.request, _("The invitation is on its way to %(address)s.") % {"address": invitation.to})
        return redirect("portal:users")


@method_decorator(never_cache, name="dispatch")
class Accept(View):
    """Where the link leads, for whoever has it and nobody else: the password is set here, once."""

    @cached_property
    def invitation(self) -> Invitation:
        """The invitation. Raises Http404 for a link that is none of ours."""
        found = Invitation.objects.of_token(self.kwargs["token"])
        if found is None:
            raise Http404
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A link that is over says so, and what to do."""
        if reasons := self.invitation.why_over(clock.now()):
            return render(request, "account/invitation.html", {"reasons": reasons}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who is invited to what, and the form; looking at it uses nothing up."""
        return self.page(NewPasswordForm(user=self.invitation.account.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set the password; then one logs in with it."""
        form = NewPasswordForm(request.POST, user=self.invitation.account.user)
        if not form.is_valid():
            return self.page(form)
        try:
            user = inviting.accept(self.invitation, form.cleaned_data["password1"], at=clock.now())
        except RuleViolation as violation:
            return render(request, "account/invitation.html", {"reasons": violation.unmet}, status=410)
        logout(request)
        access_log.note(AccessEvent.Kind.PASSWORD, request, who=user.login_id, detail="invitation")
        messages.success(request, _("Your password is set. Log in with your ID %(id)s.") % {"id": user.login_id})
        return redirect("account_login")

    def page(self, form: NewPasswordForm) -> HttpResponse:
        """The page with its form."""
        return render(self.request, "account/invitation.html", {"form": form, "invitation": self.invitation})
