"""D14: SECURITY.md names a day of its review, and nothing that is not there."""

import re
from datetime import date
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
PAGE = (BASE / "SECURITY.md").read_text()


def test_it_was_reviewed_on_a_day():
    (day,) = re.findall(r"Reviewed on (\d{4}-\d{2}-\d{2})", PAGE)
    assert date.fromisoformat(day) >= date(2026, 11, 27)


def test_every_proof_and_page_that_it_names_is_there():
    named = re.findall(r"`(tests/[^`]+)`|\]\(([^)#]+)[^)]*\)", PAGE)
    paths = {proof or page for proof, page in named}
    assert len(paths) >= 15
    assert [path for path in sorted(paths) if not (BASE / path).exists()] == []


def test_it_is_linked_where_people_begin():
    assert "(SECURITY.md)" in (BASE / "README.md").read_text()
