"""Customers who hold everything, one for each cascade of the terms: nothing ends yet, so that each can be tried."""

from collections.abc import Callable

from contracts.demo.life import Story
from contracts.demo.office import Office

SINCE = -430


def holds_everything(slug: str, tries: str) -> Callable[[Office], Story]:
    """A customer with all seven services and the option on one IoT contract and one Private Backbone."""

    def story(office: Office) -> Story:
        yield SINCE
        customer = office.customer(slug, f"連動終了の見本：{tries}の終了で何が終わるかを試すお客様です。")
        office.external(customer, "private-backbone", SINCE - 200)
        office.external(customer, "wise-paas-use", SINCE - 100)
        yield from office.contracts(customer, "iot", at=SINCE)
        yield from office.contracts(
            customer, "mobile-access", "data-storage", "private-connector", "vpn-gateway", at=SINCE + 10, quantity=40
        )
        yield from office.contracts(
            customer, "private-mobile-gateway", "wise-paas-connector", "wise-paas-option", at=SINCE + 20
        )

    return story


STORIES = [
    holds_everything("mihon-seiki", "プライベートバックボーン"),
    holds_everything("mihon-kagaku", "IIJ IoTサービス契約"),
    holds_everything("mihon-denki", "モバイルアクセス契約"),
    holds_everything("mihon-tsushin", "プライベートコネクタ契約"),
]
