"""A customer to whose cards everything happens: faults, losses, new cards, cards found, violations, subleases."""

from typing import Any

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot import roles
from iijiot.records import fresh
from iijiot.worlds import clerk
from sims import caring, reminding, replacing, reporting, throttling
from sims.demo.depot import Depot
from sims.models import Incident, Line, SimCard
from sims.models.network_policy import Ground

SINCE = -160
MANY = 40
PRICE = "料金表 2026年4月版（見本）"


class Cards:
    """What happens to cards."""

    def __init__(self, office: Office, depot: Depot) -> None:
        self.office, self.depot = office, depot
        self.desk, self.stock = clerk(roles.DESK), clerk(roles.STOCK)

    def everything(self) -> Story:
        """One contract with forty lines, reports of every kind and what became of them."""
        office = self.office
        yield SINCE
        customer = office.customer("mihon-keisoku", "SIMカードにあらゆることが起きる見本のお客様です。")
        yield from office.contracts(customer, "iot", at=SINCE)
        (contract,) = yield from office.contracts(customer, "mobile-access", at=SINCE + 10, quantity=MANY)
        yield from self.reports(contract)

    def reports(self, contract: Contract) -> Story:
        """Faults and losses, and their procedures (MA10)."""
        yield -90
        lines = list(contract.lines.living().order_by("pk"))
        found = self.loss(lines[0])
        yield -80
        ends = self.loss(lines[1])
        throttling.block(
            lines[1], ground=Ground.LOSS, because="亡失の届出（見本）", on=self.office.day, until=None, actor=self.desk
        )
        yield -75
        replacing.end_line(ends, on=self.office.day, actor=self.desk, reason="契約者のお申出（見本）")
        yield -70
        reporting.find(card_of(found), on=self.office.day, actor=self.desk, reason="倉庫で発見（見本）")
        faulty, lost = self.fault(lines[2]), self.loss(lines[3])
        yield -66
        self.replace(faulty, "fault")
        self.replace(lost, "loss", price_shown=PRICE)
        self.replace(found, "loss")
        yield -60
        mistaken, worse = self.fault(lines[4]), self.fault(lines[5])
        self.replace_unreported(lines[6])
        yield -58
        reporting.withdraw(mistaken, on=self.office.day, actor=self.desk, reason="端末の設定の誤り（見本）")
        gone = self.loss(lines[5])
        yield -55
        self.replace(gone, "loss")
        given_up = self.loss(lines[7])
        yield from self.care(contract, lines)
        yield -45
        costs_on = self.loss(lines[8])
        self.depot.kept.add(card_in_use(lines[14]).pk)
        self.replace_unreported(lines[14])
        self.replace(given_up, "loss")
        if str(fresh(worse).state) != "withdrawn":
            raise ValueError("A fault goes on although the card is lost.")
        yield -12
        reminding.remind_of_loss(costs_on, on=self.office.day, actor=self.desk)
        reporting.find(card_of(given_up), on=self.office.day, actor=self.desk, reason="車内で発見（見本）")
        yield -3
        self.fault(lines[9])
        self.loss(lines[10])
        yield -1
        self.replace_unreported(lines[11])

    def care(self, contract: Contract, lines: list[Line]) -> Story:
        """A sublease with our consent, one whose consent is over, and a violation (MA9.1)."""
        yield -52
        told: dict[str, Any] = {"reference": "承諾書 2026-見本-1", "actor": self.desk}
        caring.consent(contract, to_whom="架空リース販売株式会社", since=self.office.day, **told)
        over = caring.consent(
            contract, to_whom="架空保守株式会社", since=self.office.day, card=card_in_use(lines[12]), **told
        )
        caring.record_violation(
            card_in_use(lines[13]), "MA9.1.9", what="高温の場所での放置（見本）。", found_on=self.office.day,
            actor=self.desk,
        )  # fmt: skip
        yield -48
        caring.end_consent(over, on=self.office.day, actor=self.desk, reason="保守契約の終了（見本）")

    def fault(self, line: Line) -> Incident:
        """The card does not work."""
        return self.report(line, "fault", "通信できない（見本）")

    def loss(self, line: Line) -> Incident:
        """The card is gone."""
        return self.report(line, "loss", "現場で見当たらない（見本）")

    def report(self, line: Line, kind: str, what: str) -> Incident:
        """A report by telephone."""
        day = self.office.day
        return reporting.report(
            card_in_use(line), kind=kind, channel="phone", on=day, what=what, today=day, actor=self.desk
        )

    def replace(self, incident: Incident, reason: str, **more: Any) -> None:
        """The procedure: a new card, which the depot sends (MA10.1)."""
        replacing.replace(card_of(incident), reason=reason, on=self.office.day, actor=self.stock, **more)

    def replace_unreported(self, line: Line) -> None:
        """A new card without a report, at the customer's wish."""
        replacing.replace(card_in_use(line), reason="wish", on=self.office.day, actor=self.stock)


def card_of(incident: Incident) -> SimCard:
    """The card that was reported, as it is now."""
    return fresh(incident.card)


def card_in_use(line: Line) -> SimCard:
    """The card that a line works by now."""
    card = fresh(line).card
    if card is None:
        raise ValueError(f"{line} has no card.")
    return card
