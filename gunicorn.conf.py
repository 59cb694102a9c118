"""gunicorn's own lines look as the site's do (iijiot/log_lines.py); it reads this where it is started."""

import os

from iijiot.log_lines import FORMATTERS, Stamp, Unquoted

# The path alone: what stands behind its question mark may be a secret.
access_log_format = "%(h)s %(m)s %(U)s %(s)s, %(B)s bytes, %(M)s ms"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": FORMATTERS[os.environ.get("LOG_FORMAT", "json")]},
    "filters": {"stamp": {"()": Stamp}, "unquoted": {"()": Unquoted}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["stamp", "unquoted"]}},
    "root": {"level": "INFO", "handlers": []},
    "loggers": {
        name: {"level": "INFO", "handlers": ["stderr"], "propagate": False}
        for name in ("gunicorn.error", "gunicorn.access")
    },
}
