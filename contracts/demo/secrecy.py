"""Accounts, consents and disclosures: one customer who asks about them; and one who is gone so long that data goes too."""

from typing import Any

from contracts import admitting, consenting, disclosing, erasing
from contracts.demo.happening import moment
from contracts.demo.life import Story
from contracts.demo.office import Office
from contracts.disclosing import Asked
from contracts.models import Document, Recipient
from contracts.models.account import Role
from iijiot.actors import Actor
from iijiot.daily import Tally
from iijiot.records import chapter, fresh, locked


def recipient(office: Office, name: str, standing: str, **more: Any) -> Recipient:
    """Put somebody on the list of recipients (G43)."""
    made = Recipient(name=name, standing=standing, **more)
    with chapter(actor=office.approver, clause="G43"):
        made.save()
    return made


def asks_about_secrecy(office: Office) -> Story:
    """Four accounts, one locked, one removed; what is allowed and what is stopped; disclosures to those who may have them."""
    yield -95
    customer = office.customer("mihon-joho")
    yield from office.contracts(customer, "iot", at=-95)
    yield -80
    people = {Role.MANAGER: "管理 花子（架空）", Role.OPERATOR: "操作 太郎（架空）", Role.VIEWER: "閲覧 桜子（架空）"}
    manager, operator, viewer = (
        admitting.issue(customer, holder=name, role=role, actor=office.desk) for role, name in people.items()
    )
    leaves = admitting.issue(customer, holder="退職 三郎（架空）", role=Role.VIEWER, actor=office.desk)
    yield -40
    said: dict[str, Any] = {"told": "同意書（見本）", "at": moment(office.day), "actor": office.desk}
    consenting.record(customer, "detected-logs", given=True, account=manager, **said)
    consenting.record(customer, "marketing", given=False, **said)
    yield -30
    works = recipient(
        office,
        "架空運用サービス株式会社",
        "subcontractor",
        sees_personal=True,
        sees_secrets=True,
        contract_seen_on=office.day,
    )
    police = recipient(office, "架空警察署", "authority")
    recipient(office, "見本アイオーティー販売株式会社", "subsidiary", sees_usage=True)
    recipient(office, "認定協会（見本）", "association")
    drawing = Document(customer=customer, title="機器配置図（見本）", received_on=office.day, marked=True)
    manual = Document(customer=customer, title="操作説明書（見本）", received_on=office.day)
    with chapter(actor=office.desk, clause="G39.1"):
        drawing.save()
        manual.save()
    yield -20
    needed = {"purpose": "providing", "why": "現地での設置作業のため（見本）"}
    told: dict[str, Any] = {"at": moment(office.day), "actor": office.approver}
    wanted = Asked(information="personal", what="担当者の氏名と電話番号", recipient=works, ground="business", **needed)
    disclosing.disclose(customer, wanted, **told)
    disclosing.hand_on(drawing, wanted, **told)
    disclosing.hand_on(manual, wanted, **told)
    disclosing.disclose(
        customer,
        Asked(
            information="personal",
            what="契約者の名称と所在地",
            recipient=police,
            ground="law",
            purpose="by-law",
            why="捜査関係事項照会への回答（見本）",
            requester="架空警察署 生活安全課",
        ),
        **told,
    )
    yield -10
    admitting.report_misuse(operator, why="端末の盗難（見本）", at=moment(office.day), actor=office.desk)
    yield -8
    admitting.unlock(fresh(operator), because="契約者本人を確認", actor=office.approver)
    admitting.remove(fresh(leaves), actor=office.desk, reason="担当者の退職（見本）")
    yield -3
    admitting.report_misuse(viewer, why="身に覚えのないログイン（見本）", at=moment(office.day), actor=office.desk)
    admitting.prove(customer, manager.login_id, at=moment(office.day), actor=office.desk)
    admitting.prove(customer, "c0000000n1", at=moment(office.day), actor=office.desk)


def gone_long_ago(office: Office) -> Story:
    """The only contract ended years ago: what is personal, but for the name in the books, is due for erasure."""
    yield -2000
    customer = office.customer("kakuu-tokei", note="担当者は夜間のみ応対（見本）")
    (contract,) = yield from office.contracts(customer, "iot", at=-2000)
    yield -1400
    office.give_notice(contract)
    yield -1300
    for notice in customer.notices.all():
        with chapter(actor=Actor.clock("send-notices"), clause="G12.2.1"), locked(notice) as (held,):
            held.was_sent(moment(office.day))
            held.save()
    yield 0
    erasing.list_due(office.day, Tally())


STORIES = [asks_about_secrecy, gone_long_ago]
