"""What can happen to contracts in any story: one rule for each act of customers, staff and the clock."""

from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts import (
    accepting,
    discontinuing,
    ending,
    interrupting,
    starting,
    suspending,
    terminating,
    violating,
)
from contracts.catalogue.services import SERVICES
from contracts.ending import Designated
from contracts.models import (
    Application,
    Contract,
    Customer,
    Dependency,
    Discontinuation,
    ExternalSubscription,
    Measure,
    Suspension,
    Termination,
    Violation,
)
from contracts.models.suspension import Cause
from iijiot import clock
from tests.acts import BEN, accept, announce, do, meet_all, plan_notice, screened, set_start, suspend
from tests.factories import (
    ApplicationFactory,
    DiscontinuationFactory,
    ExternalSubscriptionFactory,
    MeasureFactory,
    ViolationFactory,
)
from tests.factories.contracts import of
from tests.scenarios.story import WHICH, Life

SOLD = st.sampled_from(sorted(SERVICES))
SOON, LATER = st.integers(0, 40), st.integers(-40, 60)
NAMED = st.none() | st.integers(-10, 90)


class Deeds(Life):
    """Everything that can happen."""

    @rule(customer=WHICH, service=SOLD, start=SOON, option=st.booleans(), taken=st.sampled_from("aaarwo"))
    def apply(self, customer: int, service: str, start: int, option: bool, taken: str) -> None:
        """Somebody applies; it is accepted, refused, withdrawn, or left open (G12, G13, G14)."""
        whose = self.one(Customer.objects, customer)

        def act() -> None:
            application = ApplicationFactory(
                **of(whose),
                service_code=service,
                item="TypeD" if service == "mobile-access" else "",
                with_option=option and service == "iot",
                received_at=self.noon(),
                start_wished_on=self.day(start),
            )
            if taken == "r":
                screened(application, {"G14.1.6": "評判を害するおそれ"})
                accepting.refuse_application(application, on=self.today, actor=BEN)
            elif taken == "w":
                accepting.withdraw(application, on=self.today, actor=BEN)
            elif taken == "a":
                accept(screened(application), on=self.today, reason="先の申込は確認中")

        self.attempt("apply", act)

    @rule(which=WHICH)
    def accept_late(self, which: int) -> None:
        """An application that was left open is accepted after all."""
        if application := self.one(Application.objects.open(), which):
            self.attempt(
                "accept late",
                lambda: accept(
                    screened(application) if application.state == "received" else application,
                    on=self.today,
                    reason="先の申込は確認中",
                ),
            )

    @rule(which=WHICH, start=SOON, done=st.booleans())
    def begin(self, which: int, start: int, done: bool) -> None:
        """The checklist is done or not, and the billing start date is set (G3, PC4)."""
        if contract := self.one(Contract.objects.accepted(), which):
            if done:
                meet_all(contract, on=self.today)
            self.attempt("set start", lambda: set_start(contract, self.day(start), today=self.today))

    @rule(which=WHICH)
    def waive(self, which: int) -> None:
        """A contract may start with an open checklist (PC4.2)."""
        if contract := self.one(Contract.objects.accepted(), which):
            self.attempt("waive", lambda: starting.waive_conditions(contract, "至急", actor=BEN))

    @rule(which=WHICH, ago=st.integers(0, 20), named=NAMED, wish=st.none() | st.tuples(WHICH, LATER, st.booleans()))
    def give_notice(self, which: int, ago: int, named: int | None, wish: tuple[int, int, bool] | None) -> None:
        """A notice on our form, perhaps with another day designated for something that ends with it (G29.1, MA12.2)."""
        contract = self.one(Contract.objects, which)
        arrived = self.day(-ago)

        def act() -> None:
            named_on = None if named is None else arrived + timedelta(named)
            plan = plan_notice(contract, arrived, named_on, today=self.today)
            if wish and plan.cascaded:
                fallen = plan.cascaded[wish[0] % len(plan.cascaded)]
                on = plan.changes[0].after.on + timedelta(wish[1])
                wishes = [Designated(fallen.pk, on, "移行作業のため", wish[2])]
                plan = plan_notice(contract, arrived, named_on, today=self.today, designated=wishes)
            do(plan, today=self.today)

        self.attempt("notice", act)

    @rule(which=WHICH, later=st.integers(0, 10), form=st.booleans())
    def write_a_mail(self, which: int, later: int, form: bool) -> None:
        """A mail is no notice; the form that follows makes it one (G29.1)."""
        contract = self.one(Contract.objects, which)

        def act() -> None:
            message = ending.record_message(contract, arrived_on=self.day(-later), note="メール", actor=BEN)
            if form:
                do(plan_notice(contract, self.today, completes=message), today=self.today)

        self.attempt("mail", act)

    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        """An end is taken back before it takes effect."""
        if end := self.one(Termination.objects.pending(), which):
            self.attempt("take back", lambda: do(ending.plan_taking_back(end, today=self.today), today=self.today))

    @rule(which=WHICH, after=st.integers(-2, 40), hindrance=st.booleans())
    def end_by_company(self, which: int, after: int, hindrance: bool) -> None:
        """The company terminates (G28.1)."""
        contract = self.one(Contract.objects, which)
        days: dict[str, Any] = {"effective_on": self.day(after), "told": "約款違反", "today": self.today}

        def act() -> None:
            if hindrance:
                plan = terminating.plan_ending_for_hindrance(contract, cause="G26.1.3", hindrance="輻輳", **days)
            else:
                plan = terminating.plan_ending_after_suspension(contract, **days)
            do(plan, today=self.today)

        self.attempt("company ends", act)

    @rule(
        which=WHICH,
        extent=st.sampled_from(["stop", "restrict"]),
        cause=st.sampled_from(Cause.values),
        after=st.integers(0, 14),
    )
    def suspend(self, which: int, extent: str, cause: str, after: int) -> None:
        """A contract is suspended or restricted, at once or from a day on (G26)."""
        if not (contract := self.one(Contract.objects.in_life(), which)):
            return

        def act() -> None:
            grounds: dict[str, Any] = {}
            if cause in ("G26.1.2", "G26.1.3"):
                breach = "G19" if cause == "G26.1.2" else "G20.3"
                grounds["violation"] = ViolationFactory(
                    customer=contract.customer, contract=contract, breach=breach, found_on=self.today
                )
            if cause == "G26.1.1":
                grounds["risk_because"] = "不渡り"
            if cause == "G26.1.4":
                grounds |= {"provider": "NTTドコモ", "provider_reference": "D-1"}
            if after:
                suspend(contract, self.day(after), extent=extent, cause=cause, now=self.noon(), **grounds)
            else:
                suspending.announce(
                    contract, extent=extent, cause=cause, reason="違反", period="是正まで", begins_at=self.noon(),
                    now=self.noon(), urgent_because="被害の拡大", actor=BEN, **grounds,
                )  # fmt: skip

        self.attempt("suspend", act)

    @rule(which=WHICH, how=st.sampled_from(["begin", "withdraw", "cure", "lift", "lift"]))
    def turn_suspension(self, which: int, how: str) -> None:
        """It is put into force, withdrawn, cured or lifted."""
        if made := self.one(Suspension.objects.pending(), which):
            acts = {
                "begin": lambda: suspending.begin(made, on=self.today, actor=BEN),
                "withdraw": lambda: suspending.withdraw(made, on=self.today, because="入金", actor=BEN),
                "cure": lambda: suspending.record_cure(made, on=self.today, note="入金", today=self.today, actor=BEN),
                "lift": lambda: suspending.lift(made, on=self.today, because="入金", actor=BEN),
            }
            self.attempt(f"suspension: {how}", acts[how])

    @rule(which=WHICH)
    def close_violation(self, which: int) -> None:
        """A violation is put right."""
        if violation := self.one(Violation.objects.open(), which):
            self.attempt("remedy", lambda: violating.remedy(violation, on=self.today, outcome="是正", actor=BEN))

    @rule(which=WHICH, after=LATER)
    def end_subscription(self, which: int, after: int) -> None:
        """A subscription under other terms ends, or has ended (PC5.2)."""
        if held := self.one(ExternalSubscription.objects, which):
            self.attempt(
                "subscription ends",
                lambda: do(
                    ending.plan_ending(held, effective_on=self.day(after), clause=held.end_clause), today=self.today
                ),
            )

    @rule(customer=WHICH, kind=st.sampled_from(["private-backbone", "wise-paas-use", "mobile-type-k"]), after=LATER)
    def record_subscription(self, customer: int, kind: str, after: int) -> None:
        """Another subscription is recorded."""
        whose = self.one(Customer.objects, customer)
        self.attempt(
            "subscription",
            lambda: ExternalSubscriptionFactory(customer=whose, service=kind, starts_on=self.day(after)),
        )

    @rule(which=WHICH)
    def drop(self, which: int) -> None:
        """A contract rests no longer on something (PMG5.2)."""
        if row := self.one(Dependency.objects.all(), which):
            self.attempt("drop", lambda: do(ending.plan_dropping(row, today=self.today), today=self.today))

    @rule(which=WHICH, base=WHICH)
    def rest(self, which: int, base: int) -> None:
        """A contract rests on one thing more."""
        if not (contract := self.one(Contract.objects.in_life(), which)):
            return
        if offered := ending.offered_to_rest_on(contract):
            kind, pk = offered[base % len(offered)].key
            held = (Contract if kind == "contract" else ExternalSubscription)._base_manager.get(pk=pk)
            self.attempt("rest", lambda: do(ending.plan_resting(contract, held, today=self.today), today=self.today))

    @rule(
        service=st.sampled_from(["", *sorted(SERVICES)]),
        kind=st.sampled_from(["restriction", "works", "fault", "abroad"]),
        after=st.integers(0, 20),
        told=st.booleans(),
    )
    def take_measure(self, service: str, kind: str, after: int, told: bool) -> None:
        """A restriction or interruption of a service, announced or not (G24, G25)."""

        def act() -> None:
            starts = datetime.combine(self.day(after), time(), clock.TOKYO)
            measure = MeasureFactory(
                service=service, kind=kind, stops_use=True, starts_at=starts, urgent_because="" if told else "緊急"
            )
            if told:
                announce(measure, self.noon())
            else:
                interrupting.begin(measure, on=self.today, actor=BEN)

        self.attempt("measure", act)

    @rule(which=WHICH, how=st.sampled_from(["begin", "finish", "withdraw"]))
    def turn_measure(self, which: int, how: str) -> None:
        """It begins, is over, or is withdrawn."""
        if measure := self.one(Measure.objects.open(), which):
            more: dict[str, Any] = {} if how == "begin" else {"because": "復旧"}
            act = getattr(interrupting, how)
            self.attempt(f"measure: {how}", lambda: act(measure, on=self.today, actor=BEN, **more))

    @rule(which=WHICH, measure=WHICH)
    def end_in_trouble(self, which: int, measure: int) -> None:
        """A customer ends at once what cannot be used (G29.2)."""
        contract, trouble = self.one(Contract.objects, which), self.one(Measure.objects, measure)
        if trouble:
            self.attempt(
                "in trouble",
                lambda: do(
                    terminating.plan_ending_in_trouble(
                        contract, trouble, arrived_on=self.today, statement="目的を達せない", today=self.today
                    ),
                    today=self.today,
                ),
            )

    @rule(service=SOLD, last=st.integers(1, 130), upstream=st.booleans())
    def discontinue(self, service: str, last: int, upstream: bool) -> None:
        """A service is discontinued, by us or upstream (G27)."""

        def act() -> None:
            end = DiscontinuationFactory(
                service=service, last_day=self.day(last), upstream_reference="docomo" if upstream else ""
            )
            announce(end, self.noon())

        self.attempt("discontinue", act)

    @rule(which=WHICH)
    def go_on_with_service(self, which: int) -> None:
        """A discontinuation is withdrawn."""
        if end := self.one(Discontinuation.objects.open(), which):
            self.attempt("go on", lambda: discontinuing.withdraw(end, because="継続", today=self.today, actor=BEN))

    @rule(days=st.one_of(st.integers(1, 3), st.integers(1, 3), st.integers(10, 70)))
    def days_pass(self, days: int) -> None:
        """The clock goes on."""
        self.pass_days(days)
