"""For every constraint of bulk runs a row that keeps it, and what breaks it; read by test_constraints.py."""

from tests.factories import BulkRunFactory
from tests.house.constraint_cases import Check, Unique, numbered

UNIQUES: dict[str, list[Unique]] = {"iijiot_bulkrun_number_key": numbered(BulkRunFactory)}

CHECKS: dict[str, Check] = {
    "bulk_run_state_known": Check(BulkRunFactory, {"state": "bogus"}),
    "bulk_run_of_some_records": Check(BulkRunFactory, {"count": 100_001}),
    "bulk_run_begun_by_somebody": Check(BulkRunFactory, {"state": "done"}),
    "bulk_run_failed_for_a_reason": Check(BulkRunFactory, {"failure": "だめでした"}),
    "iijiot_bulkrun_count_check": Check(BulkRunFactory, {"count": -1}),
    "iijiot_bulkrun_could_check": Check(BulkRunFactory, {"could": -1}),
}
