"""Reaching customers: further channels, asked for and set up."""

from datetime import date

from contracts.models import ContactChannel, Customer
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def ask_for_channel(customer: Customer, means: str, why: str, *, on: date, actor: Actor) -> ContactChannel:
    """Ask a customer to set up a further channel; contracts run on meanwhile (G12.2.2, G42.2.4)."""
    with chapter(actor=actor, reason=why, clause="G12.2.2"), locked(customer) as (held,):
        channel = ContactChannel(customer=held, means=means, why=why, asked_on=on)
        channel.save()
    return channel


def record_channel(channel: ContactChannel, detail: str, *, on: date, actor: Actor) -> None:
    """Record that the customer has set it up (G12.2.2)."""
    with chapter(actor=actor, clause="G12.2.2"), locked(channel) as (held,):
        held.detail, held.set_up_on = detail, on
        held.save()
