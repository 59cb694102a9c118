"""Who has, or had, which address, since when and until when: each goes to one line at a time (MA5, G46.3)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.line import Line
from sims.models.pool import IpPool

FAMILY, MASK = (Func("address", function=name, output_field=IntegerField()) for name in ("family", "masklen"))

TOO_EARLY = _("An address cannot be given back before it was given.")


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

    def meant(self, address: str, line: str) -> "AddressUseQuerySet":
        """Those of this address, as typed, or of the line of this number, the latest first."""
        rows = self.order_by("-since", "-pk").select_related("line__contract__customer", "pool")
        try:
            IPv4Address(address)
        except ValueError:
            return rows.filter(line__number=line) if line else rows.none()
        return rows.filter(address=address)

    def of_contract(self, contract: Any) -> "AddressUseQuerySet":
        """What the lines of a contract have now, the latest first."""
        return self.filter(line__contract=contract, until=None).order_by("-pk").select_related("line", "pool")

    def of_addresses(self, addresses: Collection[str], since: datetime, until: datetime) -> "AddressUseQuerySet":
        """Uses of any of these addresses that lie in a time, or reach into it (G46.3)."""
        reaching = self.filter(Q(until=None) | Q(until__gt=since), since__lte=until, address__in=addresses)
        return reaching.select_related("line__contract__customer", "pool")

    def of_pool(self, pool: IpPool) -> "AddressUseQuerySet":
        """Of each address of a pool its latest use."""
        return self.filter(pool=pool, given_again=False)

    def highest(self, pool: IpPool) -> str | None:
        """The highest address of a pool that was ever given: those behind it are new."""
        within = self.filter(given_again=False, address__gte=pool.first_address, address__lte=pool.last_address)
        return within.order_by("-address").values_list("address", flat=True).first()

    def replaced(self, lines: Any) -> "AddressUseQuerySet":
        """Former uses of the addresses that these lines have now, not marked as given again yet."""
        now = AddressUse._base_manager.filter(line__in=lines, until=None, address=OuterRef("address")).order_by()
        return self.filter(Exists(now), until__isnull=False, given_again=False)

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
    pool = models.ForeignKey(
        IpPool, models.PROTECT, related_name="uses", verbose_name=_("address pool"), db_index=False
    )
    address = models.GenericIPAddressField(pgettext_lazy("of the network", "address"), protocol="IPv4")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    given_again = models.BooleanField(_("given again since"), default=False, editable=False)

    objects = AddressUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of an address")
        verbose_name_plural = _("uses of addresses")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("change_address", _("Can give lines another address")),
            ("trace_address", _("Can ask who had an address")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["address", "since"], name="address_use_when"),
            models.Index(fields=["address"], name="address_use_latest", condition=Q(given_again=False)),
            models.Index(fields=["pool", "until", "address"], name="address_use_pool", condition=Q(given_again=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="address_is_ipv4",
                condition=Q(Exact(FAMILY, 4)) & Q(Exact(MASK, 32)),
                violation_error_code="MA5.1",
                violation_error_message=_("Lines have IPv4 addresses alone; IPv6 is not used."),
            ),
            models.CheckConstraint(
                name="address_given_again_once_it_is_back",
                condition=Q(given_again=False) | Q(until__isnull=False),
                violation_error_code="MA5.3",
                violation_error_message=_("An address is given again only once it has come back."),
            ),
            models.CheckConstraint(
                name="address_use_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_code="G46.3",
                violation_error_message=TOO_EARLY,
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(until=None),
                name="one_address_per_line",
                violation_error_code="MA5.2",
                violation_error_message=_("The line has an address already."),
            ),
            ExclusionConstraint(
                name="address_on_one_line_at_a_time",
                condition=Q(given_again=False),
                expressions=[
                    (OpClass("address", name="inet_ops"), RangeOperators.OVERLAPS),
                    (
                        Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_code="MA5.3",
                violation_error_message=_("Another line has this address, or had it in that time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)

    def fixed(self) -> Mapping[str, str]:
        """Once the address was given again, to a line that had it afterwards, its end stays too."""
        return {**self.FIXED, "until": "G46.3"} if self.given_again else self.FIXED

    def clean(self) -> None:
        """It ends after it begins: a time that does not cannot be compared with others."""
        if self.until is not None and self.until < self.since:
            raise ValidationError(TOO_EARLY, code="G46.3")
