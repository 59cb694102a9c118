"""Our ledger of cards beside the host carrier's: only ours, only theirs, different (MA1)."""

from datetime import date

import pytest

from iijiot.lookups import history_of
from iijiot.rules import RuleViolation
from sims import importing, reconciling
from sims.models import Difference, Reconciliation
from tests.acts import again
from tests.factories import DifferenceFactory
from tests.factories.sims import SimCardFactory, iccid
from tests.sims.test_importing import CLERK, WEDNESDAY, counts, csv_of, load, silent

DOCOMO = "株式会社NTTドコモ"
HEADER = ("ICCID", "状態", "貸与日", "返還日")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), pytest.mark.clause("MA1")]


def listed(*rows, lender=DOCOMO, grace=7):
    given = {"kind": "lender", "lender": lender, "grace": grace}
    record = importing.take_in("list.csv", csv_of(*rows, header=HEADER), given=given, today=WEDNESDAY, actor=CLERK)
    importing.check(record, told=silent)
    return again(record)


def told():
    return {(d.iccid, d.kind) for d in Difference.objects.all()}


def test_what_is_in_one_ledger_only_or_differs_is_told_and_the_rest_is_counted():
    same, only_ours, back, later = (SimCardFactory(iccid=iccid(n)) for n in range(1, 5))
    gone = SimCardFactory(iccid=iccid(5), state="disposed")
    old = SimCardFactory(iccid=iccid(6), state="disposed")
    record = load(
        listed(
            [same.iccid, "貸与中", "2026/2/27", ""],
            [back.iccid, "返還済み", "2026-03-01", "2026-10-01"],
            [later.iccid, "貸与", "2026-05-01", ""],
            [gone.iccid, "Lent", "2026-03-01", ""],
            [iccid(9), "貸与中", "2026-03-01", ""],
        )
    )
    assert record.state == "done"
    assert told() == {
        (only_ours.iccid, "ours"), (back.iccid, "state"), (later.iccid, "day"), (gone.iccid, "state"), (iccid(9), "theirs"),
    }  # fmt: skip
    found = Reconciliation.objects.get()
    assert (found.both, found.ours, found.theirs, found.lender) == (4, 5, 5, DOCOMO)
    assert Difference.objects.counts()["state"] == {"all": 2, "open": 2}
    assert history_of(Difference).count() == 5
    state = Difference.objects.get(iccid=back.iccid)
    assert (state.our_state, state.their_state, state.their_return) == ("in-stock", "returned", date(2026, 10, 1))
    assert old.iccid not in {iccid for iccid, _kind in told()}


def test_cards_of_another_carrier_are_left_out():
    SimCardFactory(iccid=iccid(1))
    load(listed([iccid(9), "貸与中", "", ""], lender="ほかの事業者"))
    assert told() == {(iccid(9), "theirs")}


@pytest.mark.parametrize(("grace", "kinds"), [(7, set()), (0, {"day"})])
def test_days_of_a_delivery_on_its_way_do_not_count(grace, kinds):
    SimCardFactory(iccid=iccid(1))
    load(listed([iccid(1), "貸与中", "2026-02-26", ""], grace=grace))
    assert {kind for _iccid, kind in told()} == kinds


def test_comparing_changes_no_card():
    card = SimCardFactory(iccid=iccid(1))
    load(listed([iccid(1), "返還済", "", "2026-10-01"]))
    assert history_of(type(card)).filter(id=card.pk).count() == 1


def test_a_list_in_which_rows_are_wrong_is_compared_only_on_ones_word():
    record = listed([iccid(1), "貸与中", "", ""], [iccid(1), "貸与中", "", ""], [iccid(2), "？", "", ""],
                    [iccid(3), "貸与中", "", "2026-10-01"])  # fmt: skip
    assert counts(record) == (4, 1, 0, 3)
    with pytest.raises(RuleViolation):
        load(record)
    load(record, "good")
    assert told() == {(iccid(1), "theirs")}


def test_a_difference_is_settled_once_with_a_note():
    difference = DifferenceFactory()
    reconciling.settle([difference], note="先方の誤記と確認", on=WEDNESDAY, actor=CLERK)
    difference = again(difference)
    assert (difference.state, difference.note, difference.settled_on) == ("settled", "先方の誤記と確認", WEDNESDAY)
    assert not Difference.objects.open().exists()
    with pytest.raises(RuleViolation):
        reconciling.settle([difference], note="二度目", on=WEDNESDAY, actor=CLERK)
