"""What is allowed when, of bulk runs."""

from iijiot import bulk_runs
from iijiot.bulk_runs import BulkRun

TABLES = {BulkRun: (bulk_runs.State, bulk_runs.ALLOWED)}
TARGETS = {
    (BulkRun, "start"): "running",
    (BulkRun, "finish"): "done",
    (BulkRun, "cancel"): "cancelled",
    (BulkRun, "fail"): "failed",
    (BulkRun, "go_on"): "running",
}
DEAD_ENDS = {BulkRun: {"done", "cancelled"}}
