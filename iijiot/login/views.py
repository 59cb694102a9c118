"""The pages of logging in that are more than the library's: each sensitive one asks for a fresh password or code."""

from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView, PasswordResetView
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from iijiot import clock
from iijiot.login import demo, second_factor, sessions
from iijiot.login.codes import seconds_left
from iijiot.models import User


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """To the login, or to giving password or code once more; what was posted is not kept, for it may hold a password."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    if reauthentication.is_reauthentication_required(request, app="allauth.mfa"):
        from allauth.account.adapter import get_adapter

        methods = get_adapter().get_reauthentication_methods(request.user)
        return redirect(add_query_params(methods[0]["url"], {"next": request.path}))
    return None


class Sensitive:
    """A page that wants a password or a code of the last ten minutes."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask for it first."""
        return ask_again(request) or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class ChangePassword(Sensitive, PasswordChangeView):
    """One's own password."""

    def get_default_success_url(self) -> str:
        """Back to work."""
        return reverse("mfa_index")


class GiveCode(AuthenticateView):
    """The code after the password; the demo's users are shown theirs."""

    def form_valid(self, form: Any) -> HttpResponse:
        """In; but nobody who was switched off since the password."""
        if self.stage.login.user.is_active:
            return super().form_valid(form)
        clear_login(self.request)
        return redirect("account_login")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's code."""
        return {
            **super().get_context_data(**kwargs),
            "has_passkey": second_factor.has_passkey(self.stage.login.user),
            "demo_code": demo.present_code(self.stage.login.user),
            "seconds_left": seconds_left(clock.now()),
        }


class Enrol(ActivateTOTPView):
    """Set up the authenticator app, or move it to another device; the session has passed it from then on."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """To replace a device, the present one (or a recovery code) must have been given."""
        asked = ask_again(request)
        if asked:
            return asked
        if isinstance(request.user, User) and second_factor.of(request.user) and not second_factor.passed(request):
            return redirect(add_query_params(reverse("mfa_reauthenticate"), {"next": request.path}))
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the seed, use up the code, end the other sessions."""
        user = form.user
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
            authenticator, codes = totp.activate_totp(self.request, form)
            second_factor.enrolled(user)
        authenticator.wrap().validate_code(form.cleaned_data["code"])
        record_authentication(self.request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        sessions.end_all(user, but=self.request.session.session_key)
        return redirect("mfa_view_recovery_codes" if codes else "mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The seed in groups of four, to be typed."""
        context = super().get_context_data(**kwargs)
        seed = context["form"].secret
        context["seed"] = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
        context["replacing"] = second_factor.of(self.request.user) is not None
        return context


class TakeAppAway(Sensitive, DeactivateTOTPView):
    """A customer's user goes without the app; staff never do."""


class CustomersOnly:
    """A page for customers' users: staff have the app, and nothing else beside it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """There is no such page for staff."""
        if isinstance(request.user, User) and request.user.is_staff:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class AddPasskey(CustomersOnly, Sensitive, AddWebAuthnView):
    """Set up a passkey, which opens the login without a password: the device asks for a finger, a face or a PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser makes it of; kept on the device, so that no login ID need be typed."""
        context = FormView.get_context_data(self, **kwargs)
        options = webauthn.begin_registration(self.request.user, True)
        return {**context, "js_data": {"creation_options": options}}


class RenamePasskey(CustomersOnly, Sensitive, EditWebAuthnView):
    """Call a passkey something else."""

    success_url = reverse_lazy("mfa_index")


class TakePasskeyAway(CustomersOnly, Sensitive, RemoveWebAuthnView):
    """A passkey that opens nothing any more."""

    success_url = reverse_lazy("mfa_index")


class PasskeyAgain(CustomersOnly, ReauthenticateWebAuthnView):
    """The passkey once more, before something sensitive."""


class AskNewPassword(PasswordResetView):
    """A link for a new password goes to the address on record; the answer is the same whoever has it."""


class SetNewPassword(PasswordResetFromKeyView):
    """Where the link leads; then one logs in with the new password, and the second factor where there is one."""

    def get_success_url(self) -> str:
        """To the login."""
        return reverse("account_login")


class RecoveryCodes(Sensitive, ViewRecoveryCodesView):
    """The recovery codes, shown once."""


class NewRecoveryCodes(Sensitive, GenerateRecoveryCodesView):
    """New recovery codes; the old ones are good no more."""


class OwnSessions(ListUserSessionsView):
    """Where one is logged in; each can be ended, or all others at once (ASVS 7.5.2)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End one, or all others."""
        asked = ask_again(request)
        if asked:
            return asked
        if "end" not in request.POST:
            return super().post(request, *args, **kwargs)
        chosen = get_object_or_404(
            UserSession, pk=request.POST["end"] if request.POST["end"].isdigit() else 0, user=request.user
        )
        end_sessions(request, [chosen])
        return redirect("usersessions_list")
