"""The invented staff at work: the acts of the back office, on the day that the story has reached."""

from collections.abc import Generator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from stdnum.jp import cn

from contracts import accepting, ending, notifying, screening, starting, terminating
from contracts.demo.names import CAST, Name
from contracts.models import (
    Application,
    Cap,
    Contract,
    Customer,
    ExternalSubscription,
    Finding,
    ManagementUnit,
    Notice,
    Termination,
)
from contracts.screening import Examined
from iijiot import clock, roles
from iijiot.records import chapter, fresh
from iijiot.worlds import clerk

ANSWERS = {
    "operation-policy": "機器側 172.16.0.0/16、社内側 10.20.0.0/16。経路は静的、運用は情報システム部（見本）。",
    "wise-paas-information": "テナント mihon-tenant、ユーザID mihon-user、接続先 wise.mihon.example（見本）。",
    "designated": "指定どおりの内容で提出あり（見本）。",
}
OPENS = time(9, 0)
ACTS = time(13, 0)


class Office:
    """What staff do with customers, applications and contracts; `day` is the day on which they do it."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = self.day = today
        self.seed = seed
        self.random = Random(seed)  # noqa: S311 - invents telephone numbers, keeps no secret
        self.desk, self.approver = clerk(roles.DESK), clerk(roles.APPROVER)
        self._received = self._acted = 0

    def begin_day(self, day: date) -> None:
        """Come to the office on another day."""
        self.day, self._received, self._acted = day, 0, 0

    def next_moment(self) -> datetime:
        """When the next thing is done on this day: in the afternoon, one after the other; early where it is not over yet."""
        if self.day >= self.today:
            return clock.now()
        self._acted += 1
        return datetime.combine(self.day, ACTS, clock.TOKYO) + timedelta(minutes=self._acted)

    def on(self, offset: int) -> date:
        """A day counted from the business day."""
        return self.today + timedelta(offset)

    # Customers and what they hold elsewhere

    def customer(self, slug: str, note: str = "") -> Customer:
        """Register a customer of the cast, with one management unit."""
        name = CAST[slug]
        customer = Customer(
            kind=name.kind,
            name=name.name,
            name_kana=name.kana,
            corporate_number=self._corporate_number(name),
            evidence=name.evidence,
            evidence_seen_on=self.day if name.evidence else None,
            postal_code="000-0000",
            address=f"見本県架空市例町{self.random.randint(1, 9)}-{self.random.randint(1, 30)}",
            contact_person=f"担当 {self.random.choice(['花子', '太郎', '一郎', '桜子'])}（架空）",
            phone=f"00-0000-{self.random.randint(0, 9999):04d}",
            notice_email=f"keiyaku@{slug}.example",
            note=note,
        )
        with chapter(actor=self.desk, reason="お申込みに伴う登録", clause="G12.1"):
            customer.save()
        self.unit(customer, "本社")
        return customer

    def unit(self, customer: Customer, name: str) -> ManagementUnit:
        """Add a management unit (G9.2)."""
        unit = ManagementUnit(customer=customer, name=name)
        with chapter(actor=self.desk, clause="G9.2"):
            unit.save()
        return unit

    def external(self, customer: Customer, service: str, since: int, network: str = "") -> ExternalSubscription:
        """Record what the customer holds under other terms."""
        reference = f"MIHON-{self.random.randint(0, 999_999):06d}"
        held = ExternalSubscription(
            customer=customer, service=service, network=network, reference=reference, starts_on=self.on(since)
        )
        with chapter(actor=self.desk, reason="利用中のサービスの登録", clause="G14.1.1"):
            held.save()
        return held

    def cap(self, customer: Customer, most: int) -> None:
        """Set the most lines of Mobile Access that the customer may have (G14.3)."""
        with chapter(actor=self.approver, reason="与信枠による上限", clause="G14.3"):
            Cap(customer=customer, service="mobile-access", most=most).save()

    def _corporate_number(self, name: Name) -> str:
        """An invented number with a right check digit; no registry office has the code 9999 (G8)."""
        if name.kind != "corporation":
            return ""
        base = f"9999{self.random.randint(0, 99_999_999):08d}"
        return cn.calc_check_digit(base) + base

    # From application to contract

    def apply(
        self,
        customer: Customer,
        service: str,
        *,
        wished: int | None = None,
        quantity: int = 1,
        unit: ManagementUnit | None = None,
        on_paper: bool = False,
        with_option: bool = False,
        all_or_nothing: bool = False,
        changes: Contract | None = None,
    ) -> Application:
        """Receive an application, a few minutes after the one before."""
        self._received += 1
        minutes = 7 * self._received + self.random.randint(0, 5)
        application = Application(
            received_at=datetime.combine(self.day, OPENS, clock.TOKYO) + timedelta(minutes=minutes),
            channel=Application.Channel.PAPER if on_paper else Application.Channel.ELECTRONIC,
            customer=customer,
            management_unit=unit or customer.management_units.all()[0],
            service_code=service,
            item="TypeD" if service == "mobile-access" else "",
            quantity=quantity,
            with_option=with_option,
            all_or_nothing=all_or_nothing,
            changes=changes,
            start_wished_on=self.day + timedelta(7) if wished is None else self.on(wished),
        )
        with chapter(actor=self.desk, clause="G12.1"):
            application.save()
        return application

    def screen(self, application: Application, **found: str) -> None:
        """Screen; `found` names grounds with their facts, what no rule can tell is else found clear (G14.1)."""
        screening.begin(fresh(application), actor=self.desk)
        open_grounds = [finding.ground for finding in application.open_findings()]
        examined = {ground: Examined(Finding.Result.CLEAR) for ground in open_grounds}
        for ground, facts in found.items():
            examined[ground.replace("_", ".")] = Examined(Finding.Result.FOUND, facts, told=True)
        screening.examine(fresh(application), examined, actor=self.desk)

    def ask_documents(self, application: Application, *what: str, reason: str = "") -> None:
        """Ask for documents, which holds the application (G42.2.1)."""
        screening.ask_documents(fresh(application), list(what), on=self.day, actor=self.desk, reason=reason)

    def documents_arrive(self, application: Application, *what: str) -> None:
        """Record the arrival of these documents, or of all (G42.2.1)."""
        asked = application.document_requests.filter(arrived_on=None)
        arrived = asked.filter(what__in=what) if what else asked
        screening.record_arrival(fresh(application), list(arrived), on=self.day, actor=self.desk)

    def tell_grounds(self, application: Application) -> None:
        """Mark the grounds found as ones that the applicant is told (G14.2)."""
        found = application.findings.filter(result=Finding.Result.FOUND)
        told = {finding.ground: Examined(finding.result, finding.text, told=True) for finding in found}
        screening.examine(fresh(application), told, actor=self.desk)

    def accept(self, application: Application, reason: str = "") -> Contract:
        """Accept, with what the plan chooses to rest on (G13.1)."""
        plan = accepting.plan_acceptance(fresh(application), on=self.day)
        return accepting.accept(plan, actor=self.desk, reason=reason)

    def refuse(self, application: Application, reason: str) -> None:
        """Refuse on the grounds found (G14.1)."""
        accepting.refuse_application(fresh(application), on=self.day, actor=self.approver, reason=reason)

    def post_letters(self, customer: Customer) -> None:
        """Put the customer's letters into the post."""
        for letter in Notice.objects.letters_to_send().filter(customer=customer):
            notifying.record_posted(letter, actor=self.desk)

    def meet_conditions(self, contract: Contract) -> None:
        """Record what the customer decided or disclosed (PC4.1, WPC4.1, IOT3.4)."""
        for condition in contract.open_conditions():
            starting.meet(condition, ANSWERS[condition.code], on=self.day, actor=self.desk)

    def start(self, contract: Contract, from_: int | None = None) -> Contract:
        """Set the billing start date: this day, or the one given (G3)."""
        self.meet_conditions(contract)
        day = self.day if from_ is None else self.on(from_)
        return starting.set_start(fresh(contract), day, today=self.day, actor=self.desk)

    def contracts(
        self, customer: Customer, *services: str, at: int, quantity: int = 1
    ) -> Generator[int, None, list[Contract]]:
        """The usual way to running contracts: applied for, screened, accepted and started within five days."""
        yield at
        applications = [
            self.apply(customer, service, quantity=quantity if service == "mobile-access" else 1)
            for service in services
        ]
        yield at + 1
        for application in applications:
            self.screen(application)
        yield at + 2
        made = [self.accept(application) for application in applications]
        yield at + 5
        return [self.start(contract) for contract in made]

    # Ending

    def give_notice(
        self, contract: Contract, *, named: int | None = None, designated: Sequence[ending.Designated] = ()
    ) -> Termination:
        """Take a termination notice that arrives this day, and everything that follows from it (G29.1)."""
        plan = ending.plan_ending_by_notice(
            fresh(contract),
            arrived_on=self.day,
            named_on=None if named is None else self.on(named),
            how=Termination.How.FORM,
            today=self.day,
            designated=designated,
        )
        return self._carry_out(plan, "解約申込書の受領")

    def end_external(self, subscription: ExternalSubscription, last: int) -> Termination:
        """Record the last day of something held under other terms (PC5.2 and its like)."""
        plan = ending.plan_ending(fresh(subscription), effective_on=self.on(last), clause="G29.1")
        return self._carry_out(plan, "他の約款に基づく契約の終了の連絡")

    def terminate(self, contract: Contract, last: int) -> Termination:
        """Terminate for the company (G28.1.2)."""
        plan = terminating.plan_ending_for_hindrance(
            fresh(contract),
            cause="G26.1.3",
            hindrance="他の利用者の通信に支障が生じています。",
            effective_on=self.on(last),
            told="約款で禁止された利用が続いているため。",
            today=self.day,
        )
        return self._carry_out(plan, "禁止行為（架空の事例）")

    def take_back(self, termination: Termination) -> None:
        """Take an end back, as both sides agree."""
        plan = ending.plan_taking_back(fresh(termination), today=self.day)
        ending.carry_out(plan, actor=self.desk, reason="お客様の申出により取下げ", today=self.day)

    def _carry_out(self, plan: ending.EndingPlan, reason: str) -> Termination:
        made = ending.carry_out(plan, actor=self.desk, reason=reason, today=self.day)
        if made is None:
            raise ValueError("This plan makes no end.")
        return made
