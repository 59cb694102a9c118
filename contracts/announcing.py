"""Announcing: telling every customer whom a measure, a discontinuation or new terms touch, in one step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts import notifying
from contracts.catalogue.services import under
from contracts.models import Announcement, Contract, Customer, Discontinuation, Measure, Notice, TermsVersion
from contracts.models.announcement import Source
from contracts.models.contract import ContractQuerySet
from contracts.models.customer import CustomerQuerySet
from contracts.models.measure import OPENS_AN_END
from contracts.notifying import Written
from iijiot.actors import Actor
from iijiot.bulk import bulk_insert
from iijiot.clauses import Clause
from iijiot.clock import business_day, tokyo_day
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, citing, locked
from iijiot.rules import refuse, require
from iijiot.words import Words, said


@dataclass(frozen=True)
class Told:
    """How something of an app to the right is announced: its letters, whom it touches, what touches a new contract."""

    kind: str
    touched: Callable[[Any], ContractQuerySet]
    touching: Callable[[Contract], Iterable[Any]]


_others: dict[type, Told] = {}


def announce_too(model: type, told: Told) -> None:
    """Register a kind of record that is announced like measures and terms; called in AppConfig.ready()."""
    _others[model] = told


KINDS: dict[type, str] = {
    Measure: Notice.Kind.MEASURE,
    Discontinuation: Notice.Kind.DISCONTINUATION,
    TermsVersion: Notice.Kind.TERMS,
}
FIELDS: dict[type, str] = {Measure: "measure", Discontinuation: "discontinuation", TermsVersion: "terms"}
ADDRESSEE = "〔宛名〕"

FOR_EACH_CUSTOMER = """
SELECT id AS customer_id, notice_email,
       name || CASE kind WHEN 'sole-proprietor' THEN ' 様' ELSE ' 御中' END AS addressee,
       %s::bigint AS announcement_id, %s::text AS notice_kind, %s::text AS notice_clause,
       %s::bigint AS wording, %s::text AS subject, %s::text AS body, %s::text AS marked
FROM contracts_customer WHERE id = ANY (ARRAY ({customers})) ORDER BY id
"""


LETTERS_SHOWN = 3


@dataclass(frozen=True)
class AnnouncingPlan:
    """Whom an announcement would tell of what, by when, and how many contracts could end because of it."""

    source: Source
    at: datetime
    clause: Clause
    letter: Written
    customers: int
    contracts: int
    could_end: int
    first: tuple[Customer, ...]
    latest: date | None
    warnings: tuple[Words, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans: what was shown is what is confirmed."""
        return fingerprint([self.source.pk, self.letter.subject, self.letter.body, self.customers, self.contracts])

    @property
    def letters(self) -> list[Notice]:
        """The notices to the first customers, as they will be written."""
        return [addressed(customer, self.source, self.clause.id, self.letter) for customer in self.first]

    @property
    def further_letters(self) -> int:
        """How many customers more get the same text."""
        return self.customers - len(self.first)


def kind_of(source: Source) -> str:
    """The kind of the letters about it."""
    return _others[type(source)].kind if type(source) in _others else KINDS[type(source)]


def affected_contracts(source: Source) -> ContractQuerySet:
    """The living contracts that it touches."""
    if type(source) in _others:
        return _others[type(source)].touched(source)
    return Contract.objects.touched_by_service(_services(source), getattr(source, "item", ""))


def affected(source: Source) -> CustomerQuerySet:
    """The customers whom it touches, and nobody else (G2.2)."""
    return Customer.objects.having(affected_contracts(source))


def _services(source: Source) -> list[str] | None:
    if isinstance(source, TermsVersion):
        return None if source.provision == "G" else under(source.provision)
    return [source.service] if source.service else None


def plan_announcing(source: Source, *, at: datetime) -> AnnouncingPlan:
    """What announcing would do. Raises RuleViolation where it comes too late, with the day that would have done."""
    refuse_announcing(source, at=at)
    return _planned(source, at)


def refuse_announcing(source: Source, *, at: datetime) -> None:
    """Raises RuleViolation where it cannot be announced at this moment: too late, or done already."""
    require(source.announce)
    source.in_time(at)


def _planned(source: Source, at: datetime) -> AnnouncingPlan:
    contracts = affected_contracts(source)
    opens = isinstance(source, Measure) and source.kind in OPENS_AN_END and source.stops_use
    many = contracts.count()
    return AnnouncingPlan(
        source,
        at,
        source.clause_value,
        compose(source, written_on=tokyo_day(at)),
        affected(source).count(),
        many,
        many if opens else 0,
        tuple(affected(source).order_by("pk")[:LETTERS_SHOWN]),
        source.latest_notice(),
        tuple(source.warnings(tokyo_day(at))),
    )


def compose(source: Source, *, written_on: date, kind: str = "") -> Written:
    """What every customer is told; it begins with a mark, in whose place each is addressed."""
    told = {"source": source, "clause": source.clause_value}
    return notifying.written(kind or kind_of(source), told, to=ADDRESSEE, on=written_on)


def carry_out(plan: AnnouncingPlan, *, actor: Actor, reason: str) -> Announcement:
    """Announce exactly what was shown: one text, one notice for each customer, in one statement. Raises Stale."""
    with chapter(actor=actor, reason=reason, clause=plan.clause.id), locked(plan.source) as (source,):
        source.announce(plan.at)
        again = _planned(source, plan.at)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        source.save()
        return _made(source, kind_of(source), plan.letter, affected(source), plan.latest)


def take_back(source: Source) -> Announcement | None:
    """Tell those who were told of it that it does not come, inside the open act; None where nobody was told."""
    told = Customer.objects.having(Notice.objects.about(source))
    if not told.exists():
        return None
    letter = compose(source, written_on=business_day(), kind=Notice.Kind.WITHDRAWN)
    return _made(source, Notice.Kind.WITHDRAWN, letter, told, None)


def _made(source: Source, kind: str, letter: Written, customers: CustomerQuerySet, due_by: date | None) -> Announcement:
    field = FIELDS.get(type(source))
    other: Any = source
    about = {field: source} if field else {"other": other.ANNOUNCED_AS, "other_id": other.pk}
    made = Announcement(
        **about,
        clause=source.clause_value.id,
        wording=letter.wording,
        subject=letter.subject,
        body=letter.body,
        due_by=due_by,
        recipients=0,
    )
    made.save()
    tell_more(made, kind, customers)
    return made


def tell_more(made: Announcement, kind: str, customers: CustomerQuerySet) -> None:
    """Tell these customers too of what was announced, by the same text, inside the open act."""
    made.recipients += _tell_all(made, kind, customers)
    made.save()
    notifying.announce(made)


def _tell_all(made: Announcement, kind: str, told: CustomerQuerySet) -> int:
    if not told.exists():
        return 0
    customers, params = told.order_by().values("pk").query.sql_with_params()
    with citing("G12.2.1"):
        return bulk_insert(
            Notice,
            {
                "customer": "customer_id",
                "announcement": "announcement_id",
                "kind": "notice_kind",
                "channel": f"'{Notice.Channel.EMAIL}'",
                "clause": "notice_clause",
                "to": "notice_email",
                "wording": "wording",
                "subject": "subject",
                "body": "addressee || substr(body, length(marked) + 1)",
                "failure": "''",
                "state": "'to-send'",
            },
            FOR_EACH_CUSTOMER.format(customers=customers),
            [made.pk, kind, made.clause, made.wording_id, made.subject, made.body, ADDRESSEE, *params],
        )


def tell_newcomer(contract: Contract) -> list[Notice]:
    """Tell a customer who joins what was announced to all before, inside the open act (G2.2, G25.2, G27.2)."""
    told = []
    for source in touching(contract):
        made: Any = source.announcements.order_by("pk").first()
        if made is None or Notice.objects.about(source).of_customer(contract.customer).exists():
            continue
        notice = addressed(contract.customer, source, made.clause, Written(made.subject, made.body, made.wording))
        notice.contract, notice.announcement = contract, made
        told.append(notifying.send(notice))
    return told


def addressed(customer: Customer, source: Source, clause: str, letter: Written) -> Notice:
    """The notice to one customer, as it would be written."""
    return Notice(
        customer=customer,
        kind=kind_of(source),
        channel=Notice.Channel.EMAIL,
        clause=clause,
        to=customer.notice_email,
        wording=letter.wording,
        subject=letter.subject,
        body=notifying.addressee(customer) + letter.body.removeprefix(ADDRESSEE),
    )


def touching(contract: Contract) -> list[Source]:
    """What is announced that touches a contract."""
    provisions = ["G", contract.service.provision]
    return [
        *Measure.objects.touching(contract),
        *Discontinuation.objects.touching(contract),
        *TermsVersion.objects.announced().of_provisions(provisions),
        *(source for told in _others.values() for source in told.touching(contract)),
    ]


def not_told_in_time(version: TermsVersion) -> CustomerQuerySet:
    """The customers whom a new version touches and who were not told before its day (G2.2)."""
    return affected(version).not_among(Notice.objects.telling_of(version, before=version.effective_on))


def refuse_untold(version: TermsVersion) -> None:
    """Raises RuleViolation while customers were not told before a version's day, naming the first of them (G2.2)."""
    missing = not_told_in_time(version)
    if many := missing.count():
        sentence = _(
            "{many} customers were not told before {day}, first of them {first}. Withdraw it and set a later day."
        )
        first = "、".join(str(customer) for customer in missing.order_by("pk")[:3])
        raise refuse("G2.2", said(sentence, many=many, day=version.effective_on, first=first))
