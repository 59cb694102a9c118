"""The staff's own texts: a draft, in force, replaced; letters remember by which they were written."""

import pytest
from django.core.exceptions import ValidationError

from contracts import announcing, notifying, wording
from contracts.models import Notice, Wording
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import again
from tests.factories import ContractFactory, CustomerFactory, MeasureFactory, WordingFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


def in_force(kind: str, added: str) -> Wording:
    """An own text in force that says something more than the built-in one."""
    draft = wording.begin_draft(kind, actor=ACTOR)
    with chapter(actor=ACTOR):
        draft.text = f"{added}\n{draft.text}"
        draft.save()
    wording.put_in_force(draft, at=clock.now(), actor=ACTOR)
    return again(draft)


def lifted() -> Notice:
    """A letter of the kind that says least."""
    contract = ContractFactory()
    return notifying.compose(contract.customer, "end-lifted", clause=Clause("G29.1"), context={}, contract=contract)


def test_without_an_own_text_the_built_in_one_holds():
    assert lifted().wording is None
    assert "引き続き有効です" in lifted().body


@pytest.mark.clause("G12.2.1")
def test_a_letter_is_written_by_the_text_in_force_and_remembers_which():
    text = in_force("end-lifted", "いつもありがとうございます。")
    with chapter(actor=ACTOR):
        notice = notifying.send(lifted())
    wording.return_to_built_in(text, at=clock.now(), actor=ACTOR)
    assert again(notice).wording == text
    assert "いつもありがとうございます。" in again(notice).body
    assert lifted().wording is None


def test_a_draft_writes_no_letters():
    WordingFactory(kind="end-lifted", text="《契約番号》下書き")
    assert "下書き" not in lifted().body


def test_the_next_version_begins_with_the_words_in_force_and_replaces_them():
    first = in_force("end-lifted", "一")
    second = in_force("end-lifted", "二")
    assert second.text.startswith("二\n一")
    assert (again(first).state, second.state, second.version) == ("replaced", "in-force", 2)
    assert again(first).in_force_until == second.in_force_since
    assert Wording.history.filter(id=first.pk).count() == 4


def test_a_draft_that_is_there_is_gone_on_with():
    assert wording.begin_draft("refused", actor=ACTOR) == wording.begin_draft("refused", actor=ACTOR)


def test_of_a_kind_that_there_is_not_no_draft_is_begun():
    with pytest.raises(RuleViolation):
        wording.begin_draft("no-such", actor=ACTOR)


@pytest.mark.parametrize("trait", ["in_force", "replaced"])
def test_words_by_which_letters_were_written_never_change(trait):
    text = WordingFactory(**{trait: True})
    text.text = f"{text.text}\n追記"
    with chapter(actor=ACTOR), pytest.raises(RuleViolation):
        text.save()


def test_a_draft_without_what_must_be_said_is_not_saved():
    with pytest.raises(ValidationError) as refusal:
        WordingFactory(kind="end-scheduled", text="下記のご契約は終了いたします。《契約番号》《根拠条項》")
    assert "《終了日》" in str(refusal.value)


def test_a_discarded_draft_makes_room_for_another_and_keeps_its_number():
    first = wording.begin_draft("refused", actor=ACTOR)
    wording.discard(first, actor=ACTOR, reason="不要")
    second = wording.begin_draft("refused", actor=ACTOR)
    assert (again(first).state, second.version) == ("discarded", 2)


@pytest.mark.clause("G25.2")
def test_an_announcement_and_all_its_notices_remember_the_text():
    text = in_force("measure", "いつもありがとうございます。")
    ContractFactory(mobile_access=True, customer=CustomerFactory(name="〔宛名〕と《対象》株式会社"))
    measure = MeasureFactory(reason="〔宛名〕の更改")
    made = announcing.carry_out(announcing.plan_announcing(measure, at=clock.business_moment()), actor=ACTOR, reason="")
    notice = Notice.objects.get()
    assert (made.wording, notice.wording) == (text, text)
    assert notice.body.startswith("〔宛名〕と《対象》株式会社 御中\n\nいつもありがとうございます。")
    assert "〔宛名〕の更改" in notice.body, "what the staff typed is no mark"
