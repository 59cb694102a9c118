"""Accounts that are debited: mandates that are asked for, come into force, are sent back or stopped; debits, and answers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from billing import banking, debiting, mandating
from billing.demo import banks
from billing.demo.banks import next_working_day
from billing.demo.cast import Scene, Story
from billing.models import BankFile, Mandate
from billing.models.debit import Result
from iijiot import roles
from iijiot.actors import Actor
from iijiot.worlds import clerk

ASKED_AFTER = 9
"""So many days after the first invoices went out the mandates are sent to the bank."""
HEARD_AFTER = 7
"""And so many days later the bank has looked at them."""


class Debits:
    """Customers who pay by direct debit, or would."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast, self.account = scene, scene.cast, scene.account
        self.mandates: dict[str, Mandate] = {}
        self.requests: list[BankFile] = []

    def stories(self) -> Iterator[Story]:
        """What happens, with the days."""
        days = self.scene.days
        asked_on = days.closed[0] + timedelta(ASKED_AFTER)
        yield asked_on, self.ask_for_mandates
        yield asked_on + timedelta(HEARD_AFTER), self.hear_of_mandates
        yield debiting.latest_day(self.account, days.due[1]), self.ask_for_the_wrong_day_first
        yield next_working_day(next_working_day(days.due[1])), self.hear_of_debits
        yield next_working_day(days.closed[2]), self.ask_again

    def ask_for_mandates(self, day: date) -> None:
        """Five customers want to pay by direct debit; three of them know their bank's word at once."""
        for place, part in enumerate(("debited", "asked", "refused", "stopped", "returned"), 1):
            for customer in self.cast.among(part):
                given: dict[str, Any] = {
                    "bank": "9999", "bank_name": "ﾐﾎﾝ", "branch": "001", "branch_name": "ﾋｶﾞｼ", "account_kind": "1",
                    "account": f"{place:07d}", "holder": banks.payer(customer)[:30], "requested_on": day,
                }  # fmt: skip
                mandate = mandating.request_mandate(customer, self.account, actor=_billing(), **given)
                self.mandates[part] = mandate
                if part in ("debited", "refused", "stopped"):
                    mandating.activate(mandate, since=day + timedelta(1), actor=_billing(), reason="銀行の受理")

    def hear_of_mandates(self, day: date) -> None:
        """The bank sends one back, and a customer would rather go on with transfers."""
        if mandate := self.mandates.get("returned"):
            mandating.give_back(mandate, on=day, because="銀行印相違のため返却（見本）", actor=_billing())
        if mandate := self.mandates.get("stopped"):
            mandating.stop(mandate, on=day, because="お客さまのご希望により振込へ変更（見本）", actor=_billing())

    def ask_for_the_wrong_day_first(self, day: date) -> None:
        """A request names the wrong day: it is called off before it goes out, and made once more."""
        due = self.scene.days.due[1]
        if wrong := self._request(next_working_day(due), day):
            banking.call_off(wrong, because="振替日の指定誤り（見本）", actor=_billing())
            self._send(self._request(due, day))

    def hear_of_debits(self, day: date) -> None:
        """What was debited is paid; of one account the bank says that there is none such, so it is debited no more."""
        refused = self.mandates.get("refused")
        codes = {refused.payer_number: Result.NO_ACCOUNT.value} if refused else {}
        for request in self.requests:
            if request.debit_on == self.scene.days.due[1]:
                banks.answer(request, codes, today=day)

    def ask_again(self, day: date) -> None:
        """The request for the last month's invoices is with the bank."""
        self._send(self._request(self.scene.days.due[2], day))

    def _request(self, debit_on: date, day: date) -> BankFile | None:
        plan = debiting.plan_request(self.account, debit_on, today=day)
        return debiting.make_request(plan, actor=_billing()) if plan.asked else None

    def _send(self, request: BankFile | None) -> None:
        if request:
            banking.was_sent(request, actor=_billing())
            self.requests.append(request)


def _billing() -> Actor:
    return clerk(roles.BILLING)
