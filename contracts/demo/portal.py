"""People of a customer who use the portal, and what they find there waiting for them."""

from datetime import timedelta

from contracts import admitting, ending
from contracts.demo.office import Office
from contracts.models import Contract, Customer, Termination
from contracts.models.account import Role
from iijiot.records import chapter, locked
from iijiot.worlds import invented_password

PEOPLE = {Role.MANAGER: "見本 あおい", Role.OPERATOR: "見本 いつき", Role.VIEWER: "見本 うらら"}


def lets_in(office: Office, customer: Customer) -> None:
    """One user in each role, who can log in at once with the invented password (G5.1)."""
    for role, holder in PEOPLE.items():
        account = admitting.issue(customer, holder=holder, role=role, actor=office.desk)
        with chapter(actor=office.desk, clause="G5.5"), locked(account.user, account) as (user, held):
            user.password, held.must_renew_password = invented_password(), False
            user.save()
            held.save()


def waits_for_its_documents(office: Office, customer: Customer) -> None:
    """An application that goes on once the customer has handed something in (G42.2.1)."""
    application = office.apply(customer, "data-storage")
    office.ask_documents(application, "登記事項証明書（見本）", reason="商号の確認のため（見本）")


def gives_notice(office: Office, contract: Contract) -> None:
    """A contract that the customer has ended by the portal (G29.1)."""
    plan = ending.plan_ending_by_notice(
        contract,
        arrived_on=office.day,
        named_on=office.day + timedelta(days=45),
        how=Termination.How.PORTAL,
        today=office.day,
    )
    ending.carry_out(plan, actor=office.desk, reason="拠点の閉鎖（見本）", today=office.day)
