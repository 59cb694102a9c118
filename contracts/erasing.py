"""Erasing what is personal of customers who are gone: listed by the clock, proposed by one, carried out by another (G40.2.1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import BooleanField, Count, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from contracts import proving, retaining, rewriting
from contracts.models import Customer, Erasure
from contracts.retaining import Standing
from iijiot import personal
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_add, bulk_change
from iijiot.daily import Tally, one_by_one
from iijiot.login import sessions
from iijiot.models import User
from iijiot.personal import BOOKS, Keeping, called
from iijiot.plans import Stale, fingerprint
from iijiot.records import RecordedModel, chapter, current_chapter, locked
from iijiot.rules import refuse_for
from iijiot.sealing import seal_again

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of records: how many lose something, of how many that stay with their days, amounts and numbers."""

    words: str
    erased: int
    of: int


@dataclass(frozen=True)
class ErasurePlan:
    """What an erasure would take from a customer's records, and what stays."""

    customer: Customer
    standing: Standing
    keeping: str
    kinds: tuple[Kind, ...]
    day: date

    @property
    def what(self) -> str:
        """What goes, in words."""
        return str(Keeping(self.keeping).label)

    @property
    def years(self) -> int:
        """The period under which it goes."""
        return retaining.years_of(self.keeping)

    @property
    def books_on(self) -> date | None:
        """From when name and address can go too, where they stay for now."""
        return None if self.keeping == BOOKS else self.standing.due_on(BOOKS)

    @property
    def due_on(self) -> date:
        """The day since which this is possible."""
        return self.standing.due_on(self.keeping)

    @property
    def letters(self) -> tuple[()]:
        """Nobody is told."""
        return ()

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([self.customer.pk, self.keeping, self.standing.gone_since, self.years, self.kinds])


def plan_erasure(customer: Customer, day: date, keeping: str = "") -> ErasurePlan:
    """What would be erased on a day: all that is possible, or one part. Raises RuleViolation while it is not (G40.2.1)."""
    stands = retaining.standing(customer)
    chosen = keeping or stands.keeping_on(day) or Keeping.REST
    refuse_for(retaining.why_kept(stands, day, chosen))
    return ErasurePlan(customer, stands, chosen, tuple(_kinds(customer, chosen)), day)


def propose(plan: ErasurePlan, *, by: User, reason: str = "") -> Erasure:
    """Propose to erase what the clock has listed, or what is possible though it was kept before (G40.2.1). Raises Stale."""
    with chapter(actor=Actor.staff(by), reason=reason, clause="G40.2.1"), locked(plan.customer) as (customer,):
        again = plan_erasure(customer, plan.day)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        listed = Erasure.objects.of_customer(customer).of_keeping(plan.keeping).open().first()
        if listed is None:
            listed = _erasure(customer, plan.keeping, plan.standing.gone_since)
            listed.save()
        with locked(listed) as (held,):
            held.propose(by, plan.day)
            held.save()
    return held


def plan_of(erasure: Erasure, day: date) -> ErasurePlan:
    """What carrying out an erasure would take now."""
    return plan_erasure(erasure.customer, day, erasure.keeping)


def carry_out(plan: ErasurePlan, erasure: Erasure, *, by: User, at: datetime) -> Erasure:
    """Erase it, rows and history in one transaction, on the word of a second person (G40.2.1).

    New records of the customer wait meanwhile. Raises Stale, and RuleViolation where something needs the data again.
    """
    with chapter(actor=Actor.staff(by), clause="G40.2.1"):
        Customer.objects.among([erasure.customer_id]).select_for_update().get()
        with locked(erasure.customer, erasure) as (customer, held):
            again = plan_erasure(customer, plan.day, held.keeping)
            if again.fingerprint != plan.fingerprint:
                raise Stale(again)
            refuse_for(held.why_not_decided_by(by))
            held.decide(by, at)
            held.save()
            records = _erase(customer, held.keeping)
            told = json.loads(called("erase_from_history", held.pk, current_chapter().id))
            held.finish(records, told["versions"])
            held.save()
            seal_again(told["touched"], held.number, plan.day)
            proving.let_go(customer)
        _close_covered(held)
    return held


def keep(erasure: Erasure, *, because: str, actor: Actor) -> None:
    """Record that the data is needed still (G40.2.1)."""
    with chapter(actor=actor, reason=because, clause="G40.2.1"), locked(erasure) as (held,):
        held.withdraw(because)
        held.save()


def list_due(day: date, tally: Tally) -> None:
    """List the customers whose period is over, and take off the list those who are needed again (G40.2.1)."""
    actor = Actor.clock("list-erasures")
    take_off = partial(keep, because=_("The customer is no longer gone, or the period has changed."), actor=actor)
    for keeping in (BOOKS, Keeping.REST):
        until = retaining.latest_gone(keeping, day)
        listed = Erasure.objects.open().of_keeping(keeping)
        if listed.exists():
            one_by_one(listed.exclude(customer__in=retaining.gone_by(until).values("pk")), take_off, tally)
        if not retaining.reaches_back(until):
            continue
        with chapter(actor=actor, clause="G40.2.1"):
            found = [_erasure(customer, keeping, customer.gone_since) for customer in retaining.to_list(keeping, day)]  # type: ignore[attr-defined]
            bulk_add(found)
        tally.done += len(found)


def _erasure(customer: Customer, keeping: str, gone_since: date) -> Erasure:
    due_on = Standing((), gone_since).due_on(keeping)
    years = retaining.years_of(keeping)
    return Erasure(customer=customer, keeping=keeping, gone_since=gone_since, years=years, due_on=due_on)


def _close_covered(done: Erasure) -> None:
    """What was to go earlier has gone with it."""
    if done.keeping == BOOKS:
        for covered in Erasure.objects.of_customer(done.customer).open():
            keep(covered, because=_("Erased with %(number)s.") % {"number": done.number}, actor=current_chapter().actor)


def _kinds(customer: Customer, keeping: str) -> list[Kind]:
    counts: list[QuerySet[Any]] = []
    models: list[type[RecordedModel]] = []
    for model, road in rewriting.roads().items():
        if changes := _changes(model, keeping, customer.number):
            rows = road(customer.pk).order_by().annotate(model_place=Value(len(models))).values("model_place")
            taken = Count("pk", filter=_differs(model, changes))
            counts.append(rows.annotate(rows_taken=taken, rows_there=Count("pk")))
            models.append(model)
    found = sorted(counts[0].union(*counts[1:], all=True), key=itemgetter("model_place"))
    kinds = [
        (str(models[row["model_place"]]._meta.verbose_name), row["rows_taken"], row["rows_there"]) for row in found
    ]
    return [Kind(*told) for told in kinds if told[1]]


def _erase(customer: Customer, keeping: str) -> int:
    """Put pseudonyms into the records, and take the names out of those of others that may hold them; returns into how many."""
    names = called("erased_names", customer.pk, keeping == BOOKS)
    records = 0
    for model, road in rewriting.roads().items():
        if changes := _changes(model, keeping, customer.number):
            rows = road(customer.pk).filter(_differs(model, changes))
            records += len(bulk_change(rows, dict(changes), releasing=changes))
    others = rewriting.related(customer.pk)
    elsewhere = [(model, rewriting.of_customer(model, others)) for model in rewriting.owned_models() if others]
    for model, rows in [*elsewhere, *((model, model._base_manager.all()) for model in rewriting.UNOWNED)]:
        _unname(model, rows, names, customer.number)
    logins = rewriting.users(customer.pk)
    EmailAddress.objects.filter(user__in=logins).delete()
    Authenticator.objects.filter(user__in=logins).delete()
    for login in logins:
        sessions.end_all(login)
    bulk_change(logins.filter(is_active=True), {"is_active": False})
    return records


def _unname(model: Any, rows: QuerySet[Any], names: list[str], number: str) -> None:
    fields = [model._meta.get_field(name) for name in personal.personal(model)]
    if not fields or not names:
        return
    found = Q()
    for field in fields:
        found |= Q(_raw(personal.naming(model, field, "%s::text[]"), [names]))
    changes = {
        field.name: Computed(personal.unnamed(model, field, "%s::text[]", "%s"), [names, number]) for field in fields
    }
    bulk_change(rows.filter(found), changes, releasing=changes)


def _changes(model: Any, keeping: str, number: str) -> dict[str, Computed]:
    """What an erasure writes into a record of this kind."""
    changes = {}
    for name, kept in personal.personal(model).items():
        if personal.covers(keeping, kept):
            text = personal.erased(model, model._meta.get_field(name), "%s", model.ERASED_AS.get(name, ""))
            changes[name] = Computed(text, [number] * text.count("%s"))
    return changes


def _differs(model: Any, changes: Mapping[str, Computed]) -> Q:
    """Whether it would write anything new."""
    found = Q()
    for name, computed in changes.items():
        stored = personal.stored(model, model._meta.get_field(name))
        found |= Q(_raw(f"{stored} IS DISTINCT FROM {computed.sql}", computed.params))
    return found


def _raw(text: str, params: Any) -> RawSQL:
    return RawSQL(text, params, output_field=BooleanField())
