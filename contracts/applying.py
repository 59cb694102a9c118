"""Applications that come by themselves, complete or not at all (G12.1)."""

from datetime import date, datetime
from typing import Any

from contracts.models import Application, Contract, Customer, ManagementUnit
from iijiot.actors import Actor
from iijiot.records import chapter


def file(
    customer: Customer,
    unit: ManagementUnit,
    *,
    service_code: str,
    start_wished_on: date,
    at: datetime,
    actor: Actor,
    changes: Contract | None = None,
    **items: Any,
) -> Application:
    """Take an application that came electronically. Raises ValidationError with every item that is missing or wrong (G12.1)."""
    with chapter(actor=actor, clause="G12.1"):
        application = Application(
            received_at=at,
            channel=Application.Channel.ELECTRONIC,
            customer=customer,
            management_unit=unit,
            changes=changes,
            service_code=service_code,
            start_wished_on=start_wished_on,
            **items,
        )
        application.save()
    return application
