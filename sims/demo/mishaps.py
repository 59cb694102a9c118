"""What happens to cards: faults and losses with their procedures, ends of lines, returns in time, late and never."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot import roles
from iijiot.daily import Tally
from iijiot.records import chapter, fresh
from iijiot.worlds import clerk
from sims import due, issuing, ordering, replacing, reporting, returning
from sims.demo.depot import FORM_FACTORS, Depot
from sims.models import Incident, ReorderPoint, SimCard, SimProduct

PRICE = "料金表 見本版"
FAULTS = ["通信が断続的に切れる", "端末がカードを認識しない", "圏外の表示のまま", "開通後、接続できない"]
LOSSES = ["設置場所の工事で亡失", "端末ごと盗難", "輸送中に亡失", "現場で見当たらない"]
CLOCK = (due.end_lines, due.mark_overdue, due.remind_of_cards, due.dun_for_cards)
WEEKS = range(-63, 1, 7)
LATE = 12
"""Cards that do not come back in time."""


class Counter:
    """The desk and the stock clerks, when something has happened to cards of a contract."""

    def __init__(self, office: Office, depot: Depot, contract: Contract) -> None:
        self.office, self.depot = office, depot
        self.stock, self.approver = clerk(roles.STOCK), clerk(roles.APPROVER)
        self._lines = iter(contract.lines.order_by("pk")[: 1 + 40 + 60])
        next(self._lines)

    def next_cards(self, many: int) -> list[SimCard]:
        """Cards of lines to which nothing has happened yet."""
        found = [line.card for _turn, line in zip(range(many), self._lines, strict=False)]
        return [card for card in found if card is not None]

    def report(self, cards: Sequence[SimCard], kind: str, words: Sequence[str]) -> list[Incident]:
        """Reports come by telephone."""
        day = self.office.day
        return [
            reporting.report(
                card, kind=kind, channel="phone", on=day, what=words[n % len(words)], today=day, actor=self.office.desk
            )
            for n, card in enumerate(cards)
        ]

    def replace(self, incidents: Sequence[Incident], price: str = "") -> list[SimCard]:
        """The procedure: new cards are taken from stock, and sent."""
        day, made = self.office.day, []
        for incident in incidents:
            reason = str(incident.kind)
            card = fresh(incident.card)
            link = replacing.replace(card, reason=reason, on=day, price_shown=price, actor=self.office.desk)
            made.append(link.new)
        issuing.ship([card.pk for card in made], on=day, shipment=f"MIHON-K-{day:%m%d}", actor=self.stock)
        return made

    def end(self, many: int) -> list[SimCard]:
        """Single lines end with this day."""
        cards, day = self.next_cards(many), self.office.day
        ordering.schedule_ends(
            [card.line_id for card in cards if card.line_id],
            on=day,
            today=day,
            actor=self.office.desk,
            reason="撤去（見本）",
        )
        return cards

    def take_back(self, cards: Sequence[SimCard]) -> None:
        """Cards come with the post."""
        for card in cards:
            returning.scanned(card.iccid, on=self.office.day, actor=self.stock)

    def pass_week(self) -> None:
        """What the clock does with cards in a week."""
        for n in range(6, -1, -1):
            for step in CLOCK:
                step(self.office.day - timedelta(n), Tally())


def mishaps(office: Office, depot: Depot, contracts: Sequence[Contract]) -> Story:
    """Two months of one contract, week by week."""
    yield WEEKS[0]
    counter = Counter(office, depot, contracts[0])
    _reorder_points(counter)
    ended = counter.end(40)
    faults = counter.report(counter.next_cards(14), "fault", FAULTS)
    losses = counter.report(counter.next_cards(8), "loss", LOSSES)
    yield WEEKS[1]
    counter.pass_week()
    sent = [*counter.replace(faults[:10]), *counter.replace(losses[:4], PRICE)]
    reporting.withdraw(faults[10], on=office.day, actor=office.desk, reason="再起動で復旧（見本）")
    replacing.end_line(losses[4], on=office.day, actor=office.desk, reason="回線は不要とのお申出（見本）")
    for week in WEEKS[2:]:
        yield week
        counter.pass_week()
        if week == WEEKS[2]:
            issuing.arrive([card.pk for card in sent], actor=counter.stock)
            reporting.find(losses[5].card, on=office.day, actor=office.desk, reason="倉庫で発見とのご連絡（見本）")
        back = [*ended[:-LATE], *(incident.card for incident in faults[:7])]
        counter.take_back(back[(week - WEEKS[2]) // 7 * 9 :][:9])
    for card in ended[-2:]:
        returning.give_up(card, on=office.day, price_shown=PRICE, actor=counter.approver, reason="所在不明（見本）")
    counter.report(counter.next_cards(3), "fault", FAULTS)
    counter.report(counter.next_cards(2), "loss", LOSSES)


def lines_that_wait(office: Office, depot: Depot, contracts: Sequence[Contract]) -> Story:
    """A new site: some of its cards wait to be sent, some of its lines for their cards."""
    yield -9
    customer = contracts[0].customer
    unit = office.unit(customer, "架空新港営業所")
    application = office.apply(customer, "mobile-access", unit=unit, quantity=30)
    yield -6
    office.screen(application)
    yield -2
    contract = office.accept(application, reason="受付順の確認済み")
    yield -1
    office.start(contract)
    issuing.assign(fresh(contract), form_factor="4ff", quantity=12, on=office.day, actor=depot.stock)


def _reorder_points(counter: Counter) -> None:
    product = SimProduct.objects.get(code="docomo-m2m")
    for form_factor, quantity in zip(FORM_FACTORS, (100, 150, 50), strict=True):
        with chapter(actor=clerk(roles.OPERATOR), reason="発注の目安（見本）", clause="MA8.1"):
            ReorderPoint(product=product, form_factor=form_factor, quantity=quantity).save()
