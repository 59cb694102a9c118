"""What django-allauth asks of us: who may log in, in which words it is refused, where it leads, how seeds are kept."""

from io import BytesIO
from typing import Any, ClassVar

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathImage

from iijiot import clock
from iijiot.actors import Actor
from iijiot.login import resetting, seeds, throttle
from iijiot.models import User
from iijiot.records import chapter

TOLD = {
    "account/messages/password_changed.txt": _("Your password is changed. You are logged out everywhere else."),
    "mfa/messages/totp_activated.txt": _("The second factor is set up."),
    "mfa/messages/recovery_codes_generated.txt": _("These recovery codes are new. Keep them now: they are shown once."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is taken away."),
    "mfa/messages/webauthn_added.txt": _("The passkey is set up."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken away."),
    "usersessions/messages/sessions_logged_out.txt": _("You are logged out there."),
}
"""The library's messages in our words; it says nothing else."""

WRITTEN = {
    "account/email/password_changed": ("password-changed", ""),
    "account/email/password_reset": ("password-changed", ""),
    "mfa/email/totp_activated": ("second-factor-changed", "認証アプリの登録"),
    "mfa/email/totp_deactivated": ("second-factor-changed", "認証アプリの解除"),
    "mfa/email/webauthn_added": ("second-factor-changed", "パスキーの登録"),
    "mfa/email/webauthn_removed": ("second-factor-changed", "パスキーの削除"),
    "mfa/email/recovery_codes_generated": ("second-factor-changed", "リカバリーコードの再発行"),
}
"""What customers' users are written to about by mail, in our words: the kind of mail, and what was changed."""

WRONG = _("Login ID or password is wrong. After five wrong passwords the login is blocked for 15 minutes.")
WRONG_PASSWORD = _("The password is wrong.")
WRONG_CODE = _("The code is wrong, over, or was used already. Wait for the next one in the app, then type that.")
TOO_MANY = {"too_many_login_attempts", "rate_limited"}


class AccountAdapter(DefaultAccountAdapter):
    """Login by login ID; nobody signs up, and no address of another site is led to."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": WRONG_PASSWORD,
        "enter_current_password": WRONG_PASSWORD,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Users are made by operators."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only this site."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """An error in our words; too many attempts are a page of their own, with its status."""
        if code in TOO_MANY:
            raise ImmediateHttpResponse(throttle.refuse(context.request))
        return super().validation_error(code, *args)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return throttle.login_key(credentials.get("username", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse what was tried too often, by login ID or from one address, before looking at the password."""
        if throttle.address_is_blocked(request):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Check the password. Somebody switched off hears the same as for a wrong one."""
        self.pre_authenticate(request, **credentials)
        user = authenticate(request, **credentials)
        if user is None:
            throttle.count_address(request)
            return None
        self._rollback_login_failed_rl_usage()
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Check the password once more, counted like a login."""
        return self.authenticate(context.request, username=user.get_username(), password=password) == user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether password or code were given too long ago."""
        request = context.request
        records = get_authentication_records(request, request.user)
        age = clock.now().timestamp() - records[-1]["at"] if records else None
        return age is None or age >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The code first, where there is one."""
        return sorted(super().get_reauthentication_methods(user), key=lambda method: method["id"] == "reauthenticate")

    def set_password(self, user: Any, password: str) -> None:
        """Whoever sets a password acts for himself, logged in or by a link."""
        with chapter(actor=Actor.of(user), clause="G5.4"):
            super().set_password(user, password)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Somebody who was switched off between password and code."""
        return redirect("account_login")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """The library's mails in our words, or none; sent by a worker."""
        if template_prefix in WRITTEN:
            resetting.changed(user, *WRITTEN[template_prefix])

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """The library's messages in our words, or none."""
        told = message or TOLD.get(message_template or "")
        if told:
            super().add_message(request, level, extra_tags=extra_tags, message=str(told))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are encrypted at rest; the app shows the login ID."""

    error_messages: ClassVar = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """A seed as it is stored."""
        return seeds.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The seed."""
        return seeds.decrypt(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app shows beside the code."""
        return user.get_username()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkeys these are: those of this host."""
        return {"id": context.request.get_host().partition(":")[0], "name": settings.MFA_TOTP_ISSUER}

    def build_totp_svg(self, url: str) -> SafeString:
        """The code to scan, black on white in any theme."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage, box_size=12).save(drawn)
        return mark_safe(drawn.getvalue().decode().partition("?>")[2])  # noqa: S308 - drawn here, of our own address

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """A second factor is replaced, or reset by an operator; nobody goes without."""
        return not User.objects.get(pk=authenticator.user_id).is_staff
