"""A customer with twenty thousand lines on ten contracts, and what happens to so many cards."""

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot.records import fresh
from sims.demo.depot import Depot

SITES = ["東", "西", "南", "北", "中央", "港", "山手", "川沿い", "空港", "高原"]
LINES = 2000
SINCE = -170


def many_lines(office: Office, depot: Depot, contracts: list[Contract]) -> Story:
    """Ten sites with two thousand lines each, equipped within a fortnight; their contracts are added to the list."""
    yield SINCE
    customer = office.customer("mihon-fleet", "回線が最も多い見本のお客様です。")
    yield from office.contracts(customer, "iot", at=SINCE)
    units = [office.unit(customer, f"架空{site}営業所") for site in SITES]
    yield SINCE + 10
    applications = [office.apply(customer, "mobile-access", unit=unit, quantity=LINES) for unit in units]
    yield SINCE + 11
    for application in applications:
        office.screen(application)
    yield SINCE + 12
    contracts += [office.accept(application, reason="受付順の確認済み") for application in applications]
    yield SINCE + 15
    for contract in contracts:
        office.start(contract)
        depot.equip(fresh(contract), office.day)
