"""Help in plain words: cards, reports on them, their replacements and charges, the stock."""

from django.utils.translation import gettext_lazy as _

from iijiot.console.guide import define, explain

explain(
    "sims.simcard",
    _(
        "A card that the host carrier lends to us and we lend on; it is never sold. Its custody says where it is, and "
        "nothing of the service of its line. The ledger on its page says who holds it since when, and until when."
    ),
)
explain(
    "sims.incident",
    _(
        "A fault or loss as it was reported. The line stays as it is and its fees go on until the procedure is done: a new "
        "card, or the end of the line. A lost card never goes live again, even when it is found."
    ),
)
explain(
    "sims.replacement",
    _("Which card took the place of which, and why. The chain of a line is drawn on the page of each of its cards."),
)
explain(
    "sims.chargeevent",
    _(
        "A fact for which a one-time charge arises, with where the customer was shown the price; billing makes money of it."
    ),
)
explain(
    "sims.reorderpoint",
    _("From how many cards on the stock of a kind is short. Home says so, and a delivery is to be ordered."),
)
explain(
    "sims.returnpolicy",
    _(
        "When customers are reminded of cards that are due back, how often they are dunned for overdue ones, and whether a "
        "due day on a holiday passes to the next working day."
    ),
)
define(_("Custody"), _("Where a card is: in stock, with a customer, on its way back, or gone."), "MA1")
define(_("Day of return"), _("Within thirty days after the end of its contract or line a card comes back."), "MA9.2")
