"""SIM cards: lent to us by the host carrier, lent by us to customers, never sold (MA1)."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from iijiot.periods import last_day_within_days
from iijiot.personal import NO
from iijiot.records import RecordedModel
from iijiot.rules import refuse, transition
from iijiot.states import StateField
from iijiot.words import said
from sims.models.card_rules import line_lets_go, line_waits
from sims.models.card_set import SimCardQuerySet
from sims.models.card_state import ALLOWED, Custody
from sims.models.line import Line
from sims.models.product import FormFactor, SimProduct

UNDO_RETURN = _("Undo the return")
DAYS_TO_RETURN = 30
"""Within so many days after the end of its contract or line a card comes back (MA9.2)."""


class SimCard(RecordedModel):
    """One card: its numbers, where it is, which line it is or was for, and until when it must be back."""

    LOCK_RANK = 42
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"iccid": "MA1", "received_on": "MA1"}
    TOLD = ("iccid", "product", "form_factor", "received_on")
    PERSONAL: ClassVar = {"iccid": NO, "imsi": NO, "msisdn": NO, "delivery": NO, "shipment": NO}

    iccid = models.CharField("ICCID", max_length=20, db_collation="C")
    imsi = models.CharField("IMSI", max_length=15, blank=True)
    msisdn = models.CharField(_("number"), max_length=14, blank=True, help_text=_("With which the card was delivered."))
    product = models.ForeignKey(
        SimProduct, models.PROTECT, related_name="cards", verbose_name=_("SIM product"), db_index=False
    )
    form_factor = models.CharField(_("form factor"), max_length=4, choices=FormFactor)
    received_on = models.DateField(_("received on"))
    delivery = models.CharField(
        _("delivery"), max_length=60, blank=True, help_text=_("The host carrier's delivery note.")
    )
    line = models.ForeignKey(
        Line, models.PROTECT, related_name="cards", verbose_name=_("line"), null=True, blank=True, editable=False
    )
    generation = models.PositiveSmallIntegerField(_("place in its chain of replacements"), default=0, editable=False)
    assigned_on = models.DateField(_("assigned on"), null=True, blank=True, editable=False)
    lent_on = models.DateField(_("on loan since"), null=True, blank=True, editable=False)
    shipment = models.CharField(_("shipment"), max_length=60, blank=True, editable=False)
    due_back_on = models.DateField(_("due back on"), null=True, blank=True, editable=False)
    over_on = models.DateField(_("loan over since"), null=True, blank=True, editable=False)
    returned_from = models.CharField(
        _("was, before it came back"), max_length=12, choices=Custody, blank=True, db_default="", editable=False
    )
    reminded_before = models.PositiveSmallIntegerField(
        _("reminded, days before"), null=True, blank=True, editable=False
    )
    dunned_times = models.PositiveSmallIntegerField(_("dunned, times"), default=0, db_default=0, editable=False)
    dunned_on = models.DateField(_("last dunned on"), null=True, blank=True, editable=False)
    state = StateField(_("custody"), default=Custody.IN_STOCK, choices=Custody)

    objects = SimCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("SIM card")
        verbose_name_plural = _("SIM cards")
        ordering: ClassVar = ["iccid"]
        permissions: ClassVar = [
            ("receive_simcard", _("Can take cards into stock")),
            ("assign_simcard", _("Can assign cards to lines")),
            ("ship_simcard", _("Can ship cards")),
            ("return_simcard", _("Can take cards back")),
            ("call_back_simcard", _("Can call cards back by letter")),
            ("give_up_simcard", _("Can close cards as not returned")),
            ("dispose_simcard", _("Can dispose of cards")),
        ]
        indexes: ClassVar = [
            models.Index(OpClass(Reverse("iccid"), name="varchar_pattern_ops"), name="simcard_iccid_from_behind"),
            models.Index(OpClass("msisdn", name="varchar_pattern_ops"), name="simcard_msisdn", condition=~Q(msisdn="")),
            models.Index(
                fields=["form_factor", "product", "received_on", "id"],
                condition=Q(state="in-stock"),
                name="simcard_stock",
            ),
            models.Index(fields=["state", "due_back_on", "id"], name="simcard_state_due"),
            models.Index(fields=["due_back_on", "id"], name="simcard_due"),
            models.Index(fields=["delivery", "iccid"], name="simcard_delivery"),
            models.Index(fields=["product", "iccid"], name="simcard_product"),
            models.Index(fields=["form_factor", "iccid"], name="simcard_form_factor"),
            models.Index(fields=["state", "iccid"], name="simcard_state_iccid"),
            models.Index(fields=["iccid"], name="simcard_in_stock", condition=Q(state="in-stock")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="simcard_state_known",
                condition=Q(state__in=Custody.values),
                violation_error_code="MA1",
                violation_error_message=_("This is no state of a card."),
            ),
            models.UniqueConstraint(
                fields=["iccid"],
                name="one_card_per_iccid",
                violation_error_code="MA1",
                violation_error_message=_("There is a card of this ICCID already."),
            ),
            models.UniqueConstraint(
                fields=["imsi"],
                condition=~Q(imsi=""),
                name="one_card_per_imsi",
                violation_error_code="MA1",
                violation_error_message=_("There is a card of this IMSI already."),
            ),
            models.UniqueConstraint(
                fields=["line"],
                include=["state"],
                condition=Q(state__in=["assigned", "shipped", "on-loan", "faulty", "lost"]),
                name="one_live_card_per_line",
                violation_error_code="MA8.1",
                violation_error_message=_("The line has a card already. Replace it, or put it back first."),
            ),
            models.CheckConstraint(
                name="simcard_numbers_well_formed",
                condition=Q(iccid__regex=r"^8981[0-9]{15,16}$")
                & (Q(imsi="") | Q(imsi__regex=r"^44(0[0-9]{12}|1[0-9]{12})$"))
                & (Q(msisdn="") | Q(msisdn__regex=r"^0[0-9]{10}([0-9]{3})?$")),
                violation_error_code="MA1",
                violation_error_message=_("ICCID, IMSI and number are stored as digits, of their own lengths."),
            ),
            models.CheckConstraint(
                name="simcard_form_factor_known",
                condition=Q(form_factor__in=FormFactor.values),
                violation_error_code="MA1",
                violation_error_message=_("Choose one of the form factors offered."),
            ),
            models.CheckConstraint(
                name="simcard_out_of_stock_for_a_line",
                condition=Q(state__in=["in-stock", "mistaken"], line=None, assigned_on=None)
                | Q(state="disposed")
                | (~Q(state__in=["in-stock", "mistaken"]) & Q(line__isnull=False, assigned_on__isnull=False)),
                violation_error_code="MA1",
                violation_error_message=_("A card leaves the stock for a line, on a day."),
            ),
            models.CheckConstraint(
                name="simcard_lent_since_a_day",
                condition=Q(state__in=["in-stock", "mistaken", "assigned", "disposed"])
                | Q(lent_on__gte=F("assigned_on")),
                violation_error_code="MA1",
                violation_error_message=_("A card on loan says since when, not before it was assigned."),
            ),
            models.CheckConstraint(
                name="simcard_awaited_by_a_day",
                condition=~Q(state__in=["due-back", "overdue", "not-returned"]) | Q(due_back_on__isnull=False),
                violation_error_code="MA9.2",
                violation_error_message=_("A card that is due back has its day."),
            ),
            models.CheckConstraint(
                name="simcard_loan_over_on_a_day",
                condition=Q(state__in=["returned", "not-returned", "written-off", "found"], over_on__isnull=False)
                | Q(state="disposed")
                | (~Q(state__in=["returned", "not-returned", "written-off", "found"]) & Q(over_on=None)),
                violation_error_code="MA9.2",
                violation_error_message=_("A loan that is over says since when."),
            ),
            models.CheckConstraint(
                name="simcard_came_back_from_somewhere",
                condition=Q(state="disposed")
                | Q(state="returned", returned_from__in=Custody.came_from())
                | (~Q(state="returned") & Q(returned_from="")),
                violation_error_code="MA9.2",
                violation_error_message=_("A card that came back knows where it was before, and only such a one."),
            ),
        ]

    def __str__(self) -> str:
        return self.iccid

    @property
    def customer(self) -> Any:
        """Who has it, or had it last."""
        return self.line.contract.customer if self.line else None

    @transition(field=state, allowed=ALLOWED, target=Custody.ASSIGNED, clause="MA8.1", label=_("Assign to a line"))
    def assign(self, line: Line, on: date) -> None:
        """Take the card from stock for a line (MA8.1)."""
        if str(line.state) == "ended":
            raise refuse("MA8.1", _("The line has ended. It gets no card any more."))
        self.line, self.assigned_on = line, on

    @transition(
        field=state,
        allowed=ALLOWED,
        target=Custody.IN_STOCK,
        clause="MA1",
        label=_("Put back into stock"),
        conditions=[line_waits],
    )
    def put_back(self) -> None:
        """Take it from its line before it was shipped (MA1)."""
        self.line, self.assigned_on = None, None

    @transition(field=state, allowed=ALLOWED, target=Custody.SHIPPED, clause="MA1", label=_("Ship"))
    def ship(self, on: date, shipment: str = "") -> None:
        """Send it to the customer: the loan begins."""
        self.lent_on, self.shipment = on, shipment

    @transition(field=state, allowed=ALLOWED, target=Custody.ON_LOAN, clause="MA1", label=_("Record its arrival"))
    def arrive(self) -> None:
        """The customer has it."""

    @transition(field=state, allowed=ALLOWED, target=Custody.FAULTY, clause="MA10.1", label=_("Report a fault"))
    def report_fault(self) -> None:
        """It does not work; the procedure decides what follows, and fees go on until then (MA13.2)."""

    @transition(field=state, allowed=ALLOWED, target=Custody.LOST, clause="MA10.1", label=_("Report a loss"))
    def report_loss(self) -> None:
        """It is gone; the procedure decides what follows, and fees go on until then (MA13.2)."""
        self.due_back_on = None

    @transition(field=state, allowed=ALLOWED, target=Custody.ON_LOAN, clause="MA10.1", label=_("Withdraw the fault"))
    def withdraw_report(self) -> None:
        """It works after all."""

    @transition(field=state, allowed=ALLOWED, target=Custody.DUE_BACK, clause="MA9.2", label=_("Await its return"))
    def fall_due(self, ended_on: date) -> None:
        """It is used no more since this day, and comes back within thirty days (MA9.2)."""
        self.due_back_on = last_day_within_days(ended_on, DAYS_TO_RETURN)

    @transition(field=state, allowed=ALLOWED, target=Custody.OVERDUE, clause="MA9.2", label=_("Mark as overdue"))
    def become_overdue(self) -> None:
        """Its day has passed."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=Custody.RETURNED,
        clause="MA9.2",
        label=_("Take back"),
        conditions=[line_lets_go],
    )
    def take_back(self, on: date) -> None:
        """It has come back; its receipt counts (MA9.2)."""
        if self.lent_on is not None and on < self.lent_on:
            raise refuse("MA9.2", said(_("It was lent on {day}; it cannot have come back before."), day=self.lent_on))
        self.over_on, self.returned_from = on, str(self.state)

    @transition(field=state, allowed=ALLOWED, target=Custody.SHIPPED, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_shipped(self) -> None:
        """It was taken back by mistake, and is on its way."""
        self._not_back_from(Custody.SHIPPED)

    @transition(field=state, allowed=ALLOWED, target=Custody.ON_LOAN, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_on_loan(self) -> None:
        """It was taken back by mistake, and is in use."""
        self._not_back_from(Custody.ON_LOAN)

    @transition(field=state, allowed=ALLOWED, target=Custody.FAULTY, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_faulty(self) -> None:
        """It was taken back by mistake; the procedure for its fault goes on."""
        self._not_back_from(Custody.FAULTY)

    @transition(field=state, allowed=ALLOWED, target=Custody.DUE_BACK, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_due_back(self) -> None:
        """It was taken back by mistake, and still has its time."""
        self._not_back_from(Custody.DUE_BACK)

    @transition(field=state, allowed=ALLOWED, target=Custody.OVERDUE, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_overdue(self) -> None:
        """It was taken back by mistake, and is overdue."""
        self._not_back_from(Custody.OVERDUE)

    @transition(field=state, allowed=ALLOWED, target=Custody.NOT_RETURNED, clause="MA9.2", label=UNDO_RETURN)
    def undo_to_not_returned(self, given_up_on: date) -> None:
        """It was taken back by mistake, and stays closed as not returned since its day."""
        self._not_back_from(Custody.NOT_RETURNED)
        self.over_on = given_up_on

    def _not_back_from(self, state: str) -> None:
        """It is where it was before somebody took it back, and nowhere else."""
        if self.returned_from != state:
            raise refuse("MA9.2", _("The card goes back to where it was before it came back."))
        self.returned_from, self.over_on = "", None

    @transition(
        field=state, allowed=ALLOWED, target=Custody.NOT_RETURNED, clause="MA9.2", label=_("Close as not returned")
    )
    def give_up(self, on: date) -> None:
        """It will not come back; the one-time charge for it arises (MA9.2)."""
        self.over_on = on

    @transition(field=state, allowed=ALLOWED, target=Custody.WRITTEN_OFF, clause="MA10.1", label=_("Close the loss"))
    def write_off(self, on: date) -> None:
        """The procedure for its loss is done (MA10.1)."""
        self.over_on = on

    @transition(field=state, allowed=ALLOWED, target=Custody.FOUND, clause="MA10.2.1", label=_("Record as found"))
    def find(self, on: date) -> None:
        """Found again: the customer disposes of it; it is not due back and never goes live again (MA10.2.1)."""
        self.over_on = self.over_on or on

    @transition(field=state, allowed=ALLOWED, target=Custody.DISPOSED, clause="MA1", label=_("Dispose of"))
    def dispose(self) -> None:
        """Destroy it, or give it back to the host carrier."""

    @transition(field=state, allowed=ALLOWED, target=Custody.MISTAKEN, clause="MA1", label=_("Undo the receipt"))
    def undo_receipt(self) -> None:
        """It was taken in by mistake: it counts in no stock, and can be taken in again."""

    @transition(field=state, allowed=ALLOWED, target=Custody.IN_STOCK, clause="MA1", label=_("Take in again"))
    def receive_again(self) -> None:
        """It is there after all."""
