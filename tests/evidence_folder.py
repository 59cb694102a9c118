"""Evidence files of tests lie in a folder of this run's own, which the processes that a test starts are told of."""

import os
from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture(scope="session", autouse=True)
def evidence_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Another folder than that of the demo, which lies beside the code."""
    folder = tmp_path_factory.mktemp("evidence")
    os.environ["EVIDENCE_DIR"] = str(folder)
    with override_settings(EVIDENCE_DIR=folder):
        yield
