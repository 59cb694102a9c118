"""Sums of money as people read them."""


def yen(amount: int) -> str:
    """A sum in yen."""
    return f"{amount:,}円"
