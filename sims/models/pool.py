"""Address pools, and what in them is kept back: the company gives the addresses, IPv4 alone (MA5)."""

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Customer
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet

EMPTY = _("A pool has at least one address.")


def network_of(value: str) -> IPv4Network:
    """The network that a text names, full width or half.

    Raises ValidationError for IPv6 and whatever is no network (MA5.1), and for one whose addresses no host has (MA5.2).
    """
    try:
        network = IPv4Network(unicodedata.normalize("NFKC", value).strip())
    except ValueError:
        raise ValidationError(
            _("Give an IPv4 network such as 10.64.0.0/16; IPv6 is not used, and host bits must be 0."), code="MA5.1"
        ) from None
    edges = (network.network_address, network.broadcast_address)
    if any(edge.is_loopback or edge.is_multicast or edge.is_link_local for edge in edges) or network.prefixlen < 8:
        raise ValidationError(
            _("No line can have an address of this network. Give one of /8 to /32 that hosts have."), code="MA5.2"
        )
    return network


def _counted(rows: Any) -> Any:
    """How many rows of a pool there are."""
    return Coalesce(Subquery(rows.values("pool").annotate(many=Count("*")).values("many")), 0)


class IpPoolQuerySet(RecordedQuerySet["IpPool"]):
    """Pools in the order in which they are used up."""

    def giving(self, customer: Any) -> "IpPoolQuerySet":
        """Open pools for lines of a customer: its own first, then those for everybody."""
        return self.filter(Q(customer=None) | Q(customer=customer), is_open=True).order_by(
            F("customer").asc(nulls_last=True), "pk"
        )

    def open(self) -> "IpPoolQuerySet":
        """Those from which addresses are given."""
        return self.filter(is_open=True).order_by("pk")

    def scarce(self) -> "IpPoolQuerySet":
        """Open pools that are nearly used up, those for the longest time first (MA5.2)."""
        return self.filter(is_open=True, scarce_since__isnull=False).order_by("scarce_since", "pk")

    def overlapping(self, first: int, last: int) -> "IpPoolQuerySet":
        """Those that have some of these addresses."""
        return self.filter(first__lte=last, last__gte=first)

    def with_fill(self, now: datetime) -> "IpPoolQuerySet":
        """With the numbers of addresses in use, resting and reserved; one that rests and is reserved is the latter."""
        kept = Reservation._base_manager.filter(is_over=False).order_by()
        uses = apps.get_model("sims.AddressUse")._base_manager.filter(pool=OuterRef("pk"), given_again=False).order_by()
        rest = Func(OuterRef("quarantine_days"), template="make_interval(days => %(expressions)s)")
        rested = ExpressionWrapper(Value(now) - rest, output_field=models.DateTimeField())
        resting = uses.filter(~Exists(kept.filter(address=OuterRef("address"))), until__gte=rested)
        return self.annotate(
            used=_counted(uses.filter(until=None)),
            resting=_counted(resting),
            reserved=_counted(kept.filter(pool=OuterRef("pk"))),
        )

    def with_list_data(self) -> "IpPoolQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class IpPool(RecordedModel):
    """A network whose addresses are given to lines; network and broadcast address never are."""

    LOCK_RANK = 46
    FIXED: ClassVar = {"network": "MA5.2", "customer": "MA5.2"}
    TOLD = ("name", "network")
    PERSONAL: ClassVar = {"name": NO, "network": NO}
    STAFF_ONLY = frozenset({"*"})

    name = models.CharField(_("name"), max_length=60, unique=True)
    network = models.CharField(_("network"), max_length=18, help_text=_("IPv4, such as 10.64.0.0/16."))
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="ip_pools",
        verbose_name=_("for the lines of"),
        null=True,
        blank=True,
        help_text=_("Empty: for everybody."),
    )
    first = models.BigIntegerField(editable=False)
    last = models.BigIntegerField(editable=False)
    quarantine_days = models.PositiveIntegerField(
        _("days of rest"), default=30, help_text=_("So long an address that came back is given to nobody.")
    )
    warn_at = models.PositiveIntegerField(
        _("warn at"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent of its addresses in use."),
    )
    is_open = models.BooleanField(_("gives addresses"), default=True, editable=False)
    scarce_since = models.DateTimeField(_("nearly used up since"), null=True, blank=True, editable=False)

    objects = IpPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("address pool")
        verbose_name_plural = _("address pools")
        ordering: ClassVar = ["name"]
        permissions: ClassVar = [
            ("close_ippool", _("Can close and open address pools")),
            ("reserve_address", _("Can reserve addresses")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pool_warns_within_its_size",
                condition=Q(warn_at__gte=1, warn_at__lte=100),
                violation_error_code="MA5.2",
                violation_error_message=_("A pool warns at 1 to 100 per cent of its addresses in use."),
            ),
            models.CheckConstraint(
                name="pool_ends_after_it_begins",
                condition=Q(last__gte=F("first")),
                violation_error_code="MA5.2",
                violation_error_message=EMPTY,
            ),
            ExclusionConstraint(
                name="pools_do_not_overlap",
                expressions=[
                    (
                        Func("first", "last", Value("[]"), function="int8range", output_field=BigIntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_code="MA5.2",
                violation_error_message=_("Another pool has some of these addresses already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.network}"

    def clean(self) -> None:
        """An IPv4 network, and nothing else (MA5.1)."""
        try:
            network_of(self.network)
        except ValidationError as error:
            raise ValidationError({"network": error}) from None
        if self.last is not None and self.last < self.first:
            raise ValidationError(EMPTY, code="MA5.2")

    def complete(self) -> None:
        """Set the first and the last address that can be given, as numbers."""
        try:
            network = network_of(self.network)
        except ValidationError:
            self.first, self.last = 1, 0
            return
        edge = 1 if network.prefixlen < 31 else 0
        self.network = str(network)
        self.first = int(network.network_address) + edge
        self.last = int(network.broadcast_address) - edge

    @property
    def first_address(self) -> str:
        """The first address that it can give."""
        return str(IPv4Address(self.first))

    @property
    def last_address(self) -> str:
        """The last address that it can give."""
        return str(IPv4Address(self.last))

    def holds(self, address: str) -> bool:
        """Whether an address is one of those that it can give."""
        return self.first <= int(IPv4Address(address)) <= self.last

    @property
    def size(self) -> int:
        """How many addresses it can give when all are free, reserved ones included."""
        return self.last - self.first + 1

    def rested_since(self, now: datetime) -> datetime:
        """What came back before this moment has rested long enough."""
        return now - timedelta(days=self.quarantine_days)


class ReservationQuerySet(RecordedQuerySet["Reservation"]):
    """Reserved addresses."""

    def standing(self) -> "ReservationQuerySet":
        """Those that are kept back now."""
        return self.filter(is_over=False)

    def of_address(self, address: str) -> "ReservationQuerySet":
        """Those of one address."""
        return self.filter(address=address)

    def with_list_data(self) -> "ReservationQuerySet":
        """With what a list shows of each."""
        return self.select_related("pool__customer")


class Reservation(RecordedModel):
    """An address of a pool that is given to no line, such as that of a router."""

    LOCK_RANK = 48
    TOLD = ("address", "because")
    CUSTOMER = "pool__customer"
    FIXED: ClassVar = {"pool": "MA5.2", "address": "MA5.2"}
    PERSONAL: ClassVar = {"address": NO, "because": NO}
    STAFF_ONLY = frozenset({"*"})

    pool = models.ForeignKey(IpPool, models.PROTECT, related_name="reservations", verbose_name=_("address pool"))
    address = models.GenericIPAddressField(pgettext_lazy("of the network", "address"), protocol="IPv4")
    because = models.CharField(_("reserved for"), max_length=100)
    is_over = models.BooleanField(_("given back"), default=False, editable=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved address")
        verbose_name_plural = _("reserved addresses")
        ordering: ClassVar = ["address"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(is_over=False),
                name="address_reserved_once",
                violation_error_code="MA5.2",
                violation_error_message=_("This address is reserved already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)

    def clean(self) -> None:
        """It lies in its pool."""
        if not self.pool.holds(self.address):
            raise ValidationError(
                {"address": ValidationError(_("This address does not lie in the pool."), code="MA5.2")}
            )
