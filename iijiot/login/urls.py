"""The pages of logging in: only those that are needed. No sign-up, no address by mail, no other sites."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.urls import path

from iijiot.login import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", views.GiveCode.as_view(), name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/app/", views.Enrol.as_view(), name="mfa_activate_totp"),
    path("second-factor/codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("sessions/", views.OwnSessions.as_view(), name="usersessions_list"),
]
