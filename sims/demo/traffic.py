"""Three months of invented traffic: meters that speak every nine days, gateways, cameras, and lines over their threshold."""

from datetime import date

from django.db.models import Count

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Customer
from iijiot import roles
from iijiot.copying import gathered
from iijiot.records import chapter
from iijiot.worlds import clerk
from sims import measuring, throttling
from sims.models import AlertWish, Line, NetworkPolicy, ThrottlePolicy
from sims.models.line_state import Service
from sims.models.network_policy import Ground
from sims.models.throttle_policy import GIGABYTE

DAYS = 92
JUDGED = 8
"""The last days, whose figures come in day by day and are judged by the clock; those before are taken over at once."""
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
        WHEN kind < 100 THEN 5000000 + chance * CASE WHEN is_weekend THEN 10000000 ELSE 40000000 END
        ELSE 10000 + chance * 900000
    END AS bytes
) told
WHERE kind < 100 OR n %% 9 = 0
"""


def flow(office: Office, seed: int) -> Story:
    """Policies in two versions, figures up to yesterday, what they throttle, and a few blocks."""
    yield -(DAYS + 20)
    general(office, 2)
    yield -45
    general(office, 3)
    own(office)
    yield -JUDGED
    count(office.on(-DAYS), office.on(-JUDGED - 1), seed)
    for back in range(JUDGED - 1, 0, -1):
        yield -back
        count(office.on(-back - 1), office.on(-back - 1), seed)
        if back == 3:
            block(office)
    yield 0
    count(office.on(-1), office.on(-1), seed)
    intervene(office)


def general(office: Office, gigabytes: int) -> None:
    """A version of the policy for everybody, from this day on."""
    with chapter(actor=clerk(roles.OPERATOR), reason="速度制限の基準の登録（見本）", clause="MA15.2"):
        ThrottlePolicy(threshold_bytes=gigabytes * GIGABYTE, effective_on=office.day).save()


def own(office: Office) -> None:
    """One of its own for the customer with the most lines, who wishes to be told; another one was withdrawn."""
    counted = Line.objects.living().order_by().values_list("contract__customer").annotate(many=Count("pk"))
    most = Customer.objects.get(pk=max(counted, key=lambda row: row[1])[0])
    told = {"customer": most, "threshold_bytes": 3 * GIGABYTE, "speed_kbps": 128, "duration_days": 2}
    operator = clerk(roles.OPERATOR)
    with chapter(actor=operator, reason="個別の速度制限の合意（見本）", clause="MA15.2"):
        ThrottlePolicy(**told, effective_on=office.day).save()
        withdrawn = ThrottlePolicy(**told, effective_on=office.on(30))
        withdrawn.save()
    throttling.withdraw(withdrawn, on=office.day, because="合意の見直し（見本）", actor=operator)
    with chapter(actor=office.desk, reason="契約者からのお申し出", clause="MA15.2"):
        AlertWish(customer=most, from_percent=90).save()


def count(first: date, last: date, seed: int) -> None:
    """The figures of these days."""
    with (
        chapter(actor=clerk(roles.STOCK), reason="通信量の取込み（見本）", clause="MA15.2"),
        gathered(FIGURES, {"first": first, "last": last, "seed": seed}) as figures,
    ):
        measuring.take_over(figures)


def block(office: Office) -> None:
    """Three lines blocked."""
    lines = Line.objects.filter(state=Service.ACTIVE).order_by("-pk")[: len(BLOCKED)]
    for line, ground, because in zip(lines, [Ground.LOSS, Ground.DEVICE, Ground.WISH], BLOCKED, strict=False):
        throttling.block(line, ground=ground, because=because, on=office.day, until=None, actor=office.desk)


def intervene(office: Office) -> None:
    """A throttle and a block that staff lift."""
    for held in (
        NetworkPolicy.objects.throttles().in_force().first(),
        NetworkPolicy.objects.blocks().in_force().last(),
    ):
        if held is not None:
            throttling.lift(held, on=office.day, because="計測の誤りが分かったため（見本）", actor=office.desk)
