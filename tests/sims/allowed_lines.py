"""What is allowed when with lines and changes of their number."""

from sims.models import Line, LineChange, change, line_state

TABLES = {
    Line: (line_state.Service, line_state.ALLOWED),
    LineChange: (change.State, change.ALLOWED),
}
TARGETS = {
    (Line, "activate"): "active",
    (Line, "pause"): "paused",
    (Line, "resume"): "active",
    (Line, "stop"): "stopped",
    (Line, "release"): "active",
    (Line, "release_paused"): "paused",
    (Line, "schedule_end"): None,
    (Line, "lift_end"): None,
    (Line, "end"): "ended",
    (Line, "protect"): None,
    (Line, "unprotect"): None,
    (LineChange, "carry_out"): "done",
    (LineChange, "close"): "closed",
    (LineChange, "shrink"): None,
}
DEAD_ENDS = {Line: {"ended"}, LineChange: {"done", "closed"}}
