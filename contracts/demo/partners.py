"""Partners whose systems come through the API: one of each kind, what each sees, its keys and calls, and what it was told.

Each webhook is stopped, so that nothing of the demo ever leaves the machine.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle, islice

from contracts import accepting, applying, delivering, hooking, partnering
from contracts.models import Contract, Customer, Delivery, Partner, PartnerKey, PartnerKind, Webhook
from contracts.models.webhook import DeliveryState, WhyStopped
from iijiot import clock, events, roles
from iijiot.actors import Actor
from iijiot.api.scopes import open_to
from iijiot.calls import ApiCall
from iijiot.worlds import Part, Told, clerk

NAMES = {
    PartnerKind.SALES: "見本アイオーティー販売株式会社（架空）",
    PartnerKind.CARRIER: "架空移動通信株式会社",
    PartnerKind.PLATFORM: "例示プラットフォーム運営株式会社（架空）",
    PartnerKind.CUSTOMER: "見本生産管理システム（架空）",
}
SEEN = {PartnerKind.SALES: 3, PartnerKind.CARRIER: 3, PartnerKind.PLATFORM: 2, PartnerKind.CUSTOMER: 1}
"""How many customers each sees."""
CALLS = (
    ("GET", "customers", 200),
    ("GET", "contracts", 200),
    ("GET", "events", 200),
    ("GET", "lines", 200),
    ("POST", "applications", 403),
    ("GET", "events", 200),
    ("GET", "lines/line_L9999999", 404),
    ("GET", "events", 429),
)


@dataclass(frozen=True)
class Opening:
    """The office that lets partners in, and what it shows them."""

    operator: Actor
    now: datetime
    customers: list[Customer]

    @property
    def day(self) -> date:
        """The business day."""
        return clock.tokyo_day(self.now)

    def partner(self, kind: PartnerKind) -> tuple[Partner, PartnerKey]:
        """A partner with what it sees and a key for all that its kind may; nobody is told its secret."""
        partner = partnering.let_in(name=NAMES[kind], kind=kind, actor=self.operator)
        for customer in self.customers[: SEEN[kind]]:
            partnering.show(partner, customer, on=self.day, actor=self.operator, reason="委任状の受領（見本）")
        return partner, self.key(partner, "受発注システム（見本）").key

    def key(self, partner: Partner, name: str) -> partnering.Issued:
        """Another key."""
        may = open_to(partner.kind)
        return partnering.issue_key(partner, name=name, scopes=may, allowed=may, at=self.now, actor=self.operator)

    def webhook(self, partner: Partner, host: str) -> Webhook:
        """An address that is told of applications and contracts."""
        return hooking.open_webhook(
            partner,
            url=f"https://{host}.example/iijiot",
            types=["application.*", "contract.*"],
            contact=f"api@{host}.example",
            kinds=delivering.readable_kinds(partner.kind),
            at=self.now,
            actor=self.operator,
        ).webhook

    def calls(self, partner: Partner, key: PartnerKey, many: int) -> None:
        """What its system asked in the last hours."""
        for place, (method, path, status) in enumerate(islice(cycle(CALLS), many)):
            ApiCall.objects.note(
                at=self.now - timedelta(minutes=7 * (many - place)),
                partner=partner.number,
                client=key.client_id,
                method=method,
                path=f"/api/v1/{path}",
                status=status,
                milliseconds=9 + place % 23,
                request_id=f"MH-{place:04d}",
                correlator=f"mihon-{place}",
            )


def build(size: str, today: date, seed: int, told: Told) -> None:
    """One of each kind, at work for the customers that came first; and one that was shut out."""
    first = Customer.objects.having(Contract.objects.living(today)).order_by("pk")[: max(SEEN.values())]
    opening = Opening(clerk(roles.OPERATOR), clock.now(), list(first))
    for kind, many in ((PartnerKind.CARRIER, 6), (PartnerKind.PLATFORM, 6)):
        opening.calls(*opening.partner(kind), many)
    sells, sold_with = opening.partner(PartnerKind.SALES)
    owns, own = opening.partner(PartnerKind.CUSTOMER)
    opening.calls(sells, sold_with, 16)
    opening.calls(owns, own, 8)
    partnering.rotate(own, at=opening.now, until=opening.now + timedelta(hours=24), actor=opening.operator)
    over = partnering.let_in(name="旧例示代理店株式会社（架空）", kind=PartnerKind.SALES, actor=opening.operator)
    partnering.close(over, on=opening.day, actor=opening.operator, reason="代理店契約の終了（見本）")
    if opening.customers:
        taking, gone = opening.webhook(sells, "hanbai"), opening.webhook(owns, "seisan")
        apply(opening, Actor.partner(sells.user, sold_with.name))
        deliver(opening, taking)
        refuse(opening, gone)


def apply(opening: Opening, actor: Actor) -> None:
    """The sales partner's system applies for something, and takes back what it applied for twice."""
    customer, wished = opening.customers[0], opening.day + timedelta(days=30)
    unit = customer.management_units.earliest("pk")
    asked = {"service_code": "data-storage", "start_wished_on": wished}
    applying.file(customer, unit, at=opening.now, actor=actor, **asked)
    twice = applying.file(customer, unit, at=opening.now, actor=actor, **asked)
    accepting.withdraw(twice, on=opening.day, actor=actor, reason="重複（見本）")
    events.give_places()


def deliver(opening: Opening, webhook: Webhook) -> None:
    """Its address took what it was told of, but for the last, which waits until somebody starts it again."""
    told = put_down(webhook, opening.now)
    for delivery in told[:-1]:
        settle(delivery, DeliveryState.DELIVERED, opening.now, status=204)
    hooking.stop(webhook, WhyStopped.BY_HAND, at=opening.now, actor=opening.operator, reason="受信側の移設（見本）")


def refuse(opening: Opening, webhook: Webhook) -> None:
    """Its address answered that it is gone; what came after that was not sent."""
    for place, delivery in enumerate(put_down(webhook, opening.now)):
        settle(
            delivery, DeliveryState.GIVEN_UP, opening.now, **{"error": delivering.STOPPED} if place else {"status": 410}
        )
    hooking.stop(webhook, WhyStopped.GONE, at=opening.now, actor=delivering.ACTOR)


def put_down(webhook: Webhook, at: datetime) -> list[Delivery]:
    """What it is to be told of all that happened, in order."""
    found = delivering.visible_to(webhook).of_types(webhook.chosen).placed().order_by("place")
    Delivery.objects.put_down(webhook, found, at)
    return list(webhook.deliveries.order_by("pk"))


def settle(
    delivery: Delivery, state: DeliveryState, at: datetime, *, status: int | None = None, error: str = ""
) -> None:
    """What became of one, at the first try."""
    took = 0 if error else 140
    delivery.tries = [{"at": at, "status": status, "error": error, "milliseconds": took}]
    delivery.state, delivery.settled_at, delivery.next_at = state, at, None
    delivery.save()


PART = Part("partners", build, Partner.objects.exists, last=True)
