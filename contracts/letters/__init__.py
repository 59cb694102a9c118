"""Letters to customers by kind: the built-in text of each, and the marks that its text can hold."""

from contracts.letters.announced import ANNOUNCED
from contracts.letters.cards import CARDS
from contracts.letters.individual import INDIVIDUAL
from contracts.letters.invoices import INVOICES
from contracts.letters.marks import Letter
from contracts.letters.payments import PAYMENTS

LETTERS: dict[str, Letter] = {letter.kind: letter for letter in (*INDIVIDUAL, *ANNOUNCED, *CARDS, *INVOICES, *PAYMENTS)}
"""Every kind of letter, in the order in which a customer meets them."""
