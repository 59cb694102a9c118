"""What the staff's groups may do with prices, invoices and payments."""

from typing import Any

from iijiot import roles

READ = [f"billing.view_{model}" for model in ("agreedprice", "extraitem", "price", "priceversion")]
PRICES = [
    "billing.add_priceversion",
    "billing.change_priceversion",
    "billing.add_price",
    "billing.change_price",
    "billing.announce_priceversion",
    "billing.publish_priceversion",
]
AGREED = ["billing.add_agreedprice", "billing.end_agreedprice"]
EXTRAS = ["billing.decide_extraitem"]


def load(**kwargs: Any) -> None:
    """Add what is missing; what the operator has changed stays."""
    for group in roles.LABELS:
        roles.grant(group, READ)
    roles.grant(roles.BILLING, [*PRICES, *AGREED, *EXTRAS])
    roles.grant(roles.APPROVER, [*PRICES, *AGREED, *EXTRAS])
