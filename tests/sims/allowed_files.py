"""What files and differences allow when; looked at by test_allowed.py."""

from typing import Any

from sims.models import Difference, FileImport, file_import, reconciliation

TABLES: dict[Any, Any] = {
    FileImport: (file_import.State, file_import.ALLOWED),
    Difference: (reconciliation.DifferenceState, reconciliation.ALLOWED),
}

TARGETS: dict[tuple[Any, str], str | None] = {
    (FileImport, "was_checked"): "checked",
    (FileImport, "fail"): "failed",
    (FileImport, "load"): "loading",
    (FileImport, "finish"): "done",
    (FileImport, "cancel"): "cancelled",
    (Difference, "settle"): "settled",
}

DEAD_ENDS: dict[Any, set[str]] = {FileImport: {"done", "failed", "cancelled"}, Difference: {"settled"}}
