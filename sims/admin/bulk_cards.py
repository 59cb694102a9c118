"""What staff can do to a selection of SIM cards at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk_acts import BulkAct, offer
from iijiot.rules import Unmet
from sims import bulk, returning
from sims.admin.bulk_forms import WHOLE, DayForm, GiveUpForm, ShipForm, WhyForm
from sims.models import SimCard


class OnCards(BulkAct):
    """What the acts on cards share."""

    model = SimCard
    form: ClassVar[type[forms.Form]] = WhyForm

    def with_reasons(self, rows: Any) -> Any:
        """With their lines."""
        return rows.with_line()


class Ship(OnCards):
    """SIMカードの出荷 (MA1)"""

    slug, label, permission, clause = "ship-cards", _("Ship"), "sims.ship_simcard", "MA1"
    transition, form = "ship", ShipForm
    help = _("The loan begins on this day.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": clock.business_day()}

    def is_whole(self, data: Mapping[str, Any]) -> bool:
        """One shipment goes out as a whole unless the clerk wants what can be sent (M13)."""
        return bool(data.get("extent") == WHOLE)

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


class GiveUp(OnCards):
    """SIMカードの未返還の処理 (MA9.2)"""

    slug, label, permission, clause = "give-cards-up", _("Close as not returned"), "sims.give_up_simcard", "MA9.2"
    transition, form = "give_up", GiveUpForm
    help = _("A one-time charge arises for each card.")

    def ready(self, rows: Any, data: Mapping[str, Any]) -> Any:
        """Those overdue."""
        return rows.can_be_given_up()

    def arguments(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """Today."""
        return (clock.business_day(),)

    def carry_out(self, ids: Sequence[int], data: Mapping[str, Any], actor: Actor) -> Iterable[int]:
        """Close them."""
        return bulk.give_up(ids, on=clock.business_day(), price_shown=data["price_shown"], actor=actor)


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


for act in (Ship(), Arrive(), TakeBack(), GiveUp(), PutBack(), Dispose()):
    offer(act)
