"""Sums of money as people read them."""

from iijiot.days import reads_japanese


def yen(amount: int) -> str:
    """A sum in yen, in the language of whoever reads it."""
    return f"{amount:,}円" if reads_japanese() else f"{amount:,} yen"
