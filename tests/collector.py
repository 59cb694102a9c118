"""What was there before the first test stays: Python need not look through it, over and over, for what can go."""

import gc

import pytest

gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave thousands of tests and all modules alone, and look more seldom through the rest."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)
