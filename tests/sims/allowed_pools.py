"""What is allowed when, of devices and of those seen; checked with the tables of the other models."""

from sims.models import Equipment, Sighting, device, sighting

TABLES = {
    Equipment: (device.State, device.ALLOWED),
    Sighting: (sighting.State, sighting.ALLOWED),
}
TARGETS = {
    (Equipment, "ask_test"): "test-asked",
    (Equipment, "pass_test"): "passed",
    (Equipment, "fail_test"): "failed",
    (Equipment, "retire"): "retired",
    (Sighting, "record_violation"): "violation",
    (Sighting, "register"): "registered",
    (Sighting, "dismiss"): "dismissed",
}
DEAD_ENDS = {Equipment: {"retired"}, Sighting: {"violation", "registered", "dismissed"}}
