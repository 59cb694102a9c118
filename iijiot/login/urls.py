"""The pages of logging in: only those that are needed. No sign-up, no other sites."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from iijiot.login import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", views.GiveCode.as_view(), name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("logout/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", views.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("password/forgotten/", views.AskNewPassword.as_view(), name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/new/<str:uidb36>/<str:key>/", views.SetNewPassword.as_view(), name="account_reset_password_from_key"
    ),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/app/", views.Enrol.as_view(), name="mfa_activate_totp"),
    path("second-factor/app/remove/", views.TakeAppAway.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("second-factor/passkeys/new/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("second-factor/passkeys/<int:pk>/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", views.TakePasskeyAway.as_view(), name="mfa_remove_webauthn"),
    path("sessions/", views.OwnSessions.as_view(), name="usersessions_list"),
]
