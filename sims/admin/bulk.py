"""What staff can do to a selection of lines or cards at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk_acts import BulkAct, offer
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.rules import Unmet
from sims import activating, bulk, ordering, protecting, returning
from sims.models import DesignatedItem, Line, SimCard


class WhyForm(forms.Form):
    """Why."""

    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


class EndForm(forms.Form):
    """The last day, and why."""

    on = ConsoleDateField(label=_("Last day"))
    reason = SentencesField(label=_("Reason"), max_length=300)

    def clean_on(self) -> date:
        """Not a day that is over."""
        on: date = self.cleaned_data["on"]
        if on < clock.business_day():
            raise ValidationError(_("This day is over. Choose today or a later day."), code="MA8.1")
        return on


class DayForm(forms.Form):
    """The day, which has come, and a note."""

    on = ConsoleDateField(label=_("On"))
    reason = SentencesField(label=_("Note"), required=False, max_length=300)

    def clean_on(self) -> date:
        """A day that has come."""
        on: date = self.cleaned_data["on"]
        if on > clock.business_day():
            raise ValidationError(_("This day has not come yet."), code="MA9.2")
        return on


class ShipForm(forms.Form):
    """The day and the shipment."""

    on = ConsoleDateField(label=_("Shipped on"))
    shipment = PlainTextField(
        label=_("Shipment"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The number of the delivery note, by which it is found again."),
    )


class OnLines(BulkAct):
    """What the acts on lines share."""

    model = Line
    form: ClassVar[type[forms.Form]] = WhyForm

    def with_reasons(self, rows: Any) -> Any:
        """With their contracts and cards."""
        return rows.with_what_hinders()


class OnCards(BulkAct):
    """What the acts on cards share."""

    model = SimCard
    form: ClassVar[type[forms.Form]] = WhyForm

    def with_reasons(self, rows: Any) -> Any:
        """With their lines."""
        return rows.with_line()


class Activate(OnLines):
    """回線の利用開始 (G3)"""

    slug, label, permission, clause = "activate-lines", _("Put into service"), "sims.activate_line", "G3"
    transition = "activate"
    help = _("The lines go into service today, and each gets its address in the same act.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those with a card that was sent out, on a contract in service."""
        return rows.ready()

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Contract by contract."""
        return activating.activate_all(ids, on=clock.business_day(), at=clock.business_moment(), actor=actor)


class Pause(OnLines):
    """回線の一時休止 (MA8.2)"""

    slug, label, permission, clause = "pause-lines", pgettext_lazy("lines", "Pause"), "sims.pause_line", "MA8.2"
    transition = "pause"
    help = _("At the customer's wish. Fees go on.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those in service, where a pause is offered at all."""
        return rows.can_pause() if DesignatedItem.objects.offers("pause") else rows.none()

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """Its state, or that no pause is offered now."""
        return [*DesignatedItem.objects.why_not("pause"), *super().why_not(record, data)]

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Pause them."""
        return bulk.pause(ids, actor=actor)


class Resume(OnLines):
    """回線の再開 (MA8.2)"""

    slug, label, permission, clause = "resume-lines", pgettext_lazy("lines", "Resume"), "sims.pause_line", "MA8.2"
    transition = "resume"

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those that the customer had paused, with a card that works."""
        return rows.can_resume()

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """End their pause."""
        return bulk.resume(ids, actor=actor)


class End(OnLines):
    """回線ごとの終了の予約 (MA8.1)"""

    slug, label, permission, clause = "end-lines", _("Book the end of the lines"), "sims.end_line", "MA8.1"
    transition, form = "schedule_end", EndForm
    help = _("Each line ends after its last day, and its card is due back within 30 days.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those that nothing protects, and that can end on this day."""
        return rows.can_end(data["on"])

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """The last day, and its clause."""
        return data["on"], "MA8.1"

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """What keeps it from ending alone; where nothing does, it is the last that would be left to its contract."""
        return ordering.why_no_end(record, data["on"]) or [ordering.last_line(record.contract)]

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Set their last day."""
        return ordering.schedule_ends(ids, on=data["on"], today=clock.business_day(), actor=actor)


class Protect(OnLines):
    """解約保護の設定 (MA8.1)"""

    slug, label, permission, clause = (
        "protect-lines",
        _("Protect against termination"),
        "sims.protect_line",
        "MA8.1",
    )
    transition = "protect"
    help = _("Ends of single lines that are booked already are lifted.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those not protected yet, their last day not over."""
        return rows.can_protect(clock.business_day())

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Protect them; a reduction goes on without them."""
        return protecting.protect_lines(ids, today=clock.business_day(), actor=actor)


class Unprotect(OnLines):
    """解約保護の解除 (MA8.1)"""

    slug, label, permission, clause = (
        "unprotect-lines",
        _("Take the protection away"),
        "sims.protect_line",
        "MA8.1",
    )
    transition = "unprotect"

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those that are protected."""
        return rows.can_unprotect()

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Let them be ended again."""
        return bulk.unprotect(ids, actor=actor)


class Ship(OnCards):
    """SIMカードの出荷 (MA1)"""

    slug, label, permission, clause = "ship-cards", _("Ship"), "sims.ship_simcard", "MA1"
    transition, form = "ship", ShipForm
    help = _("The loan begins on this day.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.business_day()}

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those assigned by this day."""
        return rows.can_ship(data["on"])

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """The day and the shipment."""
        return data["on"], data["shipment"]

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Send them out."""
        return bulk.ship(ids, on=data["on"], shipment=data["shipment"], actor=actor)


class Arrive(OnCards):
    """SIMカードの到着の記録 (MA1)"""

    slug, label, permission, clause = "cards-arrived", _("Record their arrival"), "sims.ship_simcard", "MA1"
    transition = "arrive"

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those on the way."""
        return rows.can_arrive()

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Record it."""
        return bulk.arrive(ids, actor=actor)


class TakeBack(OnCards):
    """SIMカードの返還の受領 (MA9.2)"""

    slug, label, permission, clause = "take-cards-back", _("Take back"), "sims.return_simcard", "MA9.2"
    transition, form = "take_back", DayForm
    help = _("The receipt counts. A charge for not returning a card is taken back with it.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.business_day()}

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those lent by this day that have not come back."""
        return rows.can_come_back(data["on"])

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """The day."""
        return (data["on"],)

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """One that is back says since when."""
        already = returning.back_already(record)
        return [already] if already else super().why_not(record, data)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Take them back."""
        return bulk.take_back(ids, on=data["on"], actor=actor)


class PutBack(OnCards):
    """SIMカードの在庫への戻入 (MA1)"""

    slug, label, permission, clause = "put-cards-back", _("Put back into stock"), "sims.assign_simcard", "MA1"
    transition = "put_back"

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those assigned and not shipped."""
        return rows.can_be_put_back()

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Put them back."""
        return bulk.put_back(ids, actor=actor)


class Dispose(OnCards):
    """SIMカードの廃棄 (MA1)"""

    slug, label, permission, clause = "dispose-of-cards", _("Dispose of"), "sims.dispose_simcard", "MA1"
    transition = "dispose"

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those in stock, and those that have come back."""
        return rows.can_be_disposed_of()

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Dispose of them."""
        return bulk.dispose(ids, actor=actor)


for act in (
    Activate(), Pause(), Resume(), End(), Protect(), Unprotect(), Ship(), Arrive(), TakeBack(), PutBack(), Dispose(),
):  # fmt: skip
    offer(act)
