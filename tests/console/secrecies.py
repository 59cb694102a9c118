"""The dialogs of accounts, consents, disclosures, texts of letters and erasures: a lawful record each, and what a clerk types."""

from typing import Any

from contracts.models import Contract, Customer, Recipient
from tests.factories import (
    AccountFactory,
    ContractFactory,
    CustomerFactory,
    DeliveryFactory,
    DocumentFactory,
    ErasureFactory,
    GrantFactory,
    PartnerFactory,
    PartnerKeyFactory,
    RecipientFactory,
    StartConditionFactory,
    WebhookFactory,
    WebhookReachFactory,
    WordingFactory,
)
from tests.factories.erasures import long_gone
from tests.factories.partners import MOMENT

NEEDED = {"purpose": "providing", "why": "設置作業の連絡のため"}
SAID = {"answer": "yes", "told": "2026年11月24日付の同意書"}


def beside(other: Any, record: Any) -> Any:
    """A record, with another that what is typed names."""
    other()
    return record()


def recipient() -> int:
    """The one that was made beside it."""
    return Recipient.objects.get().pk


def business() -> dict[str, Any]:
    """To a subcontractor that may see it."""
    return {"recipient": recipient(), "ground": "business", **NEEDED}


def entrusted() -> Any:
    """A subcontractor that may see trade secrets too."""
    return RecipientFactory(sees_secrets=True)


def peer(contract: Contract) -> str:
    """The other customer."""
    return Customer.objects.not_among(Contract.objects.among([contract.pk])).get().number


def stopped_webhook() -> Any:
    """A webhook that answered that it is gone."""
    return WebhookReachFactory(webhook__stopped_at=MOMENT, webhook__why_stopped="gone", place=0).webhook


def told_webhook() -> Any:
    """A webhook that was told of something."""
    return DeliveryFactory(state="delivered", next_at=None, settled_at=MOMENT).webhook


REFUSED_THEN: dict[str, Any] = {
    "put-in-force": (WordingFactory, {"reason": "文面の見直し"}),
    "return-to-built-in": (lambda: WordingFactory(in_force=True), {"reason": "元の文面に戻す"}),
    "discard-wording": (WordingFactory, {"reason": "不要"}),
    "report-misuse": (AccountFactory, {"why": "端末の盗難"}),
    "remove-account": (AccountFactory, {"reason": "退職"}),
    "unlock-account": (lambda: AccountFactory(locked=True), {"because": "契約者本人を確認"}),
    "propose-erasure": (long_gone, {}),
    "erase-personal-data": (lambda: ErasureFactory(customer=long_gone(), proposed=True), {}),
    "keep-data": (ErasureFactory, {"because": "係争中"}),
    "close-partner": (PartnerFactory, {"because": "提携の終了"}),
    "hide-customer": (GrantFactory, {"because": "契約者の申出"}),
    "rotate-key": (PartnerKeyFactory, {"hours": 24}),
    "revoke-key": (PartnerKeyFactory, {"because": "漏えいの連絡"}),
    "stop-webhook": (WebhookFactory, {"because": "受信側の障害"}),
    "resume-webhook": (stopped_webhook, {}),
    "exempt": (lambda: DocumentFactory(secret=True), {"exception": "known", "because": "公報に掲載されている"}),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "show-customer": (
        lambda: beside(CustomerFactory, PartnerFactory),
        lambda partner: {"customer": Customer.objects.get().number},
    ),
    "issue-key": (PartnerFactory, {"name": "受発注", "scopes": ["contracts:read"]}),
    "resend": (told_webhook, lambda webhook: {"delivery": webhook.deliveries.get().key}),
    "issue-account": (CustomerFactory, {"holder": "葵 あおい", "role": "manager"}),
    "change-account": (AccountFactory, {"holder": "青木 あおい", "role": "viewer"}),
    "record-consent": (CustomerFactory, {"kind": "detected-logs", **SAID}),
    "consent-to-disclose": (
        lambda: beside(entrusted, CustomerFactory),
        lambda customer: {"kind": "personal", "recipient": recipient(), **SAID},
    ),
    "disclose": (
        lambda: beside(entrusted, CustomerFactory),
        lambda customer: {"information": "personal", "what": "担当者の氏名", "scope": "listed", **business()},
    ),
    "disclose-settings": (
        lambda: beside(ContractFactory, lambda: StartConditionFactory().contract),
        lambda contract: {
            "listed": [contract.conditions.get().pk],
            "peer": peer(contract),
            "connection": "東京の接続点で相互接続",
            "why": "経路の設定に必要",
        },
    ),
    "disclose-statistic": (
        RecipientFactory,
        {"what": "月間通信量の平均", "lines": "500", "customers": "40", **NEEDED},
    ),
    "hand-on": (
        lambda: beside(entrusted, lambda: DocumentFactory(secret=True)),
        lambda document: business(),
    ),
}
"""Acts that can be taken once more, if somebody wants just that."""
