"""Usage, throttling policies, throttles and alerts; usage itself comes in by the one road on which it always does."""

from collections.abc import Iterable
from datetime import date, timedelta

import factory

from sims import measuring
from sims.measuring import Change
from sims.models import AlertWish, Line, NetworkPolicy, ThrottlePolicy, UsageAlert
from tests.factories.base import Recorded
from tests.factories.customers import CustomerFactory
from tests.factories.sims import LineFactory

GB = 10**9


def used(rows: Iterable[tuple[Line, date, float]]) -> Change:
    """Load usage in gigabytes, a tenth of it up."""
    told = [(line.pk, day, int(size * GB) // 10, int(size * GB) - int(size * GB) // 10) for line, day, size in rows]
    return measuring.load(told)


class ThrottlePolicyFactory(Recorded):
    """Three gigabytes in three days, per line, since 2026-04-01, a further one a day earlier: then 200 kbit/s for three days."""

    class Meta:
        model = ThrottlePolicy

    class Params:
        per_contract = factory.Trait(counts="contract")
        own = factory.Trait(customer=factory.SubFactory(CustomerFactory))
        withdrawn = factory.Trait(state="withdrawn", withdrawn_because="誤記のため")

    counts = "line"
    threshold_bytes = 3 * GB
    window_days = 3
    speed_kbps = 200
    duration_days = 3
    effective_on = factory.LazyFunction(lambda: date(2026, 4, 1) - timedelta(ThrottlePolicy.objects.count()))


class NetworkPolicyFactory(Recorded):
    """A line is throttled from 2026-12-04 to 12-06; ``blocked=True``: blocked by staff since 2026-12-04."""

    class Meta:
        model = NetworkPolicy

    class Params:
        blocked = factory.Trait(
            kind="blocked", ground="MA10.1", policy=None, measured=None, window_first=None, window_last=None,
            until_day=None, because="亡失の届出があったため",
        )  # fmt: skip
        expired = factory.Trait(state="expired", over_on=date(2026, 12, 6))
        lifted = factory.Trait(state="lifted", over_on=date(2026, 12, 5), over_because="計測の誤りのため")

    line = factory.SubFactory(LineFactory)
    contract = factory.LazyAttribute(lambda throttle: throttle.line.contract)
    kind = "throttled"
    ground = "MA15.2"
    policy = factory.LazyFunction(lambda: ThrottlePolicy.objects.first() or ThrottlePolicyFactory())
    measured = 4 * GB
    window_first = date(2026, 12, 1)
    window_last = date(2026, 12, 3)
    from_day = date(2026, 12, 4)
    until_day = date(2026, 12, 6)


class UsageAlertFactory(Recorded):
    """A line has reached 90 per cent of its threshold on 2026-12-02."""

    class Meta:
        model = UsageAlert

    line = factory.SubFactory(LineFactory)
    contract = factory.LazyAttribute(lambda alert: alert.line.contract)
    policy = factory.LazyFunction(lambda: ThrottlePolicy.objects.first() or ThrottlePolicyFactory())
    percent = 90
    measured = 27 * GB // 10
    reached_on = date(2026, 12, 2)
    period_first = date(2026, 12, 1)
    period_last = date(2026, 12, 3)


class AlertWishFactory(Recorded):
    """A customer wishes to be told from 75 per cent on."""

    class Meta:
        model = AlertWish

    customer = factory.SubFactory(CustomerFactory)
    from_percent = 75
