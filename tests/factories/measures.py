"""Violations and suspensions."""

from datetime import UTC, date, datetime

import factory

from contracts.models import Suspension, Violation
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory


class ViolationFactory(Recorded):
    """A prohibited use that was found on 2026-11-20 and goes on."""

    class Meta:
        model = Violation

    class Params:
        remedied = factory.Trait(state="remedied", closed_on=date(2026, 11, 24), outcome="設定を改めた")

    customer = factory.SubFactory(CustomerFactory)
    breach = "G20.3"
    found_on = date(2026, 11, 20)
    what = "回線からの大量の通信が他の利用者の通信を妨げている（設備の記録）。"


class SuspensionFactory(Recorded):
    """A suspension for non-payment, announced on 2026-11-25 for 2026-12-01."""

    class Meta:
        model = Suspension

    class Params:
        in_force = factory.Trait(state="in-force", begun_on=date(2026, 12, 1), cure_by=date(2027, 2, 1))
        for_violation = factory.Trait(
            cause="G26.1.3",
            violation=factory.SubFactory(ViolationFactory, customer=factory.SelfAttribute("..contract.customer")),
        )

    contract = factory.SubFactory(ContractFactory)
    extent = "stop"
    cause = "G26.1.1"
    reason = "ご利用料金のお支払いが確認できないため"
    period = "お支払いの確認まで"
    begins_at = datetime(2026, 11, 30, 15, tzinfo=UTC)
    announced_at = datetime(2026, 11, 25, 1, tzinfo=UTC)
