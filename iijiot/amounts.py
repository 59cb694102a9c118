"""Sums of money as people read them."""

from django.utils.translation import gettext as _


def yen(amount: int) -> str:
    """A sum in yen, in the reader's language."""
    return _("%(sum)s yen") % {"sum": f"{amount:,}"}
