"""What those who watch over the site see of backups."""

from collections.abc import Iterator
from datetime import datetime

from iijiot import health
from iijiot.backup_log import Backup, Standing, standing
from iijiot.metrics import Sample, gauge

SAID = {
    Standing.NEVER: "No backup was ever made. Run manage.py backup every day.",
    Standing.OLD: "The last backup is {hours} hours old. Run manage.py backup.",
    Standing.EMPTY: "The last backup is empty. Run manage.py backup and look at what it says.",
}


@health.check("backup")
def backup(now: datetime) -> str:
    """After a loss, what was done since the last backup is gone."""
    stands, latest = standing(now)
    hours = int(latest.age(now).total_seconds() // 3600) if latest else 0
    return SAID[stands].format(hours=hours) if stands in SAID else ""


@gauge("backup_timestamp_seconds", "When the last backup was made; missing where there never was one.")
def made_at(now: datetime) -> Iterator[Sample]:
    """As an instant."""
    latest = Backup.objects.latest_one()
    if latest:
        yield {}, latest.at.timestamp()


@gauge("backup_size_bytes", "How large the last dump is.")
def size(now: datetime) -> Iterator[Sample]:
    """Without the files of evidence."""
    latest = Backup.objects.latest_one()
    if latest:
        yield {}, latest.size
