"""Three months of invented traffic: meters that speak every few days, gateways, cameras, and lines over their threshold."""

from datetime import date, timedelta

from django.db.models import Count

from contracts.models import Customer
from iijiot import clock, roles
from iijiot.copying import gathered
from iijiot.daily import Tally
from iijiot.records import chapter
from iijiot.worlds import clerk
from sims import measuring, throttling
from sims.models import AlertWish, Line, NetworkPolicy, ThrottlePolicy
from sims.models.line_state import Service
from sims.models.network_policy import Ground
from sims.models.throttle_policy import GIGABYTE

DAYS = 92
JUDGED = 8
"""The last days, on which throttles and alerts are given as the clock gives them."""
BLOCKED = ["亡失の届出があったため（見本）", "届出のない端末の接続（見本）", "点検中の停止のお申し出（見本）"]

FIGURES = """
SELECT line.id AS line_id, day, (bytes * float8 '0.15')::bigint AS up, (bytes * float8 '0.85')::bigint AS down
FROM (
    SELECT line.*, hashint8extended(line.id, %(seed)s) & 1023 AS kind FROM sims_line line WHERE activated_on IS NOT NULL
) line
CROSS JOIN LATERAL (
    SELECT one::date AS day, one::date - DATE '2000-01-01' + line.id AS n, extract(isodow FROM one) > 5 AS is_weekend
    FROM generate_series(
        GREATEST(%(first)s::date, line.activated_on), LEAST(%(last)s::date, line.ends_on), interval '1 day'
    ) one
) which
CROSS JOIN LATERAL (SELECT (hashint8extended(line.id, n + %(seed)s) & 1023) / float8 '1024' AS chance) drawn
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN kind < 3 AND n %% 17 < 3 THEN 1300000000 + chance * 800000000
        WHEN kind < 40 THEN 200000000 + chance * 500000000
        WHEN kind < 300 THEN 5000000 + chance * CASE WHEN is_weekend THEN 10000000 ELSE 40000000 END
        ELSE 10000 + chance * 900000
    END AS bytes
) told
WHERE kind < 300 OR n %% 5 = 0
"""


def flow(today: date, seed: int) -> None:
    """Policies in two versions, figures up to yesterday, what they throttle, and a few blocks."""
    set_policies(today)
    with (
        chapter(actor=clerk(roles.STOCK), reason="通信量の取込み（見本）", clause="MA15.2"),
        gathered(FIGURES, {"first": today - timedelta(DAYS), "last": today - timedelta(1), "seed": seed}) as figures,
    ):
        measuring.take_over(figures)
    for back in range(JUDGED, -1, -1):
        with clock.working_on(today - timedelta(back)):
            throttling.set_and_lift(clock.business_day(), Tally())
    intervene(today)


def set_policies(today: date) -> None:
    """The general policy, loosened half-way; one of its own for the customer with the most lines, who wishes to be told."""
    counted = Line.objects.living().order_by().values_list("contract__customer").annotate(many=Count("pk"))
    most = Customer.objects.get(pk=max(counted, key=lambda row: row[1])[0])
    since = today - timedelta(DAYS + 30)
    with chapter(actor=clerk(roles.OPERATOR), reason="速度制限の基準の登録（見本）", clause="MA15.2"):
        for effective_on, gigabytes in [(since, 2), (today - timedelta(45), 3)]:
            ThrottlePolicy(threshold_bytes=gigabytes * GIGABYTE, effective_on=effective_on).save()
        ThrottlePolicy(
            customer=most,
            threshold_bytes=3 * GIGABYTE,
            window_days=3,
            speed_kbps=128,
            duration_days=2,
            effective_on=since,
        ).save()
    with chapter(actor=clerk(roles.DESK), reason="契約者からのお申し出", clause="MA15.2"):
        AlertWish(customer=most, from_percent=90).save()


def intervene(today: date) -> None:
    """One throttle lifted early; three lines blocked, one of them let in again."""
    desk = clerk(roles.DESK)
    throttle = NetworkPolicy.objects.throttles().in_force().first()
    if throttle is not None:
        throttling.lift(throttle, on=today, because="計測の誤りが分かったため（見本）", actor=desk)
    lines = list(Line.objects.filter(state=Service.ACTIVE).order_by("-pk")[: len(BLOCKED)])
    grounds = [Ground.LOSS, Ground.DEVICE, Ground.WISH]
    for line, ground, because in zip(lines, grounds, BLOCKED, strict=False):
        throttling.block(line, ground=ground, because=because, on=today - timedelta(3), until=None, actor=desk)
    if lines:
        throttling.unblock(lines[-1], on=today - timedelta(1), because="点検の終了（見本）", actor=desk)
