"""What the environment can say: each variable with its meaning; `manage.py environment` writes docs/settings.md of it (D08)."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

ALIKE = 0.85
"""How alike a name must be to one that is known to be taken for a slip of the pen."""


class Variable(NamedTuple):
    """A variable, what it is for, what holds without it, and how it can look."""

    name: str
    meaning: str
    without: str
    example: str


REFUSES = "refuses to start; with `DEBUG=1` a value for one machine"

VARIABLES = (
    Variable("SECRET_KEY", "50 random characters or more, kept secret", REFUSES, "output of `openssl rand -base64 48`"),
    Variable("SECRET_KEY_FALLBACKS", "older keys, still good for reading", "none", "`old-key,older-key`"),
    Variable("ALLOWED_HOSTS", "host names it answers to", REFUSES, "`office.example,portal.example`"),
    Variable("SITE_URL", "the site's own address, as links in mails have it", "`https://` and the first of `ALLOWED_HOSTS`", "`https://portal.example`"),
    Variable("INVITATION_HOURS", "for how many hours the link of an invitation to the portal is good", "`72`", "`24`"),
    Variable("DATABASE_URL", "the database, PostgreSQL 15 or newer, as the site's role", "refuses to start; with `DEBUG=1` the embedded server", "`postgresql://backoffice:…@host/backoffice`"),
    Variable("DATABASE_OWNER_URL", "the same database as the owner of its tables, for `migrate`, backups and drills alone", "`DATABASE_URL` does all", "`postgresql://backoffice_owner:…@host/backoffice`"),
    Variable("DB_LOCK_TIMEOUT", "how long to wait for somebody else's lock", "`3s`", "`5s`"),
    Variable("DB_CONNECT_TIMEOUT", "how many seconds to wait for a database that does not answer", "`5`", "`10`"),
    Variable("CONN_MAX_AGE", "for how many seconds a connection to the database is kept open", "`60`; with `DEBUG=1` `0`", "`600`"),
    Variable("EVIDENCE_DIR", "the folder of evidence files: outside of what a web server serves, the same for all processes", "refuses to start; with `DEBUG=1` `.evidence`", "`/srv/evidence`"),
    Variable("LARGEST_EVIDENCE", "how large such a file may be, in MB; a request may have one MB more", "`10`", "`20`"),
    Variable("BACKUP_DIR", "where backups go", "`backups` beside the code", "`/srv/backups`"),
    Variable("BACKUP_HOURS", "after how many hours without a backup the site warns; 0 for never", "`26`", "`0`"),
    Variable("POSTGRES_BIN", "the folder of `pg_dump` and `pg_restore`, if the database is newer than 18", "those of the embedded server", "`/usr/lib/postgresql/19/bin`"),
    Variable("EMAIL_URL", "the mail server", "`smtp://localhost:25`; with `DEBUG=1` files in `OUTBOX_DIR`", "`smtp+tls://user:password@host:587`"),
    Variable("EMAIL_TIMEOUT", "how many seconds to wait for a mail server", "`10`", "`30`"),
    Variable("DEFAULT_FROM_EMAIL", "sender of notices", "`noreply@backoffice.example`", "`notices@carrier.example`"),
    Variable("OUTBOX_DIR", "with `DEBUG=1`: where mails are kept instead of sent", "`.outbox`", "`/tmp/outbox`"),
    Variable("BEHIND_PROXY", "whether a proxy ends TLS, and sets `X-Forwarded-Proto` itself", "`false`", "`true`"),
    Variable("SECURE_SSL_REDIRECT", "whether plain HTTP is sent on to HTTPS", "`true`", "`false` where the proxy does it"),
    Variable("CSRF_TRUSTED_ORIGINS", "where forms may come from, behind a proxy", "the site itself", "`https://office.example`"),
    Variable("STATIC_ROOT", "where `collectstatic` puts files", "`staticfiles` beside the code", "`/srv/static`"),
    Variable("MEDIA_ROOT", "Django's folder of uploads, in which nothing is put", "`media` beside the code", "`/srv/media`"),
    Variable("FOUR_EYES", "permissions of the acts that one person proposes and another carries out", "`contracts.waive_conditions,billing.publish_priceversion`", "`billing.issue_invoice`"),
    Variable("TAXED_EXTRAS", "kinds of one-off charges that bear consumption tax, of `surcharge`, `damages`, `adjustment`, `late-charge`", "none: they are damages", "`adjustment`"),
    Variable("DATA_PROCESSING_VERSION", "the version of the data processing addendum that a conclusion agrees to", "`BRM003`", "`BRM004`"),
    Variable("SMALLEST_STATISTIC", "the fewest lines, and the fewest customers, of which a statistic may be told", "`10`", "`25`"),
    Variable("RETENTION_YEARS_REST", "years for which contacts, letters and free text of a customer who is gone are kept", "`3`", "`5`"),
    Variable("RETENTION_YEARS_BOOKS", "years for which name and address are kept, from two months after the end of that fiscal year (March)", "`7`", "`10`"),
    Variable("USAGE_MONTHS", "months for which the daily usage of lines is kept", "`25`", "`37`"),
    Variable("METRICS_TOKEN", "whoever brings it as a bearer token reads `/metrics`", "only the machine itself does, and nothing that a proxy passes on", "40 random characters"),
    Variable("API_TOKEN_SECONDS", "how long an access token of the API is good for", "`900`", "`300`"),
    Variable("API_CALLS_PER_MINUTE", "how many calls a client of the API may make in a minute", "`600`", "`1200`"),
    Variable("CALLED_PORTS", "the ports to which webhooks may go", "`443,8443`", "`443`"),
    Variable("CALLED_NETWORKS", "networks to which webhooks may go beside the open internet", "none", "`10.1.0.0/16`"),
    Variable("SANDBOX", "whether this is the partners' sandbox: on a database of its own, no mail leaves, and its day is moved on by the API", "`false`", "`true`"),
    Variable("LOG_LEVEL", "from which level on is logged", "`INFO`; with `DEBUG=1` `WARNING`", "`WARNING`"),
    Variable("LOG_FORMAT", "how a line of the log looks: `json`, for machines, or `text`, for people", "`json`; with `DEBUG=1` `text`", "`text`"),
    Variable("TIME_TRAVEL", "whether `advance_day --to` may go beyond today", "`false`; with `DEBUG=1` `true`", "`true`"),
    Variable("PORT", "where `make run` serves", "`8000`", "`8001`"),
    Variable("PGDATA_DIR", "with `DEBUG=1`: the folder of the embedded server", "`.pgdata`", "`/var/tmp/pgdata`"),
    Variable("DEBUG", "defaults that are safe on one machine only; never in production", "`false`", "`1`"),
    Variable("TESTING", "with `DEBUG=1`: quick rather than durable, for the tests", "`false`", "`1`"),
    Variable("DATABASE_NAME", "with `TESTING=1`: the database of a process that a test starts", "`iijiot`", "`test_iijiot_gw0`"),
)  # fmt: skip


def table() -> str:
    """All of them as a page for people."""
    rows = [f"| `{v.name}` | {v.meaning} | {v.without} | {v.example} |" for v in VARIABLES]
    head = ["# Settings", "", "Everything comes from the environment. Written by `manage.py environment`.", ""]
    return "\n".join([*head, "| Variable | Meaning | Without it | For example |", "|---|---|---|---|", *rows]) + "\n"


def slips(given: Iterable[str]) -> list[tuple[str, str]]:
    """Names in an environment that are nearly one that is known: what is given, and what seems meant."""
    known = [variable.name for variable in VARIABLES]
    near = [(name, get_close_matches(name, known, 1, ALIKE)) for name in given if name not in known]
    return [(name, meant[0]) for name, meant in near if meant]
