"""Texts of letters that staff have written: in force, replaced, discarded, and still a draft."""

from contracts import wording
from contracts.demo.happening import moment
from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.models import Wording
from iijiot.records import chapter

THANKS = "これまでIIJ IoTをご利用いただき、誠にありがとうございます。"


def own_words(office: Office) -> Story:
    """The letter about an end thanks the customer; the one about an acceptance is being written anew."""
    yield -60
    ending = wording.begin_draft("end-scheduled", actor=office.approver)
    first, rest = ending.text.split("\n", 1)
    _rewritten(ending, f"{first}\n{THANKS}\n{rest}", office)
    wording.put_in_force(ending, at=moment(office.day), actor=office.approver, reason="文面の見直し（見本）")
    yield -40
    again = wording.begin_draft("end-scheduled", actor=office.approver)
    _rewritten(again, again.text.replace(THANKS, f"{THANKS}\n今後ともよろしくお願い申し上げます。"), office)
    wording.put_in_force(again, at=moment(office.day), actor=office.approver, reason="結びの追加（見本）")
    yield -30
    wording.discard(
        wording.begin_draft("refused", actor=office.approver), actor=office.approver, reason="変更不要（見本）"
    )
    yield -2
    accepting = wording.begin_draft("accepted", actor=office.approver)
    _rewritten(accepting, accepting.text.replace("課金開始日につきましては", "課金を開始する日につきましては"), office)


def _rewritten(draft: Wording, text: str, office: Office) -> None:
    draft.text = text
    with chapter(actor=office.approver, clause=wording.CLAUSE):
        draft.save()


STORIES = [own_words]
