"""Mails to users about their logins: to whom they were given, not to the customer as a whole; none of them is a notice."""

from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from iijiot import company
from iijiot.models import User


def write(kind: str, user: User, *, to: str, **told: Any) -> None:
    """Send one by its text in `templates/mails`, whose first line is the subject. Call it in a job."""
    sender = company.present()
    context = {"user": user, "company": sender, "site": settings.SITE_URL, "login": link("account_login"), **told}
    with translation.override("ja"):
        subject, _line, body = render_to_string(f"mails/{kind}.txt", context).strip().partition("\n")
    EmailMessage(subject, f"{body.strip()}\n", sender.mail_sender, [formataddr((user.name, to))]).send()


def link(page: str, *places: Any) -> str:
    """The whole address of a page, as it stands in a mail: never made of what a browser says the host is."""
    return f"{settings.SITE_URL}{reverse(page, args=places)}"
