"""X49: the console's home tells operators of a backup that is missing, old or empty, and nobody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from iijiot import clock, roles
from iijiot.models import Backup
from tests.console.conftest import told
from tests.factories import UserFactory
from tests.house.console import logged_in

pytestmark = pytest.mark.django_db


def home_of(group: str) -> str:
    """The home page of somebody of a group."""
    client: Client = logged_in(UserFactory(groups=[group]))
    return told(client.get(reverse("admin:index")))


def backed_up(*, hours: int, size: int = 1_800_000) -> None:
    """A backup was made so many hours ago."""
    at = clock.now() - timedelta(hours=hours)
    Backup.objects.create(at=at, name="a.dump", size=size, sha256="0" * 64, seconds=1.0, files=0, lost=0)


@pytest.mark.parametrize("group", [roles.OPERATOR, roles.AUDITOR])
def test_a_missing_backup_is_told(group):
    assert "バックアップが一度も取得されていません。" in home_of(group)


@pytest.mark.parametrize(
    ("hours", "size", "words"),
    [
        (26, 1_800_000, ""),
        (27, 1_800_000, "直近のバックアップが古くなっています。 直近の取得は2026年11月24日7:00です。"),
        (1, 0, "直近のバックアップが空です。"),
    ],
)
def test_an_old_or_empty_one_is_told_with_its_time(hours, size, words):
    backed_up(hours=hours, size=size)
    page = home_of(roles.OPERATOR)
    assert words in page
    assert ("manage.py backup" in page) == bool(words)


@pytest.mark.parametrize("group", [roles.DESK, roles.APPROVER])
def test_others_have_nothing_to_do_with_it(group):
    assert "バックアップ" not in home_of(group)
