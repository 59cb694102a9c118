"""Address pools: how full they are, what is kept back, their opening and closing (MA5)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import QueueFilter, ReasonForm, linked
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin, ConsoleForm, ReadOnlyAdmin
from iijiot.console.fields import PlainTextField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet
from sims import pooling
from sims.models import IpPool, Reservation
from sims.models.pool import network_of

CLOSE, RESERVE = "sims.close_ippool", "sims.reserve_address"
SHOWN = 20


class PoolForm(ConsoleForm):
    """A pool; an overlap is told where the network was typed."""

    def clean_network(self) -> str:
        """An IPv4 network that lies in no other pool."""
        typed: str = self.cleaned_data["network"]
        network = network_of(typed)
        first, last = int(network.network_address), int(network.broadcast_address)
        if not self.instance.pk and IpPool.objects.overlapping(first, last).exists():
            raise ValidationError(_("Another pool has some of these addresses already."), code="MA5.2")
        return str(network)


class ClosePool(ConsoleAction):
    """アドレスプールの払出し終了 (MA5.2)"""

    slug, label, permission, clause = "close-pool", _("Give no more addresses"), CLOSE, "MA5.2"
    form, tone = ReasonForm, "danger"
    help = _("Lines keep the addresses that they have; new lines get theirs from other pools.")
    done = _("The pool gives no more addresses.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while it gives addresses."""
        return [] if self.obj.is_open else [Unmet(Clause("MA5.2"), _("The pool gives no addresses already."))]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close it."""
        pooling.close(self.obj, now=clock.business_moment(), reason=data["reason"], actor=self.actor)


class ReopenPool(ConsoleAction):
    """アドレスプールの払出し再開 (MA5.2)"""

    slug, label, permission, clause = "reopen-pool", _("Give addresses again"), CLOSE, "MA5.2"
    form = ReasonForm
    done = _("The pool gives addresses again.")

    def why_not(self) -> Sequence[Unmet]:
        """Only once it was closed."""
        return [Unmet(Clause("MA5.2"), _("The pool gives addresses already."))] if self.obj.is_open else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Open it again."""
        pooling.reopen(self.obj, now=clock.business_moment(), reason=data["reason"], actor=self.actor)


class ReserveForm(forms.Form):
    """Which address is kept back, and for what."""

    address = forms.GenericIPAddressField(
        label=_("IP address"), protocol="IPv4", widget=UnfoldAdminTextInputWidget, help_text=_("One of this pool.")
    )
    because = PlainTextField(label=_("Reserved for"), max_length=100, widget=UnfoldAdminTextInputWidget)


class ReserveAddress(ConsoleAction):
    """アドレスの予約 (MA5.2)"""

    slug, label, permission, clause = "reserve-address", _("Reserve an address"), RESERVE, "MA5.2"
    form = ReserveForm
    help = _("No line gets it, such as the address of a router. One that a line has is refused.")
    done = _("The address is reserved.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What is reserved in the pool."""
        return [self.obj.reservations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Reserve it."""
        pooling.reserve(self.obj, now=clock.business_moment(), actor=self.actor, **data)


class PoolQueue(QueueFilter):
    """Pools that are nearly used up."""

    queues: ClassVar = {"scarce": (_("Nearly used up"), lambda rows: rows.scarce())}


def meter(fill: pooling.Fill) -> str:
    """How full a pool is, as a bar with its words."""
    words = gettext("%(percent)d %% not free; %(free)s of %(size)s free") % {
        "percent": fill.percent,
        "free": f"{fill.free:,}",
        "size": f"{fill.pool.size:,}",
    }
    return format_html(
        '<meter class="console-meter" min="0" max="100" low="{}" high="{}" optimum="0" value="{}" aria-label="{}"></meter> {}',
        max(0, fill.pool.warn_at - 1), max(0, fill.pool.warn_at - 1), fill.percent, words, words,
    )  # fmt: skip


@admin.register(IpPool)
class IpPoolAdmin(ConsoleAdmin):
    """Pools of addresses for lines."""

    form = PoolForm
    list_display: ClassVar = ["name", "network", "customer", "fill", "is_open"]
    further_columns: ClassVar = ["quarantine_days", "warn_at", "scarce_since"]
    list_filter: ClassVar = [PoolQueue, "is_open"]
    search_fields: ClassVar = ["name__startswith", "network__startswith"]
    search_help_text = _("Beginning of the name or the network")
    autocomplete_fields: ClassVar = ["customer"]
    fields: ClassVar = ["name", "network", "customer", "quarantine_days", "warn_at"]
    fixed_fields: ClassVar = ["network", "customer"]
    dialogs: ClassVar = [ReserveAddress, ClosePool, ReopenPool]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IpPool]:
        """With how full each is."""
        return IpPool.objects.with_list_data().with_fill(clock.business_moment())

    @admin.display(description=_("fill"))
    def fill(self, pool: IpPool) -> str:
        """How full it is."""
        return meter(pooling.filled(pool))

    def head(self, pool: IpPool) -> dict[str, Any]:
        """How full it is, and facts."""
        fill = pooling.filled(pool)
        return {
            "facts": [
                (_("Network"), pool.network),
                (_("Addresses"), f"{pool.first_address} – {pool.last_address}"),
                (_("For the lines of"), linked(pool.customer) if pool.customer else _("everybody")),
                (_("Gives addresses"), _("yes") if pool.is_open else _("no")),
                (_("Fill"), meter(fill)),
                (_("In use"), f"{fill.used:,}"),
                (_("Resting"), f"{fill.resting:,}"),
                (_("Reserved"), f"{fill.reserved:,}"),
                (_("Free"), f"{fill.free:,}"),
                (_("Nearly used up since"), pool.scarce_since),
            ]
        }


class GiveBackReservation(ConsoleAction):
    """予約の取りやめ (MA5.2)"""

    slug, label, permission, clause = "give-back-reservation", _("Give back"), RESERVE, "MA5.2"
    form = ReasonForm
    help = _("The address can be given to lines again.")
    done = _("The address is not reserved any more.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while it stands."""
        return [Unmet(Clause("MA5.2"), _("This reservation is given back already."))] if self.obj.is_over else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Give it back."""
        pooling.give_back(self.obj, now=clock.business_moment(), reason=data["reason"], actor=self.actor)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Addresses that no line gets; reserved on the page of their pool."""

    list_display: ClassVar = ["address", "pool", "because", "is_over"]
    list_filter: ClassVar = ["is_over", "pool"]
    list_select_related: ClassVar = ["pool"]
    fields: ClassVar = ["address", "because"]
    dialogs: ClassVar = [GiveBackReservation]

    def head(self, reservation: Reservation) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("IP address"), reservation.address),
                (_("Address pool"), linked(reservation.pool)),
                (_("Reserved for"), reservation.because),
                (_("Given back"), _("yes") if reservation.is_over else ""),
            ]
        }


def scarce(pool: IpPool, today: date) -> Row:
    """A pool that is nearly used up, since a day."""
    since = clock.tokyo_day(pool.scarce_since) if pool.scarce_since else None
    return Row(str(pool), change_url(pool), pool, None, since, note=_("Open a further pool."))


show_at_home(
    Queue(
        "scarce-pools", _("Address pools nearly used up"), Clause("MA5.2"), "sims.view_ippool",
        listed("sims_ippool", "scarce"),
        lambda day: IpPool.objects.scarce(), scarce, None, _("Every pool has addresses left."),
        TruncDate("scarce_since", tzinfo=clock.TOKYO), place=55,
    )
)  # fmt: skip
show_on(
    "sims.ippool",
    Panel(
        _("Reserved addresses"),
        "console/panel_reservations.html",
        lambda request, pool: {"reservations": pool.reservations.standing()[:SHOWN]},
        "reservations",
    ),
)
show_history("sims.ippool", lambda pool: [pool, pool.reservations.all()])
show_history("sims.reservation", lambda reservation: [reservation])
