"""The company's accounts: files of the bank are taken in here, and made for it."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from billing import banking, debiting, refunding
from billing.models import BankAccount, BankFile
from contracts.admin.shared import linked
from iijiot.bank_days import working_day_from
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet

BOOK, MAKE = "billing.book_bankfile", "billing.make_bankfile"
SHOWN = 20


class FileForm(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"class": " ".join(INPUT_CLASSES)}),
        help_text=_(
            "As the bank gives it: credit notification (01), account statement (03), or result of direct debits (91)."
        ),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        """A file of a size that is taken."""
        sent = self.cleaned_data["file"]
        if sent.size > settings.LARGEST_EVIDENCE:
            raise ValidationError(_("The file is too large for one of the banks' kinds."), code="invalid")
        return sent


class TakeInFile(ConsoleAction):
    """銀行ファイルの受入れ (G33)"""

    slug, label, permission, clause = "take-in-file", _("Take in a file of the bank"), BOOK, "G33"
    form: ClassVar[type[forms.Form]] = FileForm
    tone = "primary"
    seen_at_once = "puts the file on record as it came; nothing of it is booked"
    help = _("The file is checked as a whole. What booking it would do is shown on its page, before you say so.")
    done = _("The file is on record. Nothing is booked yet.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> BankFile:
        """Take it in."""
        sent = data["file"]
        return banking.take_in(PurePath(sent.name).name, sent.read(), today=self.today, actor=self.actor)

    def after(self, result: Any) -> str:
        """The file's page."""
        return change_url(result)


class DayForm(forms.Form):
    """A day on which the bank acts."""

    on = ConsoleDateField(label=_("Day"))


class MakeDebits(ConsoleAction):
    """口座振替請求ファイルの作成 (G33)"""

    slug, label, permission, clause = "make-debits", _("Make a request for direct debits"), MAKE, "G33"
    form, plan_template = DayForm, "console/plan_debits.html"
    help = _("Every open invoice to be debited that is due by that day, once; what is with the bank is left out.")
    done = _("The file is made. Send it to the bank, and note that you did.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a creditor code."""
        return [] if self.obj.creditor_code else [Unmet(Clause("G33"), _("Record the creditor code of the account."))]

    def initial(self) -> dict[str, Any]:
        """The next day on which the bank still takes the file."""
        day = working_day_from(self.today)
        while debiting.latest_day(self.obj, day) < self.today:
            day = working_day_from(day.fromordinal(day.toordinal() + 1))
        return {"on": day}

    def plan(self, data: dict[str, Any]) -> debiting.RequestPlan:
        """What would be asked for."""
        return debiting.plan_request(self.obj, data["on"], today=self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> BankFile:
        """Make the file."""
        return debiting.make_request(plan, actor=self.actor)

    def after(self, result: Any) -> str:
        """The file's page."""
        return change_url(result)


class MakeTransfers(ConsoleAction):
    """総合振込ファイルの作成 (G33)"""

    slug, label, permission, clause = "make-transfers", _("Make a file of refunds"), MAKE, "G33"
    form, plan_template = DayForm, "console/plan_transfers.html"
    help = _("Every refund that waits, in one file of transfers.")
    done = _("The file is made. Send it to the bank, and note that you did.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a sender code."""
        return [] if self.obj.sender_code else [Unmet(Clause("G33"), _("Record the sender code of the account."))]

    def initial(self) -> dict[str, Any]:
        """The next working day."""
        return {"on": working_day_from(self.today)}

    def plan(self, data: dict[str, Any]) -> refunding.TransferPlan:
        """What would be transferred."""
        return refunding.plan_transfers(self.obj, data["on"], today=self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> BankFile:
        """Make the file."""
        return refunding.make_transfers(plan, actor=self.actor)

    def after(self, result: Any) -> str:
        """The file's page."""
        return change_url(result)


@admin.register(BankAccount)
class BankAccountAdmin(ConsoleAdmin):
    """Accounts of the company."""

    list_display: ClassVar = ["name", "bank_name", "branch_name", "number", "credits_from", "closed_on"]
    fields: ClassVar = [
        "name",
        "bank",
        "bank_name",
        "branch",
        "branch_name",
        "account_kind",
        "number",
        "holder",
        "creditor_code",
        "sender_code",
        "cutoff_days",
        "credits_from",
        "virtual_in",
        "years",
        "line_end",
        "closed_on",
    ]
    fixed_fields: ClassVar = ["bank", "branch", "number"]
    dialogs: ClassVar = [TakeInFile, MakeDebits, MakeTransfers]

    def head(self, account: BankAccount) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Bank"), f"{account.bank} {account.bank_name}"),
                (_("Branch"), f"{account.branch} {account.branch_name}"),
                (_("Account"), f"{account.get_account_kind_display()} {account.number}"),
                (_("Holder"), account.holder),
                (_("Creditor code"), account.creditor_code),
                (_("Sender code"), account.sender_code),
                (_("Credits are booked from"), account.get_credits_from_display()),
            ]
        }


def files_of(request: Any, account: BankAccount) -> dict[str, Any]:
    """The latest files of an account."""
    return {"files": [(linked(file), file) for file in account.files.order_by("-pk")[:SHOWN]]}


show_on("billing.bankaccount", Panel(_("Files"), "console/panel_bank_files.html", files_of, "files"))
show_history("billing.bankaccount", lambda account: [account])
