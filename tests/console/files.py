"""The dialogs of files and of what differs from a host carrier's list: for each a lawful record, and what a clerk types."""

from typing import Any

from tests.factories import DifferenceFactory, FileImportFactory

NOTE = {"note": "先方の台帳を訂正してもらった"}

REFUSED_THEN: dict[str, Any] = {
    "load-file": (FileImportFactory, {"mode": "all"}),
    "cancel-file": (FileImportFactory, {}),
    "settle-difference": (DifferenceFactory, NOTE),
    "settle-differences": (lambda: DifferenceFactory().reconciliation, {"kind": "theirs", **NOTE}),
}
"""Acts that cannot be taken again once they are done."""
