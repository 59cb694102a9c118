"""What is allowed when, of price versions, agreed prices and extra items."""

from billing.models import AgreedPrice, ExtraItem, PriceVersion, agreed, extra_item, price_version

TABLES = {
    PriceVersion: (price_version.State, price_version.ALLOWED),
    AgreedPrice: (agreed.State, agreed.ALLOWED),
    ExtraItem: (extra_item.State, extra_item.ALLOWED),
}
TARGETS = {
    (PriceVersion, "announce"): "announced",
    (PriceVersion, "publish"): "published",
    (PriceVersion, "withdraw"): "withdrawn",
    (AgreedPrice, "end_on"): None,
    (AgreedPrice, "withdraw"): "withdrawn",
    (ExtraItem, "bill"): "billed",
    (ExtraItem, "release"): "pending",
    (ExtraItem, "withdraw"): "withdrawn",
}
DEAD_ENDS = {PriceVersion: {"withdrawn"}, AgreedPrice: {"withdrawn"}, ExtraItem: {"withdrawn"}}
