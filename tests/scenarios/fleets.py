"""What can happen to lines in any story: more and fewer of them, pauses, ends, protection; cards that come and get lost."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from contracts import accepting, protecting
from contracts.models import Contract
from sims import activating, changing, issuing, ordering, replacing, reporting, returning
from sims import protecting as protecting_lines
from sims.models import Incident, Line, LineChange, SimCard
from tests import lawful_lines
from tests.acts import BEN, do, screened
from tests.factories import ApplicationFactory
from tests.scenarios.story import WHICH
from tests.scenarios.turns import Turns

Acts = dict[str, Callable[[], Any]]


class Fleets(Turns):
    """The lines of Mobile Access contracts."""

    def with_lines(self, which: int) -> Any:
        """A living contract with lines."""
        return self.one(Contract.objects.in_life().filter(service_code="mobile-access"), which)

    @rule(which=WHICH, how=st.sampled_from(["more", "fewer"]), many=st.integers(1, 4), after=st.integers(-1, 40))
    def change_lines(self, which: int, how: str, many: int, after: int) -> None:
        """More lines are applied for and accepted, fewer are chosen (MA8.1, G15.2)."""
        if not (contract := self.with_lines(which)):
            return
        day = self.day(after)

        def more() -> None:
            application = ApplicationFactory(
                customer=contract.customer, management_unit=contract.management_unit, mobile_access=True,
                changes=contract, quantity=many, received_at=self.noon(), start_wished_on=self.today,
            )  # fmt: skip
            plan = accepting.plan_acceptance(screened(application), on=self.today, effective_on=day)
            accepting.accept(plan, actor=BEN, reason="先の申込は確認中")

        def fewer() -> None:
            plan = changing.plan_reduction(contract, effective_on=day, today=self.today, how_many=many)
            changing.reduce(plan, actor=BEN)

        self.attempt(f"lines: {how}", more if how == "more" else fewer)

    @rule(which=WHICH, how=st.sampled_from(["back", "protect", "unprotect"]))
    def turn_change(self, which: int, how: str) -> None:
        """A change is taken back; a contract is protected, or protected no more (G29.1)."""
        contract, change = self.with_lines(which), self.one(LineChange.objects.pending(), which)
        acts: Acts = {}
        if change:
            acts["back"] = lambda: changing.take_back(changing.plan_taking_back(change, today=self.today), actor=BEN)
        if contract:
            acts["protect"] = lambda: do(protecting.plan_protecting(contract, today=self.today), today=self.today)
            acts["unprotect"] = lambda: protecting.unprotect(contract, actor=BEN)
        if how in acts:
            self.attempt(f"contract: {how}", acts[how])

    @rule(
        which=WHICH,
        how=st.sampled_from(["end", "lift", "protect", "unprotect", "pause", "resume", "end many", "protect many"]),
        after=st.integers(-1, 20),
    )
    def turn_line(self, which: int, how: str, after: int) -> None:
        """One line, or the first of a contract, ends alone, is protected, paused or resumed (MA8.1, MA8.2)."""
        if not (line := self.one(Line.objects.living(), which)):
            return
        whose: dict[str, Any] = {"actor": BEN}
        today = whose | {"today": self.today}
        some = list(line.contract.lines.order_by("pk").values_list("pk", flat=True)[: 1 + which % 12])
        acts: Acts = {
            "end": lambda: ordering.end_line(line, self.day(after), **today),
            "lift": lambda: ordering.lift_line_end(line, **today),
            "protect": lambda: protecting_lines.protect_line(line, **today),
            "unprotect": lambda: protecting_lines.unprotect_line(line, **whose),
            "pause": lambda: activating.pause(line, **whose),
            "resume": lambda: activating.resume(line, **whose),
            "end many": lambda: ordering.schedule_ends(some, on=self.day(after), **today),
            "protect many": lambda: protecting_lines.protect_lines(some, **today),
        }
        self.attempt(f"line: {how}", acts[how])

    @rule(
        which=WHICH, how=st.sampled_from(["equip", "go live", "lose", "fault", "find", "replace", "settle", "return"])
    )
    def handle_card(self, which: int, how: str) -> None:
        """Cards go out and lines into service; cards are lost, found, replaced and come back (MA1, MA9.2, MA10)."""
        contract = self.with_lines(which)
        card = self.one(SimCard.objects.exclude(line=None), which)
        report = self.one(Incident.objects.open(), which)
        today: dict[str, Any] = {"on": self.today, "actor": BEN}

        def equip() -> None:
            waiting = contract.lines.without_card().count()
            issuing.assign(contract, form_factor="3ff", quantity=waiting, **today)
            sent = list(SimCard.objects.of_lines(contract.lines.all()).to_ship())
            issuing.ship(sent, shipment="伝票", **today)

        acts: Acts = {}
        if contract:
            lines = list(contract.lines.values_list("pk", flat=True))
            acts["equip"] = equip
            acts["go live"] = lambda: activating.activate_all(lines, at=self.noon(), **today)
        if card:
            said = {"channel": "phone", "what": "現場", "today": self.today, **today}
            acts["lose"] = lambda: reporting.report(card, kind="loss", **said)
            acts["fault"] = lambda: reporting.report(card, kind="fault", **said)
            acts["find"] = lambda: reporting.find(card, **today)
            acts["return"] = lambda: returning.take_back(card, **today)
        if report:
            acts["replace"] = lambda: replacing.replace(report.card, reason=str(report.kind), **today)
            acts["settle"] = lambda: replacing.end_line(report, **today)
        if how in acts:
            self.attempt(f"card: {how}", acts[how])

    @invariant()
    def every_contract_has_its_lines(self) -> None:
        """Lines are ordered with the acceptance, and one is left to each contract that goes on (MA8.1)."""
        assert lawful_lines.contracts_without_lines() == []
