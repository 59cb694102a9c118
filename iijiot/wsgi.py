"""Entry point of WSGI servers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iijiot.settings")

application = get_wsgi_application()
# Every page, before the first request, and where processes are forked from this one, once for all of them.
import_module(settings.ROOT_URLCONF)
