"""Logging in: password, second factor, throttles, and how long it lasts; on top of django-allauth."""

ACCOUNT_FORMS = {
    "login": "iijiot.login.forms.LoginForm",
    "change_password": "iijiot.login.forms.ChangePasswordForm",
    "reauthenticate": "iijiot.login.forms.PasswordAgainForm",
    "reset_password": "iijiot.login.forms.ResetForm",
    "reset_password_from_key": "iijiot.login.forms.NewPasswordForm",
    "user_token": "iijiot.login.forms.LinkForm",
}
MFA_FORMS = {
    "authenticate": "iijiot.login.forms.CodeForm",
    "reauthenticate": "iijiot.login.forms.CodeAgainForm",
    "activate_totp": "iijiot.login.forms.EnrolForm",
    "add_webauthn": "iijiot.login.forms.PasskeyForm",
    "edit_webauthn": "iijiot.login.forms.PasskeyNameForm",
}
"""Our forms in the place of the library's, named as its settings want them."""
