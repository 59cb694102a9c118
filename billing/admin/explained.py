"""Help in plain words: price lists, agreed prices, claims and credits."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import explain

explain(
    "billing.priceversion",
    _(
        "Prices that change together: from one day for new contracts, from another for existing ones. Enter the prices, "
        "tell the customers whom they change, then let a second person publish."
    ),
)
explain(
    "billing.agreedprice",
    _(
        "A price that counts for one customer instead of the list's. With a last day it holds to that day, else until a "
        "change of the list of which the customer was told."
    ),
)
explain(
    "billing.extraitem",
    _(
        "Surcharges, damages and credits that somebody decided. Each waits for the next invoice, and can be taken back "
        "until then. What a contract owes by its days stands on its own page."
    ),
)
