"""Banks' files: what booking one would do, what was booked, what was left out, and the bytes themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from billing import banking, booking, debiting, refunding
from billing.admin.bank_account import BOOK, MAKE
from billing.models import BankFile
from billing.models.bank_file import TONES, State
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, linked
from iijiot import access_log, clock, file_store
from iijiot.amounts import yen
from iijiot.attachments import as_file
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.models import AccessEvent
from iijiot.rules import Unmet, unmet

SETTLE = "billing.settle_refund"
SHOWN = 50


class BookFile(ConsoleAction):
    """銀行ファイルの記帳 (G33)"""

    slug, label, permission, clause, transition = "book-file", _("Book the file"), BOOK, "G33", "book"
    tone = "primary"
    plan_template, plan_at_once = "console/plan_booking.html", True
    done = _("The file is booked.")

    def why_not(self) -> Sequence[Unmet]:
        """The reasons of its state, or that its bytes are lost."""
        reasons = unmet(self.obj.book)
        if reasons:
            return reasons
        try:
            banking.opened(self.obj).close()
        except file_store.Lost:
            return [Unmet(Clause("G33"), _("The file is gone or damaged. Tell the operator, who has backups."))]
        return []

    def plan(self, data: dict[str, Any]) -> booking.BookingPlan | debiting.ResultPlan:
        """Whose payments they are and what they pay, as things are now."""
        return booking.plan_booking(self.obj, today=self.today)

    def carry_out(self, plan: booking.BookingPlan | debiting.ResultPlan, data: dict[str, Any]) -> None:
        """Book it."""
        booking.book(plan, actor=self.actor)


class SendFile(ConsoleAction):
    """銀行への送付の記録 (G33)"""

    slug, label, permission, clause, transition = "send-file", _("Note that it was sent"), MAKE, "G33", "send"
    help = _("The file goes to the bank by its own service; here it is noted that it did.")
    done = _("The bank has the file.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Note it."""
        banking.was_sent(self.obj, actor=self.actor)


class PaidForm(forms.Form):
    """The day on which the bank paid."""

    on = ConsoleDateField(label=_("Paid on"))


class RefundsPaid(ConsoleAction):
    """返金の実行の記録 (G33)"""

    slug, label, permission, clause = "refunds-paid", _("Note that its refunds were paid"), SETTLE, "G33"
    form = PaidForm
    done = _("The refunds are paid.")

    def why_not(self) -> Sequence[Unmet]:
        """Only of refunds that are with the bank."""
        waiting = self.obj.refunds.in_file(self.obj).exists()
        return [] if waiting else [Unmet(Clause("G33"), _("No refund in this file waits for its payment."))]

    def initial(self) -> dict[str, Any]:
        """The day of the file."""
        return {"on": min(self.obj.debit_on or self.today, self.today)}

    def touched(self) -> Any:
        """Its refunds."""
        return [self.obj.refunds.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Note it."""
        refunds = list(self.obj.refunds.in_file(self.obj))
        refunding.were_paid(refunds, on=data["on"], today=self.today, actor=self.actor)


class CallOffFile(ConsoleAction):
    """銀行ファイルの取りやめ (G33)"""

    slug, label, permission, clause = "call-off-file", _("Call the file off"), MAKE, "G33"
    transition, form, tone = "call_off", BecauseForm, "danger"
    help = _("Nothing of it is booked, or it does not go to the bank; what it asked for is asked for again.")
    done = _("The file is called off.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Call it off."""
        banking.call_off(self.obj, because=data["because"], actor=self.actor)


class FileQueue(QueueFilter):
    """Files by what is to be done."""

    queues: ClassVar = {
        "to-book": (_("To be booked"), lambda rows: rows.to_book()),
        "to-send": (_("To be sent to the bank"), lambda rows: rows.to_send()),
    }


@admin.register(BankFile)
class BankFileAdmin(WithState, ReadOnlyAdmin):
    """Files to and from banks; taken in and made on the page of an account."""

    tones = TONES
    list_display: ClassVar = ["number", "kind", "account", "came_on", "debit_on", "count", "sum", "to_match", "badge"]
    further_columns: ClassVar = ["name", "booked", "there_before"]
    list_filter: ClassVar = [FileQueue, "state", "kind", "account"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(lambda rows, query: rows.numbered(query.numbered("BF") or ""))
    search_help_text = _("Number")
    page_related: ClassVar = ["account"]
    fields: ClassVar = ["name"]
    dialogs: ClassVar = [BookFile, SendFile, RefundsPaid, CallOffFile]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankFile]:
        """With what a list shows of each."""
        return BankFile.objects.with_list_data().order_by("-pk")

    def get_urls(self) -> list[Any]:
        """The file itself."""
        view = self.admin_site.admin_view(self.bytes_view)
        return [path("<path:object_id>/bytes/", view, name="billing_bankfile_bytes"), *super().get_urls()]

    def bytes_view(self, request: HttpRequest, object_id: str) -> Any:
        """The file as it came, or as it goes to the bank; each opening is in the access log."""
        record: BankFile | None = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        if request.method != "GET":
            return HttpResponse(status=405)
        if not request.user.has_perm(MAKE if record.is_ours else BOOK):
            raise PermissionDenied
        try:
            file = banking.opened(record)
        except file_store.Lost:
            messages.error(request, _("The file is gone or damaged. Tell the operator, who has backups."))
            return HttpResponseRedirect(change_url(record))
        access_log.note(AccessEvent.Kind.EXPORTED, request, detail=f"{record.number} {record.name}")
        answer = FileResponse(file, content_type="application/octet-stream")
        return as_file(answer, record.name, plain=f"{record.number}.txt")

    @admin.display(description=_("sum"), ordering="amount")
    def sum(self, file: BankFile) -> str:
        """Its sum."""
        return yen(file.amount)

    def head(self, file: BankFile) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": file.get_state_display(),
            "tone": TONES[file.state],
            "facts": [
                (_("Number"), file.number),
                (_("Kind"), file.get_kind_display()),
                (_("Our account"), linked(file.account)),
                (_("File"), file.name),
                (_("Came, or was made, on"), file.came_on),
                (_("Debit or transfer day"), file.debit_on),
                (_("Entries"), f"{file.count:,}"),
                (_("Sum"), yen(file.amount)),
                *self._booked(file),
            ],
        }

    def _booked(self, file: BankFile) -> list[tuple[Any, str]]:
        if file.state != State.BOOKED:
            return []
        return [
            (_("Booked"), f"{file.booked:,}"),
            (_("There before"), f"{file.there_before:,}"),
            (_("Without a customer"), f"{file.to_match:,}"),
        ]


def inside(request: HttpRequest, file: BankFile) -> dict[str, Any]:
    """What came of a file: payments, debits, refunds, what was left out; and the way to its bytes."""
    may = request.user.has_perm(MAKE if file.is_ours else BOOK)
    return {
        "record": file,
        "plan": _plan(file),
        "bytes": reverse("admin:billing_bankfile_bytes", args=[file.pk]) if may else "",
        "receipts": file.receipts.with_list_data().order_by("pk")[:SHOWN],
        "debits": file.debits.with_list_data().order_by("pk")[:SHOWN],
        "answers": file.answers.with_list_data().order_by("pk")[:SHOWN],
        "refunds": file.refunds.with_list_data().order_by("pk")[:SHOWN],
        "all_receipts": f"{reverse('admin:billing_receipt_changelist')}?file__id__exact={file.pk}",
    }


def _plan(file: BankFile) -> Any:
    """What booking it would do, while it waits for that."""
    if file.state != State.CHECKED:
        return None
    try:
        return booking.plan_booking(file, today=clock.business_day())
    except file_store.Lost:
        return None


def file_row(file: BankFile, today: date) -> Row:
    """A file that waits for somebody's word."""
    act = BookFile.slug if file.state == State.CHECKED else SendFile.slug
    return Row(str(file), change_url(file), file, due=file.debit_on, note=yen(file.amount), next=act)


show_on("billing.bankfile", Panel(_("What is in it"), "console/panel_bank_file.html", inside, "inside"))
show_history("billing.bankfile", lambda file: [file])
show_at_home(
    Queue(
        "bank-files",
        _("Banks' files"),
        Clause("G33"),
        BOOK,
        listed("billing_bankfile", "to-book"),
        waiting=lambda day: BankFile.objects.to_handle(),
        row=file_row,
        empty=_("No file waits."),
        due=F("debit_on"),
        place=65,
    )
)
