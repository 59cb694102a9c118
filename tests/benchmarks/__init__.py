"""The big days, measured against the plain SQL for the same rows: ``make bench``."""
