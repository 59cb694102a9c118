"""What is personal of customers long gone: listed, proposed by one, erased by another, from rows and history alike (G40.2.1)."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from psycopg import sql

from contracts import erasing, rewriting
from contracts.models import Customer, Erasure
from iijiot.actors import Actor, ActorKind
from iijiot.models import AccessEvent, DayStep, JobFailure
from iijiot.personal import NO, OF_HISTORY
from iijiot.plans import Stale
from iijiot.recorded import recorded_models
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from iijiot.searching import Query
from tests.factories import (
    AccountFactory,
    ApplicationFactory,
    AssignmentFactory,
    ChangeReportFactory,
    ConsentFactory,
    ContactChannelFactory,
    ContractFactory,
    CustomerFactory,
    DisclosureFactory,
    DocumentFactory,
    DocumentRequestFactory,
    NoticeFactory,
    ProofFactory,
    ProposalFactory,
    SavedViewFactory,
    SuccessionFactory,
    SuspensionFactory,
    ViolationFactory,
)
from tests.factories.contracts import of
from tests.factories.erasures import LAST_DAY, ended, in_2016, long_gone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G40.2.1")]

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
REST_FROM, BOOKS_FROM = date(2020, 11, 1), date(2025, 6, 1)

NAME, KANA, OLD_NAME = "鵺野工機株式会社", "ヌエノコウキ", "旧鵺野鉄工所"
PERSON, HOLDER, PHONE, OLD_PHONE = "鵺野 影郎", "鵺野 月子", "03-9876-1234", "03-5555-0909"
MAIL, OLD_MAIL = "kage@nueno-kouki.example", "old@nueno-tekko.example"
ADDRESS, OLD_ADDRESS = "東京都架空区鵺野町9-8-7", "東京都旧架空区霧町1-2-3"
NIGHT_PHONE, LOOSE = "080-9999-1212", "鵺野さんは夜しか電話に出ない"
PERSONAL = [
    "鵺", "ヌエノ", "ヌエ", "nueno", "霧町", "203.0.113.7", PHONE, "0398761234", OLD_PHONE, "0355550909", NIGHT_PHONE,
]  # fmt: skip
"""What must not be found anywhere, whole or in parts, after everything is erased."""


def erase(customer: Customer, ben: Any, emi: Any, *, day: date = TODAY) -> Erasure:
    """Ben proposes and Emi carries out what is possible on a day."""
    proposed = erasing.propose(erasing.plan_erasure(customer, day), by=ben, reason="保存期間の経過")
    return erasing.carry_out(erasing.plan_of(proposed, day), proposed, by=emi, at=NOW)


def texts() -> Iterator[tuple[str, str]]:
    """Every table with each of its rows as text, history, logs, jobs and Django's own tables included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table)))
            yield from ((table, row) for (row,) in cursor.fetchall())


def found(words: list[str]) -> set[tuple[str, str]]:
    """In which tables and in which columns something stands that holds one of these words."""
    places = set()
    for table, row in texts():
        for column, value in json.loads(row).items():
            said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            if any(word.lower() in said.lower() or urlencode({"": word})[1:] in said for word in words):
                places.add((table, column))
    return places


@pytest.fixture
def gone(ben, emi) -> Customer:
    """A customer who left traces of every kind, with unusual names, and is gone since 2017-10-31."""
    with in_2016():
        customer: Customer = CustomerFactory(
            name=OLD_NAME, name_kana=KANA, contact_person=PERSON, phone=OLD_PHONE, notice_email=OLD_MAIL,
            address=OLD_ADDRESS, note=LOOSE,
        )  # fmt: skip
        with chapter(actor=Actor.staff(ben), reason=f"{NAME}に改称"):
            customer.name, customer.phone, customer.notice_email, customer.address = NAME, PHONE, MAIL, ADDRESS
            customer.save()
        contract = ended(customer)
        application = ApplicationFactory(
            **of(customer), refused=True, decided_on=date(2016, 5, 1), note=LOOSE, found={"G14.1.4": LOOSE}
        )
        DocumentRequestFactory(application=application, what=f"{NAME}の謄本", asked_on=date(2016, 4, 2))
        account = AccountFactory(customer=customer, user__name=HOLDER, locked=True, locked_why=LOOSE)
        with chapter(actor=Actor(ActorKind.ACCOUNT, HOLDER, account.user_id)):
            ConsentFactory(customer=customer, told=LOOSE, by=HOLDER)
        ProofFactory(customer=customer, typed=MAIL)
        ContactChannelFactory(
            customer=customer, why=LOOSE, detail=NIGHT_PHONE, asked_on=date(2016, 5, 1), set_up_on=date(2016, 5, 2)
        )
        ChangeReportFactory(
            customer=customer, filed_on=date(2016, 5, 1), evidence=LOOSE, changes={"name": NAME, "phone": PHONE},
            state="applied", closed_on=date(2016, 5, 2),
        )  # fmt: skip
        ViolationFactory(
            customer=customer, found_on=date(2016, 6, 1), what=LOOSE, outcome=LOOSE, closed_on=date(2016, 6, 2),
            state="remedied",
        )  # fmt: skip
        SuspensionFactory(
            contract=contract, reason=LOOSE, urgent_because=LOOSE, state="withdrawn", over_on=date(2016, 5, 2),
            begins_at=datetime(2016, 5, 3, tzinfo=UTC), announced_at=datetime(2016, 5, 1, tzinfo=UTC),
        )  # fmt: skip
        NoticeFactory(customer=customer, to=MAIL, subject=f"{NAME} 御中", body=f"{PERSON} 様 {ADDRESS}", sent=True)
        DocumentFactory(customer=customer, title=f"{NAME}配置図", received_on=date(2016, 5, 1))
        DisclosureFactory(
            customer=customer, what=PERSON, why=LOOSE, at=datetime(2016, 5, 1, tzinfo=UTC), by_law=True,
            requester="架空警察署",
        )  # fmt: skip
        ProposalFactory(
            about=contract, record_name=f"{NAME} {contract}", data={"because": [LOOSE]}, shown={"letters": [MAIL]},
            reason=LOOSE, state="withdrawn", answer=LOOSE,
        )  # fmt: skip
        with chapter(actor=Actor.staff(ben), reason=LOOSE):
            AssignmentFactory(record=contract)
        SavedViewFactory(name=NAME, query=urlencode({"q": NAME, "state": "ended"}))
        SuccessionFactory(
            predecessor=customer, effective_on=date(2016, 7, 1), state="carried-out", evidence=LOOSE,
            successor=CustomerFactory(name="継承商事株式会社"),
        )  # fmt: skip
        successor = Customer.objects.get(name="継承商事株式会社")
        NoticeFactory(customer=successor, body=f"{NAME}から契約を引き継ぎました。", subject="承継", sent=True)
        with chapter(actor=Actor.clock("send-notices")):
            aside = [{"what": NAME, "why": f"{MAIL} unknown"}]
            DayStep(day=date(2016, 5, 1), step="send-notices", done=1, set_aside=aside, finished_at=NOW).save()
        JobFailure(job_id=1, task="send_notice", at=NOW, error=f"550 {MAIL}").save()
        for event in (
            {"user_id": account.user_id, "who": HOLDER, "address": "203.0.113.7"},
            {"who": MAIL},
            {"user_id": ben.pk, "who": "弁田 ベン", "detail": f"契約者 1 csv 検索: {NAME}"},
        ):
            AccessEvent.objects.create(at=NOW, kind="login", **event)
    return customer


def test_after_everything_is_erased_no_table_holds_a_name_address_or_number_of_the_customer(gone, ben, emi):
    before = found(PERSONAL)
    assert len(before) > 60, "the customer has left traces in many places"
    done = erase(gone, ben, emi)
    assert (done.keeping, done.state) == ("books", "done")
    assert found(PERSONAL) == set()
    print(f"{len(before)} columns of {len({table for table, _column in before})} tables")


def kept_values() -> dict[tuple[str, int], dict[str, Any]]:
    """Of every record and version: all that is not personal."""
    kept: dict[tuple[str, int], dict[str, Any]] = {}
    for model in recorded_models():
        for stored, personal in ((model, model.PERSONAL), (model.history.model, {**OF_HISTORY, **model.PERSONAL})):
            columns = [f.attname for f in stored._meta.concrete_fields if personal.get(f.name, NO) == NO]
            rows = stored._base_manager.values(*{*columns, stored._meta.pk.attname})
            kept |= {(stored._meta.db_table, row[stored._meta.pk.attname]): row for row in rows}
    return kept


def test_amounts_days_states_numbers_and_clauses_stay_in_rows_and_history(gone, ben, emi):
    before = kept_values()
    erase(gone, ben, emi)
    after = kept_values()
    changed = {
        (table, name)
        for (table, pk), row in before.items()
        for name, value in row.items()
        if after[table, pk][name] != value
    }
    assert len(before) > 100
    assert changed == {("iijiot_user", "is_active")}, "nobody logs in for the customer any more"


def test_the_pseudonyms_keep_every_rule_of_the_records(gone, ben, emi):
    person = long_gone(sole_proprietor=True)
    for customer in (gone, person):
        erase(customer, ben, emi)
        stored = Customer.objects.get(pk=customer.pk)
        assert stored.name == f"消去済み {customer.number}"
        assert stored.notice_email == f"{customer.number.lower()}@erased.invalid"
        for road in rewriting.roads().values():
            for row in road(customer.pk):
                row.full_clean()


def test_the_name_stays_in_the_books_until_their_period_is_over_too(gone, ben, emi):
    rest = erase(gone, ben, emi, day=REST_FROM)
    stored = Customer.objects.get(pk=gone.pk)
    assert (rest.keeping, stored.name, stored.name_kana, stored.address) == ("rest", NAME, KANA, ADDRESS)
    assert (stored.contact_person, stored.phone, stored.note) == (
        f"消去済み {gone.number}",
        "",
        f"消去済み {gone.number}",
    )
    assert found([PERSON, HOLDER, MAIL, PHONE, LOOSE, NIGHT_PHONE]) == set()
    with pytest.raises(RuleViolation, match="2025年6月1日"):
        erasing.plan_erasure(gone, BOOKS_FROM - timedelta(1), "books")
    books = erase(gone, ben, emi, day=BOOKS_FROM)
    assert books.keeping == "books"
    assert found(PERSONAL) == set()


def test_who_is_erased_is_found_by_number_alone(gone, ben, emi):
    assert Customer.objects.found(Query(NAME), 5) == Customer.objects.found(Query(KANA), 5) == [gone]
    erase(gone, ben, emi)
    for typed in (NAME, OLD_NAME, KANA, "ヌエノ", MAIL, OLD_MAIL, PHONE, gone.corporate_number):
        assert Customer.objects.found(Query(typed), 5) == []
    assert Customer.objects.found(Query(gone.number), 5) == [gone]


def test_the_erasure_says_for_good_what_went_when_by_whom_and_under_which_period(gone, ben, emi):
    done = Erasure.objects.get(pk=erase(gone, ben, emi).pk)
    assert (done.gone_since, done.years, done.due_on) == (LAST_DAY, 7, BOOKS_FROM)
    assert (done.proposed_by, done.decided_by, done.decided_at) == (ben, emi, NOW)
    assert done.records
    assert done.versions
    assert done.versions > done.records > 15
    proposed, decided, _finished = done.history.filter(history_type="~").order_by("history_id")
    assert (proposed.history_actor, proposed.history_change_reason) == (ben.name, "保存期間の経過")
    assert decided.history_actor == emi.name


def test_what_is_shown_is_what_is_erased(gone, ben, emi):
    plan = erasing.plan_erasure(gone, TODAY)
    done = erase(gone, ben, emi)
    assert sum(kind.erased for kind in plan.kinds) == done.records
    assert all(kind.erased <= kind.of for kind in plan.kinds)


def test_who_proposes_does_not_erase(gone, ben):
    proposed = erasing.propose(erasing.plan_erasure(gone, TODAY), by=ben)
    with pytest.raises(RuleViolation, match="一般規程 第5条第3項"):
        erasing.carry_out(erasing.plan_of(proposed, TODAY), proposed, by=ben, at=NOW)
    assert Customer.objects.get(pk=gone.pk).name == NAME


def test_what_came_after_it_was_shown_stops_it(gone, ben, emi):
    proposed = erasing.propose(erasing.plan_erasure(gone, TODAY), by=ben)
    plan = erasing.plan_of(proposed, TODAY)
    with in_2016():
        ConsentFactory(customer=gone, kind="research")
    with pytest.raises(Stale):
        erasing.carry_out(plan, proposed, by=emi, at=NOW)
    ContractFactory(**of(gone))
    with pytest.raises(RuleViolation, match="契約"):
        erasing.carry_out(plan, proposed, by=emi, at=NOW)


def test_once_is_enough(gone, ben, emi):
    done = erase(gone, ben, emi)
    rows = Customer.history.count()
    with pytest.raises(RuleViolation):
        erasing.carry_out(erasing.plan_of(done, TODAY), done, by=emi, at=NOW)
    assert Customer.history.count() == rows


def test_broken_off_at_the_very_end_it_has_erased_nothing(gone, ben, emi):
    before = found(PERSONAL)
    proposed = erasing.propose(erasing.plan_erasure(gone, TODAY), by=ben)
    plan = erasing.plan_of(proposed, TODAY)

    def broken_off() -> None:
        with transaction.atomic():
            assert erasing.carry_out(plan, proposed, by=emi, at=NOW).state == "done"
            assert found(PERSONAL) == set()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken_off()
    assert found(PERSONAL) == before
    assert Erasure.objects.get(pk=proposed.pk).state == "proposed"
    assert erasing.carry_out(plan, proposed, by=emi, at=NOW).state == "done"


def test_nobody_elses_data_goes(gone, ben, emi):
    other = long_gone(name="別件運輸株式会社", contact_person="別件 花子")
    AccountFactory(customer=other, user__name="別件 次郎")
    before = found(["別件"])
    erase(gone, ben, emi)
    assert found(["別件"]) == before
    assert Customer.objects.get(name="継承商事株式会社").notices.get().body == (
        f"消去済み {gone.number}から契約を引き継ぎました。"
    )
