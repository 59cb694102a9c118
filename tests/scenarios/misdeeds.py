"""What must not happen in any story: each is tried, and must be refused with nothing written."""

from datetime import datetime, time, timedelta

from hypothesis.stateful import rule

from contracts import accepting, ending, inheriting, succeeding, terminating
from contracts.models import Contract, Customer, ExternalSubscription, HeirFiling, Succession, Termination
from iijiot import clock
from tests.acts import BEN, accept, announce, do, give_notice, plan_notice, screened, set_start, suspend
from tests.factories import ApplicationFactory, DiscontinuationFactory, MeasureFactory
from tests.factories.contracts import of
from tests.scenarios.fleets import Fleets
from tests.scenarios.story import WHICH


class Story(Fleets):
    """Everything that can happen, and what somebody may try all the same."""

    @rule(which=WHICH)
    def go_on_after_the_end(self, which: int) -> None:
        """Nothing happens any more to what has ended."""
        if contract := self.one(Contract.objects.filter(state="ended"), which):
            self.refused("notice after the end", lambda: give_notice(contract, self.today))
            self.refused("suspension after the end", lambda: suspend(contract, self.day(1)))
            self.refused("start after the end", lambda: set_start(contract, self.today, today=self.today))
        if end := self.one(Termination.objects.filter(state__in=["carried-out", "lapsed", "taken-back"]), which):
            self.refused("taken back too late", lambda: ending.plan_taking_back(end, today=self.today))

    @rule(which=WHICH)
    def give_notice_before_it_arrives(self, which: int) -> None:
        """A notice counts once it is there (G29.1)."""
        contract = self.one(Contract.objects, which)
        self.refused("notice to come", lambda: plan_notice(contract, self.day(1), today=self.today))

    @rule(which=WHICH, base=WHICH)
    def rest_on_anothers(self, which: int, base: int) -> None:
        """What another customer holds bears nothing."""
        contract = self.one(Contract.objects.in_life(), which)
        if not contract:
            return
        if held := self.one(ExternalSubscription.objects.exclude(customer=contract.customer), base):
            self.refused("on another's", lambda: do(ending.plan_resting(contract, held, today=self.today)))

    @rule(which=WHICH)
    def end_without_a_suspension(self, which: int) -> None:
        """The company terminates under item 1 only after a suspension (G28.1.1)."""
        if contract := self.one(Contract.objects.exclude(suspensions__state="in-force"), which):
            self.refused(
                "company without suspension",
                lambda: terminating.plan_ending_after_suspension(
                    contract, effective_on=self.today, told="約款違反", today=self.today
                ),
            )

    @rule(which=WHICH)
    def have_it_twice_in_a_unit(self, which: int) -> None:
        """A management unit has one living contract for an item (MA4)."""
        living = Contract.objects.in_life().filter(service_code="mobile-access", ends_on=None)
        if contract := self.one(living, which):
            self.refused(
                "twice in a unit",
                lambda: accept(
                    screened(
                        ApplicationFactory(
                            customer=contract.customer, management_unit=contract.management_unit, mobile_access=True,
                            received_at=self.noon(), start_wished_on=self.day(3),
                        )
                    ),
                    on=self.today,
                    reason="先の申込は確認中",
                ),
            )  # fmt: skip

    @rule(which=WHICH)
    def accept_what_nothing_bears(self, which: int) -> None:
        """Without what the provision requires nothing is accepted (WPC3)."""
        bare = Customer.objects.exclude(external_subscriptions__service="private-backbone")
        if whose := self.one(bare, which):
            self.refused(
                "nothing bears it",
                lambda: accept(
                    screened(
                        ApplicationFactory(
                            **of(whose), service_code="vpn-gateway", received_at=self.noon(), start_wished_on=self.today
                        )
                    ),
                    on=self.today,
                    reason="先の申込は確認中",
                ),
            )

    @rule(which=WHICH, to=WHICH)
    def tear_apart(self, which: int, to: int) -> None:
        """What rests on something does not pass without it (G17); a person neither merges nor splits (G10)."""
        resting = Contract.objects.in_life().filter(
            dependencies__on_external__isnull=False, dependencies__dropped_on=None
        )
        contract, successor = self.one(resting.distinct(), which), self.one(Customer.objects, to)
        if not contract or contract.customer == successor:
            return
        split = Succession(
            kind="split", predecessor=contract.customer, successor=successor, effective_on=self.today,
            filed_on=self.today, evidence="分割契約書", debts="未払料金",
        )  # fmt: skip
        self.refused(
            "torn apart",
            lambda: succeeding.file(succeeding.plan_succession(split, [contract.number], today=self.today), actor=BEN),
        )

    @rule(which=WHICH)
    def take_over_out_of_turn(self, which: int) -> None:
        """An heir who came too late, or was refused, takes nothing over (G18.1)."""
        if filing := self.one(HeirFiling.objects.exclude(state="filed"), which):
            self.refused("out of turn", lambda: inheriting.take_over(filing, note="確認済", actor=BEN))

    @rule(short=WHICH)
    def announce_too_late(self, short: int) -> None:
        """Works are told fourteen days before, a discontinuation three months (G25.2, G27.2)."""
        starts = datetime.combine(self.day(short % 14), time(), clock.TOKYO)
        self.refused("works too late", lambda: announce(MeasureFactory(starts_at=starts), self.noon()))
        soon = self.today + timedelta(short)
        self.refused("discontinued too late", lambda: announce(DiscontinuationFactory(last_day=soon), self.noon()))

    @rule(which=WHICH)
    def decide_twice(self, which: int) -> None:
        """What is decided is not decided again."""
        if contract := self.one(Contract.objects.exclude(application=None), which):
            application = contract.application
            self.refused("accepted twice", lambda: accept(application, on=self.today, reason="再"))
            self.refused("withdrawn late", lambda: accepting.withdraw(application, on=self.today, actor=BEN))
