"""gunicorn's own lines look as the site's do (iijiot/log_lines.py); it reads this where it is started."""

import os

from iijiot.log_lines import FORMATTERS, Stamp

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": FORMATTERS[os.environ.get("LOG_FORMAT", "json")]},
    "filters": {"stamp": {"()": Stamp}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["stamp"]}},
    "root": {"level": "INFO", "handlers": []},
    "loggers": {
        name: {"level": "INFO", "handlers": ["stderr"], "propagate": False}
        for name in ("gunicorn.error", "gunicorn.access")
    },
}
