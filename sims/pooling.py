"""Address pools: how full each is and whom it tells, what is kept back, and the end of their giving (MA5.2)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.records import chapter, citing, locked
from iijiot.rules import refuse
from iijiot.words import Words, said
from sims.models import AddressUse, IpPool, Reservation


@dataclass(frozen=True)
class Fill:
    """How full a pool is."""

    pool: IpPool
    used: int
    resting: int
    reserved: int

    @property
    def free(self) -> int:
        """Addresses that could be given now."""
        return self.pool.size - self.used - self.resting - self.reserved

    @property
    def percent(self) -> int:
        """How much of it is not free, in whole per cent, rounded up."""
        taken = self.pool.size - self.free
        return -(-taken * 100 // self.pool.size)

    @property
    def is_scarce(self) -> bool:
        """Whether staff are to be told."""
        return self.percent >= self.pool.warn_at


def filled(row: IpPool) -> Fill:
    """How full a pool is that was read `with_fill`."""
    counted: Any = row
    return Fill(row, counted.used, counted.resting, counted.reserved)


def fill_of(pool: IpPool, now: datetime) -> Fill:
    """How full a pool is now."""
    return filled(IpPool.objects.among([pool.pk]).with_fill(now).get())


def watch(pool: IpPool, now: datetime) -> None:
    """Note that a pool held under lock has crossed its threshold, or is below it again, inside the open act (MA5.2).

    Staff are told by a queue for as long as it stands there; each crossing is one entry of its history.
    """
    if has_crossed(pool, now):
        pool.scarce_since = None if pool.scarce_since else now
        with citing("MA5.2"):
            pool.save()


def has_crossed(pool: IpPool, now: datetime) -> bool:
    """Whether a pool has crossed its threshold, either way, since that was last noted."""
    is_scarce = pool.is_open and not _has_plenty(pool) and fill_of(pool, now).is_scarce
    return is_scarce != (pool.scarce_since is not None)


def _has_plenty(pool: IpPool) -> bool:
    """Whether the addresses that nobody had yet are enough already, without counting the others."""
    return (pool.size - _new(pool)) * 100 < pool.warn_at * pool.size - 100


def _new(pool: IpPool) -> int:
    """How many addresses nobody ever had, at least."""
    highest = AddressUse.objects.highest(pool)
    return pool.last - (int(IPv4Address(highest)) if highest else pool.first - 1) - pool.reservations.standing().count()


def free_by_owner(enough: int, now: datetime) -> Counter[int | None]:
    """How many addresses can be given now, by the customer whose pools they are of, None for everybody's.

    Where that are surely so many as are `enough`, they are not counted.
    """
    free: Counter[int | None] = Counter()
    for pool in IpPool.objects.open():
        new = _new(pool)
        free[pool.customer_id] += new if new >= enough else max(fill_of(pool, now).free, 0)
    return free


def watch_again(pool: IpPool, *, now: datetime, actor: Actor) -> None:
    """The same as an act of its own: addresses have rested meanwhile, or the threshold is another (MA5.2)."""
    with chapter(actor=actor, clause="MA5.2"), locked(pool) as (held,):
        watch(held, now)


def close(pool: IpPool, *, now: datetime, actor: Actor, reason: str = "") -> None:
    """Give no more addresses from a pool; lines keep those that they have (MA5.2)."""
    _set_open(pool, False, _("The pool gives no addresses already."), now, actor, reason)


def reopen(pool: IpPool, *, now: datetime, actor: Actor, reason: str = "") -> None:
    """Give addresses from a pool again (MA5.2)."""
    _set_open(pool, True, _("The pool gives addresses already."), now, actor, reason)


def _set_open(pool: IpPool, is_open: bool, already: Words, now: datetime, actor: Actor, reason: str) -> None:
    with chapter(actor=actor, reason=reason, clause="MA5.2"), locked(pool) as (held,):
        if held.is_open == is_open:
            raise refuse("MA5.2", already)
        held.is_open = is_open
        held.save()
        watch(held, now)


def reserve(pool: IpPool, address: str, *, because: str, now: datetime, actor: Actor) -> Reservation:
    """Keep an address back, such as that of a router (MA5.2). Raises RuleViolation where a line has it."""
    with chapter(actor=actor, reason=because, clause="MA5.2"), locked(pool) as (held,):
        using = AddressUse.objects.current().of_address(address).first()
        if using is not None:
            raise refuse(
                "MA5.2",
                said(_("Line {line} has this address. Give it another one first."), line=using.line),
            )
        kept = Reservation(pool=held, address=address, because=because)
        kept.save()
        watch(held, now)
    return kept


def give_back(reservation: Reservation, *, now: datetime, actor: Actor, reason: str = "") -> None:
    """Let a reserved address be given to lines again (MA5.2)."""
    with chapter(actor=actor, reason=reason, clause="MA5.2"), locked(reservation.pool, reservation) as (pool, held):
        if held.is_over:
            raise refuse("MA5.2", _("This reservation is given back already."))
        held.is_over = True
        held.save()
        watch(pool, now)
