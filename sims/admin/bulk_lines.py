"""What staff can do to a selection of lines at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk_acts import BulkAct, offer
from iijiot.clauses import Clause
from iijiot.rules import Unmet
from sims import activating, addressing, bulk, issuing, ordering, protecting, relabelling
from sims.admin.bulk_forms import CardForm, EndForm, WhyForm
from sims.admin.line_acts import LabelForm
from sims.models import DesignatedItem, Line, SimCard

SHORT = _("The stock has no such card left for it. Take in a delivery first, or choose another form factor.")


class OnLines(BulkAct):
    """What the acts on lines share."""

    model = Line
    form: ClassVar[type[forms.Form]] = WhyForm

    def with_reasons(self, rows: Any) -> Any:
        """With their contracts and cards."""
        return rows.with_list_data()


class AssignCards(OnLines):
    """回線へのSIMカードの引当 (MA8.1)"""

    slug, label, permission, clause = "assign-cards", _("Assign cards"), "sims.assign_simcard", "MA8.1"
    form = CardForm
    help = _("Each line gets a card from stock, those longest in stock first.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those that wait for a card, as far as the stock goes."""
        stock = SimCard.objects.in_stock().like(data["form_factor"], _key(data["product"])).count()
        return rows.without_card().order_by("pk")[:stock]

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """Its own reasons; without one the stock ran short."""
        return issuing.why_no_card(record) or [Unmet(Clause("MA1"), SHORT)]

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Take cards from stock for them."""
        return issuing.assign_all(
            ids, form_factor=data["form_factor"], product=_key(data["product"]), on=clock.business_day(), actor=actor
        )


class Activate(OnLines):
    """回線の利用開始 (G3)"""

    slug, label, permission, clause = "activate-lines", _("Put into service"), "sims.activate_line", "G3"
    transition = "activate"
    help = _("The lines go into service today, and each gets its address in the same act.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those with a card that was sent out, on a contract in service, as far as there are addresses."""
        return rows.among(activating.can_have_addresses(_keys(rows), clock.business_moment()))

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Contract by contract."""
        at = clock.business_moment()
        able = activating.can_have_addresses(ids, at)
        return activating.activate_all(able, on=clock.business_day(), at=at, actor=actor)

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """Its own reasons; without one the addresses ran short."""
        return super().why_not(record, data) or addressing.exhausted(0, 1).unmet


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


class Relabel(OnLines):
    """回線の名称の変更 (MA8.2)"""

    slug, label, permission, clause = "relabel-lines", _("Change the label"), "sims.change_line", "MA8.2"
    form = LabelForm
    help = _("All of them are called the same afterwards.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Living lines that are called otherwise."""
        return rows.can_be_called(data["label"])

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """As for a single one."""
        return relabelling.why_not_called(record, data["label"])

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Call them so."""
        return relabelling.relabel_lines(ids, data["label"], actor=actor)


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

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Set their last day."""
        return ordering.schedule_ends(ids, on=data["on"], today=clock.business_day(), actor=actor)

    def why_not(self, record: Any, data: Mapping[str, Any]) -> Sequence[Unmet]:
        """What keeps it from ending alone; where nothing does, it is the last that would be left to its contract."""
        return ordering.why_no_end(record, data["on"]) or [ordering.last_line(record.contract)]


class LiftEnd(OnLines):
    """回線ごとの終了の取消し (MA8.1)"""

    slug, label, permission, clause = "lift-line-ends", _("Lift the end of the lines"), "sims.end_line", "MA8.1"
    transition = "lift_end"
    help = _("Lines whose own end was booked go on.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those with an end of their own to come."""
        return rows.can_lift_end(clock.business_day())

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Let them go on."""
        return bulk.lift_ends(ids, today=clock.business_day(), actor=actor)


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
        """Those not protected yet."""
        return rows.can_protect(clock.business_day())

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Protect them."""
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


def _key(record: Any) -> int | None:
    return record.pk if record else None


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


for act in (AssignCards(), Activate(), Pause(), Resume(), Relabel(), End(), LiftEnd(), Protect(), Unprotect()):
    offer(act)
