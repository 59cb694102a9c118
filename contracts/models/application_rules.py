"""What must hold of an application before it is accepted or refused."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models.finding import Finding
from iijiot.rules import rule
from iijiot.words import said


@rule(
    "G14.1",
    lambda application: said(
        _("Record the finding for every ground first. Open: {grounds}."),
        grounds="、".join(str(finding.get_ground_display()) for finding in application.open_findings()),
    ),
    helps="findings",
)
def grounds_examined(application: Any) -> bool:
    """Every ground of article 14 has its finding."""
    return not application.open_findings()


@rule(
    "G42.2.1",
    lambda application: said(
        _("Wait for the documents asked for: {documents}."),
        documents="、".join(request.what for request in application.missing_documents()),
    ),
    helps="documents-arrived",
)
def documents_complete(application: Any) -> bool:
    """Nothing that was asked for is missing (G42.2.1)."""
    return not application.waits_for_documents()


@rule(
    "G14.1",
    _("Record a ground that is found, or documents that were not delivered, before refusing."),
    helps="findings",
)
def has_a_ground(application: Any) -> bool:
    """A refusal needs a ground of article 14, or missing documents (G42.2.1)."""
    found = any(finding.result == Finding.Result.FOUND for finding in application.findings.all())
    return found or application.waits_for_documents() or application.exceeds_cap()
