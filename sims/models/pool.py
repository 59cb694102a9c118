"""Address pools and who has, or had, which address: the company gives them, IPv4 alone, each to one line (MA5)."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.line import Line


def network_of(value: str) -> IPv4Network:
    """The network that a text names. Raises ValidationError for IPv6 and whatever is no network (MA5.1)."""
    try:
        return IPv4Network(value.strip())
    except ValueError:
        raise ValidationError(
            _("Give an IPv4 network such as 10.64.0.0/16; IPv6 is not used, and host bits must be 0."), code="MA5.1"
        ) from None


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
    quarantine_days = models.PositiveSmallIntegerField(
        _("days of rest"), default=30, help_text=_("So long an address that came back is given to nobody.")
    )
    warn_at = models.PositiveSmallIntegerField(
        _("warn at"), default=80, validators=[MaxValueValidator(100)], help_text=_("Per cent of its addresses in use.")
    )
    is_open = models.BooleanField(_("gives addresses"), default=True)

    objects = IpPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("address pool")
        verbose_name_plural = _("address pools")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pool_ends_after_it_begins",
                condition=Q(last__gte=F("first")),
                violation_error_code="MA5.2",
                violation_error_message=_("A pool has at least one address."),
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
    def size(self) -> int:
        """How many addresses it can give when all are free, reserved ones included."""
        return self.last - self.first + 1

    def rested_since(self, now: datetime) -> datetime:
        """What came back up to this moment has rested long enough."""
        return now - timedelta(days=self.quarantine_days)


class ReservationQuerySet(RecordedQuerySet["Reservation"]):
    """Reserved addresses."""

    def standing(self) -> "ReservationQuerySet":
        """Those that are kept back now."""
        return self.filter(is_over=False)


class Reservation(RecordedModel):
    """An address of a pool that is given to no line, such as that of a router."""

    TOLD = ("address", "because")
    CUSTOMER = "pool__customer"
    FIXED: ClassVar = {"pool": "MA5.2", "address": "MA5.2"}
    PERSONAL: ClassVar = {"address": NO, "because": NO}
    STAFF_ONLY = frozenset({"*"})

    pool = models.ForeignKey(IpPool, models.PROTECT, related_name="reservations", verbose_name=_("address pool"))
    address = models.GenericIPAddressField(_("address"), protocol="IPv4")
    because = models.CharField(_("reserved for"), max_length=100)
    is_over = models.BooleanField(_("given back"), default=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved address")
        verbose_name_plural = _("reserved addresses")
        ordering: ClassVar = ["address"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address"],
                name="address_reserved_once",
                violation_error_code="MA5.2",
                violation_error_message=_("This address is reserved already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)

    def clean(self) -> None:
        """It lies in its pool."""
        if not self.pool.first <= int(IPv4Address(self.address)) <= self.pool.last:
            raise ValidationError(
                {"address": ValidationError(_("This address does not lie in the pool."), code="MA5.2")}
            )


class AddressUseQuerySet(RecordedQuerySet["AddressUse"]):
    """Uses of addresses, present and past."""

    def current(self) -> "AddressUseQuerySet":
        """Addresses that lines have now."""
        return self.filter(until=None)

    def of_lines(self, lines: Any) -> "AddressUseQuerySet":
        """Those of these lines."""
        return self.filter(line__in=lines)

    def at(self, address: str, moment: datetime) -> "AddressUseQuerySet":
        """Who had an address at a moment (G46.3)."""
        had = self.filter(Q(until=None) | Q(until__gt=moment), address=address, since__lte=moment)
        return had.select_related("line__contract__customer", "pool")

    def of_address(self, address: str) -> "AddressUseQuerySet":
        """All uses of an address, the latest first."""
        return self.filter(address=address).order_by("-since").select_related("line__contract__customer", "pool")

    def of_pool(self, pool: IpPool) -> "AddressUseQuerySet":
        """Those of a pool's addresses."""
        return self.filter(pool=pool)

    def resting(self, pool: IpPool, now: datetime) -> "AddressUseQuerySet":
        """Given back so lately that nobody gets them yet."""
        return self.filter(until__gt=pool.rested_since(now))

    def with_list_data(self) -> "AddressUseQuerySet":
        """With what a list shows of each."""
        return self.select_related("line__contract__customer", "pool")


class AddressUse(RecordedModel):
    """A line has, or had, an address: since when, and until when."""

    LOCK_RANK = 47
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"line": "MA5.2", "address": "MA5.2", "pool": "MA5.2", "since": "G46.3"}
    TOLD = ("address", "since")
    PERSONAL: ClassVar = {"address": NO}

    line = models.ForeignKey(Line, models.PROTECT, related_name="address_uses", verbose_name=_("line"))
    pool = models.ForeignKey(IpPool, models.PROTECT, related_name="uses", verbose_name=_("address pool"))
    address = models.GenericIPAddressField(_("address"), protocol="IPv4")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = AddressUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of an address")
        verbose_name_plural = _("uses of addresses")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["address", "since"], name="address_use_when"),
            models.Index(fields=["pool", "until"], name="address_use_pool"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="address_use_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_code="G46.3",
                violation_error_message=_("An address cannot be given back before it was given."),
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(until=None),
                name="address_on_one_line_at_a_time",
                violation_error_code="MA5.3",
                violation_error_message=_("Another line has this address."),
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(until=None),
                name="one_address_per_line",
                violation_error_code="MA5.2",
                violation_error_message=_("The line has an address already."),
            ),
            ExclusionConstraint(
                name="address_uses_do_not_overlap",
                expressions=[
                    (
                        Func(
                            "address",
                            template="int8range(%(expressions)s - '0.0.0.0'::inet, %(expressions)s - '0.0.0.0'::inet, '[]')",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_code="G46.3",
                violation_error_message=_("Another line had this address in that time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)
