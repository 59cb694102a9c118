"""What tests of cards and lines share."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture
def in_english() -> Iterator[None]:
    """Refusals in English, in which the tests quote them."""
    with override("en"):
        yield
