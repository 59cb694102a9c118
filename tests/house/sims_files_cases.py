"""For every constraint of files and comparisons a row that keeps it, and what breaks it; read by test_constraints.py."""

from typing import Any

from tests.factories import DifferenceFactory, FileImportFactory, ReconciliationFactory
from tests.house.constraint_cases import Check, Unique, numbered

CHECKS: dict[str, Check] = {
    "file_import_state_known": Check(FileImportFactory, {"state": "asleep"}),
    "file_import_of_a_known_kind": Check(FileImportFactory, {"kind": "poems"}),
    "file_import_of_a_carrier_names_it": Check(lambda: FileImportFactory(of_lender=True), {"lender": ""}),
    "file_import_loads_what_was_found": Check(FileImportFactory, {"loaded": 2}),
    "file_import_of_traffic_tells_its_days": Check(lambda: FileImportFactory(of_usage=True), {"corrected": 1}),
    "file_import_failed_for_a_reason": Check(lambda: FileImportFactory(failed=True), {"why_failed": ""}),
    **{
        f"sims_fileimport_{name}_check": Check(FileImportFactory, {name: -1})
        for name in ("size", "grace", "rows", "good", "doubtful", "bad", "loaded", "added", "corrected", "told_before")
    },
    "reconciliation_counts_fit": Check(ReconciliationFactory, {"both": 2}),
    **{
        f"sims_reconciliation_{name}_check": Check(ReconciliationFactory, {name: -1})
        for name in ("grace", "both", "ours", "theirs")
    },
    "difference_state_known": Check(DifferenceFactory, {"state": "forgotten"}),
    "difference_of_a_known_kind": Check(DifferenceFactory, {"kind": "colour"}),
    "difference_says_who_has_the_card": Check(DifferenceFactory, {"their_state": ""}),
    "difference_settled_with_a_note": Check(lambda: DifferenceFactory(settled=True), {"note": ""}),
}

UNIQUES: dict[str, list[Unique]] = {
    "sims_fileimport_number_key": numbered(FileImportFactory),
    "sims_reconciliation_file_id_key": [
        Unique(ReconciliationFactory, lambda _row: ReconciliationFactory(), lambda rival: {"file_id": rival.file_id})
    ],
    "one_difference_per_card_and_comparison": [
        Unique(
            DifferenceFactory,
            lambda row: DifferenceFactory(reconciliation=row.reconciliation),
            lambda rival: {"iccid": rival.iccid},
        )
    ],
}

OTHERS: dict[str, Any] = {}
