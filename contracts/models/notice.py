"""Notices to customers: first a row, then a mail or a letter."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.announcement import Announcement
from contracts.models.application import Application
from contracts.models.contract import Contract
from contracts.models.customer import Customer
from contracts.models.particulars import ChangeReport
from contracts.models.terms import TermsVersion
from iijiot.clauses import Clause
from iijiot.clock import midnight
from iijiot.personal import MENTIONS, NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, transition
from iijiot.searching import Query
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a notice is."""

    TO_SEND = "to-send", _("To send")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


TONES: dict[str, str] = {State.TO_SEND: "info", State.SENT: "success", State.FAILED: "danger"}

ALLOWED: Allowed = {
    "was_sent": [State.TO_SEND, State.FAILED],
    "failed": [State.TO_SEND, State.FAILED],
}
"""What is allowed when."""


class NoticeQuerySet(RecordedQuerySet["Notice"]):
    """Notices by what is to be done with them."""

    def mails_to_send(self) -> "NoticeQuerySet":
        """Mails that have not left yet."""
        return self.filter(channel=Notice.Channel.EMAIL, state__in=[State.TO_SEND, State.FAILED])

    def ids_to_send(self) -> list[int]:
        """The keys of the mails that have not left yet, the oldest first."""
        return list(self.mails_to_send().order_by("pk").values_list("pk", flat=True))

    def not_sent(self) -> "NoticeQuerySet":
        """Mails and letters that have not left yet."""
        return self.exclude(state=State.SENT)

    def unsent(self) -> list[tuple[str, str, int]]:
        """How many have not left: by channel and state."""
        rows = self.filter(state__in=[State.TO_SEND, State.FAILED]).values_list("channel", "state")
        return list(rows.annotate(many=Count("pk")).order_by("channel", "state"))

    def mails_failed(self) -> "NoticeQuerySet":
        """Mails that could not be sent so far."""
        return self.filter(channel=Notice.Channel.EMAIL, state=State.FAILED)

    def to_look_after(self) -> "NoticeQuerySet":
        """Letters to post and mails that failed, the oldest first."""
        return (self.letters_to_send() | self.mails_failed()).order_by("pk")

    def about(self, source: Any) -> "NoticeQuerySet":
        """Those by which customers were told of something that is announced: a measure, new terms, new prices."""
        return self.filter(announcement__in=source.announcements.all())

    def telling_of(self, version: TermsVersion, *, before: date) -> "NoticeQuerySet":
        """Those by which customers were told of a version of the terms before a day (G2.2)."""
        begins = midnight(before)
        return self.filter(announcement__terms=version, state=State.SENT, sent_at__lt=begins)

    def sent_before(self, day: date) -> "NoticeQuerySet":
        """Those that left before a day."""
        return self.filter(state=State.SENT, sent_at__lt=midnight(day))

    def with_list_data(self) -> "NoticeQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")

    def newest(self) -> "NoticeQuerySet":
        """The latest first, with what each is about and when it was opened."""
        return self.select_related("contract", "application", "opening").order_by("-pk")

    def sought(self, typed: str) -> "NoticeQuerySet":
        """The one of this number, and those in whose subject this stands."""
        return self.filter(Q(number=Query(typed).numbered(Notice.NUMBER_PREFIX)) | Q(subject__icontains=typed))

    def unread(self) -> "NoticeQuerySet":
        """Those that the customer has not opened at the portal."""
        return self.filter(opening=None)

    def with_unread_in_all(self, customer: Any) -> "NoticeQuerySet":
        """Each with how many of the customer's nobody has opened."""
        unread = Notice.objects.of_customer(customer).unread().order_by().values("customer").annotate(n=Count("pk"))
        return self.annotate(unread_in_all=Coalesce(Subquery(unread.values("n")), 0))

    def receipts(self) -> "NoticeQuerySet":
        """Those that say what of the customer's has arrived, the latest first."""
        kinds = [Notice.Kind.RECEIVED, Notice.Kind.APPLICATION_WITHDRAWN, Notice.Kind.REPORT_RECEIVED]
        return self.filter(kind__in=kinds).newest()

    def about_its_end(self) -> "NoticeQuerySet":
        """The latest that tell of an end, or that it is taken back."""
        return self.filter(kind__in=[Notice.Kind.END_SCHEDULED, Notice.Kind.END_LIFTED]).newest()

    def letters_to_send(self) -> "NoticeQuerySet":
        """Letters that somebody must print and post."""
        return self.filter(channel=Notice.Channel.LETTER, state=State.TO_SEND)


class Notice(Numbered):
    """What the company tells a customer, under which clause, and when it was sent (G12.2.1)."""

    NUMBER_PREFIX = "N"
    LOCK_RANK = 30
    FIXED: ClassVar = {"customer": "G12.2.1", "body": "G12.2.1", "subject": "G12.2.1", "wording": "G12.2.1"}
    TOLD = ("kind", "channel", "subject")
    IS_LETTER = True
    PERSONAL: ClassVar = {"clause": NO, "to": REST, "subject": REST, "body": REST, "failure": REST}

    class Kind(models.TextChoices):
        """What it is about."""

        RECEIVED = "received", _("Receipt of an application")
        APPLICATION_WITHDRAWN = "application-withdrawn", _("Application withdrawn")
        REPORT_RECEIVED = "report-received", _("Receipt of changed particulars")
        ACCEPTED = "accepted", _("Acceptance")
        LINES_ACCEPTED = "lines-accepted", _("Acceptance of more lines")
        REFUSED = "refused", _("Refusal")
        DOCUMENTS = "documents", _("Documents asked for")
        END_SCHEDULED = "end-scheduled", _("End of a contract")
        END_LIFTED = "end-lifted", _("End taken back")
        MEASURE = "measure", _("Restriction or interruption")
        DISCONTINUATION = "discontinuation", _("Discontinuation")
        TERMS = "terms", _("Change of the terms")
        PRICES = "prices", _("Change of prices")
        WITHDRAWN = "withdrawn", _("What was announced does not come")
        SUCCESSION = "succession", _("Contracts taken over")
        SUSPENSION = "suspension", _("Suspension announced")
        SUSPENSION_LIFTED = "suspension-lifted", _("Suspension lifted")
        SUSPENSION_WITHDRAWN = "suspension-withdrawn", _("Suspension withdrawn")
        CARDS_DUE = "cards-due", _("SIM cards due back")
        CARDS_OVERDUE = "cards-overdue", _("SIM cards overdue")
        CARD_LOST = "card-lost", _("Procedure for a lost SIM card")
        USAGE_ALERT = "usage-alert", _("Usage alert")
        PAYMENT_OVERDUE = "payment-overdue", _("Reminder of an overdue payment")
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit-note", _("Credit note")
        INVOICE_STATEMENT = "invoice-statement", _("Statement of zero yen")

    class Channel(models.TextChoices):
        """How it goes out."""

        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="notices", verbose_name=_("customer"))
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="notices", verbose_name=_("application"), null=True, blank=True
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="notices", verbose_name=_("contract"), null=True, blank=True
    )
    announcement = models.ForeignKey(
        Announcement, models.PROTECT, related_name="notices", verbose_name=_("announcement"), null=True, blank=True
    )
    report = models.ForeignKey(
        ChangeReport,
        models.PROTECT,
        related_name="notices",
        verbose_name=_("report of changed particulars"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    wording = models.ForeignKey(
        "contracts.Wording",
        models.PROTECT,
        related_name="notices",
        verbose_name=_("written by"),
        null=True,
        blank=True,
        editable=False,
    )
    channel = models.CharField(pgettext_lazy("of a notice", "channel"), max_length=10, choices=Channel)
    clause = models.CharField(_("clause"), max_length=12)
    to = models.CharField(_("to"), max_length=320)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.TO_SEND, choices=State, db_index=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("send_notice", _("Can send notices and record letters as posted"))]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(channel="letter", state="to-send") | Q(channel="email", state="failed"),
                name="notice_to_look_after",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a notice."),
            ),
            models.CheckConstraint(
                name="notice_sent_at_a_moment",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                violation_error_code="G12.2.1",
                violation_error_message=_("A notice that was sent says when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is given."""
        return Clause(self.clause)

    def why_not_posted(self) -> list[Unmet]:
        """Why it is no letter to post; empty when it is one."""
        if self.channel != self.Channel.LETTER:
            return [Unmet(self.clause_value, _("This goes out by mail, by itself."))]
        return []

    @transition(field=state, allowed=ALLOWED, target=State.SENT, clause="G12.2.1", label=_("Record as sent"))
    def was_sent(self, at: datetime) -> None:
        """It has left: sending counts as telling the customer (G12.2.1)."""
        self.sent_at, self.failure = at, ""

    @transition(field=state, allowed=ALLOWED, target=State.FAILED, clause="G12.2.1", label=_("Record as failed"))
    def failed(self, why: str) -> None:
        """It could not be sent; it is tried again."""
        self.failure = why[:300]


class Opening(models.Model):
    """A notice was opened at the portal, for the first time, by one of the customer's users (U23). Never changed."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"who": MENTIONS}

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="opening", verbose_name=_("notice"))
    at = models.DateTimeField(_("at"))
    user_id = models.BigIntegerField(_("user"))
    who = models.CharField(_("who"), max_length=150)

    class Meta:
        verbose_name = _("opening of a notice")
        verbose_name_plural = _("openings of notices")

    def __str__(self) -> str:
        return f"{self.notice} {self.who}"
