"""The invented price list: made-up fees for every service, changes to come and one that was dropped, agreed prices."""

from datetime import date, timedelta
from typing import Any

from billing import agreeing, publishing
from billing.models import AgreedPrice, Price, PriceVersion
from billing.months import Month
from contracts import announcing
from contracts.catalogue.services import SERVICES
from contracts.models import Contract
from iijiot import clock, roles
from iijiot.records import chapter
from iijiot.worlds import clerk

SINCE = date(2016, 11, 30)
MONTHLY = {
    "iot": 5_000,
    "wise-paas-option": 3_000,
    "mobile-access": 300,
    "data-storage": 1_000,
    "private-connector": 30_000,
    "private-mobile-gateway": 50_000,
    "wise-paas-connector": 20_000,
    "vpn-gateway": 25_000,
}
INITIAL = {"iot": 10_000, "private-connector": 50_000, "private-mobile-gateway": 80_000, "vpn-gateway": 30_000}
PER_LINE = 500
ONE_TIME = {"not-returned": 3_000, "replacement": 2_000}
AHEAD = 60


def publish_list(today: date) -> None:
    """The list that holds since the first day of the terms, and what a new line and a lost card cost."""
    version = _version("料金表 2016年11月", SINCE)
    for code, yen in MONTHLY.items():
        unit = "line" if SERVICES[code].counts_lines else "contract"
        _price(version, code, "monthly", unit, yen)
    for code, yen in INITIAL.items():
        _price(version, code, "initial", "contract", yen)
    _price(version, "mobile-access", "initial", "line", PER_LINE)
    for cause, yen in ONE_TIME.items():
        _price(version, "mobile-access", "one-time", "case", yen, cause)
    publishing.publish(version, on=today, actor=clerk(roles.APPROVER), reason="料金表の登録")


def agree(today: date) -> None:
    """The customer with the most lines pays less for each; another has half a year at half the price."""
    contracts = Contract.objects.in_life().order_by("-quantity", "pk")
    with chapter(actor=clerk(roles.BILLING), reason="個別見積りによる", clause="G30.1"):
        for contract in contracts.filter(service_code="mobile-access")[:1]:
            AgreedPrice(
                customer=contract.customer, service_code="mobile-access", item="TypeD", kind="monthly", unit="line",
                yen=250, reference="見積書 MIHON-1（回線数による割引）", since=contract.accepted_on,
            ).save()  # fmt: skip
        for contract in contracts.filter(service_code="private-connector")[:1]:
            since = Month.of(today - timedelta(60)).first
            AgreedPrice(
                customer=contract.customer, contract=contract, service_code="private-connector", kind="monthly",
                yen=15_000, reference="見積書 MIHON-2（導入支援）", since=since, until=since + timedelta(180),
            ).save()  # fmt: skip
        for contract in contracts.filter(service_code="data-storage")[:1]:
            mistaken = AgreedPrice(
                customer=contract.customer, contract=contract, service_code="data-storage", kind="monthly", yen=80,
                reference="見積書 MIHON-3", since=contract.accepted_on,
            )  # fmt: skip
            mistaken.save()
            agreeing.withdraw(mistaken, because="桁の誤り（正しくは800円。見本）", actor=clerk(roles.BILLING))


def announce_change(today: date) -> None:
    """The VPN gateway will cost more; its customers are told, and the list waits to be published. A draft lies beside it."""
    comes = Month.of(today + timedelta(AHEAD)).first
    changes = "VPNゲートウェイの月額料金　25,000円から27,000円（税抜）"
    version = _version(f"料金改定 {comes:%Y年%-m月}", comes, existing_from=comes, changes=changes)
    _price(version, "vpn-gateway", "monthly", "contract", 27_000)
    plan = announcing.plan_announcing(version, at=clock.moment_of(today))
    announcing.carry_out(plan, actor=clerk(roles.BILLING), reason="料金改定のお知らせ")
    later = _version("新規向け料金表（検討中）", Month.of(today + timedelta(2 * AHEAD)).first)
    _price(later, "data-storage", "monthly", "contract", 900)
    dropped = _version("新規向け料金表（見送り）", Month.of(today + timedelta(AHEAD)).first)
    _price(dropped, "data-storage", "monthly", "contract", 950)
    because = "料金改定の見送り（見本）"
    publishing.withdraw(dropped, because=because, on=today, actor=clerk(roles.BILLING))


def _version(name: str, new_from: date, **more: object) -> Any:
    version = PriceVersion(name=name, new_from=new_from, **more)
    with chapter(actor=clerk(roles.BILLING), reason="料金表の作成", clause="G30.1"):
        version.save()
    return version


def _price(version: PriceVersion, code: str, kind: str, unit: str, yen: int, cause: str = "") -> None:
    item = "TypeD" if code == "mobile-access" else ""
    with chapter(actor=clerk(roles.BILLING), reason="料金表の作成", clause="G30.1"):
        Price(version=version, service_code=code, item=item, kind=kind, unit=unit, cause=cause, yen=yen).save()
