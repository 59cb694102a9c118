"""Applications and what their screening found."""

from datetime import UTC, date, datetime
from typing import Any

import factory

from contracts.models import Application, DocumentRequest, Finding
from contracts.models.application import State
from contracts.models.finding import SCREENED
from tests.factories.base import Recorded
from tests.factories.customers import CustomerFactory, ManagementUnitFactory


class ApplicationFactory(Recorded):
    """An application for the IIJ IoT service, received on 2026-11-25 at 10:00 in Tokyo, service wished from 12-01."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    class Params:
        on_paper = factory.Trait(channel=Application.Channel.PAPER)
        mobile_access = factory.Trait(service_code="mobile-access", item="TypeD", quantity=10)
        screened = factory.Trait(state=State.SCREENING)
        on_hold = factory.Trait(state=State.ON_HOLD)
        accepted = factory.Trait(state=State.ACCEPTED, decided_on=date(2026, 11, 25))
        refused = factory.Trait(state=State.REFUSED, decided_on=date(2026, 11, 25))
        withdrawn = factory.Trait(state=State.WITHDRAWN, decided_on=date(2026, 11, 25))

    received_at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    customer = factory.SubFactory(CustomerFactory)
    management_unit = factory.SubFactory(ManagementUnitFactory, customer=factory.SelfAttribute("..customer"))
    service_code = "iot"
    start_wished_on = date(2026, 12, 1)

    @factory.post_generation
    def found(application: Application, create: bool, grounds: dict[str, str] | None, **kwargs: Any) -> None:  # noqa: N805
        """What the screening found, once it has begun: nothing, but for the grounds given with their facts."""
        if application.state in (State.RECEIVED, State.WITHDRAWN):
            return
        for ground in [*SCREENED, *(g for g in grounds or {} if g not in SCREENED)]:
            facts = (grounds or {}).get(ground, "")
            FindingFactory(application=application, ground=ground, result="found" if facts else "clear", text=facts)


class FindingFactory(Recorded):
    """A ground that was examined and does not apply."""

    class Meta:
        model = Finding

    application = factory.SubFactory(ApplicationFactory)
    ground = "G14.1.2"
    result = Finding.Result.CLEAR


class DocumentRequestFactory(Recorded):
    """A document asked for on 2026-11-25 that has not arrived (G42.2.1)."""

    class Meta:
        model = DocumentRequest

    application = factory.SubFactory(ApplicationFactory, on_hold=True)
    what = "登記事項証明書"
    asked_on = date(2026, 11, 25)
