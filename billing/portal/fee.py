"""The fees that an application showed when it was received, on its page (G30.1)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.showing import told
from contracts.models import Application
from iijiot.portal.members import Member
from iijiot.portal.panels import Section, show_on


def shown(member: Member, application: Application, day: date) -> dict[str, Any]:
    """Each fee in words."""
    return {"fees": told(application)}


show_on("contracts.application", Section(_("Fees shown"), "portal/fees.html", shown, "fees", 10))
