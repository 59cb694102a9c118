"""Evidence files: of one record each, on the disk before their row, opened by whoever may and each time in the log."""

import os
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from contracts import changing, due, erasing, proving
from contracts.models import Application, Customer, Evidence
from iijiot import clock, daily, file_store, roles
from iijiot.actors import Actor
from iijiot.console.rehearsal import rehearse
from iijiot.models import AccessEvent
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, again
from tests.factories import (
    AccountFactory,
    ApplicationFactory,
    ChangeReportFactory,
    CustomerFactory,
    DeathFactory,
    EvidenceFactory,
    HeirFilingFactory,
    SuccessionFactory,
    UserFactory,
)
from tests.factories.erasures import in_2016, long_gone
from tests.papers import pdf, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

NOTE = "証明書と照合"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder of this test's own."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def keep(record, body=None, actor=BEN, **more):
    file = proving.taken("登記事項証明書.pdf", body or pdf())
    given = {"kind": "register", "received_on": WEDNESDAY, "today": WEDNESDAY, **more}
    return proving.keep(record, file, actor=actor, **given)


def on_disk(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def aged(folder, days):
    """Let all files have lain there for so long."""
    moment = (clock.now() - timedelta(days)).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))


@pytest.mark.clause("G14.1", "G16", "G17", "G18.1", "G42.2.1")
@pytest.mark.parametrize(
    ("made", "whose", "clause"),
    [
        (ApplicationFactory, lambda a: a.customer, "G42.2.1"),
        (ChangeReportFactory, lambda r: r.customer, "G16"),
        (SuccessionFactory, lambda s: s.predecessor, "G17"),
        (DeathFactory, lambda d: d.customer, "G18.1"),
        (HeirFilingFactory, lambda f: f.death.customer, "G18.1"),
    ],
    ids=["application", "report", "succession", "death", "filing"],
)
def test_a_file_belongs_to_its_record_and_to_that_records_customer(made, whose, clause):
    record = made()
    evidence = keep(record)
    assert (evidence.subject, evidence.customer, evidence.clause) == (record, whose(record), clause)
    assert list(Evidence.objects.of_record(record)) == [evidence]
    row = evidence.history.get()
    assert (row.history_clause, row.history_actor, row.customer_id) == (clause, "Ben", whose(record).pk)


@pytest.mark.clause("G18.1")
def test_a_death_shows_the_files_of_its_filings_too():
    filing = HeirFilingFactory()
    files = [keep(filing.death), keep(filing, png_file())]
    assert list(Evidence.objects.of_record(filing.death)) == files
    assert [file.shown_with for file in files] == [filing.death, filing.death]


def png_file():
    """Other bytes than those of the usual file."""
    return pdf("CERTIFIED LIST OF HEIRS")


@pytest.mark.clause("G16")
def test_the_bytes_lie_in_the_folder_under_a_key_that_says_nothing_and_for_nobody_else(folder):
    evidence = keep(ChangeReportFactory())
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    assert path.read_bytes() == pdf()
    assert (path.name, evidence.size) == (evidence.stored_as, len(pdf()))
    assert path.stat().st_mode & 0o777 == 0o600
    assert {p.stat().st_mode & 0o777 for p in (folder, path.parent)} == {0o700}
    assert not {evidence.number, evidence.name, evidence.sha256} & set(path.parts)


@pytest.mark.clause("G16")
def test_a_file_does_not_arrive_in_the_future(folder):
    with pytest.raises(RuleViolation, match="not come yet"):
        keep(ChangeReportFactory(), received_on=WEDNESDAY + timedelta(1))
    assert not folder.exists()


@pytest.mark.clause("G16")
def test_the_same_file_is_put_on_record_once_and_again_after_it_was_withdrawn(folder):
    report = ChangeReportFactory()
    first = keep(report)
    with pytest.raises(ValidationError, match="on record here already"):
        keep(report)
    assert on_disk(folder) == [first.stored_as]
    keep(ChangeReportFactory())
    proving.withdraw(first, because="別の契約者の書類", actor=BEN)
    second = keep(report)
    assert list(report.evidence_files.kept()) == [second]
    row = again(first).history.latest("history_id")
    assert (row.state, row.history_change_reason, row.history_clause) == ("withdrawn", "別の契約者の書類", "G16")


@pytest.mark.clause("G16")
@pytest.mark.parametrize("field", ["name", "media_type", "size", "sha256", "stored_as", "received_on", "kind"])
def test_nothing_of_a_file_changes_once_it_is_on_record(field):
    evidence = keep(ChangeReportFactory())
    other = EvidenceFactory(media_type="image/png", name="b.png", kind="other", received_on=date(2026, 11, 1), size=1)
    setattr(evidence, field, getattr(other, field))
    with pytest.raises(RuleViolation, match="cannot be changed"), chapter(actor=BEN):
        evidence.save()


def test_a_file_of_nothing_or_of_two_records_is_refused():
    for wrong in ({"change_report": None}, {"death": DeathFactory()}):
        with pytest.raises(ValidationError, match="just one"):
            EvidenceFactory(**wrong)


def test_a_rehearsal_leaves_nothing_on_the_disk(folder):
    report = ChangeReportFactory()
    outcomes = [rehearse(BEN, lambda: keep(report)) for _twice in range(2)]
    assert outcomes[0].fingerprint == outcomes[1].fingerprint
    assert outcomes[0].told
    assert on_disk(folder) == []
    assert not Evidence.objects.exists()


def test_what_an_act_left_behind_that_was_taken_back_is_swept_a_day_later(folder):
    kept = keep(ChangeReportFactory())
    with transaction.atomic():
        keep(ChangeReportFactory())
        transaction.set_rollback(True)
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / f"{'ab' * 16}.part").write_bytes(b"half")
    (folder / "ab" / "README").write_bytes(b"of the operator")
    (folder / "lost+found").mkdir(mode=0o000)
    assert len(on_disk(folder)) == 4
    due.sweep_evidence(WEDNESDAY, tally := daily.Tally())
    assert (tally.done, len(on_disk(folder))) == (0, 4)
    aged(folder, 2)
    assert due.orphans_due(WEDNESDAY) == 2
    due.sweep_evidence(WEDNESDAY, tally)
    assert (tally.done, on_disk(folder)) == (2, sorted([kept.stored_as, "README"]))


def test_where_nobody_knows_whether_the_row_was_written_the_file_stays_for_the_sweep_to_look_at(folder):
    with pytest.raises(OperationalError), file_store.placed(pdf()) as key:
        raise OperationalError("the connection is lost")
    assert on_disk(folder) == [key]


def test_where_no_file_was_ever_kept_there_is_nothing_to_sweep(folder):
    assert due.orphans_due(WEDNESDAY) == 0
    assert not folder.exists()


@pytest.mark.clause("G40.3")
def test_x19_each_opening_is_in_the_log_once_with_who_and_what(ben):
    report = ChangeReportFactory()
    evidence = keep(report)
    for _time in range(2):
        with proving.open_(evidence, actor=Actor.staff(ben)) as file:
            assert file.read() == pdf()
    events = AccessEvent.objects.filter(kind="opened")
    assert events.count() == 2
    assert {(e.user_id, e.who, e.detail) for e in events} == {
        (ben.pk, ben.name, f"{evidence.number} {report.customer.number} {report.number}")
    }


@pytest.mark.clause("G40.3")
@pytest.mark.parametrize("group", [group for group in roles.LABELS if group not in (roles.DESK, roles.APPROVER)])
def test_who_has_not_that_permission_opens_nothing_and_the_attempt_is_in_the_log(group):
    user, evidence = UserFactory(groups=[group]), keep(ChangeReportFactory())
    with pytest.raises(RuleViolation) as refusal:
        proving.open_(evidence, actor=Actor.staff(user))
    assert refusal.value.unmet[0].clause.id == "G40.3"
    assert AccessEvent.objects.get(user_id=user.pk).kind == "denied"


@pytest.mark.clause("G40.3")
def test_neither_a_customer_nor_a_command_opens_a_file_through_this_door(aois_company):
    evidence = keep(ChangeReportFactory(customer=aois_company))
    account = AccountFactory(customer=aois_company)
    for actor in (Actor.of(account.user), Actor.command("demo"), Actor.clock("sweep-evidence")):
        with pytest.raises(RuleViolation):
            proving.open_(evidence, actor=actor)
    assert set(AccessEvent.objects.values_list("kind", flat=True)) == {"denied"}


@pytest.mark.clause("G16")
def test_a_file_that_was_withdrawn_is_not_opened_any_more(clerk, folder):
    evidence = keep(ChangeReportFactory())
    proving.withdraw(evidence, because="別の契約者の書類", actor=clerk)
    with pytest.raises(RuleViolation, match="was withdrawn"):
        proving.open_(again(evidence), actor=clerk)
    assert on_disk(folder) == [evidence.stored_as]
    assert not AccessEvent.objects.filter(kind="opened").exists()


@pytest.mark.clause("G16")
@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_file_that_is_gone_or_was_changed_is_told_and_not_handed_out(clerk, folder, caplog, harm):
    evidence = keep(ChangeReportFactory())
    path = folder / evidence.stored_as[:2] / evidence.stored_as
    path.unlink() if harm == "gone" else path.write_bytes(png())
    with pytest.raises(RuleViolation, match="gone or damaged"):
        proving.open_(evidence, actor=clerk)
    assert f"{evidence.number} is lost" in caplog.text
    assert not AccessEvent.objects.filter(kind="opened").exists()


@pytest.mark.clause("G16")
def test_a_report_is_applied_only_once_its_evidence_is_there():
    report = ChangeReportFactory(evidence="")
    with pytest.raises(RuleViolation, match="no evidence yet"):
        changing.apply(report, on=WEDNESDAY, note=NOTE, actor=BEN)
    mistaken = keep(report)
    proving.withdraw(mistaken, because="別の契約者の書類", actor=BEN)
    with pytest.raises(RuleViolation, match="no evidence yet"):
        changing.apply(report, on=WEDNESDAY, note=NOTE, actor=BEN)
    keep(report)
    changing.apply(report, on=WEDNESDAY, note=NOTE, actor=BEN)
    assert again(report.customer).phone == "03-1111-2222"


@pytest.mark.clause("G16")
def test_evidence_on_paper_may_be_described_later_and_is_enough():
    report = ChangeReportFactory(evidence="")
    changing.describe(report, evidence="登記事項証明書（書庫 3-1）", actor=BEN)
    changing.apply(report, on=WEDNESDAY, note=NOTE, actor=BEN)
    assert again(report).evidence == "登記事項証明書（書庫 3-1）"
    with pytest.raises(RuleViolation):
        changing.describe(report, evidence="別の書類", actor=BEN)


@pytest.mark.clause("G16")
def test_a_report_is_turned_down_without_any_evidence():
    report = ChangeReportFactory(evidence="")
    changing.turn_down(report, on=WEDNESDAY, note="証明書が届かない", actor=BEN)
    assert again(report).state == "turned-down"


def closed(customer: Customer) -> Application:
    """An application that was withdrawn long ago."""
    made: Application = ApplicationFactory(customer=customer, withdrawn=True, decided_on=date(2016, 5, 1))
    return made


@pytest.mark.clause("G40.2.1")
def test_files_go_with_what_is_personal_of_a_customer_long_gone(ben, emi, folder, django_capture_on_commit_callbacks):
    gone = long_gone()
    with in_2016():
        files = [keep(closed(who)) for who in (gone, CustomerFactory())]
    proposed = erasing.propose(erasing.plan_erasure(gone, WEDNESDAY), by=ben)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.carry_out(erasing.plan_of(proposed, WEDNESDAY), proposed, by=emi, at=clock.now())
    assert on_disk(folder) == [files[1].stored_as]
    erased = again(files[0])
    assert (erased.name, erased.sha256) == (f"消去済み {gone.number}", files[0].sha256)
    with pytest.raises(RuleViolation, match="erased with the customer's personal data"):
        proving.open_(erased, actor=Actor.staff(ben))


@pytest.mark.clause("G40.2.1")
def test_files_that_a_crash_left_after_an_erasure_are_swept(ben, emi, folder):
    gone = long_gone()
    with in_2016():
        keep(closed(gone))
    proposed = erasing.propose(erasing.plan_erasure(gone, WEDNESDAY), by=ben)
    erasing.carry_out(erasing.plan_of(proposed, WEDNESDAY), proposed, by=emi, at=clock.now())
    assert len(on_disk(folder)) == 1, "nothing was committed"
    aged(folder, 2)
    due.sweep_evidence(WEDNESDAY, daily.Tally())
    assert on_disk(folder) == []
