"""The dialogs of what happens to customers: for each a lawful record, and what a clerk types."""

from datetime import date
from typing import Any

from contracts.models import Customer
from tests.factories import (
    ChangeReportFactory,
    ContractFactory,
    CustomerFactory,
    DeathFactory,
    EvidenceFactory,
    HeirFilingFactory,
    SuccessionFactory,
)

NOTE = {"note": "証明書と照合"}
SUCCESSION = {
    "kind": "absorption",
    "effective_on": "2026-11-01",
    "filed_on": "2026-11-20",
    "evidence": "登記事項証明書",
}


def person() -> Any:
    """A sole proprietor with a contract."""
    customer = CustomerFactory(kind="sole-proprietor", corporate_number="", evidence="開業届")
    ContractFactory(customer=customer)
    return customer


def beside_another(record: Any) -> Any:
    """The record, and a customer who can follow."""
    CustomerFactory()
    return record


def the_other(customer: Customer) -> str:
    """The number of the latest customer, who is another one."""
    return str(Customer.objects.exclude(pk=customer.pk).latest("pk").number)


def with_filing() -> Any:
    """A death with an heir's filing."""
    death = DeathFactory()
    HeirFilingFactory(death=death)
    return death


REFUSED_THEN: dict[str, Any] = {
    "report-death": (person, {"died_on": "2026-11-10", "reported_on": "2026-11-20", "source": "除籍謄本"}),
    "take-over": (with_filing, NOTE),
    "refuse-heir": (with_filing, {"ground": "G14.1.3", **NOTE}),
    "carry-out-succession": (lambda: SuccessionFactory(effective_on=date(2026, 11, 1)), {}),
    "withdraw-succession": (SuccessionFactory, {"because": "合併の中止"}),
    "apply-change": (ChangeReportFactory, NOTE),
    "turn-down-change": (ChangeReportFactory, NOTE),
    "withdraw-evidence": (EvidenceFactory, {"because": "別の契約者の書類"}),
    "file-succession": (
        lambda: beside_another(ContractFactory().customer),
        lambda customer: SUCCESSION | {"successor": the_other(customer)},
    ),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "report-change": (
        CustomerFactory,
        lambda customer: {
            "filed_on": "2026-11-20",
            "evidence": "届出書",
            "name": customer.name,
            "name_kana": customer.name_kana,
            "corporate_number": customer.corporate_number,
            "address": "東京都架空区1-2-3",
            "notice_email": customer.notice_email,
        },
    ),
    "describe-evidence": (ChangeReportFactory, {"evidence": "登記事項証明書（書庫 3-1）"}),
    "file-heir": (
        lambda: beside_another(DeathFactory()),
        lambda death: {
            "heir": the_other(death.customer),
            "arrived_on": "2026-11-24",
            "arrived_time": "9:00",
            "evidence": "法定相続情報",
        },
    ),
}
"""Acts that can be taken once more, if somebody wants just that."""
