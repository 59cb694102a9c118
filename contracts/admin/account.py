"""Accounts of customers: issued and proved on the customer's page, locked and unlocked on their own."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contracts import admitting, inviting
from contracts.admin.shared import QueueFilter, WithState, linked, of_party, or_of_customers
from contracts.models import Account, Customer, Proof
from contracts.models.account import TONES, Role
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.models import User
from iijiot.rules import Unmet
from iijiot.searching import Query

MANAGE, UNLOCK = "contracts.manage_account", "contracts.unlock_account"


class AccountForm(forms.Form):
    """Who uses it, where he is written to, and as what he acts."""

    holder = PlainTextField(label=_("Who uses it"), max_length=100, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(
        label=_("Mail address"),
        required=False,
        max_length=254,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_(
            "With an address, a mail with a link goes there by which the password is set, now and when forgotten."
        ),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=UnfoldAdminSelectWidget)


class IssueAccount(ConsoleAction):
    """アカウントの発行 (G5.1)"""

    slug, label, permission, clause = "issue-account", _("Issue an account"), MANAGE, "G5.1"
    form = AccountForm
    help = _("The company makes the login ID; it never changes (article 5). The password is set by whoever uses it.")
    done = _("The account is issued.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The accounts."""
        return [self.obj.accounts.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Account:
        """Issue it, and write to whoever uses it where there is an address."""
        if data["email"]:
            return inviting.invite(self.obj, **data, at=clock.now(), actor=self.actor).account
        return admitting.issue(self.obj, holder=data["holder"], role=data["role"], actor=self.actor)

    def after(self, result: Account) -> str:
        """To the account."""
        return change_url(result)


class ProofForm(forms.Form):
    """The login ID that a caller names."""

    typed = PlainTextField(label=_("Login ID named"), max_length=50, widget=UnfoldAdminTextInputWidget)


class ProveByAccount(ConsoleAction):
    """アカウントの提示の記録 (G5.2)"""

    slug, label, permission, clause = "prove-by-account", _("Record a proof by account"), MANAGE, "G5.2"
    form = ProofForm
    help = _("Ask the caller for the login ID and type it here; do not read one out. Never ask for a password.")
    seen_at_once = "compares a login ID and writes down whether it matches"
    done = _("The proof is recorded.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The proofs."""
        return [self.obj.proofs.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Proof:
        """Compare, write down, and say so."""
        proof = admitting.prove(self.obj, data["typed"], at=clock.now(), actor=self.actor)
        if proof.matches:
            messages.success(self.request, _("This login ID belongs to this customer."))
        else:
            messages.error(self.request, _("This login ID does not match. Tell the caller nothing of the customer."))
        return proof


class MisuseForm(forms.Form):
    """What is known."""

    why = SentencesField(label=_("What was reported"), max_length=300)


class ReportMisuse(ConsoleAction):
    """窃用の連絡の受付 (G5.4)"""

    slug, label, permission, clause = "report-misuse", _("Record misuse and lock"), MANAGE, "G5.4"
    transition, form, tone = "lock", MisuseForm, "danger"
    help = _("Suspected misuse is enough. Nobody gets in any more, from this moment on.")
    done = _("The account is locked, and its sessions are over.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Lock it."""
        admitting.report_misuse(self.obj, why=data["why"], at=clock.now(), actor=self.actor)


class RemovalForm(forms.Form):
    """Who has said so."""

    reason = SentencesField(label=_("Reason"), max_length=300)


class UnlockForm(forms.Form):
    """Why it can be used again."""

    because = SentencesField(label=_("Reason for unlocking"), max_length=300)


class Unlock(ConsoleAction):
    """アカウントのロックの解除 (G5.4)"""

    slug, label, permission, clause = "unlock-account", _("Unlock"), UNLOCK, "G5.4"
    transition, form = "unlock", UnlockForm
    help = _("Once you know who is asking. The old password stays dead: a new one must be set first.")
    done = _("The account can be used again once a new password is set.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Unlock it."""
        admitting.unlock(self.obj, because=data["because"], actor=self.actor)


class ChangeAccount(ConsoleAction):
    """アカウントの利用者・権限の変更 (G5.1)"""

    slug, label, permission, clause = "change-account", _("Change holder or role"), MANAGE, "G5.1"
    form = AccountForm
    help = _("The login ID stays (article 5).")
    done = _("The account is changed.")

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        return {"holder": self.obj.holder, "email": self.obj.user.email, "role": self.obj.role}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Change it."""
        admitting.change(self.obj, **data, actor=self.actor)


class InviteAgain(ConsoleAction):
    """招待メールの送信 (G5.1)"""

    slug, label, permission, clause = "invite", _("Send an invitation"), MANAGE, "G5.1"
    seen_at_once = "sends one mail to the user whose page this is; its link is drawn anew each time"
    help = _("For whoever has no password yet: a mail with a link by which it is set. An earlier link is good no more.")
    done = _("The invitation is on its way.")

    def why_not(self) -> Sequence[Unmet]:
        """Only whoever has no password, and an address."""
        return inviting.why_not_invited(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Send it."""
        inviting.invite_again(self.obj, at=clock.now(), actor=self.actor)


class RemoveAccount(ConsoleAction):
    """アカウントの登録抹消 (G5.1)"""

    slug, label, permission, clause = "remove-account", pgettext_lazy("an account", "Remove"), MANAGE, "G5.1"
    transition, form, tone = "remove", RemovalForm, "danger"
    help = _("The user is logged out everywhere and gets in no more. The login ID is given to nobody else (article 5).")
    done = _("The account is removed.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Remove it."""
        admitting.remove(self.obj, actor=self.actor, reason=data["reason"])


def accounts_found(rows: Any, query: Query) -> QuerySet[Account]:
    """The account with this login ID; where there is none, those of the customers found."""
    return or_of_customers(rows.named(query.address), rows, query)


class AccountQueue(QueueFilter):
    """Accounts that are locked."""

    queues: ClassVar = {"locked": (_("Locked"), lambda rows: rows.locked())}


@admin.register(Account)
class AccountAdmin(WithState, ReadOnlyAdmin):
    """Accounts of customers."""

    tones = TONES
    list_display: ClassVar = ["login_id", "holder", "customer", "role", "badge"]
    further_columns: ClassVar = ["locked_at", "locked_why", "must_renew_password"]
    list_filter: ClassVar = [AccountQueue, "state", "role"]
    search_fields: ClassVar = ["user__login_id"]
    searched = staticmethod(accounts_found)
    search_help_text = _("Login ID, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["user", "customer"]
    page_related: ClassVar = ["user", "customer"]
    fields: ClassVar = ["role", "must_renew_password", "locked_why"]
    dialogs: ClassVar = [ReportMisuse, Unlock, ChangeAccount, InviteAgain, RemoveAccount]

    @admin.display(description=_("login ID"), ordering="user__login_id")
    def login_id(self, account: Account) -> str:
        """The ID given by the company."""
        return account.login_id

    @admin.display(description=_("holder"))
    def holder(self, account: Account) -> str:
        """Who uses it."""
        return account.holder

    def head(self, account: Account) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": account.get_state_display(),
            "tone": TONES[account.state],
            "facts": [
                (_("Login ID"), account.login_id),
                (_("Who uses it"), account.holder),
                (_("Mail address"), account.user.email),
                (_("Customer"), linked(account.customer)),
                (_("Role"), account.get_role_display()),
                (_("Locked since"), account.locked_at),
                (_("Why it is locked"), account.locked_why),
            ],
        }


def locked_account(account: Account, today: date) -> Row:
    """A locked account: find out what happened, tell the customer what to do, then unlock it with a new password."""
    since = clock.tokyo_day(account.locked_at) if account.locked_at else None
    return Row(
        str(account), change_url(account), account, account.customer, since, clause=Clause("G5.4"),
        note=account.locked_why, next="unlock-account",
    )  # fmt: skip


show_at_home(
    Queue(
        "locked-accounts", _("Locked accounts"), Clause("G5.4"), "contracts.view_account",
        listed("contracts_account", "locked"), lambda day: Account.objects.locked().with_list_data(), locked_account,
        of_party, _("No account is locked."), TruncDate("locked_at", tzinfo=clock.TOKYO),
    )
)  # fmt: skip


def accounts(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The customer's accounts, and the latest proofs by one."""
    return {
        "accounts": customer.accounts.with_list_data().order_by("pk")[:30],
        "proofs": customer.proofs.newest()[:3],
    }


show_on("contracts.customer", Panel(_("Accounts"), "console/panel_accounts.html", accounts, "accounts", 62))


def account_of(request: HttpRequest, user: User) -> dict[str, Any]:
    """The account whose login this is; it is locked and unlocked there."""
    account = None if user.is_staff else Account.objects.of_user(user)
    return {"accounts": [account] if account else []}


show_on("iijiot.user", Panel(_("Account of a customer"), "console/panel_accounts.html", account_of, "account"))
show_history("contracts.account", lambda account: [account, account.user])
