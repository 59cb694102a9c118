"""One lawful deed of each kind that the API offers: what is sent where, in a world of its own."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts import ending
from contracts.demo.papers import png
from contracts.models import Customer, Partner
from iijiot import clock
from tests.api.conftest import System, system_of
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    ExternalSubscriptionFactory,
    IncidentFactory,
    InvoiceFactory,
    IpPoolFactory,
    LineChangeFactory,
    LineFactory,
    SimCardFactory,
    StartConditionFactory,
)
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.partners import (
    MOMENT,
    DeliveryFactory,
    GrantFactory,
    PartnerFactory,
    WebhookFactory,
    WebhookReachFactory,
)


@dataclass(frozen=True)
class Deed:
    """A request that is lawful now, and how it is answered."""

    path: str
    body: dict[str, Any]
    status: int = 200
    kind: str = "sales"
    """Which kind of partner may."""
    partner: Partner | None = None
    """The one that may alone, where it is done to what is a partner's own."""

    def doer(self, customer: Customer) -> System:
        """A partner that may do it for the customer."""
        partner = self.partner or PartnerFactory(kind=self.kind)
        GrantFactory(partner=partner, customer=customer)
        return system_of(partner)


def mobile(customer: Customer) -> Any:
    """A Mobile Access contract, with addresses to be had."""
    IpPoolFactory()
    iot = ContractFactory(**of(customer))
    return ContractFactory(**of(customer), mobile_access=True, rests_on=[iot])


def in_service(customer: Customer, **more: Any) -> Any:
    """A line with its card."""
    line = LineFactory(contract=mobile(customer), **more)
    SimCardFactory(lent=True, line=line)
    return line


def apply(customer: Customer) -> Deed:
    unit = of(customer)["management_unit"]
    body = {
        "customer": f"cus_{customer.number}",
        "management_unit": f"unit_{unit.number}",
        "service": "iot",
        "start_wished_on": "2026-12-10",
    }
    return Deed("applications", body, 201)


def withdraw(customer: Customer) -> Deed:
    return Deed(f"applications/app_{ApplicationFactory(**of(customer)).number}/withdraw", {"reason": "中止"})


def hand_in(customer: Customer) -> Deed:
    body = {"name": "tohon.png", "kind": "register", "content": base64.b64encode(png()).decode()}
    return Deed(f"applications/app_{ApplicationFactory(**of(customer)).number}/documents", body, 201)


def give_notice(customer: Customer) -> Deed:
    return Deed(f"contracts/ctr_{ContractFactory(**of(customer)).number}/termination-notices", {}, 201)


def disclose(customer: Customer) -> Deed:
    contract = ContractFactory(**of(customer), private_connector=True, not_started=True)
    StartConditionFactory(contract=contract)
    body = {"code": "operation-policy", "answer": "閉域網からのみ接続する"}
    return Deed(f"contracts/ctr_{contract.number}/conditions", body)


def take_back_notice(customer: Customer) -> Deed:
    contract, today = ContractFactory(**of(customer)), clock.business_day()
    plan = ending.plan_ending_by_notice(contract, arrived_on=today, named_on=None, how="form", today=today)
    made = ending.carry_out(plan, actor=MAKER, reason="", today=today)
    assert made is not None
    return Deed(f"terminations/term_{made.number}/take-back", {"reason": "継続"})


def end_subscription(customer: Customer) -> Deed:
    subscription = ExternalSubscriptionFactory(customer=customer)
    return Deed(f"external-subscriptions/ext_{subscription.number}/end", {"effective_on": "2026-12-31"}, 201)


def activate(customer: Customer) -> Deed:
    line = in_service(customer, ordered=True, billing_starts_on=None)
    return Deed(f"lines/line_{line.number}/activate", {})


def pause(customer: Customer) -> Deed:
    return Deed(f"lines/line_{in_service(customer).number}/pause", {"reason": "冬期"})


def resume(customer: Customer) -> Deed:
    return Deed(f"lines/line_{in_service(customer, paused=True).number}/resume", {})


def report_line(customer: Customer) -> Deed:
    body = {"kind": "loss", "what": "紛失"}
    return Deed(f"lines/line_{in_service(customer).number}/reports", body, 201, kind="carrier")


def many_lines(customer: Customer) -> Deed:
    first = in_service(customer)
    numbers = [first.number, LineFactory(contract=first.contract).number]
    return Deed("lines/bulk", {"act": "pause", "lines": [f"line_{number}" for number in numbers]})


def many_cards(customer: Customer) -> Deed:
    return Deed("sim-cards/bulk", {"sim_cards": [f"sim_{shipped(customer).iccid}"]})


def shipped(customer: Customer) -> Any:
    """A card that is on its way."""
    line = LineFactory(contract=mobile(customer), ordered=True)
    return SimCardFactory(lent=True, line=line, state="shipped")


def arrive(customer: Customer) -> Deed:
    return Deed(f"sim-cards/sim_{shipped(customer).iccid}/arrive", {})


def report_card(customer: Customer) -> Deed:
    card = in_service(customer).card
    return Deed(f"sim-cards/sim_{card.iccid}/reports", {"kind": "fault", "what": "認識しない"}, 201)


def lost(customer: Customer) -> Any:
    """A card that was reported as lost."""
    line = LineFactory(contract=mobile(customer))
    card = SimCardFactory(lent=True, line=line, state="lost")
    IncidentFactory(card=card, reported_on="2026-11-20")
    return card


def find(customer: Customer) -> Deed:
    return Deed(f"sim-cards/sim_{lost(customer).iccid}/find", {"found_on": "2026-11-25"})


def fewer_lines(customer: Customer) -> Deed:
    first = in_service(customer)
    LineFactory.create_batch(2, contract=first.contract)
    body = {"contract": f"ctr_{first.contract.number}", "effective_on": "2026-12-31", "how_many": 1}
    return Deed("line-changes", body, 201)


def take_back_change(customer: Customer) -> Deed:
    change = LineChangeFactory(contract=mobile(customer))
    return Deed(f"line-changes/chg_{change.number}/take-back", {"reason": "継続"})


def withdraw_report(customer: Customer) -> Deed:
    line = LineFactory(contract=mobile(customer))
    card = SimCardFactory(lent=True, line=line, state="faulty")
    report = IncidentFactory(card=card, kind="fault", reported_on="2026-11-20")
    return Deed(f"reports/rep_{report.number}/withdraw", {"reason": "復旧"})


def load_usage(customer: Customer) -> Deed:
    line = in_service(customer)
    items = [{"msisdn": line.msisdn, "day": "2026-11-24", "up": 123, "down": 456}]
    return Deed("usage", {"items": items}, kind="carrier")


def report_payment(customer: Customer) -> Deed:
    invoice = InvoiceFactory(**of(customer))
    body = {
        "customer": f"cus_{customer.number}",
        "amount": 5_500,
        "value_on": "2026-11-24",
        "payer": "ｱｵｲｾｲｻｸｼﾖ",
        "invoices": [f"inv_{invoice.number}"],
    }
    return Deed("payments", body, 201)


def open_webhook(_customer: Customer) -> Deed:
    body = {"url": "https://hooks.example.co.jp/iijiot", "types": ["line.*"], "contact": "ops@example.co.jp"}
    return Deed("webhooks", body, 201)


def to_webhook(act: str, body: dict[str, Any], **more: Any) -> Callable[[Customer], Deed]:
    """An act on a webhook of a partner."""

    def deed(_customer: Customer) -> Deed:
        webhook = WebhookFactory(**more)
        WebhookReachFactory(webhook=webhook)
        return Deed(f"webhooks/wh_{webhook.number}/{act}", body, partner=webhook.partner)

    return deed


def send_again(_customer: Customer) -> Deed:
    delivery = DeliveryFactory(state="delivered", next_at=None, settled_at=clock.now())
    path = f"webhook-deliveries/{delivery.key}/resend"
    return Deed(path, {}, 202, partner=delivery.webhook.partner)


DEEDS: dict[str, Callable[[Customer], Deed]] = {
    "create_applications": apply,
    "applications_withdraw": withdraw,
    "applications_documents": hand_in,
    "contracts_termination_notices": give_notice,
    "contracts_conditions": disclose,
    "terminations_take_back": take_back_notice,
    "external_subscriptions_end": end_subscription,
    "lines_activate": activate,
    "lines_pause": pause,
    "lines_resume": resume,
    "lines_reports": report_line,
    "lines_bulk": many_lines,
    "sim_cards_bulk": many_cards,
    "sim_cards_arrive": arrive,
    "sim_cards_reports": report_card,
    "sim_cards_find": find,
    "create_line_changes": fewer_lines,
    "line_changes_take_back": take_back_change,
    "reports_withdraw": withdraw_report,
    "create_usage": load_usage,
    "create_payments": report_payment,
    "create_webhooks": open_webhook,
    "webhooks_change": to_webhook("change", {"types": ["contract.*"]}),
    "webhooks_rotate_secret": to_webhook("rotate-secret", {}),
    "webhooks_stop": to_webhook("stop", {"reason": "移転"}),
    "webhooks_resume": to_webhook("resume", {}, stopped_at=MOMENT, why_stopped="by-hand"),
    "webhook_deliveries_resend": send_again,
}
"""By the name of the operation."""
