"""The forms of logging in, in our words."""

import re
import unicodedata
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from iijiot.login import resetting
from iijiot.models import User

CODE_ATTRIBUTES = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
    "autocapitalize": "none",
    "spellcheck": "false",
    "maxlength": 20,
}


def plain(code: str) -> str:
    """A code as it was meant: full width or half, with blanks or hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code))


class LoginForm(account.LoginForm):
    """Login ID and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Login ID"),
            max_length=150,
            widget=forms.TextInput(
                {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
            ),
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """As login IDs are written; what can be none finds nobody, and is counted all the same."""
        return unicodedata.normalize("NFKC", self.cleaned_data["login"]).strip().lower()


class PasswordAgainForm(account.ReauthenticateForm):
    """The password once more, before something sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label, self.fields["password"].help_text = _("Password"), ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class ChangePasswordForm(account.ChangePasswordForm):
    """The present password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Present password")),
            ("password1", _("New password")),
            ("password2", _("New password once more")),
        ):
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs.pop("placeholder", None)


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A first or a new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("password1", _("New password")), ("password2", _("New password once more"))):
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs.pop("placeholder", None)


class ResetForm(forms.Form):
    """Where the link for a new password goes. It asks for nobody: whether somebody has the address is not told."""

    email = forms.EmailField(
        label=_("Mail address on record"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )

    def save(self, request: Any) -> None:
        """Have the link sent, if there is anybody to send it to."""
        resetting.ask(self.cleaned_data["email"])


class LinkForm(account.UserTokenForm):
    """The link for a new password: of a customer's user who may log in."""

    def _get_user(self, uidb36: str) -> User | None:
        user = super()._get_user(uidb36)
        return user if user is not None and user.is_active and not user.is_staff else None


class PasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey, and how its owner calls it."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=50,
        required=False,
        help_text=_("So that you know it again, such as “telephone” or “laptop”."),
    )
    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = _(
            "The passkey was not made. Try once more; it needs JavaScript and a device that can make one."
        )


class PasskeyNameForm(webauthn.EditWebAuthnForm):
    """Another name."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=50)


class CodeForm(mfa.AuthenticateForm):
    """The code of the app, or a recovery code."""

    code = forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(CODE_ATTRIBUTES))

    def clean_code(self) -> str:
        """Check it; each code is good once."""
        self.cleaned_data["code"] = plain(self.cleaned_data["code"])
        return super().clean_code()


class CodeAgainForm(mfa.ReauthenticateForm):
    """The code once more, before something sensitive."""

    code = forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(CODE_ATTRIBUTES))

    def clean_code(self) -> str:
        """Check it; each code is good once."""
        self.cleaned_data["code"] = plain(self.cleaned_data["code"])
        return super().clean_code()


class EnrolForm(totp.ActivateTOTPForm):
    """The first code of a new device."""

    code = forms.CharField(
        label=_("Six digits that the app shows"), max_length=40, widget=forms.TextInput(CODE_ATTRIBUTES)
    )

    def clean_code(self) -> str:
        """Check that the device has the seed."""
        self.cleaned_data["code"] = plain(self.cleaned_data["code"])
        return super().clean_code()
