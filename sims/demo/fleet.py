"""A customer with twenty thousand lines on ten contracts: more lines and fewer, pauses, protection, single ends."""

from collections.abc import Sequence

from contracts import ending, protecting
from contracts.demo import portal
from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Application, Contract
from iijiot import roles
from iijiot.records import fresh
from iijiot.worlds import clerk
from sims import bulk, changing, ordering, relabelling
from sims import protecting as protecting_lines
from sims.models import Line, LineChange

SITES = ["東", "西", "南", "北", "中央", "港", "山手", "川沿い", "空港", "高原"]
LINES = 2000
SINCE = -170
TAGS = ["東棟 ポンプ", "東棟 計測", "屋上 計測"]
PLACES = ["1号機", "2号機", "3号機（屋上）"]


class Fleet:
    """What happens to a customer with very many lines."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.desk = clerk(roles.DESK)

    def many_lines(self) -> Story:
        """Ten sites with two thousand lines each."""
        office = self.office
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
        made = [office.accept(application, reason="受付順の確認済み") for application in applications]
        yield SINCE + 18
        for contract in made:
            office.start(contract)
        yield from self.changes(made)

    def changes(self, made: Sequence[Contract]) -> Story:
        """Its lines become more and fewer, some rest, some are kept."""
        yield -60
        first = self.more(made[0], 20)
        later = self.more(made[0], 10, wished=20)
        yield -59
        self.office.screen(first)
        self.office.screen(later)
        yield -58
        for application in (first, later):
            self.office.accept(application, reason="受付順の確認済み")
        yield -50
        self.fewer(made[1], max(2, LINES // 50), effective=-20)
        yield -30
        kept = self.fewer(made[5], 3, effective=40)
        self.lines_kept(made[4], 5)
        yield -29
        self.contract_kept(made[5], kept)
        yield -25
        rest = keys(made[6].lines.can_pause().order_by("pk")[: max(2, LINES // 50)])
        bulk.pause(rest, actor=self.desk, reason="季節休業（見本）")
        for line, label in zip(made[7].lines.living().order_by("pk"), PLACES, strict=False):
            relabelling.relabel(line, label, actor=self.desk, reason="契約者のお申出（見本）")
        yield -15
        self.fewer(made[2], 5, effective=10)
        back = self.fewer(made[3], 3, effective=15)
        yield -12
        plan = changing.plan_taking_back(fresh(back), today=self.office.day)
        changing.take_back(plan, actor=self.desk, reason="契約者のお申出（見本）")
        yield -10
        bulk.resume(rest[: len(rest) // 2], actor=self.desk, reason="営業の再開（見本）")
        yield -8
        going = made[8].lines.staying().order_by("-pk")[:4]
        ordering.schedule_ends(keys(going), on=self.office.on(5), today=self.office.day, actor=self.desk, reason="撤去")
        yield -3
        ordering.lift_line_end(going[0], today=self.office.day, actor=self.desk, reason="撤去の中止（見本）")
        more = self.more(made[9], 6)
        yield -2
        self.office.screen(more)
        self.office.accept(more, reason="受付順の確認済み")
        portal.lets_in(self.office, made[0].customer)
        portal.gives_notice(self.office, fresh(made[8]))
        for line, tags in zip(made[7].lines.living().order_by("pk"), TAGS, strict=False):
            relabelling.describe(line, line.label, tags, actor=self.desk)
        yield -1
        portal.waits_for_its_documents(self.office, made[0].customer)

    def more(self, contract: Contract, many: int, wished: int | None = None) -> Application:
        """An application for more lines of a contract (G15.2)."""
        wish = (self.office.day - self.office.today).days if wished is None else wished
        return self.office.apply(
            contract.customer, "mobile-access", unit=contract.management_unit, quantity=many, changes=contract,
            wished=wish,
        )  # fmt: skip

    def fewer(self, contract: Contract, many: int, *, effective: int) -> LineChange:
        """So many lines fewer, with their last day (MA8.1)."""
        day = self.office.on(effective)
        plan = changing.plan_reduction(fresh(contract), effective_on=day, today=self.office.day, how_many=many)
        return changing.reduce(plan, actor=self.desk, reason="契約者のお申出（見本）")

    def lines_kept(self, contract: Contract, many: int) -> None:
        """Lines that must not end by mistake."""
        lines = keys(contract.lines.staying().order_by("pk")[:many])
        protecting_lines.protect_lines(lines, today=self.office.day, actor=self.desk, reason="重要回線（見本）")

    def contract_kept(self, contract: Contract, change: LineChange) -> None:
        """A contract is protected as a whole, which closes the reduction booked (MA8.1)."""
        plan = protecting.plan_protecting(fresh(contract), today=self.office.day)
        ending.carry_out(plan, actor=self.desk, reason="全社の基幹回線のため（見本）", today=self.office.day)
        if str(fresh(change).state) != "closed":
            raise ValueError("The reduction goes on although its contract is protected.")


def keys(lines: object) -> list[int]:
    """Their keys."""
    rows: Sequence[Line] = lines  # type: ignore[assignment]
    return [line.pk for line in rows]
