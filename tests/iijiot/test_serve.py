"""The site and its worker on one machine; that the worker ends with it is in tests/scenarios/test_killed_worker.py."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_it_says_what_it_would_start(settings):
    settings.DEBUG = True
    out = StringIO()
    call_command("serve", "127.0.0.1:9000", "--dry-run", stdout=out)
    assert "127.0.0.1:9000 with one worker" in out.getvalue()


def test_it_is_for_development_only(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="on one machine only"):
        call_command("serve")
