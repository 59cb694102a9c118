"""Devices on lines: designated ones, registered ones, tests asked for, passed and failed, and devices that nobody knew."""

from datetime import timedelta

from stdnum import luhn

from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Contract
from iijiot import clock, roles
from iijiot.records import chapter, fresh
from iijiot.worlds import clerk
from sims import equipping
from sims.models import DesignatedDevice, Equipment, Sighting
from sims.models.device import Basis

SINCE = -140
LIST = [("99000101", "架空電子", "GW-1"), ("99000102", "架空電子", "GW-2"), ("99000201", "見本無線", "MR-100")]
TAC = "99000901"
"""Of devices that are not on the list; all codes are made up."""
TESTED = {"maker": "例示計器", "name": "MK-3", "basis": Basis.CONFORMING, "mark": "999-A00001"}


class Devices:
    """What happens to devices."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.desk = clerk(roles.DESK)
        self._made = 0

    def come_and_go(self) -> Story:
        """A customer with devices in every state, and sightings in every state."""
        office = self.office
        yield SINCE
        with chapter(actor=self.desk, reason="指定機器の登録（見本）", clause="MA7"):
            for tac, maker, name in LIST:
                DesignatedDevice(tac=tac, maker=maker, name=name).save()
        customer = office.customer("mihon-musen", "端末機器の届出と試験の見本のお客様です。")
        yield from office.contracts(customer, "iot", at=SINCE)
        (contract,) = yield from office.contracts(customer, "mobile-access", at=SINCE + 10, quantity=12)
        yield from self.tests(contract)
        yield from self.sightings(contract)

    def tests(self, contract: Contract) -> Story:
        """Designated, conforming, roaming; tests passed, failed, waited for (MA7)."""
        yield -110
        lines = list(contract.lines.living().order_by("pk"))
        known = {"maker": LIST[0][1], "name": LIST[0][2], "basis": Basis.DESIGNATED}
        self.register(lines[0], self.imei(LIST[0][0]), **known)
        passed, failed = (self.register(line, self.imei(TAC), **TESTED) for line in lines[1:3])
        gone = self.register(lines[3], self.imei(TAC), **TESTED)
        self.register(lines[4], self.imei(TAC), maker="架空海外無線", name="R-9", basis=Basis.ROAMING)
        for device in (passed, failed):
            self.ask_test(device)
        yield -95
        equipping.record_test(passed, passed=True, on=self.office.day, report="技術基準に適合（見本）", actor=self.desk)
        equipping.record_test(
            failed, passed=False, on=self.office.day, report="送信電力の超過（見本）", actor=self.desk
        )
        yield -70
        equipping.retire(gone, on=self.office.day, actor=self.desk, reason="端末の更新（見本）")
        yield -6
        self.ask_test(self.register(lines[5], self.imei(TAC), **TESTED))

    def sightings(self, contract: Contract) -> Story:
        """Devices seen that nobody registered: a violation, one registered, one that is none, two to be looked at (MA15.1)."""
        yield -5
        lines = list(contract.lines.living().order_by("pk")[6:11])
        with chapter(actor=self.desk, reason="接続機器の照合（見本）", clause="MA15.1"):
            equipping.sighted([(line.pk, self.imei("99000999")) for line in lines], on=self.office.day)
        first, second, third, *_open = list(Sighting.objects.open().filter(line__in=lines))
        yield -4
        equipping.record_violation(first, what="届出のない端末の接続（見本）。", on=self.office.day, actor=self.desk)
        equipping.register_seen(fresh(second), on=self.office.day, actor=self.desk, **TESTED)
        equipping.dismiss(fresh(third), because="工事会社の試験用端末（見本）", actor=self.desk)

    def register(self, line: object, imei: str, **device: str) -> Equipment:
        """A device on a line."""
        return equipping.register(line, on=self.office.day, actor=self.desk, imei=imei, **device)  # type: ignore[arg-type]

    def ask_test(self, device: Equipment) -> None:
        """A report within a month."""
        due = self.office.day + timedelta(30)
        equipping.ask_test(
            device, due_on=due, today=clock.business_day(), actor=self.desk, reason="新機種のため（見本）"
        )

    def imei(self, tac: str) -> str:
        """A made-up IMEI of a type, with a right check digit."""
        self._made += 1
        base = f"{tac}{self._made:06d}"
        return base + luhn.calc_check_digit(base)
