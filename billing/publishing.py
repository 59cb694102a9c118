"""Publishing prices: the customers whom they change are told before, and nobody pays what was not shown (G30.1, G30.4)."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing import repricing, showing
from billing.models import Price, PriceVersion
from billing.price_book import PriceBook, price_book
from contracts import announcing
from contracts.announcing import Told
from contracts.models import Contract, Customer, Notice
from contracts.models.contract import ContractQuerySet
from contracts.models.customer import CustomerQuerySet
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said

NAMED = 3
"""So many of the customers who were not told are named."""


def touched(version: PriceVersion) -> ContractQuerySet:
    """The living contracts that pay something else because of it (G30.4)."""
    return Contract.objects.among(repricing.repriced(version))


def not_told(version: PriceVersion) -> CustomerQuerySet:
    """Customers whom it changes and of whom no notice is on record that left before its day (G30.4)."""
    if version.existing_from is None:
        return Customer.objects.none()
    in_time = Notice.objects.about(version).sent_before(version.existing_from)
    return Customer.objects.having(touched(version)).not_among(in_time)


def refuse_untold(version: PriceVersion) -> None:
    """Raises RuleViolation while a customer whom it changes has no notice on record, naming the first of them (G30.4)."""
    missing = not_told(version)
    if many := missing.count():
        sentence = _("{many} customers have no notice that left before {day}, first of them {first}. Tell them first.")
        first = "、".join(str(customer) for customer in missing.order_by("pk")[:NAMED])
        raise refuse("G30.4", said(sentence, many=many, day=version.existing_from, first=first))


def refuse_publishing(version: PriceVersion, *, on: date) -> None:
    """Raises RuleViolation where it has no prices, changes what applicants were shown, or somebody was or would not be told."""
    prices, book = list(Price.objects.of_version(version)), price_book()
    if not prices:
        raise refuse("G30.1", _("The version has no price. Enter its prices first."))
    if version.new_from <= on:
        _refuse_what_was_not_shown(version, prices, book)
    _refuse_out_of_order(version, prices, book)
    refuse_untold(version)
    if version.existing_from and version.existing_from > on and version.announced_at is None:
        sentence = _("Announce it first, though it changes nobody now: whoever joins before {day} is told by its text.")
        raise refuse("G30.4", said(sentence, day=version.existing_from))


def _refuse_what_was_not_shown(version: PriceVersion, prices: Iterable[Price], book: PriceBook) -> None:
    """Raises RuleViolation where applicants since its day were shown another price for a fee, or the list without it."""
    further = repricing.added(version, showing.asked_for_since(version.new_from))
    for price in prices:
        if any(known.new_from <= version.new_from for known in book.listed.get(price.key, ())):
            sentence = _("{fee}: since {day} applicants were shown another price. Choose a day that is to come.")
            raise refuse("G30.1", said(sentence, fee=price.what, day=version.new_from))
        if price.key in further:
            sentence = _(
                "{fee}: since {day} applicants were shown the list without this fee. Choose a day that is to come."
            )
            raise refuse("G30.1", said(sentence, fee=price.what, day=version.new_from))


def _refuse_out_of_order(version: PriceVersion, prices: Iterable[Price], book: PriceBook) -> None:
    """Raises RuleViolation where an older price for new contracts would follow a newer one for existing contracts."""
    if version.existing_from is None:
        return
    for price in prices:
        for known in book.listed.get(price.key, ()):
            if known.existing_from is None or known.new_from == version.new_from:
                continue
            if (known.existing_from < version.existing_from) != (known.new_from < version.new_from):
                sentence = _(
                    "{fee}: another version is for new contracts from {new} and for existing ones from {existing}. "
                    "Choose days that are both before or both after."
                )
                told = {"fee": price.what, "new": known.new_from, "existing": known.existing_from}
                raise refuse("G30.4", said(sentence, **told))


def publish(version: PriceVersion, *, on: date, actor: Actor, reason: str = "") -> None:
    """Let the prices hold from their days on.

    A day that is over is possible only for a service that nobody was shown a list of since then: whoever was shown
    one pays no further fee because of it.
    Raises RuleViolation, and ValidationError where another version has a price for a fee from the same day.
    """
    with chapter(actor=actor, reason=reason, clause="G30.4"), locked(version) as (held,):
        refuse_publishing(held, on=on)
        held.publish(on)
        held.save()
        _set_days(held, held.new_from, held.existing_from)


def withdraw(version: PriceVersion, *, because: str, on: date, actor: Actor) -> None:
    """Do without prices that hold for nobody yet, and tell those who were told of them."""
    with chapter(actor=actor, reason=because, clause="G30.4"), locked(version) as (held,):
        held.withdraw(because, on)
        held.save()
        _set_days(held, None, None)
        announcing.take_back(held)


def _set_days(version: PriceVersion, new_from: date | None, existing_from: date | None) -> None:
    prices: Iterable[Price] = Price.objects.of_version(version)
    for price in prices:
        price.version = version
        price.new_from, price.existing_from = new_from, existing_from
        price.save()


def without_notice(version: PriceVersion) -> CustomerQuerySet:
    """Customers whom it changes and to whom nothing was written of it yet."""
    return Customer.objects.having(touched(version)).not_among(Notice.objects.about(version))


def refuse_telling_rest(version: PriceVersion) -> None:
    """Raises RuleViolation where it was not announced, or everybody has a notice."""
    if version.announced_at is None or version.state == "withdrawn":
        raise refuse("G30.4", _("It is not announced. Announce it first."))
    if not without_notice(version).exists():
        raise refuse("G30.4", _("Everybody whom it changes has a notice. There is nobody to tell."))


def tell_rest(version: PriceVersion, *, actor: Actor) -> None:
    """Tell the customers whom it changes since it was announced, by the same text (G30.4)."""
    with chapter(actor=actor, clause="G30.4"), locked(version) as (held,):
        refuse_telling_rest(held)
        with locked(held.announcements.order_by("pk").first()) as (made,):
            announcing.tell_more(made, Notice.Kind.PRICES, without_notice(held))


def touching(contract: Contract) -> list[PriceVersion]:
    """Announced changes to come that change what a new contract pays: it is told of them at its acceptance (G30.4)."""
    coming = PriceVersion.objects.to_change_after(contract.accepted_on)
    return [version for version in coming if contract.pk in repricing.repriced(version)]


TOLD = Told(Notice.Kind.PRICES, touched, touching)
"""How prices are announced."""
