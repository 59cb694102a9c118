"""Users and the diary of the daily run, for operators."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken, Application, DeviceGrant, Grant, IDToken, RefreshToken
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from iijiot import roles
from iijiot.console import bulk_admin as bulk_admin
from iijiot.console import proposal_admin as proposal_admin
from iijiot.console.actions import change_url
from iijiot.console.admin import ConsoleAdmin, ConsoleForm, ReadOnlyAdmin
from iijiot.console.search import MOST, Hit, Searcher, search_for
from iijiot.login.dialog import ResetSecondFactor
from iijiot.models import AccessEvent, ApiCall, Company, DayStep, User
from iijiot.searching import Query

# Groups come with the software; the libraries' own pages would show seeds, end sessions and run jobs without a word.
admin.site.unregister([Group, Authenticator, EmailAddress, UserSession, ProcrastinateJob])
# Keys of the API are given and revoked by acts of ours.
OAUTH_TABLES = (AccessToken, Application, DeviceGrant, Grant, IDToken, RefreshToken)
admin.site.unregister([model for model in OAUTH_TABLES if admin.site.is_registered(model)])


class UserForm(ConsoleForm):
    """A user; the password is set here and never shown."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least 15 characters of any kind, blanks, Japanese and emoji too; several words are good. "
            "No words of the company, not the login ID or the name. Empty: the password stays as it is."
        ),
    )

    def clean_new_password(self) -> str:
        """Check the password by the validators in force."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> Any:
        """Hash the password that was given."""
        if self.cleaned_data.get("new_password"):
            self.instance.set_password(self.cleaned_data["new_password"])
        elif not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    """Users of all doors."""

    form = UserForm
    list_display: ClassVar = ["login_id", "name", "is_staff", "is_active", "second_factor_at", "last_login"]
    dialogs: ClassVar = [ResetSecondFactor]
    list_filter: ClassVar = ["is_staff", "is_active"]
    search_fields: ClassVar = ["login_id__startswith", "name__startswith"]
    search_help_text = _("Beginning of the login ID or the name")
    fixed_fields: ClassVar = ["login_id"]
    fields: ClassVar = ["login_id", "name", "email", "is_active", "is_staff", "groups", "new_password"]

    def head(self, user: User) -> dict[str, Any]:
        """Whether the user can get in."""
        return {
            "facts": [
                (_("second factor since"), user.second_factor_at or _("not set up yet")),
                (_("last login"), user.last_login),
            ]
        }

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Groups by the names that people know."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.label_from_instance = lambda group: str(roles.LABELS.get(group.name, group.name))
            field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.choices)
            field.help_text = ""
        return field


@admin.register(Company)
class CompanyAdmin(ConsoleAdmin):
    """The company itself, from whom letters and mails come."""

    list_display: ClassVar = ["name", "desk", "postal_code", "address", "phone", "sender"]
    fields: ClassVar = [
        "name",
        "desk",
        "postal_code",
        "address",
        "phone",
        "sender",
        "invoice_number",
        "registered_on",
        "bank_account",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return super().has_add_permission(request) and Company.objects.there() is None


@admin.register(DayStep)
class DayStepAdmin(ReadOnlyAdmin):
    """What the clock has done."""

    list_display: ClassVar = ["day", "label", "done", "aside", "finished_at"]

    @admin.display(description=_("step"))
    def label(self, step: DayStep) -> str:
        """The step in words."""
        return step.label

    @admin.display(description=_("set aside"))
    def aside(self, step: DayStep) -> int:
        """How many were set aside."""
        return len(step.set_aside)


@admin.register(AccessEvent)
class AccessEventAdmin(ReadOnlyAdmin):
    """Who came in, who was refused, who took data out; for auditors."""

    form = forms.ModelForm
    list_display: ClassVar = ["at", "kind", "who", "address", "path", "detail"]
    list_filter: ClassVar = ["kind"]
    search_fields: ClassVar = ["who__exact", "address__exact"]
    search_help_text = _("Who, or network address")
    fields: ClassVar = ["at", "kind", "who", "user_id", "address", "path", "detail"]


@admin.register(ApiCall)
class ApiCallAdmin(ReadOnlyAdmin):
    """Every call of another system."""

    form = forms.ModelForm
    list_display: ClassVar = ["at", "partner", "method", "path", "status", "milliseconds", "address"]
    further_columns: ClassVar = ["client", "request_id", "correlator"]
    list_filter: ClassVar = ["method"]
    search_fields: ClassVar = ["partner__exact", "client__exact"]
    search_help_text = _("Number of the partner, or client ID")
    fields: ClassVar = [
        "at",
        "partner",
        "client",
        "method",
        "path",
        "status",
        "milliseconds",
        "request_id",
        "correlator",
        "address",
    ]


def users(query: Query) -> list[Hit]:
    """By the beginning of login ID or name."""
    return [Hit(user.name, change_url(user), user.login_id) for user in User.objects.found(query.address, MOST)]


search_for(Searcher(_("user"), "iijiot.view_user", users))
