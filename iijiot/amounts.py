"""Sums of money as people read them."""

from django.utils.translation import gettext as _


class Sum(str):
    """A sum as people read it, which knows its yen: files of tables have the number."""

    amount: int


def yen(amount: int) -> Sum:
    """A sum in yen, in the reader's language."""
    told = Sum(_("%(sum)s yen") % {"sum": f"{amount:,}"})
    told.amount = amount
    return told
