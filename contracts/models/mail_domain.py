"""The staff's own verdicts on mail domains, beside the lists that ship with the software."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet


class Verdict(models.TextChoices):
    """What staff say of a domain; a withdrawn verdict leaves it to the lists shipped."""

    REFUSED = "refused", _("Refused as notice address")
    ALLOWED = "allowed", _("Allowed although a list names it")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a verdict", "Withdrawn")


class MailDomainQuerySet(RecordedQuerySet["MailDomain"]):
    """Verdicts, as the validator wants them."""

    def lists(self) -> tuple[set[str], set[str]]:
        """Domains that staff refuse, and domains that staff allow."""
        rows = list(self.exclude(verdict=Verdict.WITHDRAWN).values_list("domain", "verdict"))
        return (
            {domain for domain, verdict in rows if verdict == Verdict.REFUSED},
            {domain for domain, verdict in rows if verdict == Verdict.ALLOWED},
        )


class MailDomain(RecordedModel):
    """A domain that staff refuse or allow as a notice address (G12.2.1)."""

    PERSONAL: ClassVar = {"domain": NO, "reason": NO}

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=200)

    objects = MailDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering: ClassVar = ["domain"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mail_domain_is_lower_case",
                condition=Q(domain__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"),
                violation_error_code="G12.2.1",
                violation_error_message=_("Give the domain alone, such as example.co.jp."),
            ),
            models.CheckConstraint(
                name="mail_domain_verdict_known",
                condition=Q(verdict__in=Verdict.values),
                violation_error_code="G12.2.1",
                violation_error_message=_("Choose one of the verdicts offered."),
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        """Bring the domain to the form in which addresses are compared."""
        try:
            self.domain = self.domain.strip().rstrip(".").lower().encode("idna").decode()
        except UnicodeError:
            raise ValidationError({"domain": _("Give the domain alone, such as example.co.jp.")}) from None
