"""What can happen to customers in any story: they merge, split, die, are followed by heirs, and move."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts import changing, inheriting, succeeding
from contracts.models import ChangeReport, Customer, Death, Dependency, HeirFiling, Succession
from tests.acts import BEN
from tests.scenarios.deeds import Deeds
from tests.scenarios.story import WHICH


class Turns(Deeds):
    """The turns that a customer's life takes."""

    @rule(of_whom=WHICH, to=WHICH, after=st.integers(-20, 30), parts=st.none() | st.sets(WHICH, min_size=1, max_size=8))
    def succeed(self, of_whom: int, to: int, after: int, parts: set[int] | None) -> None:
        """A merger, or a split that passes some contracts with all that they hang on, or tears them apart (G17)."""
        predecessor, successor = self.one(Customer.objects, of_whom), self.one(Customer.objects, to)
        estate = succeeding.whole_estate(predecessor)
        numbers = [thing.number for thing in (*estate.contracts, *estate.externals)]
        named = [] if parts is None else sorted({numbers[part % len(numbers)] for part in parts}) if numbers else []
        if parts is not None and len(parts) % 2:
            named = self._whole(predecessor, named)

        def act() -> None:
            made = Succession(
                kind="absorption" if parts is None else "split",
                predecessor=predecessor,
                successor=successor,
                effective_on=self.day(after),
                filed_on=self.today,
                evidence="登記事項証明書",
                debts="" if parts is None else "未払料金",
            )
            succeeding.file(succeeding.plan_succession(made, named, today=self.today), actor=BEN)

        self.attempt("merger" if parts is None else "split", act)

    def _whole(self, customer: Customer, numbers: list[str]) -> list[str]:
        """These, and everything that hangs together with them."""
        pairs = [
            (row.contract.number, row.base.number)
            for row in Dependency.objects.of_customer(customer).standing().select_related("contract")
            if row.contract.state != "ended" and getattr(row.base, "state", "") != "ended"
        ]
        found, before = set(numbers), set[str]()
        while found != before:
            before = set(found)
            found |= {number for pair in pairs if set(pair) & before for number in pair}
        return sorted(found)

    @rule(which=WHICH)
    def call_succession_off(self, which: int) -> None:
        """A merger or split does not come."""
        if filed := self.one(Succession.objects.open(), which):
            self.attempt("called off", lambda: succeeding.withdraw(filed, because="中止", actor=BEN))

    @rule(which=WHICH, ago=st.integers(0, 25))
    def die(self, which: int, ago: int) -> None:
        """Somebody dies (G18)."""
        who, died = self.one(Customer.objects, which), self.day(-ago)
        self.attempt(
            "death",
            lambda: inheriting.report_death(
                who, died_on=died, reported_on=self.today, source="除籍謄本", today=self.today, actor=BEN
            ),
        )

    @rule(which=WHICH, heir=WHICH)
    def file_as_heir(self, which: int, heir: int) -> None:
        """An heir files, in time or too late."""
        if death := self.one(Death.objects, which):
            who = self.one(Customer.objects, heir)
            self.attempt(
                "heir files",
                lambda: inheriting.file(death, who, filed_at=self.noon(), evidence="戸籍", now=self.noon(), actor=BEN),
            )

    @rule(which=WHICH, taken=st.booleans())
    def decide_heir(self, which: int, taken: bool) -> None:
        """An heir takes over or is refused."""
        if filing := self.one(HeirFiling.objects.all(), which):
            self.attempt(
                "takes over" if taken else "heir refused",
                (lambda: inheriting.take_over(filing, note="確認済", actor=BEN))
                if taken
                else (lambda: inheriting.refuse_heir(filing, ground="G14.1.3", note="滞納", actor=BEN)),
            )

    @rule(which=WHICH, phone=st.sampled_from(["03-1111-2222", "06-3333-4444"]), applied=st.booleans())
    def change_particulars(self, which: int, phone: str, applied: bool) -> None:
        """Changed particulars are reported, and applied or not (G16)."""
        who = self.one(Customer.objects, which)

        def act() -> None:
            report: ChangeReport = changing.file(
                who, {"phone": phone}, evidence="届出書", filed_on=self.today, today=self.today, actor=BEN
            )
            turn = changing.apply if applied else changing.turn_down
            turn(report, on=self.today, note="確認済", actor=BEN)

        self.attempt("particulars", act)
